#include "cli/database_printer.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace revisiond::cli {
namespace {

// How many pending revisions an overview lists before it only counts.
constexpr std::size_t pending_shown = 20;

std::string label(std::string_view name) {
    return fmt::format("{:<10}", name);
}

std::string list_or(const std::vector<std::string>& words, const char* otherwise) {
    return words.empty() ? otherwise : join(words, ", ");
}

std::string state_words(const service::Status& status, const Style& style) {
    using service::StateKind;
    switch (status.state) {
        case StateKind::up_to_date:
            return style.green("up to date");
        case StateKind::pending:
            return style.yellow("pending");
        case StateKind::empty:
            return style.yellow("empty: nothing is applied");
        case StateKind::ahead:
            return style.yellow("ahead: the database knows revisions that no file here does");
        case StateKind::modified:
            return style.red("modified: applied files have changed; see revisiond repair");
        case StateKind::diverged:
            return style.red("diverged: the database and the files have gone different ways");
        case StateKind::running:
            return style.yellow("running: a revision is being run; see lock below");
        case StateKind::in_doubt:
            return style.red("in doubt: a statement was interrupted; see revisiond repair");
        case StateKind::half_done:
            return style.red("half done: a revision stopped on its way; see journal below");
        case StateKind::foreign:
            return style.red("foreign: the version table stands in another schema");
    }
    return service::to_string(status.state);
}

std::string pending_text(const service::Status& status) {
    std::string out = fmt::format("{}{} of {} revisions\n", label("pending"), status.pending.size(),
                                  status.revisions);
    for (std::size_t i = 0; i < status.pending.size() && i < pending_shown; ++i) {
        const service::PendingRevision& pending = status.pending[i];
        out += fmt::format("  {}  {}\n", pending.revision, one_line(pending.message));
    }
    if (status.pending.size() > pending_shown) {
        out += fmt::format("  and {} more: revisiond plan lists them\n",
                           status.pending.size() - pending_shown);
    }
    return out;
}

std::string trouble_text(const service::Status& status) {
    std::string out;
    for (const service::ModifiedRevision& modified : status.modified) {
        const char* what = modified.upgrade ? "changed after it was applied"
                                            : "its [downgrade] changed after it was applied";
        out += fmt::format("{}{}  {}: {}\n", label("modified"), modified.revision, modified.file,
                           what);
    }
    if (!status.unknown_rows.empty()) {
        out += fmt::format("{}{}\n", label("no file"), join(status.unknown_rows, ", "));
    }
    for (const database::JournalEntry& entry : status.journal) {
        out += fmt::format("{}{} statement {} ({}): {}\n", label("journal"), entry.revision,
                           entry.position + 1, entry.state, entry.statement);
    }
    for (const database::JournalEntry& entry : status.in_doubt) {
        out += fmt::format("{}{} statement {}: {}\n", label("in doubt"), entry.revision,
                           entry.position + 1, entry.statement);
    }
    return out;
}

std::string operation_text(const char* name, const database::RunningOperation& operation) {
    return fmt::format("{}{} by {}@{} since {}\n", label(name), operation.target, operation.actor,
                       operation.host, operation.started_at);
}

std::string outcome_text(const database::HistoryRow& row, const Style& style) {
    const std::string padded = fmt::format("{:<12}", row.outcome);
    return row.outcome == "failed" || row.outcome == "interrupted" ? style.red(padded)
                                                                   : style.green(padded);
}

// The lines of a text below one another, where the first is indented.
std::string indented(std::string text) {
    for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
        text.insert(at + 1, "    ");
    }
    return text;
}

// "ada@pod-1", and of a daemon's client "ada@10.0.0.7 on pod-1".
std::string by_whom(const database::HistoryRow& row) {
    if (row.address.empty()) return fmt::format("{}@{}", row.actor, row.host);
    return fmt::format("{}@{} on {}", row.actor, row.address, row.host);
}

}  // namespace

std::string duration_text(std::int64_t microseconds) {
    const double seconds = static_cast<double>(microseconds) / 1e6;
    if (seconds < 1) return fmt::format("{:.1f} ms", seconds * 1000);
    if (seconds < 60) return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<std::int64_t>(seconds);
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string database_history_text(const std::vector<database::HistoryRow>& history,
                                  const Style& style) {
    std::string out;
    for (const database::HistoryRow& row : history) {
        out +=
            fmt::format("{}  {}{:<10} {}  {}  {}\n", row.started_at, outcome_text(row, style),
                        row.direction, style.yellow(row.revision.empty() ? "base" : row.revision),
                        duration_text(row.duration_ms * 1000), by_whom(row));
        if (!row.error.empty())
            out += fmt::format("    {}\n", indented(database::redacted(row.error)));
    }
    return out;
}

std::string holder_text(const std::optional<database::LockHolder>& holder) {
    return holder ? holder->describe() : "nobody";
}

std::string status_text(const service::Status& status,
                        const std::vector<database::HistoryRow>& last, const Style& style) {
    std::string out;
    out += fmt::format("{}{}  {}\n", label("database"), style.bold(status.database),
                       status.connection);
    const int version = status.server.server_version;
    out += fmt::format("{}PostgreSQL {}.{}{}\n", label("server"), version / 10000, version % 10000,
                       status.server.in_recovery ? ", in recovery (read only)" : "");
    out += fmt::format("{}{}\n", label("state"), state_words(status, style));
    out += fmt::format("{}{}  (in {})\n", label("current"), list_or(status.current, "nothing"),
                       status.version_table);
    out += fmt::format("{}{}\n", label("heads"), list_or(status.heads, "none: there are no files"));
    out += pending_text(status);
    out += trouble_text(status);
    if (status.running) out += operation_text("running", *status.running);
    for (const auto& dead : status.interrupted) out += operation_text("died", dead);
    out += fmt::format("{}{}\n", label("lock"), holder_text(status.holder));
    if (!last.empty()) out += "last\n";
    for (const database::HistoryRow& row : last) {
        out += "  " + database_history_text({row}, style);
    }
    return out;
}

}  // namespace revisiond::cli
