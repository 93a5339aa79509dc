#include "service/database_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apply/journal_check.hpp"
#include "base/text.hpp"
#include "script/revision_script.hpp"

namespace revisiond::service {

namespace {

std::vector<std::string> rows_without_file(const Project& project,
                                           const std::vector<std::string>& rows) {
    std::vector<std::string> unknown;
    for (const std::string& row : rows) {
        if (!project.map().find(row)) unknown.push_back(row);
    }
    return unknown;
}

void compare_files(const Project& project, DatabaseView& view) {
    for (const graph::RevisionIndex index : project.map().order()) {
        if (!view.applied[index]) continue;
        database::RecordedRevision now = record_of(project, index);
        const auto then = view.state.recorded.find(now.revision);
        if (!then) {
            view.adopt.push_back(std::move(now));
            continue;
        }
        const bool up = !then->checksum.empty() && then->checksum != now.checksum;
        const bool down =
            !then->downgrade_checksum.empty() && then->downgrade_checksum != now.downgrade_checksum;
        if (up || down) {
            const std::string& file = project.map()[index].revision.at.file;
            view.modified.push_back({now.revision, file, up, down});
        }
    }
}

}  // namespace

DatabaseView view_of(const Project& project, database::DatabaseState state) {
    DatabaseView view;
    view.state = std::move(state);
    const std::vector<std::string> unknown = rows_without_file(project, view.state.rows);
    view.rows = graph::read_rows(project.map(), view.state.rows,
                                 database::recorded_ancestors(view.state, unknown));
    view.applied = graph::applied_set(project.map(), view.rows);
    compare_files(project, view);
    std::copy_if(view.state.journal.begin(), view.state.journal.end(),
                 std::back_inserter(view.in_doubt), apply::waits_for_person);
    return view;
}

void judge_running(DatabaseView& view, const std::optional<database::LockHolder>& holder) {
    for (const database::RunningOperation& operation : view.state.running) {
        const bool alive = view.state.server.in_recovery ||
                           (holder && (holder->term == 0 || holder->term == operation.term));
        if (alive) {
            view.running = operation;
        } else {
            view.interrupted.push_back(operation);
        }
    }
    std::erase_if(view.in_doubt,
                  [&](const database::JournalEntry& entry) { return is_being_run(view, entry); });
}

bool is_being_run(const DatabaseView& view, const database::JournalEntry& entry) {
    if (!view.running || view.running->kind != entry.direction) return false;
    const std::vector<std::string>& revisions = view.running->revisions;
    return std::find(revisions.begin(), revisions.end(), entry.revision) != revisions.end();
}

Expected<database::Connection, Problem> connect(const Project& project) {
    if (!project.settings().unresolved.empty()) {
        return unexpected(refusal(project.settings().unresolved));
    }
    auto connection = database::Connection::open(project.connection_parameters());
    if (connection) return std::move(*connection);
    return unexpected(to_problem(connection.error(), project.settings().connection));
}

Expected<OpenDatabase, Problem> open_database(const Project& project) {
    const config::ConnectionSettings& settings = project.settings().connection;
    auto connection = connect(project);
    if (!connection) return unexpected(std::move(connection.error()));
    auto state = database::read_state(database::query_of(*connection), project.names());
    if (!state) return unexpected(to_problem(state.error(), settings));
    return OpenDatabase{std::move(*connection), view_of(project, std::move(*state))};
}

Expected<DatabaseView, Problem> read_database(const Project& project) {
    auto database = open_database(project);
    if (!database) return unexpected(std::move(database.error()));
    return std::move(database->view);
}

database::RecordedRevision record_of(const Project& project, graph::RevisionIndex index) {
    const graph::Node& node = project.map()[index];
    script::Checksums checksums = project.checksums(index);
    return {node.revision.id, project.map().ids(node.parents), project.map().ids(node.dependencies),
            std::move(checksums.upgrade), std::move(checksums.downgrade)};
}

std::optional<Diagnostic> foreign_version_table(const DatabaseView& view) {
    const database::DatabaseState& state = view.state;
    const std::vector<std::string>& schemas = state.elsewhere;
    if (schemas.empty()) return {};
    return make_error(
        "service.foreign-version-table",
        fmt::format("search_path leads to version table {}{}, but schema {} holds one too",
                    state.version_table.display(),
                    state.version_table_exists ? "" : ", which does not exist",
                    join_words(schemas)),
        fmt::format("say which is meant: version_table = \"{}.{}\" in the config",
                    state.version_table_exists ? state.version_table.schema : schemas.front(),
                    state.version_table.name));
}

std::string take_over_hint(const std::vector<std::string>& rows) {
    return rows.size() == 1
               ? fmt::format("`revisiond baseline --rev-id {}` takes it over as the first revision",
                             rows.front())
               : "merge these heads first, with the tool that made them";
}

Diagnostics warnings_of(const Project& project, const DatabaseView& view) {
    Diagnostics warnings = project.warnings();
    for (const ModifiedRevision& modified : view.modified) {
        const char* what = modified.upgrade ? "upgrade" : "downgrade";
        warnings.push_back(make_warning(
            modified.upgrade ? "service.modified" : "service.modified-downgrade",
            fmt::format("{}: the [{}] of revision {} has changed since it was applied",
                        modified.file, what, modified.revision),
            "put the file back, or accept it with `revisiond repair " + modified.revision + "`"));
    }
    for (const std::string& role : view.state.foreign_writers) {
        warnings.push_back(make_warning(
            "service.foreign-writer",
            fmt::format("role {} may write to the tables that revisiond decides by", role),
            "revoke INSERT, UPDATE and DELETE on them"));
    }
    for (const std::string& row : view.rows.unknown) {
        warnings.push_back(make_warning(
            "service.unknown-row",
            fmt::format("{} holds {}, which no file knows", view.state.version_table.display(),
                        row),
            project.map().size() == 0
                ? take_over_hint(view.state.rows)
                : "the database may be ahead of these files: use the migrations that it was "
                  "upgraded with"));
    }
    return warnings;
}

}  // namespace revisiond::service
