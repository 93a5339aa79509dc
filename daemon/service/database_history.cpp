#include "service/database_history.hpp"

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
    auto holder = database::read_holder(database::query_of(database->connection),
                                        database->view.state, project.names());
    if (!holder) return unexpected(to_problem(holder.error(), project.settings().connection));
    return std::move(*holder);
}

}  // namespace revisiond::service
