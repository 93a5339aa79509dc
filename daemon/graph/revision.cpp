#include "graph/revision.hpp"

namespace revisiond::graph {

const char* to_string(Direction direction) {
    return direction == Direction::upgrade ? "upgrade" : "downgrade";
}

}  // namespace revisiond::graph
