// psql's variables inside one statement.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/expected.hpp"
#include "sql/token.hpp"

namespace revisiond::sql {

using Variables = std::map<std::string, std::string>;

// The text that stands in place of a variable token: the value itself for :name, a literal for
// :'name', an identifier for :"name", TRUE or FALSE for
// :{?name}. Refused: an unknown name, a value with a NUL byte, and a value for :name that would
// change where statements begin and end (a semicolon, a comment, a backslash, an open quote,
// unbalanced parentheses). The diagnostic has no location, and never holds a value.
Expected<std::string> expand_variable(const Token& token, const Variables& variables);

// Whether the bytes of `text` before `edge` and behind it are read apart, as they were before a
// value was put next to them: `-` and a value `-1` would make a comment. Words and numbers may grow
// together (tbl_:suffix). `edges` are ascending offsets; the answer is the first one that something
// runs across, if any.
std::optional<std::size_t> first_glued_edge(std::string_view text,
                                            const std::vector<std::size_t>& edges);

}  // namespace revisiond::sql
