#include "graph/labels.hpp"

#include <algorithm>

namespace revisiond::graph {
namespace {

bool ends_line(const Node& node) {
    return node.children.size() + node.dependents.size() > 1 || node.parents.size() > 1;
}

// Labels every descendant of `from` and says whether they, it included, are one line. `last_walk`
// holds for each revision the number of the walk that met it last.
bool spread_down(std::vector<Node>& nodes, RevisionIndex from, const std::string& label,
                 std::vector<std::uint32_t>& last_walk, std::uint32_t this_walk) {
    bool one_line = true;
    std::vector<RevisionIndex> todo{from};
    last_walk[from] = this_walk;
    while (!todo.empty()) {
        Node& node = nodes[todo.back()];
        todo.pop_back();
        node.labels.push_back(label);
        one_line = one_line && !ends_line(node);
        for (const RevisionIndex child : node.children) {
            if (last_walk[child] == this_walk) continue;
            last_walk[child] = this_walk;
            todo.push_back(child);
        }
    }
    return one_line;
}

void spread_up(std::vector<Node>& nodes, RevisionIndex from, const std::string& label) {
    while (nodes[from].parents.size() == 1) {
        from = nodes[from].parents.front();
        if (ends_line(nodes[from])) return;
        nodes[from].labels.push_back(label);
    }
}

}  // namespace

void spread_labels(std::vector<Node>& nodes) {
    std::vector<std::uint32_t> last_walk(nodes.size(), 0);
    std::uint32_t walks = 0;
    for (RevisionIndex index = 0; index < nodes.size(); ++index) {
        for (const std::string& label : nodes[index].revision.branch_labels) {
            if (spread_down(nodes, index, label, last_walk, ++walks))
                spread_up(nodes, index, label);
        }
    }
    for (Node& node : nodes) std::sort(node.labels.begin(), node.labels.end());
}

}  // namespace revisiond::graph
