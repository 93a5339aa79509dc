// JSON from outside. Internal to the room.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/expected.hpp"
#include "wire/shapes.hpp"

namespace revisiond::wire {

// Parses one JSON text. Nested deeper than 64 it is refused: writing or walking such a value would
// need the stack for it.
Expected<Json> read_json(std::string_view text);

}  // namespace revisiond::wire
