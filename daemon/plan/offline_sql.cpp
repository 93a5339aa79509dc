// A script that stays safe in psql's hands.
//
// psql without ON_ERROR_STOP goes on after an error, and a script has no if. So every block proves
// for itself that it may run: a DO locks the version table and raises unless its rows are exactly
// those that the plan has before the step. After a failed block the rows are not what the next one
// wants, so the next one fails too, and so on to the end. Inside BEGIN … COMMIT the failed DO
// aborts the transaction, and with it the statements behind it, down to the version rows; a second
// DO behind the version rows proves that they were changed as planned, whatever the file did to
// search_path. Two things break that reasoning, and for both the block switches psql's
// ON_ERROR_STOP on: statements that cannot stand in a transaction, and COPY data, which older
// versions of psql read as SQL when the COPY before it failed.
#include "plan/offline_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "plan/psql_text.hpp"
#include "sql/begin.hpp"

namespace revisiond::plan {

namespace {

using Row = graph::RowChange;
constexpr std::size_t alembic_width = 32;
constexpr std::size_t usual_width = 255;
// The files are UTF-8, and their quotes are read as the standard says, whatever psql found outside.
constexpr const char* session_sql =
    "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n";

std::string begin_sql() {
    return std::string(sql::begin_transaction) + ";\n";
}

std::string words(const std::vector<std::string>& rows) {
    return rows.empty() ? "base" : join(rows, ", ");
}

// The rows as the script goes along.
class Rows {
  public:
    explicit Rows(const std::vector<std::string>& rows) : rows_(rows.begin(), rows.end()) {}
    void apply(const std::vector<Row>& changes) {
        for (const Row& change : changes) {
            if (change.kind != Row::Kind::insert) rows_.erase(change.from);
            if (change.kind != Row::Kind::remove) rows_.insert(change.to);
        }
    }
    std::vector<std::string> list() const { return {rows_.begin(), rows_.end()}; }

  private:
    std::set<std::string> rows_;
};

// Raises unless the version table holds exactly `rows`. `what` goes into the message.
std::string guard(const sql::QualifiedName& table, const std::vector<std::string>& rows,
                  const std::string& what) {
    const std::string body = fmt::format(
        "DECLARE\n"
        "    expected text[] := {1};\n"
        "    found text[];\n"
        "BEGIN\n"
        "    LOCK TABLE {0} IN SHARE ROW EXCLUSIVE MODE;\n"
        "    found := ARRAY(SELECT version_num::text FROM {0}\n"
        "                   ORDER BY version_num::text COLLATE \"C\");\n"
        "    IF found IS DISTINCT FROM expected THEN\n"
        "        RAISE EXCEPTION '%: the version table holds %, not %', {2}, found, expected;\n"
        "    END IF;\n"
        "END\n",
        table.quoted(), sql::quote_text_array(rows), sql::quote_literal(what));
    return fmt::format("DO {};\n", dollar_quoted(body));
}

// Alembic's column is too narrow for some ids; widening it again costs nothing.
std::string widen(const sql::QualifiedName& table, const std::vector<Row>& changes) {
    std::size_t width = 0;
    for (const Row& change : changes) width = std::max(width, count_code_points(change.to));
    if (width <= alembic_width) return {};
    return fmt::format("ALTER TABLE {} ALTER COLUMN version_num TYPE varchar({});\n",
                       table.quoted(), std::max(width, usual_width));
}

std::string version_row(const sql::QualifiedName& table, const Row& change) {
    const std::string name = table.quoted();
    const std::string from = sql::quote_literal(change.from);
    const std::string to = sql::quote_literal(change.to);
    switch (change.kind) {
        case Row::Kind::insert:
            return fmt::format("INSERT INTO {} (version_num) VALUES ({});\n", name, to);
        case Row::Kind::update:
            return fmt::format("UPDATE {} SET version_num = {} WHERE version_num = {};\n", name, to,
                               from);
        case Row::Kind::remove:
            return fmt::format("DELETE FROM {} WHERE version_num = {};\n", name, from);
    }
    return {};
}

std::string version_rows(const sql::QualifiedName& table, const std::vector<Row>& changes,
                         const std::vector<std::string>& after, const std::string& what) {
    std::string text = widen(table, changes);
    for (const Row& change : changes) text += version_row(table, change);
    return text + guard(table, after, what);
}

std::string title(const PlanStep& step) {
    const std::string parents = join(step.parents, ", ");
    const bool up = step.direction == graph::Direction::upgrade;
    const std::string from = up ? parents : step.revision;
    const std::string to = up ? step.revision : parents;
    return fmt::format("Running {} {} -> {}{}", to_string(step.direction), from, to,
                       step.message.empty() ? "" : ", " + step.message);
}

bool needs_psql(const PlanStep& step) {
    const auto has_data = [](const sql::Statement& statement) {
        return statement.copy.has_value();
    };
    return !step.transaction ||
           std::any_of(step.statements.begin(), step.statements.end(), has_data) ||
           std::any_of(step.verify.begin(), step.verify.end(), has_data);
}

SessionTraces step_traces(const PlanStep& step) {
    std::vector<sql::Statement> all = step.statements;
    all.insert(all.end(), step.verify.begin(), step.verify.end());
    return traces_of(all);
}

// Everything of the file, and the session as it was found.
std::string body(const PlanStep& step, const SessionTraces& traces) {
    std::string text;
    for (const sql::Statement& statement : step.statements) text += psql_statement(statement);
    // Before [verify], and before triggers that wait for COMMIT would meet another search_path.
    if (step.transaction && (!step.verify.empty() || traces.settings)) {
        text += "SET CONSTRAINTS ALL IMMEDIATE;\n";
    }
    for (const sql::Statement& statement : step.verify) text += verify_statement(statement);
    if (traces.settings) {
        text += "RESET SESSION AUTHORIZATION;\nRESET ROLE;\nRESET ALL;\n";
        text += session_sql;
    }
    return text;
}

std::string block(const PlanStep& step, const sql::QualifiedName& table, Rows& rows) {
    const std::string what = fmt::format("{} {}", to_string(step.direction), step.revision);
    const SessionTraces traces = step_traces(step);
    const std::string before = guard(table, rows.list(), what);
    rows.apply(step.row_changes);
    const std::string after = version_rows(table, step.row_changes, rows.list(), what);
    const std::string running = comment_line(title(step));
    std::string text = needs_psql(step) ? "\n\\set ON_ERROR_STOP on\n" : "\n";
    if (step.transaction) {
        text += begin_sql() + before + running + body(step, traces) + after + "COMMIT;\n";
    } else {
        text += before + running + body(step, traces) + begin_sql() + before + after + "COMMIT;\n";
    }
    if (traces.temporary) text += "DISCARD TEMP;\n";
    return text;
}

std::string head(const std::vector<std::string>& from, const std::vector<std::string>& to,
                 const OfflineOptions& options) {
    std::string text = comment_line(fmt::format("revisiond: {} -> {}", words(from), words(to)));
    if (options.tag) text += comment_line("tag: " + *options.tag);
    text += "-- Run it with: psql -X -f FILE (without -1: each revision is a transaction).\n";
    return text;
}

}  // namespace

std::string create_version_table_sql(const sql::QualifiedName& version_table) {
    return fmt::format(
        "CREATE TABLE IF NOT EXISTS {} (\n"
        "    version_num varchar({}) NOT NULL,\n"
        "    CONSTRAINT {} PRIMARY KEY (version_num)\n"
        ")",
        version_table.quoted(), usual_width, sql::quote_identifier(version_table.name + "_pkc"));
}

std::string offline_sql(const MigrationPlan& plan, const OfflineOptions& options) {
    std::string text = head(plan.from, plan.to, options);
    text += comment_line("plan: " + plan.digest);
    if (std::any_of(plan.steps.begin(), plan.steps.end(), needs_psql)) {
        text += "-- It needs psql itself: it has statements outside transactions, or COPY data.\n";
    }
    for (const std::string& note : plan.notes) text += comment_line(note);
    if (plan.steps.empty()) return text + "-- Nothing to do.\n";
    text += fmt::format("\n{}", session_sql);
    if (plan.from.empty()) text += create_version_table_sql(options.version_table) + ";\n";
    Rows rows(plan.from);
    for (const PlanStep& step : plan.steps) text += block(step, options.version_table, rows);
    return text;
}

std::string offline_stamp_sql(const std::vector<std::string>& from, const graph::StampPlan& stamp,
                              const OfflineOptions& options) {
    Rows rows(from);
    const std::string before = guard(options.version_table, rows.list(), "stamp");
    rows.apply(stamp.row_changes);
    std::string text = head(from, rows.list(), options);
    for (const std::string& note : stamp.notes) text += comment_line(note);
    if (stamp.row_changes.empty()) return text + "-- Nothing to do.\n";
    text += fmt::format("\n{}", session_sql);
    if (from.empty()) text += create_version_table_sql(options.version_table) + ";\n";
    text += fmt::format("\n{}{}", begin_sql(), before);
    text += comment_line(fmt::format("Running stamp {} -> {}", words(from), words(rows.list())));
    text += version_rows(options.version_table, stamp.row_changes, rows.list(), "stamp");
    return text + "COMMIT;\n";
}

}  // namespace revisiond::plan
