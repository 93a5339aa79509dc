#include <fmt/format.h>

#include <algorithm>

#include "graph/planner.hpp"
#include "graph/resolve.hpp"

namespace revisiond::graph {
namespace {

bool is_symbol(const Target& target, Symbol symbol) {
    const auto* where = std::get_if<Symbol>(&target.where);
    return where != nullptr && *where == symbol;
}

Diagnostic not_applied(const RevisionMap& map, const AppliedRows& rows, const Target& target,
                       RevisionIndex index) {
    const std::string current = rows.known.empty() ? "nothing" : quote_ids(map, rows.known);
    return make_error(
        "graph.not-applied",
        fmt::format("Destination {} is not a valid downgrade target from current head(s)",
                    target.text),
        fmt::format("'{}' is not applied; the database is at {}", map[index].revision.id, current));
}

// Where the target lies, with what only a downgrade refuses.
Expected<Place> find_destination(const RevisionMap& map, const AppliedRows& rows,
                                 const Target& target) {
    const auto* relative = std::get_if<Relative>(&target.where);
    if (relative != nullptr && !relative->anchor && relative->count > 0) {
        return unexpected(make_error(
            "graph.walked-too-far",
            fmt::format("Relative revision {:+} didn't produce {} migrations: a downgrade cannot "
                        "go up",
                        relative->count, relative->count),
            fmt::format("use `upgrade {}`", target.text)));
    }
    auto place = Resolver(map, rows, Overshoot::refuse).place(target);
    if (!place || is_symbol(target, Symbol::current)) return place;
    if (place->revisions.size() > 1) {
        return unexpected(make_error(
            "graph.multiple-heads",
            fmt::format("Multiple head revisions are present for given argument '{}'; a downgrade "
                        "leads to one revision or to base",
                        target.text),
            fmt::format("name one of {}", quote_ids(map, place->revisions))));
    }
    const auto applied = applied_set(map, rows);
    if (!place->revisions.empty() && !applied[place->revisions.front()]) {
        return unexpected(not_applied(map, rows, target, place->revisions.front()));
    }
    if (place->revisions.empty() && place->branch && !applied[place->branch->revision]) {
        return unexpected(
            make_error("graph.branch-not-applied",
                       fmt::format("Branch '{}' is not applied, so '{}' has nothing of it to undo",
                                   place->branch->name, target.text),
                       "to undo what the branch stands on, name the revision to go back to"));
    }
    return place;
}

// The lowest revisions to undo. A count from the current rows undoes what it walked over and what
// stands on that, not the other children of where it arrives.
std::vector<RevisionIndex> roots_of(const RevisionMap& map, const Target& target,
                                    const Place& place) {
    const auto* relative = std::get_if<Relative>(&target.where);
    if (relative != nullptr && !relative->anchor) return {*place.came_from};
    std::vector<RevisionIndex> roots =
        place.revisions.empty() ? map.bases() : map[place.revisions.front()].children;
    if (place.branch) {
        std::erase_if(roots, [&](RevisionIndex root) { return !place.branch->lineage[root]; });
    }
    return roots;
}

Expected<Done> check_nothing_unknown_above(const RevisionMap& map, const AppliedRows& rows,
                                           const std::vector<RevisionStep>& steps) {
    const auto held = map.ancestors(rows.below_unknown, true);
    const auto found = std::find_if(steps.begin(), steps.end(),
                                    [&](const RevisionStep& step) { return held[step.revision]; });
    if (found == steps.end()) return Done{};
    return unexpected(make_error(
        "graph.below-unknown",
        fmt::format("Revision '{}' cannot be undone: '{}', which no file knows, stands on it",
                    map[found->revision].revision.id, rows.unknown.front()),
        "downgrade with the files that hold the unknown revision"));
}

}  // namespace

Expected<Journey> plan_downgrade(const RevisionMap& map, const AppliedRows& rows,
                                 const Target& target) {
    if (const auto checked = check_rows(map, rows); !checked) return unexpected(checked.error());
    const auto place = find_destination(map, rows, target);
    if (!place) return unexpected(place.error());

    Journey journey;
    journey.targets = place->revisions;
    const auto applied = applied_set(map, rows);
    if (!is_symbol(target, Symbol::current)) {
        const auto undone = map.descendants(roots_of(map, target, *place), true);
        for (auto index = map.order().rbegin(); index != map.order().rend(); ++index) {
            if (undone[*index] && applied[*index]) {
                journey.steps.push_back({*index, Direction::downgrade, {}});
            }
        }
    }
    if (const auto free = check_nothing_unknown_above(map, rows, journey.steps); !free) {
        return unexpected(free.error());
    }
    HeadMaintainer heads(map, rows);
    for (RevisionStep& step : journey.steps) step.row_changes = heads.downgrade(step.revision);
    if (journey.steps.empty()) {
        journey.notes.push_back(fmt::format("Nothing is applied above '{}'", target.text));
    }
    return journey;
}

}  // namespace revisiond::graph
