// Quoting: the only way that a name or a value gets into SQL text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace revisiond::sql {

// Always quoted: "name", inner quotes doubled. A NUL byte throws std::invalid_argument.
std::string quote_identifier(std::string_view name);
// 'text', safe whatever standard_conforming_strings says: a backslash makes it E'…'. A NUL byte
// throws std::invalid_argument.
std::string quote_literal(std::string_view text);
// ARRAY['a','b']::text[]; also for the empty list.
std::string quote_text_array(const std::vector<std::string>& values);

// `name` or `schema.name`, quoted for SQL.
struct QualifiedName {
    std::string schema;  // empty: found by search_path
    std::string name;
    std::string quoted() const;
    std::string display() const;  // unquoted, for people
    bool operator==(const QualifiedName&) const = default;
};

// Reads `a`, `a.b`, `"A"."b c"` as PostgreSQL does: unquoted parts are folded to lower case.
std::optional<QualifiedName> parse_qualified_name(std::string_view text);

}  // namespace revisiond::sql
