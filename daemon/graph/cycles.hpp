// Cycles in a graph that should have none.
#pragma once

#include <cstdint>
#include <vector>

namespace revisiond::graph {

// For each vertex, where its edges lead.
using Edges = std::vector<std::vector<std::uint32_t>>;

// The sets of two and more vertices that reach each other, each sorted, sets by their first vertex.
// Linear; a vertex with an edge to itself alone is not reported.
std::vector<std::vector<std::uint32_t>> find_cycles(const Edges& edges);

}  // namespace revisiond::graph
