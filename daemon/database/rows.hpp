// Reading the columns of a row. Internal to the room.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <vector>

namespace revisiond::database {

using Row = std::vector<std::optional<std::string>>;

// NULL is the empty text.
inline std::string text(const Row& row, std::size_t column) {
    return row.at(column).value_or("");
}

// NULL, and what is no number, is 0.
template <class Number>
Number number(const Row& row, std::size_t column) {
    const std::string value = text(row, column);
    Number result = 0;
    std::from_chars(value.data(), value.data() + value.size(), result);
    return result;
}

// A timestamptz expression as SQL for its text in UTC, as JSON has it.
inline std::string rfc3339(const std::string& expression) {
    return "pg_catalog.to_char((" + expression +
           ") AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
}

}  // namespace revisiond::database
