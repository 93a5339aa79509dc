#include "service/targets.hpp"

#include "graph/planner.hpp"

namespace revisiond::service {

Expected<std::vector<graph::Target>, Problem> parse_targets(const std::vector<std::string>& texts) {
    std::vector<graph::Target> targets;
    Diagnostics diagnostics;
    for (const std::string& text : texts) {
        auto target = graph::parse_target(text);
        if (target) {
            targets.push_back(std::move(*target));
        } else {
            diagnostics.push_back(std::move(target.error()));
        }
    }
    if (!diagnostics.empty()) return unexpected(to_problem(std::move(diagnostics)));
    return targets;
}

Expected<graph::AppliedRows, Problem> given_rows(const Project& project,
                                                 const std::vector<graph::Target>& targets) {
    const graph::RevisionMap& map = project.map();
    std::vector<std::string> ids;
    for (const graph::Target& target : targets) {
        auto resolved = graph::resolve(map, {}, target);
        if (!resolved) return unexpected(to_problem(std::move(resolved.error())));
        for (std::string& id : map.ids(*resolved)) ids.push_back(std::move(id));
    }
    graph::AppliedRows rows = graph::read_rows(map, ids);
    rows.known = graph::maximal(map, graph::applied_set(map, rows));
    return rows;
}

}  // namespace revisiond::service
