// A TOML file as plain values that know their place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace revisiond::config {

// Where something stands: line and column from 1, in code points.
struct Place {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

// What kind of value TOML found.
enum class Kind {
    text,
    integer,
    boolean,
    array,
    table,
    other,  // a float, a date or a time: no setting is one
};

struct Entry;

// One value of a TOML file.
struct Value {
    Kind kind = Kind::other;
    Place place;
    std::string text;             // Kind::text
    std::int64_t integer = 0;     // Kind::integer
    bool boolean = false;         // Kind::boolean
    std::vector<Value> elements;  // Kind::array
    std::vector<Entry> entries;   // Kind::table, in the order of the file

    // Null when the table has no such key.
    const Entry* find(std::string_view key) const;
};

// One `key = value`.
struct Entry {
    std::string key;
    Place place;  // of the key
    Value value;
};

// "a text", "an integer": for messages.
const char* describe(Kind kind);

// A TOML file, parsed.
struct Document {
    std::string file;
    std::string source;
    Value root;

    // The place in the file, with as much of its line as is safe to show: the whole line only when
    // `harmless`, and then only if it is a simple `key = value`; else up to the equals sign.
    SourceLocation locate(Place place, std::size_t width, bool harmless) const;
};

// The one error of a file that is not TOML shows neither a value nor the parser's words about it.
Expected<Document> parse_document(std::string file, std::string source);

}  // namespace revisiond::config
