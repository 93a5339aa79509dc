#include <nlohmann/json.hpp>

#include "wire/json.hpp"
#include "wire/shapes.hpp"

namespace revisiond::wire {

namespace {

Json shape(const database::ServerIdentity& server) {
    return {{"version", server.server_version},    {"system_identifier", server.system_identifier},
            {"timeline", server.timeline},         {"database", server.database},
            {"database_oid", server.database_oid}, {"user", server.user},
            {"in_recovery", server.in_recovery}};
}

Json shape(const std::vector<service::PendingRevision>& pending) {
    Json json = Json::array();
    for (const service::PendingRevision& revision : pending) {
        json.push_back({{"revision", revision.revision}, {"message", revision.message}});
    }
    return json;
}

Json shape(const std::vector<service::ModifiedRevision>& modified) {
    Json json = Json::array();
    for (const service::ModifiedRevision& revision : modified) {
        json.push_back({{"revision", revision.revision},
                        {"file", revision.file},
                        {"upgrade", revision.upgrade},
                        {"downgrade", revision.downgrade}});
    }
    return json;
}

Json shape(const database::RunningOperation& operation) {
    return {{"id", operation.id},
            {"kind", operation.kind},
            {"target", operation.target},
            {"revisions", operation.revisions},
            {"started_at", operation.started_at},
            {"actor", operation.actor},
            {"host", operation.host},
            {"term", operation.term}};
}

Json shape(const std::vector<database::RunningOperation>& operations) {
    Json json = Json::array();
    for (const database::RunningOperation& operation : operations) json.push_back(shape(operation));
    return json;
}

Json shape(const database::HistoryRow& row) {
    return {{"id", row.id},
            {"operation", row.operation},
            {"revision", row.revision},
            {"direction", row.direction},
            {"outcome", row.outcome},
            {"started_at", row.started_at},
            {"finished_at", row.finished_at},
            {"duration_ms", row.duration_ms},
            {"statements", row.statements},
            {"checksum", row.checksum},
            {"actor", row.actor},
            {"address", text_or_null(row.address)},
            {"session_user", row.session_user},
            {"host", row.host},
            {"version", row.version},
            {"term", row.term},
            {"error", text_or_null(database::redacted(row.error))}};
}

}  // namespace

Json shape(const service::Status& status) {
    return {{"database", status.database},
            {"connection", status.connection},
            {"server", shape(status.server)},
            {"version_table", status.version_table},
            {"state", service::to_string(status.state)},
            {"current", status.current},
            {"heads", status.heads},
            {"pending", shape(status.pending)},
            {"applied", status.applied},
            {"revisions", status.revisions},
            {"modified", shape(status.modified)},
            {"unknown_rows", status.unknown_rows},
            {"journal", shape(status.journal)},
            {"in_doubt", shape(status.in_doubt)},
            {"running", status.running ? shape(*status.running) : Json()},
            {"interrupted", shape(status.interrupted)},
            {"lock", shape(status.holder)},
            {"warnings", shape(status.warnings)}};
}

std::string to_json(const service::Status& status) {
    return dump(shape(status));
}

std::string to_json(const service::CheckResult& check) {
    Json operations;
    if (check.operations) {
        operations = Json::array();
        for (const diff::Change& change : *check.operations) operations.push_back(shape(change));
    }
    return dump({{"ok", check.ok},
                 {"reasons", shape(check.reasons)},
                 {"warnings", shape(check.warnings)},
                 {"renames", shape(check.renames)},
                 {"operations", std::move(operations)},
                 {"status", check.status ? shape(*check.status) : Json()}});
}

std::string to_json(const std::vector<database::HistoryRow>& history) {
    Json json = Json::array();
    for (const database::HistoryRow& row : history) json.push_back(shape(row));
    return dump(json);
}

std::string to_json(const std::optional<database::LockHolder>& holder) {
    return dump({{"held", holder.has_value()}, {"holder", shape(holder)}});
}

}  // namespace revisiond::wire
