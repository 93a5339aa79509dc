#include "wire/daemon_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sql/redact.hpp"
#include "wire/json.hpp"
#include "wire/shapes.hpp"

namespace revisiond::wire {
namespace {

std::string advice_of(const service::DatabaseSnapshot& snapshot) {
    if (!snapshot.reachable && snapshot.error) {
        return "PostgreSQL does not answer. revisiond keeps trying.";
    }
    return snapshot.status ? service::advice(snapshot.status->state) : "";
}

Json leader_of(const service::DatabaseSnapshot& snapshot) {
    if (!snapshot.status || !snapshot.status->holder) return {};
    const database::LockHolder& holder = *snapshot.status->holder;
    return {{"host", text_or_null(holder.host)},
            {"pid", holder.pid == 0 ? Json() : Json(holder.pid)},
            {"version", text_or_null(holder.version)},
            {"url", text_or_null(sql::redact_urls(holder.url))},
            {"term", holder.term == 0 ? Json() : Json(holder.term)},
            {"since", text_or_null(holder.since)},
            {"doing", text_or_null(holder.doing)}};
}

Json shape(const service::FilesState& files) {
    return {{"ok", files.ok},
            {"digest", text_or_null(files.digest)},
            {"since", text_or_null(files.since)},
            {"diagnostics", wire::shape(files.diagnostics)}};
}

// What a person should do about an operation.
const char* advice_of(const std::string& state) {
    if (state == "refused") return "Nothing has run.";
    if (state == "interrupted") return "The process stopped. The next leader goes on.";
    if (state == "waiting_for_person") return "Look at the error; then repair, or apply again.";
    return "";
}

// An operation without its lists of revisions: there may be thousands, and everybody who looks at a
// database gets its last one.
Json summary(const std::string& database, const database::Operation& operation) {
    const auto parsed = [](const std::string& json) {
        return json.empty() ? Json() : Json::parse(json, nullptr, false);
    };
    return {{"id", operation.id},
            {"database", database},
            {"number", operation.number},
            {"kind", operation.kind},
            {"target", operation.target},
            {"origin", operation.origin},
            {"dry_run", operation.dry_run},
            {"state", operation.state},
            {"digest", text_or_null(operation.digest)},
            {"created_at", text_or_null(operation.created_at)},
            {"started_at", text_or_null(operation.started_at)},
            {"finished_at", text_or_null(operation.finished_at)},
            {"actor", operation.actor},
            {"address", text_or_null(operation.address)},
            {"host", text_or_null(operation.host)},
            {"term", operation.term == 0 ? Json() : Json(operation.term)},
            {"attempts", operation.attempts},
            {"cancel_requested", operation.cancel_requested},
            {"advice", text_or_null(advice_of(operation.state))},
            {"error", parsed(operation.problem)},
            {"result", parsed(operation.result)}};
}

// What a daemon knows of a database besides its status.
void add_daemon(Json& json, const config::DatabaseSettings& settings,
                const service::DatabaseSnapshot& snapshot) {
    json["production"] = settings.production;
    json["reachable"] = snapshot.reachable;
    json["error"] = snapshot.error ? Json(snapshot.error->message) : Json();
    json["error_since"] = snapshot.error ? text_or_null(snapshot.error_since) : Json();
    json["advice"] = text_or_null(advice_of(snapshot));
    json["leader"] = leader_of(snapshot);
    json["role"] = snapshot.leading ? "leader" : "follower";
    json["mode"] = snapshot.automatic ? "auto" : "manual";
    json["running"] = snapshot.running ? wire::shape(settings.name, *snapshot.running) : Json();
    json["last"] = snapshot.last ? summary(settings.name, *snapshot.last) : Json();
    json["queued"] = snapshot.queued;
    json["files"] = shape(snapshot.files);
    json["as_of"] = text_or_null(snapshot.as_of);
}

// Before the first reading: what the files say.
service::Status status_of_files(const config::DatabaseSettings& settings,
                                const service::DatabaseSnapshot& snapshot) {
    service::Status status;
    status.database = settings.name;
    status.connection = settings.connection.display();
    status.version_table = settings.version_table;
    if (!snapshot.project) return status;
    const graph::RevisionMap& map = snapshot.project->map();
    status.heads = map.ids(map.real_heads());
    status.revisions = map.size();
    return status;
}

service::Status known_status(const config::DatabaseSettings& settings,
                             const service::DatabaseSnapshot& snapshot) {
    return snapshot.status ? *snapshot.status : status_of_files(settings, snapshot);
}

std::size_t refused(const service::Status& status) {
    return static_cast<std::size_t>(
        std::count_if(status.modified.begin(), status.modified.end(),
                      [](const service::ModifiedRevision& revision) { return revision.upgrade; }));
}

}  // namespace

std::string state_of(const service::DatabaseSnapshot& snapshot) {
    if (!snapshot.reachable) return snapshot.error ? "unreachable" : "unknown";
    return snapshot.status ? service::to_string(snapshot.status->state) : "unknown";
}

std::string database_json(const config::DatabaseSettings& settings,
                          const service::DatabaseSnapshot& snapshot) {
    const service::Status status = known_status(settings, snapshot);
    Json json{{"name", settings.name},
              {"state", state_of(snapshot)},
              {"current", status.current},
              {"heads", status.heads},
              {"pending", status.pending.size()},
              {"applied", status.applied},
              {"revisions", status.revisions},
              {"modified", refused(status)}};
    add_daemon(json, settings, snapshot);
    return dump(json);
}

std::string status_json(const config::DatabaseSettings& settings,
                        const service::DatabaseSnapshot& snapshot) {
    Json json = wire::shape(known_status(settings, snapshot));
    json["state"] = state_of(snapshot);
    if (!snapshot.status) json["server"] = nullptr;
    add_daemon(json, settings, snapshot);
    return dump(json);
}

std::string operation_json(const std::string& database, const database::Operation& operation) {
    return dump(shape(database, operation));
}

std::string operations_json(const std::string& database,
                            const std::vector<database::Operation>& operations,
                            std::optional<std::int64_t> next) {
    Json list = Json::array();
    for (const database::Operation& operation : operations)
        list.push_back(shape(database, operation));
    return dump({{"operations", std::move(list)}, {"next", next ? Json(*next) : Json()}});
}

std::string drift_json(const std::string& database, const database::LastDrift& last) {
    database::Operation operation = last.operation;
    Json json = Json::parse(operation.result, nullptr, false);
    operation.result.clear();
    json["operation"] = shape(database, operation);
    json["compared_at"] = operation.finished_at;
    json["age_seconds"] = last.age_seconds;
    return dump(json);
}

Json shape(const std::string& database, const database::Operation& operation) {
    Json json = summary(database, operation);
    json["revisions"] = operation.revisions;
    json["applied"] = operation.applied;
    return json;
}

std::string json_text(std::string_view text) {
    return dump(Json(text));
}

}  // namespace revisiond::wire
