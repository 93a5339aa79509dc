#include <fmt/format.h>

#include <algorithm>

#include "graph/planner.hpp"
#include "graph/resolve.hpp"

namespace revisiond::graph {
namespace {

std::string already_note(const RevisionMap& map, const AppliedRows& rows, const Target& target,
                         const std::vector<RevisionIndex>& revisions) {
    if (revisions.empty()) {
        return map.size() == 0 ? "There are no revisions" : "Nothing is applied, nothing to do";
    }
    std::vector<RevisionIndex> below;
    for (const RevisionIndex index : revisions) {
        if (std::find(rows.known.begin(), rows.known.end(), index) == rows.known.end()) {
            below.push_back(index);
        }
    }
    std::string note = fmt::format("'{}' is applied already", target.text);
    if (!below.empty())
        note += fmt::format(": {} lies below the current revisions", quote_ids(map, below));
    return note;
}

Expected<Done> refuse_going_down(const Target& target) {
    const auto* relative = std::get_if<Relative>(&target.where);
    if (relative == nullptr || relative->anchor || relative->count > 0) return Done{};
    return unexpected(make_error(
        "graph.walked-too-far",
        fmt::format(
            "Relative revision {:+} didn't produce {} migrations: an upgrade cannot go down",
            relative->count, -relative->count),
        fmt::format("use `downgrade {}`", target.text)));
}

Expected<Done> refuse_base(const Target& target, const Place& place) {
    const auto* symbol = std::get_if<Symbol>(&target.where);
    if (!place.revisions.empty() || (symbol != nullptr && *symbol != Symbol::base)) return Done{};
    return unexpected(make_error(
        "graph.upgrade-to-base",
        fmt::format("An upgrade cannot lead to base, which target '{}' means", target.text),
        fmt::format("use `downgrade {}`", target.text)));
}

}  // namespace

Expected<Journey> plan_upgrade(const RevisionMap& map, const AppliedRows& rows,
                               const std::vector<Target>& targets) {
    if (const auto checked = check_rows(map, rows); !checked) return unexpected(checked.error());
    const Resolver resolver(map, rows, Overshoot::refuse);
    Journey journey;
    std::vector<std::string> notes;
    for (const Target& target : targets) {
        if (const auto up = refuse_going_down(target); !up) return unexpected(up.error());
        const auto place = resolver.place(target);
        if (!place) return unexpected(place.error());
        if (const auto some = refuse_base(target, *place); !some) return unexpected(some.error());
        for (const RevisionIndex index : place->revisions) journey.targets.push_back(index);
        notes.push_back(already_note(map, rows, target, place->revisions));
    }
    const std::vector<bool> wanted = map.ancestors(journey.targets, true);
    const std::vector<bool> applied = applied_set(map, rows);
    HeadMaintainer heads(map, rows);
    for (const RevisionIndex index : map.order()) {
        if (!wanted[index] || applied[index]) continue;
        journey.steps.push_back({index, Direction::upgrade, heads.upgrade(index)});
    }
    if (journey.steps.empty()) journey.notes = std::move(notes);
    return journey;
}

}  // namespace revisiond::graph
