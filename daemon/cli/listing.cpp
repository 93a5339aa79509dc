// show, history, heads, branches and current.
#include "service/listing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/percent.hpp"
#include "cli/commands.hpp"
#include "cli/database_printer.hpp"
#include "cli/remote.hpp"
#include "cli/revision_printer.hpp"
#include "service/database_history.hpp"
#include "wire/answers.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {
namespace {

void print_revisions(Console& console, const std::vector<service::RevisionView>& revisions,
                     bool verbose, LineParts parts) {
    if (console.globals().json) return console.print_line(wire::to_json(revisions));
    for (const service::RevisionView& revision : revisions) {
        console.print_line(verbose ? revision_block(revision)
                                   : revision_line(revision, parts, console.style()));
    }
}

Exit print_database_history(Console& console, const std::vector<database::HistoryRow>& history) {
    console.print(console.globals().json ? wire::to_json(history) + "\n"
                                         : database_history_text(history, console.style()));
    return Exit::done;
}

Exit print_database_history(const HistoryCommand& command, Console& console) {
    auto project = open_project_without_files(console);
    if (!project) return console.fail(project.error());
    auto history = service::database_history(*project, command.limit);
    if (!history) return console.fail(history.error());
    return print_database_history(console, *history);
}

constexpr LineParts history_parts{.labels = true, .message = true, .parents = true};

// Page by page, as many as were asked for.
Exit remote_database_history(RemoteDatabase& remote, std::size_t limit, Console& console) {
    constexpr std::size_t page = 1000;
    std::vector<database::HistoryRow> rows;
    std::optional<std::int64_t> before;
    do {
        const std::size_t missing = limit == 0 ? page : std::min(page, limit - rows.size());
        auto answer = remote.get(
            "/history", wire::read_history_page,
            fmt::format("limit={}{}", missing, before ? fmt::format("&before={}", *before) : ""));
        if (!answer) return answer.error();
        std::move(answer->rows.begin(), answer->rows.end(), std::back_inserter(rows));
        before = answer->next;
    } while (before && (limit == 0 || rows.size() < limit));
    return print_database_history(console, rows);
}

Exit remote_history(const HistoryCommand& command, Console& console) {
    auto remote = RemoteDatabase::open(command.remote, console);
    if (!remote) return remote.error();
    if (command.database) return remote_database_history(*remote, command.limit, console);
    auto revisions =
        remote->get("/revisions", wire::read_revisions, "range=" + percent_encoded(command.range));
    if (!revisions) return revisions.error();
    for (service::RevisionView& revision : *revisions) {
        revision.current = revision.current && command.indicate_current;
    }
    print_revisions(console, *revisions, command.verbose, history_parts);
    return Exit::done;
}

void print_current(const CurrentCommand& command, Console& console, const std::string& connection,
                   const service::Current& current) {
    if (console.globals().json) return console.print_line(wire::to_json(current));
    if (command.verbose) {
        console.print_line(fmt::format("Current revision(s) for {}:", connection));
    }
    for (service::RevisionView revision : current.revisions) {
        revision.current = false;  // all of them are: Alembic does not say it here
        console.print_line(command.verbose ? revision_block(revision)
                                           : revision_line(revision, {}, console.style()));
    }
    for (const std::string& row : current.unknown_rows) {
        console.print_line(fmt::format("{} (no file)", row));
    }
}

Exit answer_current(const CurrentCommand& command, Console& console, const std::string& connection,
                    const service::Current& current) {
    print_current(command, console, connection, current);
    console.warn(current.warnings);
    if (!command.check_heads || current.at_heads) return Exit::done;
    console.warn("Database is not on all head revisions");
    return Exit::no;
}

}  // namespace

Exit run(const ShowCommand& command, Console& console) {
    auto project = open_project(console);
    if (!project) return console.fail(project.error());
    auto revisions = service::show(*project, command.target);
    if (!revisions) return console.fail(revisions.error());
    print_revisions(console, *revisions, true, {});
    return Exit::done;
}

Exit run(const HistoryCommand& command, Console& console) {
    if (command.database && (!command.range.empty() || command.indicate_current)) {
        return console.fail(make_error("usage.history",
                                       "history --database takes neither -r nor -i",
                                       "--limit N shortens it"));
    }
    if (command.limit != 0 && !command.database) {
        return console.fail(make_error("usage.history",
                                       "history takes --limit with --database only",
                                       "-r A:B shortens the list of the files' revisions"));
    }
    if (command.remote.used()) return remote_history(command, console);
    if (command.database) return print_database_history(command, console);
    auto project = open_project(console);
    if (!project) return console.fail(project.error());
    auto revisions = service::history(*project, command.range, command.indicate_current);
    if (!revisions) return console.fail(revisions.error());
    print_revisions(console, *revisions, command.verbose, history_parts);
    return Exit::done;
}

Exit run(const HeadsCommand& command, Console& console) {
    auto project = open_project(console);
    if (!project) return console.fail(project.error());
    print_revisions(console, service::heads(*project, command.resolve_dependencies),
                    command.verbose, {.labels = true, .tree = false});
    return Exit::done;
}

Exit run(const BranchesCommand& command, Console& console) {
    auto project = open_project(console);
    if (!project) return console.fail(project.error());
    const std::vector<service::Branch> branches = service::branches(*project);
    if (console.globals().json) {
        console.print_line(wire::to_json(branches));
        return Exit::done;
    }
    for (const service::Branch& branch : branches) {
        console.print_line(command.verbose
                               ? revision_block(branch.revision)
                               : revision_line(branch.revision, {.labels = true}, console.style()));
        for (const service::RevisionView& child : branch.children) {
            console.print_line(
                fmt::format("{} -> {}", std::string(branch.revision.id.size(), ' '),
                            revision_line(child, {.labels = true, .message = command.verbose},
                                          console.style())));
        }
        console.print("\n");
    }
    return Exit::done;
}

Exit run(const CurrentCommand& command, Console& console) {
    if (command.remote.used()) {
        auto remote = RemoteDatabase::open(command.remote, console);
        if (!remote) return remote.error();
        auto current = remote->get("/current", wire::read_current);
        if (!current) return current.error();
        return answer_current(command, console, command.remote.server, *current);
    }
    auto project = open_project(console);
    if (!project) return fail_with_rows(console, project.error());
    auto current = service::current(*project);
    if (!current) return console.fail(current.error());
    return answer_current(command, console, project->settings().connection.display(), *current);
}

}  // namespace revisiond::cli
