// Tarjan's strongly connected components with a stack of our own, since a chain of 100,000
// revisions would overflow the thread's.
#include "graph/cycles.hpp"

#include <algorithm>
#include <limits>

namespace revisiond::graph {
namespace {

constexpr std::uint32_t unvisited = std::numeric_limits<std::uint32_t>::max();

class ComponentSearch {
  public:
    explicit ComponentSearch(const Edges& edges)
        : edges_(edges),
          number_(edges.size(), unvisited),
          low_(edges.size(), 0),
          open_(edges.size(), false) {}

    std::vector<std::vector<std::uint32_t>> run() {
        for (std::uint32_t vertex = 0; vertex < edges_.size(); ++vertex) {
            if (number_[vertex] == unvisited) search_from(vertex);
        }
        std::sort(found_.begin(), found_.end());
        return std::move(found_);
    }

  private:
    struct Frame {
        std::uint32_t vertex;
        std::size_t next_edge;
    };

    void enter(std::uint32_t vertex) {
        number_[vertex] = low_[vertex] = counter_++;
        open_[vertex] = true;
        component_stack_.push_back(vertex);
        frames_.push_back({vertex, 0});
    }

    void search_from(std::uint32_t root) {
        enter(root);
        while (!frames_.empty()) {
            const std::uint32_t vertex = frames_.back().vertex;
            if (frames_.back().next_edge < edges_[vertex].size()) {
                const std::uint32_t to = edges_[vertex][frames_.back().next_edge++];
                if (number_[to] == unvisited) {
                    enter(to);
                } else if (open_[to]) {
                    low_[vertex] = std::min(low_[vertex], number_[to]);
                }
                continue;
            }
            frames_.pop_back();
            if (!frames_.empty()) {
                std::uint32_t& above = low_[frames_.back().vertex];
                above = std::min(above, low_[vertex]);
            }
            if (low_[vertex] == number_[vertex]) close_component(vertex);
        }
    }

    void close_component(std::uint32_t root) {
        std::vector<std::uint32_t> component;
        std::uint32_t vertex = root;
        do {
            vertex = component_stack_.back();
            component_stack_.pop_back();
            open_[vertex] = false;
            component.push_back(vertex);
        } while (vertex != root);
        if (component.size() < 2) return;
        std::sort(component.begin(), component.end());
        found_.push_back(std::move(component));
    }

    const Edges& edges_;
    std::vector<std::uint32_t> number_;
    std::vector<std::uint32_t> low_;
    std::vector<bool> open_;
    std::vector<std::uint32_t> component_stack_;
    std::vector<Frame> frames_;
    std::uint32_t counter_ = 0;
    std::vector<std::vector<std::uint32_t>> found_;
};

}  // namespace

std::vector<std::vector<std::uint32_t>> find_cycles(const Edges& edges) {
    return ComponentSearch(edges).run();
}

}  // namespace revisiond::graph
