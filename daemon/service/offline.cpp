#include "service/offline.hpp"

#include <fmt/format.h>

#include "graph/planner.hpp"
#include "plan/offline_sql.hpp"
#include "service/database_view.hpp"
#include "service/listing.hpp"
#include "service/planning.hpp"
#include "service/targets.hpp"

namespace revisiond::service {

namespace {

// `to` or `from:to`, taken apart.
struct Sides {
    std::optional<graph::Target> from;
    std::string to;
};

Expected<Sides, Problem> sides_of(const std::string& text) {
    if (!graph::is_range(text)) return Sides{{}, text};
    auto range = graph::parse_range(text);
    if (!range) return unexpected(to_problem(std::move(range.error())));
    return Sides{std::move(range->lower), range->upper ? range->upper->text : std::string()};
}

Problem needs_range() {
    return to_problem(make_error("service.downgrade-range",
                                 "downgrade with --sql requires <from>:<to>",
                                 "for example 9f2c41d07a3e:base"));
}

Expected<graph::AppliedRows, Problem> start_of(const Project& project,
                                               const std::optional<graph::Target>& from) {
    if (!from) return graph::AppliedRows{};
    if (std::holds_alternative<graph::Symbol>(from->where) && needs_rows(*from) && !from->branch) {
        auto view = read_database(project);
        if (!view) return unexpected(std::move(view.error()));
        return std::move(view->rows);
    }
    if (needs_rows(*from)) {
        return unexpected(to_problem(make_error(
            "service.relative-start",
            fmt::format("\"{}\" as a start would count from where the database is", from->text),
            "name the revision to start from, or write current, which asks the database")));
    }
    return given_rows(project, {*from});
}

plan::OfflineOptions options_of(const Project& project, const std::optional<std::string>& tag) {
    return {project.names().version_table, tag};
}

}  // namespace

Expected<std::string, Problem> migration_script(const Project& project, graph::Direction direction,
                                                const std::string& range,
                                                const std::optional<std::string>& tag) {
    auto sides = sides_of(range);
    if (!sides) return unexpected(std::move(sides.error()));
    const bool up = direction == graph::Direction::upgrade;
    if (!up && (!sides->from || sides->to.empty())) return unexpected(needs_range());
    auto rows = start_of(project, sides->from);
    if (!rows) return unexpected(std::move(rows.error()));
    const std::string to = sides->to.empty() ? "heads" : sides->to;
    auto plan = plan_over(project, *rows, {direction, {to}});
    if (!plan) return unexpected(std::move(plan.error()));
    return plan::offline_sql(*plan, options_of(project, tag));
}

Expected<std::string, Problem> stamp_script(const Project& project,
                                            const std::vector<std::string>& targets,
                                            const std::optional<std::string>& tag) {
    std::optional<graph::Target> from;
    std::vector<std::string> to;
    for (const std::string& text : targets) {
        auto sides = sides_of(text);
        if (!sides) return unexpected(std::move(sides.error()));
        if (sides->from && from) {
            return unexpected(to_problem(
                make_error("service.two-starts", "only one target of stamp may say from where",
                           "write from:to once and the other targets alone")));
        }
        if (sides->from) from = std::move(sides->from);
        to.push_back(sides->to.empty() ? "heads" : sides->to);
    }
    auto rows = start_of(project, from);
    if (!rows) return unexpected(std::move(rows.error()));
    auto parsed = parse_targets(to);
    if (!parsed) return unexpected(std::move(parsed.error()));
    auto stamp = graph::plan_stamp(project.map(), *rows, *parsed, false);
    if (!stamp) return unexpected(to_problem(std::move(stamp.error())));
    return plan::offline_stamp_sql(project.map().ids(rows->known), *stamp,
                                   options_of(project, tag));
}

}  // namespace revisiond::service
