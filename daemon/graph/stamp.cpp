// Stamping moves rows without running anything. For each destination the rows above and below it
// give way to it; rows that have nothing to do with any destination stay. `label@base` removes the
// rows of that branch, `base` all. All destinations are looked at together and against the rows as
// they were, so the result obeys the law whatever the order of the arguments.
#include <fmt/format.h>

#include <algorithm>

#include "graph/planner.hpp"
#include "graph/resolve.hpp"

namespace revisiond::graph {
namespace {

// What the targets ask for together.
struct Wish {
    std::vector<RevisionIndex> destinations;
    std::vector<RevisionIndex> emptied;  // branches to take to base
    bool empty_all = false;
};

std::vector<bool> related_to(const RevisionMap& map, std::span<const RevisionIndex> revisions) {
    std::vector<bool> result = map.ancestors(revisions, true);
    const std::vector<bool> above = map.descendants(revisions, true);
    for (RevisionIndex index = 0; index < map.size(); ++index) {
        if (above[index]) result[index] = true;
    }
    return result;
}

// `label@heads` may name a head that another head depends on; only the upper one becomes a row.
std::vector<RevisionIndex> without_ancestors(const RevisionMap& map,
                                             const std::vector<RevisionIndex>& revisions) {
    if (revisions.size() < 2) return revisions;
    return maximal(map, map.ancestors(revisions, true));
}

Expected<Wish> read_wish(const RevisionMap& map, const AppliedRows& rows,
                         const std::vector<Target>& targets) {
    Wish wish;
    const Resolver resolver(map, rows, Overshoot::refuse);
    for (const Target& target : targets) {
        const auto place = resolver.place(target);
        if (!place) return unexpected(place.error());
        const auto* symbol = std::get_if<Symbol>(&target.where);
        if (!place->revisions.empty()) {
            for (const RevisionIndex index : without_ancestors(map, place->revisions)) {
                wish.destinations.push_back(index);
            }
        } else if (symbol == nullptr || *symbol == Symbol::base) {
            if (place->branch) {
                wish.emptied.push_back(place->branch->revision);
            } else {
                wish.empty_all = true;
            }
        }
    }
    const auto by_rank = [&](RevisionIndex a, RevisionIndex b) {
        return map[a].rank < map[b].rank;
    };
    auto& all = wish.destinations;
    std::sort(all.begin(), all.end(), by_rank);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return wish;
}

Expected<Done> check_wish(const RevisionMap& map, const Wish& wish) {
    const auto& all = wish.destinations;
    const auto tips = maximal(map, map.ancestors(all, true));
    for (const RevisionIndex index : all) {
        if (std::find(tips.begin(), tips.end(), index) != tips.end()) continue;
        const auto above = map.descendants(std::span(&index, 1), true);
        const auto over = std::find_if(all.begin(), all.end(), [&](RevisionIndex other) {
            return other != index && above[other];
        });
        return unexpected(make_error(
            "graph.stamp-overlap",
            fmt::format("Requested revision {} overlaps with other requested revisions {}",
                        map[*over].revision.id, map[index].revision.id),
            fmt::format("leave out '{}': '{}' stands on it", map[index].revision.id,
                        map[*over].revision.id)));
    }
    const auto emptied = related_to(map, wish.emptied);
    const auto clash = std::find_if(all.begin(), all.end(), [&](RevisionIndex index) {
        return wish.empty_all || emptied[index];
    });
    if (clash == all.end()) return Done{};
    return unexpected(make_error(
        "graph.stamp-overlap",
        fmt::format("Revision {} cannot be stamped together with base of the branch it is on",
                    map[*clash].revision.id),
        "stamp one of them"));
}

// The known rows that remain, destinations included.
std::vector<RevisionIndex> new_rows(const RevisionMap& map, const AppliedRows& rows,
                                    const Wish& wish, bool purge) {
    std::vector<RevisionIndex> result = wish.destinations;
    if (purge || wish.empty_all) return result;
    std::vector<RevisionIndex> touched = wish.destinations;
    touched.insert(touched.end(), wish.emptied.begin(), wish.emptied.end());
    const auto gone = related_to(map, touched);
    std::copy_if(rows.known.begin(), rows.known.end(), std::back_inserter(result),
                 [&](RevisionIndex row) { return !gone[row]; });
    return result;
}

// What an unknown row stands on is applied whatever is stamped.
Expected<Done> check_below_unknown(const RevisionMap& map, const AppliedRows& rows, Wish& wish,
                                   StampPlan& plan) {
    if (rows.unknown.empty()) return Done{};
    const auto held = map.ancestors(rows.below_unknown, true);
    const auto related = related_to(map, wish.emptied);
    const bool empties_held =
        wish.empty_all || std::any_of(rows.below_unknown.begin(), rows.below_unknown.end(),
                                      [&](RevisionIndex index) { return related[index]; });
    if (empties_held) {
        return unexpected(make_error(
            "graph.below-unknown",
            fmt::format("Revision '{}', which no file knows, is in the version table and would "
                        "stay there",
                        rows.unknown.front()),
            "`stamp --purge` forgets it too"));
    }
    std::erase_if(wish.destinations, [&](RevisionIndex index) {
        if (!held[index]) return false;
        plan.notes.push_back(fmt::format("'{}' is applied already: '{}' stands on it",
                                         map[index].revision.id, rows.unknown.front()));
        return true;
    });
    return Done{};
}

// Rows that leave become rows that come as far as they reach; the rest is removed or inserted.
std::vector<RowChange> exchange(const std::vector<std::string>& leave,
                                const std::vector<std::string>& come) {
    std::vector<RowChange> changes;
    const std::size_t pairs = std::min(leave.size(), come.size());
    for (std::size_t i = pairs; i < leave.size(); ++i) {
        changes.push_back({RowChange::Kind::remove, leave[i], {}});
    }
    for (std::size_t i = 0; i < pairs; ++i) {
        changes.push_back({RowChange::Kind::update, leave[i], come[i]});
    }
    for (std::size_t i = pairs; i < come.size(); ++i) {
        changes.push_back({RowChange::Kind::insert, {}, come[i]});
    }
    return changes;
}

std::vector<std::string> difference(std::vector<std::string> from, std::vector<std::string> what) {
    std::sort(from.begin(), from.end());
    std::sort(what.begin(), what.end());
    std::vector<std::string> result;
    std::set_difference(from.begin(), from.end(), what.begin(), what.end(),
                        std::back_inserter(result));
    return result;
}

void note_marks(const RevisionMap& map, const std::vector<bool>& before,
                const std::vector<bool>& after, StampPlan& plan) {
    std::vector<RevisionIndex> unmarked;
    for (const RevisionIndex index : map.order()) {
        if (after[index] && !before[index]) plan.revisions.push_back(index);
        if (before[index] && !after[index]) unmarked.push_back(index);
    }
    if (!unmarked.empty()) {
        plan.notes.push_back(
            fmt::format("No longer marked as applied: {}", quote_ids(map, unmarked)));
    }
    if (plan.row_changes.empty() && plan.notes.empty()) {
        plan.notes.push_back("The rows are as requested already");
    }
}

}  // namespace

Expected<StampPlan> plan_stamp(const RevisionMap& map, const AppliedRows& rows,
                               const std::vector<Target>& targets, bool purge) {
    if (!purge) {
        if (const auto checked = check_rows(map, rows); !checked) {
            return unexpected(checked.error());
        }
    }
    auto wish = read_wish(map, rows, targets);
    if (!wish) return unexpected(std::move(wish).error());
    if (const auto checked = check_wish(map, *wish); !checked) return unexpected(checked.error());
    StampPlan plan;
    if (!purge) {
        const auto checked = check_below_unknown(map, rows, *wish, plan);
        if (!checked) return unexpected(checked.error());
    }
    AppliedRows after;
    after.known = new_rows(map, rows, *wish, purge);
    if (!purge) after.below_unknown = rows.below_unknown;

    std::vector<std::string> old_ids = map.ids(rows.known);
    if (purge) old_ids.insert(old_ids.end(), rows.unknown.begin(), rows.unknown.end());
    const std::vector<std::string> new_ids = map.ids(after.known);
    plan.row_changes = exchange(difference(old_ids, new_ids), difference(new_ids, old_ids));
    note_marks(map, purge ? std::vector<bool>(map.size(), false) : applied_set(map, rows),
               applied_set(map, after), plan);
    return plan;
}

}  // namespace revisiond::graph
