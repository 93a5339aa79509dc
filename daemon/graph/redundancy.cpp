// To find a redundant edge one must know whether one revision is an ancestor of another, for every
// revision with several parents, and walking each time would be quadratic for two chains that
// depend on each other. So the graph is cut into lanes: sequences in which each revision is an
// ancestor of the next (not always directly). Per revision it is enough to know how far down each
// lane it reaches; those rows are the maximum of the parents' rows. A revision joins the first lane
// whose end it reaches, else opens one. Chains need one lane, combs of merges two, a project with n
// branches side by side about n.
// The table has (revisions x lanes) cells, so the number of lanes is bounded by a fixed number of
// cells. Revisions beyond get no lane and are not recognised as ancestors: this serves a warning,
// and a missing warning harms less than a slow start.
#include "graph/redundancy.hpp"

#include <algorithm>

namespace revisiond::graph {
namespace {

constexpr std::size_t most_cells = 8'000'000;
constexpr std::uint32_t no_lane = ~std::uint32_t{0};

class LaneTable {
  public:
    explicit LaneTable(const RevisionMap& map)
        : map_(map),
          most_lanes_(most_cells / std::max<std::size_t>(1, map.size())),
          reach_(map.size()),
          place_(map.size()) {
        for (const RevisionIndex index : map.order()) add(index);
    }

    // Whether `ancestor` is `revision` or below it; false when it is not known.
    bool reaches(RevisionIndex revision, RevisionIndex ancestor) const {
        const Place place = place_[ancestor];
        if (place.lane == no_lane || place.lane >= reach_[revision].size()) return false;
        return reach_[revision][place.lane] >= place.position;
    }

  private:
    struct Place {
        std::uint32_t lane = no_lane;
        std::uint32_t position = 0;  // from 1
    };

    void add(RevisionIndex index) {
        std::vector<std::uint32_t>& row = reach_[index];
        const auto take = [&](RevisionIndex parent) {
            const std::vector<std::uint32_t>& other = reach_[parent];
            if (row.size() < other.size()) row.resize(other.size(), 0);
            for (std::size_t lane = 0; lane < other.size(); ++lane) {
                row[lane] = std::max(row[lane], other[lane]);
            }
        };
        for (const RevisionIndex parent : map_[index].parents) take(parent);
        for (const RevisionIndex dependency : map_[index].dependencies) take(dependency);

        std::size_t lane = 0;
        while (lane < row.size() && row[lane] != lane_length_[lane]) ++lane;
        if (lane == row.size()) lane = lane_length_.size();
        if (lane == lane_length_.size()) {
            if (lane_length_.size() >= most_lanes_) return;
            lane_length_.push_back(0);
        }
        if (row.size() <= lane) row.resize(lane + 1, 0);
        place_[index] = {static_cast<std::uint32_t>(lane), ++lane_length_[lane]};
        row[lane] = lane_length_[lane];
    }

    const RevisionMap& map_;
    const std::size_t most_lanes_;
    std::vector<std::vector<std::uint32_t>> reach_;
    std::vector<Place> place_;
    std::vector<std::uint32_t> lane_length_;
};

bool has_several(const Node& node) {
    return node.parents.size() + node.dependencies.size() > 1;
}

// A merge with a head that another side depends on: without the edge that head would stay one.
bool ends_a_head(const RevisionMap& map, const Node& node, std::size_t edge, RevisionIndex to) {
    return node.parents.size() > 1 && edge < node.parents.size() && map[to].children.size() == 1;
}

void add_redundant_of(const RevisionMap& map, const LaneTable& table, RevisionIndex from,
                      std::vector<RedundantEdge>& result) {
    const Node& node = map[from];
    std::vector<RevisionIndex> all = node.parents;
    all.insert(all.end(), node.dependencies.begin(), node.dependencies.end());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const RevisionIndex to = all[i];
        const auto through = std::find_if(all.begin(), all.end(), [&](RevisionIndex other) {
            return other != to && table.reaches(other, to);
        });
        if (through == all.end() || ends_a_head(map, node, i, to)) continue;
        result.push_back({from, to, *through, i >= node.parents.size()});
    }
}

}  // namespace

std::vector<RedundantEdge> find_redundant_edges(const RevisionMap& map) {
    std::vector<RedundantEdge> result;
    if (std::none_of(map.nodes().begin(), map.nodes().end(), has_several)) return result;
    const LaneTable table(map);
    for (const RevisionIndex index : map.order()) {
        if (has_several(map[index])) add_redundant_of(map, table, index, result);
    }
    return result;
}

}  // namespace revisiond::graph
