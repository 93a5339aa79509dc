#include "wire/shapes.hpp"

#include <nlohmann/json.hpp>

#include "sql/redact.hpp"

namespace revisiond::wire {

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

Json shape(const Diagnostic& diagnostic) {
    Json json{{"severity", diagnostic.severity == Severity::error ? "error" : "warning"},
              {"code", diagnostic.code},
              {"message", diagnostic.message}};
    if (!diagnostic.at.file.empty()) json["file"] = diagnostic.at.file;
    if (diagnostic.at.line > 0) json["line"] = diagnostic.at.line;
    if (diagnostic.at.column > 0) json["column"] = diagnostic.at.column;
    if (!diagnostic.at.line_text.empty()) {
        json["text"] = sql::redact_sql(diagnostic.at.line_text);
        json["width"] = diagnostic.at.width;
    }
    if (!diagnostic.hint.empty()) json["hint"] = diagnostic.hint;
    return json;
}

Json shape(const Diagnostics& diagnostics) {
    Json json = Json::array();
    for (const Diagnostic& diagnostic : diagnostics) json.push_back(shape(diagnostic));
    return json;
}

Json shape(const database::ServerMessage& message) {
    Json json = Json::object();
    for (const auto& [name, value] : database::fields(message)) json[name] = value;
    return json;
}

Json shape(const database::LockHolder& holder) {
    return {{"description", holder.describe()},
            {"host", text_or_null(holder.host)},
            {"pid", holder.pid == 0 ? Json() : Json(holder.pid)},
            {"backend_pid", holder.backend_pid},
            {"version", text_or_null(holder.version)},
            {"url", text_or_null(sql::redact_urls(holder.url))},
            {"doing", text_or_null(holder.doing)},
            {"since", text_or_null(holder.since)},
            {"term", holder.term == 0 ? Json() : Json(holder.term)},
            {"application_name", text_or_null(holder.application_name)},
            {"user", text_or_null(holder.user)},
            {"client_address", text_or_null(holder.client_address)},
            {"backend_start", text_or_null(holder.backend_start)},
            {"state", text_or_null(holder.state)},
            {"query", text_or_null(sql::redact_sql(holder.query))}};
}

Json shape(const std::optional<database::LockHolder>& holder) {
    return holder ? shape(*holder) : Json();
}

Json shape(const std::vector<database::JournalEntry>& journal) {
    Json json = Json::array();
    for (const database::JournalEntry& entry : journal) {
        json.push_back({{"revision", entry.revision},
                        {"direction", entry.direction},
                        {"position", entry.position},
                        {"state", entry.state},
                        {"statement", sql::redact_sql(entry.statement)},
                        {"error", text_or_null(database::redacted(entry.error))}});
    }
    return json;
}

}  // namespace revisiond::wire
