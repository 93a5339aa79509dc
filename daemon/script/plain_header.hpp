// The header as nearly every file has it, read without a TOML parser. Internal to the room.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "script/header.hpp"
#include "script/header_value.hpp"

namespace revisiond::script {

// The header's entries in the order of the file, when every line is `key = value` in the part of
// TOML that cannot be misread: bare keys, each set once; ASCII text in double quotes without an
// escape; arrays of such texts on one line; true and false; 2026-11-22T10:15:00Z. Exactly what
// toml_header.hpp reads there, for a tenth of the time, which is what makes `heads` of 10,000 files
// quick. Nothing for every other header, sound or not.
std::optional<std::vector<HeaderEntry>> read_plain_header(std::span<const HeaderLine> lines);

}  // namespace revisiond::script
