// What a header sets, whatever read it. Internal to the room.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace revisiond::script {

// A stretch of the source.
struct Extent {
    std::size_t offset = 0;
    std::size_t width = 1;
    bool operator==(const Extent&) const = default;
};

// One value of TOML, as far as a header has use for it.
struct HeaderValue {
    enum class Kind {
        text,
        flag,
        date,  // alone or with a time; read from the source
        list,
        other,
    };
    Kind kind = Kind::other;
    std::string_view type = "nothing";  // as a person calls it
    std::string text;
    bool flag = false;
    std::vector<HeaderValue> items;
    Extent extent;
    bool operator==(const HeaderValue&) const = default;
};

// One key that a header sets.
struct HeaderEntry {
    std::string key;
    Extent key_extent;
    HeaderValue value;
    bool operator==(const HeaderEntry&) const = default;
};

}  // namespace revisiond::script
