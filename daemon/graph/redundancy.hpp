// Edges that say what others say already.
#pragma once

#include <vector>

#include "graph/revision_map.hpp"

namespace revisiond::graph {

// `from` names `to`, and also `through`, which stands on `to` anyway. A merge point's edge to a
// head on which another of its parents depends is none: it is what makes one head of two.
struct RedundantEdge {
    RevisionIndex from = 0;
    RevisionIndex to = 0;
    RevisionIndex through = 0;
    bool is_dependency = false;  // named in depends_on, not in down_revision
};

// All of them in graphs up to a few thousand revisions, and in larger ones that are not very wide
// (see the essay in the source); never a wrong one. Linear for a given width.
std::vector<RedundantEdge> find_redundant_edges(const RevisionMap& map);

}  // namespace revisiond::graph
