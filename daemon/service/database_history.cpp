#include "service/database_history.hpp"

#include <fmt/format.h>

#include "service/database_view.hpp"

namespace revisiond::service {

Expected<std::vector<database::HistoryRow>, Problem> database_history(const Project& project,
                                                                      std::size_t limit,
                                                                      std::int64_t before,
                                                                      const std::string& revision) {
    auto database = open_database(project);
    if (!database) return unexpected(std::move(database.error()));
    auto rows =
        database::read_history(database::query_of(database->connection), database->view.state,
                               project.names(), limit, before, revision);
    if (!rows) return unexpected(to_problem(rows.error(), project.settings().connection));
    return std::move(*rows);
}

Expected<std::optional<database::LockHolder>, Problem> lock_holder(const Project& project) {
    auto database = open_database(project);
    if (!database) return unexpected(std::move(database.error()));
    const database::DatabaseState& state = database->view.state;
    if (state.server.in_recovery) {
        return unexpected(refusal({make_error(
            "lock.standby",
            fmt::format("database \"{}\" is served by a standby, which does not know who holds "
                        "locks of its primary",
                        state.server.database),
            "ask the primary; with several hosts, target_session_attrs=read-write finds it")}));
    }
    auto holder =
        database::read_holder(database::query_of(database->connection), state, project.names());
    if (!holder) return unexpected(to_problem(holder.error(), project.settings().connection));
    return std::move(*holder);
}

}  // namespace revisiond::service
