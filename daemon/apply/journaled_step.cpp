#include "apply/journaled_step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "apply/attempts.hpp"
#include "apply/session_settings.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "sql/begin.hpp"
#include "sql/redact.hpp"

namespace revisiond::apply {
namespace {

using sql::TransactionRule;

std::string shorten(const std::string& sql) {
    constexpr std::size_t shown = 80;
    std::string text = sql::redact_sql(sql);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text.size() <= shown ? text : text.substr(0, shown) + "…";
}

}  // namespace

std::string statement_hash(const sql::Statement& statement) {
    return DigestBuilder()
        .add(statement.text)
        .add(statement.copy ? statement.copy->text : "")
        .finish();
}

JournaledStep::JournaledStep(const BlockContext& context, const plan::PlanStep& step,
                             std::vector<std::string> rows)
    : context_(context),
      step_(step),
      rows_(std::move(rows)),
      runner_(context.run, context.observer, step) {}

std::optional<BlockFailure> JournaledStep::run() {
    const auto start = std::chrono::steady_clock::now();
    context_.run.listener.step_begins(step_, context_.first_number, context_.plan.steps.size());
    if (auto failure = begin()) return failure;
    auto resume = find_resume();
    if (!resume) return resume.error();
    if (auto failure = replay_settings(resume->next)) return failure;
    for (std::size_t position = resume->next; position < step_.statements.size(); ++position) {
        if (auto failure = run_statement(position)) return failure;
    }
    if (auto failure = finish()) return failure;
    context_.run.listener.step_ends(step_, std::chrono::duration_cast<std::chrono::microseconds>(
                                               std::chrono::steady_clock::now() - start));
    return std::nullopt;
}

std::optional<BlockFailure> JournaledStep::begin() {
    const Scribe& scribe = context_.scribe;
    Message message;
    add_session_reset(message);
    add_session_settings(message, context_.run.options, context_.session.server_version(),
                         step_.revision);
    if (auto done = context_.session.run(message.text()); !done) {
        return server(done.error(), "setting up the session");
    }
    runner_.first_lock_timeout(nullptr);
    if (auto failure = confirm_lock(0)) return failure;
    Message read;
    const std::size_t rows_at = read.add(scribe.version_rows_sql());
    const std::size_t facts_at =
        read.add(fmt::format("SELECT pg_catalog.nextval({}), {}",
                             sql::quote_literal(scribe.table("history_id")), clock_sql));
    auto facts = context_.session.run(read.text());
    if (!facts) return server(facts.error(), "reading " + scribe.version_table.display());
    const std::vector<std::string> found = first_column(facts->at(rows_at));
    if (found != rows_) return own(rows_changed(scribe.version_table, rows_, found));
    const std::string id = facts->at(facts_at).rows.at(0)[0].value_or("0");
    std::from_chars(id.data(), id.data() + id.size(), history_id_);
    started_at_ = facts->at(facts_at).rows.at(0)[1].value_or("");
    return std::nullopt;
}

std::optional<BlockFailure> JournaledStep::run_statement(std::size_t position) {
    auto failure = run_attempts(context_.run, [&] { return attempt_statement(position); });
    if (failure) return failure;
    ++statements_;
    return confirm_lock(position);
}

std::optional<BlockFailure> JournaledStep::attempt_statement(std::size_t position) {
    const sql::Statement& s = step_.statements[position];
    const Scribe& scribe = context_.scribe;
    if (left_behind_) {
        auto cleared = settle_and_tell(*left_behind_);
        if (!cleared) return server(cleared.error(), "clearing up after the statement");
        left_behind_.reset();
    }
    auto probe = take_probe(context_.session, s);
    if (!probe) return server(probe.error(), "looking at the catalog before the statement");
    const std::string text = shorten(s.text);
    auto noted = write(scribe.journal_started_sql(step_.revision, direction(), position,
                                                  statement_hash(s), probe->to_text(), text));
    if (!noted) return server(noted.error(), "writing the journal");

    const bool inside = s.traits.transaction == TransactionRule::any;
    auto done = inside ? inside_transaction(position) : outside_transaction(position, *probe);
    if (done) return std::nullopt;
    BlockFailure failure = statement(done.error(), step_.section(), s);
    failure.blockers = runner_.blockers();
    failure.waited = runner_.waited();
    if (done.error().timed_out) {
        failure.failure.diagnostic.message += fmt::format(
            "; it had not ended after {} s (apply.concurrently_timeout)",
            std::chrono::duration<double>(context_.run.options.concurrently_timeout).count());
        if (!failure.blockers.empty()) {
            failure.failure.diagnostic.hint = "blocked by " + join_words(failure.blockers);
        }
    }
    if (context_.session.lost()) return failure;
    if (auto ended = roll_back(context_.session); !ended) {
        return server(ended.error(), "rolling back");
    }
    if (committed_inside_) {
        // Its row stays as it is, in doubt, and nothing tries it again.
        failure.error.reset();
        failure.failure.diagnostic.hint = fmt::format(
            "it had committed a part of its work before that: look at the database, then "
            "`revisiond repair --done {0}` or `revisiond repair --retry {0}`",
            step_.revision);
        return failure;
    }
    auto written = write(scribe.journal_state_sql(step_.revision, direction(), position, "failed",
                                                  failure.failure.diagnostic.message));
    if (!written) {
        return server(written.error(), "writing the journal");
    }
    clear_up(done.error(), *probe, failure.failure.diagnostic);
    return failure;
}

// An INVALID index costs every writer, and a unique one refuses rows: it goes at once. Where
// somebody asked to stop, nobody waits for that: it is named, and goes when this is run again.
void JournaledStep::clear_up(const database::SqlError& error, const Probe& probe,
                             Diagnostic& diagnostic) {
    const bool stopped = error.cancelled || error.timed_out || error.server.sqlstate == "57014";
    auto cleared =
        stopped ? Expected<Verdict, database::SqlError>(Verdict::unknown) : settle_and_tell(probe);
    if (cleared && !stopped) return;
    left_behind_ = probe;
    auto left = left_invalid(context_.session, probe);
    if (!left || left->empty()) return;
    if (!diagnostic.hint.empty()) diagnostic.hint += "; ";
    diagnostic.hint += fmt::format(
        "it left the INVALID index {}, which costs every write until it is dropped: running again "
        "drops it first{}",
        join_words(*left), cleared ? "" : " (it could not be now: " + cleared.error().text() + ")");
}

// CALL and DO may commit, and go on in another transaction of the session, which numbers them. 0:
// it could not be asked.
std::int64_t JournaledStep::transaction_number() {
    if (auto ended = roll_back(context_.session); !ended) return 0;
    auto asked = context_.session.run(
        "SELECT pg_catalog.split_part(l.virtualtransaction, '/', 2) FROM pg_catalog.pg_locks l"
        " WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'virtualxid' LIMIT 1");
    std::int64_t number = 0;
    if (!asked || asked->at(0).rows.empty()) return number;
    const std::string text = asked->at(0).rows.at(0)[0].value_or("");
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// A statement that runs CONCURRENTLY waits for as long as it takes, and this would after it.
Expected<Verdict, database::SqlError> JournaledStep::settle_and_tell(const Probe& probe) {
    if (const auto bound = runner_.lock_timeout_change(context_.run.options.row_lock_timeout)) {
        if (auto done = context_.session.run(*bound); !done) return unexpected(done.error());
    }
    std::vector<std::string> notes;
    auto verdict = settle(context_.session, probe, notes);
    for (const std::string& note : notes) context_.run.listener.note(note);
    return verdict;
}

Expected<Done, database::SqlError> JournaledStep::inside_transaction(std::size_t position) {
    const sql::Statement& s = step_.statements[position];
    Message begin;
    begin.add(sql::begin_transaction);
    if (auto timeout = runner_.local_lock_timeout(s)) begin.add(*timeout);
    if (auto done = context_.session.run(begin.text()); !done) return unexpected(done.error());
    if (auto done = runner_.execute(context_.session, s); !done) return unexpected(done.error());
    Message end;
    end.as_ourselves();
    end.add(context_.scribe.journal_state_sql(step_.revision, direction(), position, "done", ""));
    end.add("COMMIT");
    if (auto done = context_.session.run(end.text()); !done) return unexpected(done.error());
    return Done{};
}

Expected<Done, database::SqlError> JournaledStep::outside_transaction(std::size_t position,
                                                                      const Probe& probe) {
    const sql::Statement& s = step_.statements[position];
    if (auto change = runner_.lock_timeout_change(s)) {
        if (auto done = context_.session.run(*change); !done) return unexpected(done.error());
    }
    const bool may_commit = s.traits.transaction == TransactionRule::in_doubt;
    const auto before = may_commit ? transaction_number() : 0;
    auto ran = runner_.execute(context_.session, s);
    if (!ran) {
        if (may_commit && !context_.session.lost()) {
            // One for the statement, one for the question; without an answer it is in doubt.
            const auto after = transaction_number();
            committed_inside_ = before == 0 || after == 0 || after > before + 2;
        }
        return unexpected(ran.error());
    }
    std::vector<std::string> notes;
    if (auto valid = ensure_valid(context_.session, probe, notes); !valid) return valid;
    for (const std::string& note : notes) context_.run.listener.note(note);
    return write(
        context_.scribe.journal_state_sql(step_.revision, direction(), position, "done", ""));
}

Expected<Done, database::SqlError> JournaledStep::write(const std::string& sql) {
    Message message;
    message.add(sql::begin_transaction);
    message.as_ourselves();
    message.add(sql);
    message.add("COMMIT");
    if (auto done = context_.session.run(message.text()); !done) return unexpected(done.error());
    return Done{};
}

// A statement may have freed the lock (pg_advisory_unlock_all, DISCARD ALL). Taking it again is
// safe as long as nobody else has it.
std::optional<BlockFailure> JournaledStep::confirm_lock(std::size_t position) {
    auto held = context_.session.run("SELECT " + database::holds_lock_sql(context_.key));
    if (!held) return server(held.error(), "confirming the lock");
    if (held->at(0).rows.at(0)[0] == "t") return std::nullopt;
    auto again = database::try_lock(context_.session, context_.key);
    if (!again) return server(again.error(), "taking the lock again");
    if (*again) {
        context_.run.listener.note(
            fmt::format("revision {}: statement {} freed revisiond's advisory lock; it was taken "
                        "again before anyone else did",
                        step_.revision, position + 1));
        return std::nullopt;
    }
    Failure failure = refused(
        "apply.lock-lost",
        fmt::format("revision {}: its SQL freed the advisory lock and another process has taken it",
                    step_.revision),
        "run again; it goes on where it stopped");
    failure.kind = FailureKind::lock_held;
    return own(std::move(failure));
}

std::optional<BlockFailure> JournaledStep::verify() {
    for (const sql::Statement& s : step_.verify) {
        if (const auto timeout = runner_.local_lock_timeout(s)) {
            if (auto done = context_.session.run(*timeout); !done) {
                return server(done.error(), "preparing [verify]");
            }
        }
        auto result = runner_.execute(context_.session, s);
        const bool answered_no =
            result && result->single_boolean && !result->boolean.value_or(false);
        if (result && !answered_no) continue;
        BlockFailure failure =
            result
                ? own(refused(
                      "apply.verify",
                      fmt::format("revision {}: [verify] answered {}; its statements stay done, the"
                                  " revision is not marked as applied",
                                  step_.revision, result->boolean ? "false" : "null")))
                : statement(result.error(), script::SectionKind::verify, s);
        if (result || !result.error().connection_lost) failure.failure.kind = FailureKind::verify;
        failure.failure.diagnostic.at = plan::locate(step_, s);
        return failure;
    }
    return std::nullopt;
}

std::optional<BlockFailure> JournaledStep::finish() {
    return run_attempts(context_.run, [&] {
        auto failure = attempt_finish();
        if (!failure) return failure;
        if (auto ended = roll_back(context_.session); !ended) failure->error = ended.error();
        return failure;
    });
}

// Between its statements nothing kept others away from the rows, nor the file itself.
std::optional<BlockFailure> JournaledStep::lock_rows() {
    const Scribe& scribe = context_.scribe;
    Message message;
    const std::size_t constraints = message.add("SET CONSTRAINTS ALL IMMEDIATE");
    message.as_ourselves();
    message.add(set_lock_timeout_sql(context_.run.options.lock_timeout, true));
    message.add(
        fmt::format("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", scribe.version_table.quoted()));
    const std::size_t rows_at = message.add(scribe.version_rows_sql());
    auto done = runner_.run(context_.session, message.text());
    if (!done) {
        BlockFailure failure =
            server(done.error(), done.error().statement_index == constraints
                                     ? "checking deferred constraints"
                                     : "locking " + scribe.version_table.display());
        failure.blockers = runner_.blockers();
        failure.waited = runner_.waited();
        return failure;
    }
    const std::vector<std::string> found = first_column(done->at(rows_at));
    if (found == rows_) return std::nullopt;
    // Its statements have run, so this is no refusal.
    Failure failure = refused(
        "apply.rows-changed",
        fmt::format("revision {}: the rows of {} changed while it ran: {}", step_.revision,
                    scribe.version_table.display(), expected_and_found(rows_, found)),
        "its own SQL did it, or a program that does not take revisiond's lock: put the rows back");
    failure.kind = FailureKind::sql;
    return own(std::move(failure));
}

std::optional<BlockFailure> JournaledStep::attempt_finish() {
    const Scribe& scribe = context_.scribe;
    const std::vector<std::string> rows = graph::apply_changes(rows_, step_.row_changes);
    Message begin;
    begin.add(sql::begin_transaction);
    begin.add("SET CONSTRAINTS ALL IMMEDIATE");
    if (auto done = context_.session.run(begin.text()); !done) {
        return server(done.error(), "beginning the last transaction");
    }
    // [verify] sees what the file has set; our rows come after it, as ourselves.
    if (auto failure = verify()) return failure;

    if (auto failure = lock_rows()) return failure;

    Message message;
    for (const std::string& sql : scribe.row_changes_sql(step_, rows)) message.add(sql);
    for (const std::string& sql : scribe.books_sql(step_, history_id_, started_at_)) {
        message.add(sql);
    }
    message.add(scribe.journal_clear_sql(step_.revision, direction()));
    message.add("COMMIT");
    auto done = context_.session.run(message.text());
    if (!done) {
        BlockFailure failure = server(done.error(), "recording the revision");
        failure.at_commit = done.error().connection_lost;
        return failure;
    }
    rows_ = rows;
    return std::nullopt;
}

BlockFailure JournaledStep::own(Failure failure) const {
    BlockFailure result;
    result.failure = std::move(failure);
    result.failure.revision = step_.revision;
    if (result.failure.diagnostic.at.file.empty()) result.failure.diagnostic.at.file = step_.file;
    result.started_at = started_at_;
    result.statements = statements_;
    return result;
}

BlockFailure JournaledStep::server(const database::SqlError& error,
                                   const std::string& doing) const {
    const std::string all = fmt::format("{} for revision {}", doing, step_.revision);
    BlockFailure result = own(database_failure(error, all));
    result.error = error;
    result.doing = all;
    return result;
}

BlockFailure JournaledStep::statement(const database::SqlError& error, script::SectionKind section,
                                      const sql::Statement& s) const {
    BlockFailure result = own(statement_failure(error, context_.plan, step_, section, s));
    result.error = error;
    result.line = s.line;
    result.sql = sql::redact_sql(s.text);
    return result;
}

}  // namespace revisiond::apply
