// The header of a revision file: TOML behind "-- ". Internal to the room.
#pragma once

#include <span>
#include <string_view>

#include "script/reporter.hpp"
#include "script/revision_script.hpp"

namespace revisiond::script {

// One line of the header, without the "--" and the blank behind it.
struct HeaderLine {
    std::size_t offset = 0;  // of `toml` in the source
    std::string_view toml;
};

// The key that a line of TOML sets, as far as it looks like `key = …`; empty otherwise.
std::string_view key_of(std::string_view toml);

// Whether the header knows the key.
bool is_header_key(std::string_view key);

// Reads the header's values into `script` and reports everything wrong with them. After a syntax
// error every entry is read alone, so that one slip does not hide the next.
void read_header(Reporter& reporter, std::span<const HeaderLine> lines, RevisionScript& script);

}  // namespace revisiond::script
