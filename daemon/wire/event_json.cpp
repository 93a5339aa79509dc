#include "wire/event_json.hpp"

#include <nlohmann/json.hpp>

#include "sql/redact.hpp"
#include "wire/shapes.hpp"

namespace revisiond::wire {
namespace {

// A statement of a megabyte is in its file; its event shows how it begins.
constexpr std::size_t shown_sql = 4000;

std::string cut(std::string text) {
    if (text.size() <= shown_sql) return text;
    std::size_t end = shown_sql;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
    return text + "…";
}

double milliseconds(std::chrono::microseconds elapsed) {
    return std::chrono::duration<double, std::milli>(elapsed).count();
}

}  // namespace

namespace event {

std::string accepted(const std::string& kind, const std::string& target, const std::string& actor,
                     const std::vector<std::string>& revisions, const std::string& digest) {
    return dump({{"kind", kind},
                 {"target", target},
                 {"actor", actor},
                 {"revisions", revisions},
                 {"digest", text_or_null(digest)}});
}

std::string started(std::int64_t term, const std::string& host) {
    return dump({{"term", term}, {"host", host}});
}

std::string waiting_for_lock(const std::optional<database::LockHolder>& holder) {
    return dump({{"holder", shape(holder)}});
}

std::string step_begins(const plan::PlanStep& step, std::size_t number, std::size_t of) {
    return dump({{"revision", step.revision},
                 {"message", step.message},
                 {"direction", graph::to_string(step.direction)},
                 {"file", step.file},
                 {"parents", step.parents},
                 {"number", number},
                 {"of", of},
                 {"transaction", step.transaction}});
}

std::string statement_begins(const plan::PlanStep& step, const sql::Statement& statement) {
    return dump({{"revision", step.revision},
                 {"line", statement.line},
                 {"sql", cut(sql::redact_sql(statement.text))}});
}

std::string statement_ends(const apply::StatementReport& report) {
    Json notices = Json::array();
    for (const database::ServerMessage& notice : report.notices) notices.push_back(shape(notice));
    return dump({{"revision", report.revision},
                 {"line", report.line},
                 {"tag", report.tag},
                 {"rows", report.rows},
                 {"elapsed_ms", milliseconds(report.elapsed)},
                 {"notices", std::move(notices)}});
}

std::string retrying(const apply::RetryReport& report) {
    return dump({{"revision", report.revision},
                 {"file", report.file},
                 {"line", report.line},
                 {"sql", cut(sql::redact_sql(report.sql))},
                 {"doing", text_or_null(report.doing)},
                 {"attempt", report.attempt},
                 {"pause_ms", report.pause.count()},
                 {"sqlstate", report.error.server.sqlstate},
                 {"message", report.error.text()},
                 {"blockers", report.blockers},
                 {"waited_ms", report.waited.count()}});
}

std::string blocked(const plan::PlanStep& step, const std::vector<std::string>& blockers,
                    apply::Milliseconds waited) {
    return dump(
        {{"revision", step.revision}, {"blockers", blockers}, {"waited_ms", waited.count()}});
}

std::string step_ends(const plan::PlanStep& step, std::chrono::microseconds elapsed) {
    return dump({{"revision", step.revision}, {"elapsed_ms", milliseconds(elapsed)}});
}

std::string text(const std::string& text) {
    return dump({{"text", text}});
}

std::string actor(const std::string& actor) {
    return dump({{"actor", actor}});
}

std::string finished(const std::string& state, const std::vector<std::string>& applied,
                     const std::vector<std::string>& rows, const std::string& problem) {
    return dump({{"state", state},
                 {"applied", applied},
                 {"rows", rows},
                 {"error", problem.empty() ? Json() : Json::parse(problem)}});
}

}  // namespace event

std::map<std::string, std::string> event_words(const std::string& data) {
    std::map<std::string, std::string> words;
    const Json members = Json::parse(data);
    for (const auto& [name, value] : members.items()) {
        if (value.is_string()) words[name] = value.get<std::string>();
        if (value.is_number()) words[name] = dump(value);
        if (!value.is_array()) continue;
        for (const Json& one : value)
            if (one.is_string())
                words[name] += (words[name].empty() ? "" : "; ") + one.get<std::string>();
    }
    return words;
}

std::string problem_json(const service::Problem& problem) {
    Json error = error_shape(problem);
    // The members of RFC 9457, but for the status: an operation's error is no answer.
    Json json{{"type", "urn:revisiond:problem:" + problem.reason().code},
              {"title", "The operation did not succeed"},
              {"detail", problem.reason().message}};
    error.erase("message");
    json.update(error);
    json["diagnostics"] = shape(problem.diagnostics);
    json["applied"] = problem.result.applied;
    return dump(json);
}

}  // namespace revisiond::wire
