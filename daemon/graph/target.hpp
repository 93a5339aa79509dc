// What a person writes for "where to": parsed once, into a value; never looked at as text again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/expected.hpp"

namespace revisiond::graph {

// `head`, `heads`, `base` and `current`, alone or behind `label@`.
enum class Symbol {
    head,     // the single head; an error when there are several
    heads,    // all real heads
    base,     // before everything
    current,  // the rows of the version table
};

// An id, a unique prefix of one, or a label.
struct Name {
    std::string text;
};

// What `+N` and `-N` count from when the current rows are not meant.
using Anchor = std::variant<Symbol, Name>;

// `+N` or `-N`, from the current rows or, with an anchor, from there (`id+N`, `head-N`).
struct Relative {
    int count = 0;  // negative goes towards base; `+0` and `-0` are refused
    std::optional<Anchor> anchor;
};

// One target: `[label@](symbol | name | relative)`.
struct Target {
    std::optional<std::string> branch;  // what stands before the @: a label or an id
    std::variant<Symbol, Name, Relative> where;
    std::string text;  // as written, for messages
};

// `a:b`; an absent side is nullopt. One side is enough for `a:` and `:b`; `:` alone is everything.
struct TargetRange {
    std::optional<Target> lower;
    std::optional<Target> upper;
    std::string text;
};

// Grammar of DESIGN 4. Errors say which character or part is wrong and what would be right.
Expected<Target> parse_target(std::string_view text);
// A text with exactly one ':'; none or more is an error that says so.
Expected<TargetRange> parse_range(std::string_view text);
bool is_range(std::string_view text);

}  // namespace revisiond::graph
