#include "graph/heads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace revisiond::graph {
namespace {

template <class T>
void sort_unique(std::vector<T>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

void sort_by_rank(const RevisionMap& map, std::vector<RevisionIndex>& indices) {
    const auto rank = [&](RevisionIndex index) { return map[index].rank; };
    std::sort(indices.begin(), indices.end(),
              [&](RevisionIndex a, RevisionIndex b) { return rank(a) < rank(b); });
    indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
}

// Calls `visit` with every parent and dependency.
template <class Visit>
void for_all_parents(const Node& node, Visit visit) {
    for (const RevisionIndex parent : node.parents) visit(parent);
    for (const RevisionIndex dependency : node.dependencies) visit(dependency);
}

}  // namespace

AppliedRows read_rows(const RevisionMap& map, const std::vector<std::string>& rows,
                      const std::vector<std::string>& recorded_ancestors) {
    AppliedRows result;
    for (const std::string& row : rows) {
        if (const auto index = map.find(row)) {
            result.known.push_back(*index);
        } else {
            result.unknown.push_back(row);
        }
    }
    sort_by_rank(map, result.known);
    sort_unique(result.unknown);
    if (result.unknown.empty()) return result;

    std::vector<std::string> recorded = recorded_ancestors;
    sort_unique(recorded);
    for (const std::string& id : recorded) {
        if (const auto index = map.find(id)) result.below_unknown.push_back(*index);
    }
    sort_by_rank(map, result.below_unknown);
    std::set_difference(result.unknown.begin(), result.unknown.end(), recorded.begin(),
                        recorded.end(), std::back_inserter(result.unrecorded));
    return result;
}

std::vector<bool> applied_set(const RevisionMap& map, const AppliedRows& rows) {
    std::vector<RevisionIndex> from = rows.known;
    from.insert(from.end(), rows.below_unknown.begin(), rows.below_unknown.end());
    return map.ancestors(from, true);
}

std::vector<RevisionIndex> maximal(const RevisionMap& map, const std::vector<bool>& applied) {
    std::vector<bool> covered(map.size(), false);
    for (RevisionIndex index = 0; index < map.size(); ++index) {
        if (!applied[index]) continue;
        for_all_parents(map[index], [&](RevisionIndex parent) { covered[parent] = true; });
    }
    std::vector<RevisionIndex> result;
    for (const RevisionIndex index : map.order()) {
        if (applied[index] && !covered[index]) result.push_back(index);
    }
    return result;
}

HeadMaintainer::HeadMaintainer(const RevisionMap& map, const AppliedRows& rows)
    : map_(map),
      applied_(applied_set(map, rows)),
      is_row_(map.size(), false),
      applied_above_(map.size(), 0),
      rows_(rows.unknown.begin(), rows.unknown.end()) {
    for (RevisionIndex index = 0; index < map.size(); ++index) {
        if (!applied_[index]) continue;
        for_all_parents(map[index], [&](RevisionIndex parent) { ++applied_above_[parent]; });
    }
    for (const RevisionIndex index : rows.below_unknown) ++applied_above_[index];
    for (const RevisionIndex index : rows.known) put(index);
}

void HeadMaintainer::put(RevisionIndex revision) {
    is_row_[revision] = true;
    rows_.insert(map_[revision].revision.id);
}

void HeadMaintainer::take(RevisionIndex revision) {
    is_row_[revision] = false;
    rows_.erase(map_[revision].revision.id);
}

std::vector<RowChange> HeadMaintainer::upgrade(RevisionIndex revision) {
    const Node& node = map_[revision];
    const std::string& id = node.revision.id;
    std::vector<RevisionIndex> absorbed;
    if (applied_[revision]) throw std::logic_error("upgrade of applied revision " + id);
    for_all_parents(node, [&](RevisionIndex parent) {
        if (!applied_[parent]) throw std::logic_error("upgrade of " + id + " before its parents");
        ++applied_above_[parent];
        if (is_row_[parent]) absorbed.push_back(parent);
    });
    std::vector<RowChange> changes;
    for (std::size_t i = 1; i < absorbed.size(); ++i) {
        changes.push_back({RowChange::Kind::remove, map_[absorbed[i]].revision.id, {}});
    }
    if (absorbed.empty()) {
        changes.push_back({RowChange::Kind::insert, {}, id});
    } else {
        changes.push_back({RowChange::Kind::update, map_[absorbed.front()].revision.id, id});
    }
    for (const RevisionIndex row : absorbed) take(row);
    applied_[revision] = true;
    put(revision);
    return changes;
}

std::vector<RowChange> HeadMaintainer::downgrade(RevisionIndex revision) {
    const Node& node = map_[revision];
    const std::string& id = node.revision.id;
    if (!is_row_[revision]) throw std::logic_error("downgrade of " + id + ", which is no row");
    std::vector<RevisionIndex> bared;
    for_all_parents(node, [&](RevisionIndex parent) {
        if (--applied_above_[parent] == 0) bared.push_back(parent);
    });
    std::vector<RowChange> changes;
    for (std::size_t i = 1; i < bared.size(); ++i) {
        changes.push_back({RowChange::Kind::insert, {}, map_[bared[i]].revision.id});
    }
    if (bared.empty()) {
        changes.push_back({RowChange::Kind::remove, id, {}});
    } else {
        changes.push_back({RowChange::Kind::update, id, map_[bared.front()].revision.id});
    }
    take(revision);
    applied_[revision] = false;
    for (const RevisionIndex row : bared) put(row);
    return changes;
}

std::vector<std::string> HeadMaintainer::rows() const {
    return {rows_.begin(), rows_.end()};
}

std::vector<std::string> apply_changes(std::vector<std::string> rows,
                                       const std::vector<RowChange>& changes) {
    const auto take = [&](const std::string& row) {
        if (std::count(rows.begin(), rows.end(), row) != 1) {
            throw std::logic_error(fmt::format("a change of row '{}' does not hit one row", row));
        }
        rows.erase(std::find(rows.begin(), rows.end(), row));
    };
    const auto put = [&](const std::string& row) {
        if (std::count(rows.begin(), rows.end(), row) != 0) {
            throw std::logic_error(fmt::format("row '{}' is there already", row));
        }
        rows.push_back(row);
    };
    for (const RowChange& change : changes) {
        if (change.kind != RowChange::Kind::insert) take(change.from);
        if (change.kind != RowChange::Kind::remove) put(change.to);
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

}  // namespace revisiond::graph
