#include <fmt/format.h>

#include <algorithm>

#include "graph/planner.hpp"
#include "graph/resolve.hpp"

namespace revisiond::graph {

Expected<std::vector<RevisionIndex>> history_range(const RevisionMap& map, const AppliedRows& rows,
                                                   const TargetRange& range) {
    const Resolver resolver(map, rows, Overshoot::stop_at_end);
    std::vector<RevisionIndex> lower;
    std::vector<RevisionIndex> upper = map.real_heads();
    std::optional<Branch> branch;
    if (range.lower) {
        auto place = resolver.place(*range.lower);
        if (!place) return unexpected(std::move(place).error());
        lower = std::move(place->revisions);
        branch = std::move(place->branch);
    }
    if (range.upper) {
        auto place = resolver.place(*range.upper);
        if (!place) return unexpected(std::move(place).error());
        upper = std::move(place->revisions);
    } else if (branch) {
        upper = map.heads();
    }
    // `label@base:` begins on that branch, and so shows what leads to its heads only.
    if (branch) {
        std::erase_if(upper, [&](RevisionIndex index) { return !branch->lineage[index]; });
    }
    std::vector<bool> wanted = map.ancestors(upper, true);
    const bool on_one_line =
        std::all_of(lower.begin(), lower.end(), [&](RevisionIndex index) { return wanted[index]; });
    if (!on_one_line) {
        return unexpected(make_error(
            "graph.range-not-ancestor",
            fmt::format("Requested range {} does not refer to ancestor/descendant revisions along "
                        "the same branch",
                        range.text),
            "the older revision stands on the left: older:newer"));
    }
    const auto above =
        lower.empty() ? std::vector<bool>(map.size(), true) : map.descendants(lower, false);
    std::vector<RevisionIndex> result;
    for (auto index = map.order().rbegin(); index != map.order().rend(); ++index) {
        if (wanted[*index] && above[*index]) result.push_back(*index);
    }
    return result;
}

}  // namespace revisiond::graph
