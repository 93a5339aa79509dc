// Which revisions a branch label speaks of.
#pragma once

#include <vector>

#include "graph/revision_map.hpp"

namespace revisiond::graph {

// Fills Node::labels. A label is shown on its revision and on every descendant (down_revision); and
// on its ancestors up to a branch point (dependents count) or merge point, provided that from the
// ancestor to the head everything is one line: Alembic's rule, its quirk included.
// REQUIRES linked nodes without cycles. Costs the number of labels shown.
void spread_labels(std::vector<Node>& nodes);

}  // namespace revisiond::graph
