#include "graph/revision.hpp"

namespace revisiond::graph {

const char* to_string(Direction direction) {
    return direction == Direction::upgrade ? "upgrade" : "downgrade";
}

SourceLocation place_of(const Revision& revision, const std::vector<SourceLocation>& places,
                        std::size_t number) {
    if (number >= places.size()) return revision.at;
    SourceLocation at = places[number];
    at.file = revision.at.file;
    return at;
}

}  // namespace revisiond::graph
