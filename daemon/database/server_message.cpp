#include "database/server_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sql/redact.hpp"

namespace revisiond::database {

std::string redacted(const std::string& text) {
    return sql::redact_message(text);
}

bool SqlError::retryable() const {
    return !connection_lost && !cancelled &&
           (lock_timeout() || server.sqlstate == "40P01" || server.sqlstate == "40001");
}

bool SqlError::exists_already() const {
    constexpr std::array codes = {"42P06", "42P07", "42701", "42710", "42723"};
    return std::ranges::find(codes, server.sqlstate) != codes.end();
}

std::string SqlError::text() const {
    const std::string message = redacted(server.message);
    return server.sqlstate.empty() ? message
                                   : fmt::format("{} (SQLSTATE {})", message, server.sqlstate);
}

std::vector<std::pair<std::string, std::string>> fields(const ServerMessage& m) {
    std::vector<std::pair<std::string, std::string>> result;
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) result.emplace_back(name, redacted(value));
    };
    add("severity", m.severity);
    add("sqlstate", m.sqlstate);
    add("message", m.message);
    add("detail", m.detail);
    add("hint", m.hint);
    if (m.position > 0) add("position", fmt::format("{}", m.position));
    add("internal_position", m.internal_position);
    add("internal_query", m.internal_query);
    add("context", m.context);
    add("schema", m.schema);
    add("table", m.table);
    add("column", m.column);
    add("datatype", m.datatype);
    add("constraint", m.constraint);
    add("source_file", m.source_file);
    add("source_line", m.source_line);
    add("source_function", m.source_function);
    return result;
}

}  // namespace revisiond::database
