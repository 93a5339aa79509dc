// Any header, read as the TOML that it is. Internal to the room.
#pragma once

#include <span>
#include <vector>

#include "script/header.hpp"
#include "script/header_value.hpp"
#include "script/reporter.hpp"

namespace revisiond::script {

// The header's entries in the order of the file. With a syntax error: those entries that can be
// read alone. A key that is set twice is kept as first set.
std::vector<HeaderEntry> read_toml_header(Reporter& reporter, std::span<const HeaderLine> lines);

}  // namespace revisiond::script
