#include "cli/plan_printer.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/database_printer.hpp"
#include "cli/progress.hpp"
#include "sql/redact.hpp"

namespace revisiond::cli {
namespace {

std::string rows_text(const std::vector<std::string>& rows) {
    return rows.empty() ? "base" : join(rows, ", ");
}

std::string count_of(std::size_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string statements_text(const char* title, const std::vector<sql::Statement>& statements) {
    std::string out;
    for (const sql::Statement& statement : statements) {
        out += fmt::format("     {:>5}  {}{}\n", statement.line, title,
                           first_line(sql::redact_sql(statement.text), 100));
    }
    return out;
}

std::string step_text(const plan::PlanStep& step, std::size_t number, const Style& style) {
    std::string out = fmt::format("{:>3}. {} {}  {}\n", number, graph::to_string(step.direction),
                                  style.yellow(step.revision), one_line(step.message));
    out +=
        fmt::format("     {}: {}, {}\n", step.file, count_of(step.statements.size(), "statement"),
                    step.transaction ? "in one transaction"
                                     : style.yellow("each statement alone (transaction = false)"));
    out += statements_text("", step.statements);
    out += statements_text("verify: ", step.verify);
    return out;
}

std::string report_line(const apply::StatementReport& report) {
    return fmt::format("  line {:>5}  {:>10}  {:>8} rows  {}\n", report.line,
                       duration_text(report.elapsed.count()), report.rows, first_line(report.sql));
}

}  // namespace

std::string plan_text(const plan::MigrationPlan& plan, const Style& style) {
    std::string out = fmt::format("From   {}\nTo     {}\nSteps  {}\n", rows_text(plan.from),
                                  rows_text(plan.to), plan.steps.size());
    std::vector<std::string> rows = plan.from;
    std::size_t number = 0;
    for (const plan::PlanStep& step : plan.steps) {
        out += "\n" + step_text(step, ++number, style);
        rows = graph::apply_changes(std::move(rows), step.row_changes);
        out += fmt::format("     then at {}\n", rows_text(rows));
    }
    for (const std::string& note : plan.notes) out += fmt::format("\n{}\n", note);
    return out + fmt::format("\nDigest {}\n", style.bold(plan.digest));
}

std::string dry_run_text(const std::vector<std::string>& not_run,
                         const std::vector<apply::StatementReport>& reports, const Style& style) {
    std::string out;
    std::string revision;
    std::chrono::microseconds total{0};
    for (const apply::StatementReport& report : reports) {
        if (report.revision != revision) out += style.yellow(report.revision) + "\n";
        revision = report.revision;
        out += report_line(report);
        total += report.elapsed;
    }
    for (const std::string& id : not_run) {
        out += fmt::format("{}  not run: it cannot run in a transaction\n", style.yellow(id));
    }
    return out + fmt::format("Rolled back: {} in {}; nothing was changed.\n",
                             count_of(reports.size(), "statement"), duration_text(total.count()));
}

void warn_of(const std::vector<plan::Hazard>& hazards, Console& console) {
    for (const plan::Hazard& hazard : hazards) {
        console.warn(fmt::format("the {} (line {})", hazard.text, hazard.line));
    }
}

}  // namespace revisiond::cli
