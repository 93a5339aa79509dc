#include "wire/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "wire/answer_parts.hpp"
#include "wire/shapes.hpp"

namespace revisiond::wire {
namespace {

// A state of a later version is none that this program could act on.
service::StateKind state_kind(const Json& json) {
    using Kind = service::StateKind;
    const std::string name = text(json, "state");
    for (const Kind kind :
         {Kind::foreign, Kind::running, Kind::in_doubt, Kind::half_done, Kind::diverged,
          Kind::modified, Kind::ahead, Kind::empty, Kind::pending, Kind::up_to_date}) {
        if (name == service::to_string(kind)) return kind;
    }
    throw Json::other_error::create(501, "unknown state", &json);
}

Diagnostic why_unasked(const Json& json) {
    const std::string error = text(json, "error");
    const std::string name = text(json, "database");
    return make_error("remote.unasked",
                      error.empty() ? fmt::format("the daemon has not read {} yet", name)
                                    : fmt::format("the daemon cannot ask {}: {}", name, error),
                      error.empty() ? "try again" : "");
}

service::RevisionView revision_of(const Json& json) {
    service::RevisionView view;
    view.id = text(json, "revision");
    view.parents = texts(json, "down_revisions");
    view.depends_on = texts(json, "depends_on");
    view.dependencies = texts(json, "dependencies");
    view.children = texts(json, "next");
    view.own_labels = texts(json, "branch_labels");
    view.labels = texts(json, "branches");
    view.message = text(json, "message");
    view.long_message = text(json, "long_message");
    if (const std::string created = text(json, "created"); !created.empty()) view.created = created;
    view.file = text(json, "file");
    view.transaction = flag(json, "transaction");
    view.reversible = flag(json, "reversible");
    view.head = flag(json, "head");
    view.effective_head = flag(json, "effective_head");
    view.base = flag(json, "base");
    view.branch_point = flag(json, "branch_point");
    view.merge_point = flag(json, "merge_point");
    view.current = flag(json, "current");
    return view;
}

std::vector<service::RevisionView> revisions_of(const Json& json) {
    std::vector<service::RevisionView> views;
    for (const Json& revision : list(json, "revisions")) views.push_back(revision_of(revision));
    return views;
}

database::HistoryRow history_row(const Json& json) {
    database::HistoryRow row;
    row.id = number(json, "id");
    row.operation = text(json, "operation");
    row.revision = text(json, "revision");
    row.direction = text(json, "direction");
    row.outcome = text(json, "outcome");
    row.started_at = text(json, "started_at");
    row.finished_at = text(json, "finished_at");
    row.duration_ms = number(json, "duration_ms");
    row.statements = static_cast<int>(number(json, "statements"));
    row.checksum = text(json, "checksum");
    row.actor = text(json, "actor");
    row.address = text(json, "address");
    row.session_user = text(json, "session_user");
    row.host = text(json, "host");
    row.version = text(json, "version");
    row.term = number(json, "term");
    row.error = text(json, "error");
    return row;
}

std::vector<database::JournalEntry> journal_of(const Json& json, const char* name) {
    std::vector<database::JournalEntry> journal;
    for (const Json& entry : list(json, name)) {
        database::JournalEntry& added = journal.emplace_back();
        added.revision = text(entry, "revision");
        added.direction = text(entry, "direction");
        added.position = static_cast<int>(number(entry, "position"));
        added.state = text(entry, "state");
        added.statement = text(entry, "statement");
        added.error = text(entry, "error");
    }
    return journal;
}

database::RunningOperation running_of(const Json& json) {
    database::RunningOperation operation;
    operation.id = text(json, "id");
    operation.kind = text(json, "kind");
    operation.target = text(json, "target");
    operation.revisions = texts(json, "revisions");
    operation.started_at = text(json, "started_at");
    operation.actor = text(json, "actor");
    operation.host = text(json, "host");
    operation.term = number(json, "term");
    return operation;
}

void read_server(const Json& json, database::ServerIdentity& server) {
    server.server_version = static_cast<int>(number(json, "version"));
    server.system_identifier = text(json, "system_identifier");
    server.timeline = static_cast<std::uint64_t>(number(json, "timeline"));
    server.database = text(json, "database");
    server.database_oid = static_cast<std::uint64_t>(number(json, "database_oid"));
    server.user = text(json, "user");
    server.in_recovery = flag(json, "in_recovery");
}

}  // namespace

Expected<service::Status> read_status(std::string_view source) {
    // A daemon that cannot ask the database says what it knew last; to a question that is no
    // answer.
    std::optional<Diagnostic> unasked;
    auto answered = read_answer<service::Status>(source, [&unasked](const Json& json) {
        const std::string known = text(json, "state");
        if (known == "unknown" || known == "unreachable") unasked = why_unasked(json);
        if (unasked) return service::Status{};
        service::Status status;
        status.database = json.at("database").get<std::string>();
        status.connection = text(json, "connection");
        if (const Json* server = object(json, "server")) read_server(*server, status.server);
        status.version_table = text(json, "version_table");
        status.state = state_kind(json);
        status.current = texts(json, "current");
        status.heads = texts(json, "heads");
        for (const Json& entry : list(json, "pending")) {
            status.pending.push_back({text(entry, "revision"), text(entry, "message")});
        }
        status.applied = static_cast<std::size_t>(number(json, "applied"));
        status.revisions = static_cast<std::size_t>(number(json, "revisions"));
        for (const Json& entry : list(json, "modified")) {
            status.modified.push_back({text(entry, "revision"), text(entry, "file"),
                                       flag(entry, "upgrade"), flag(entry, "downgrade")});
        }
        status.unknown_rows = texts(json, "unknown_rows");
        status.journal = journal_of(json, "journal");
        status.in_doubt = journal_of(json, "in_doubt");
        if (const Json* running = object(json, "running")) status.running = running_of(*running);
        for (const Json& entry : list(json, "interrupted"))
            status.interrupted.push_back(running_of(entry));
        status.holder = holder_of(json, "lock");
        status.warnings = diagnostics_of(json, "warnings");
        if (const Json* files = object(json, "files")) {
            Diagnostics found = diagnostics_of(*files, "diagnostics");
            std::move(found.begin(), found.end(), std::back_inserter(status.warnings));
        }
        return status;
    });
    if (unasked) return unexpected(*std::move(unasked));
    return answered;
}

Expected<service::Current> read_current(std::string_view source) {
    return read_answer<service::Current>(source, [](const Json& json) {
        service::Current current;
        current.revisions = revisions_of(json);
        current.unknown_rows = texts(json, "unknown_rows");
        current.at_heads = json.at("at_heads").get<bool>();
        current.warnings = diagnostics_of(json, "warnings");
        return current;
    });
}

Expected<std::vector<service::RevisionView>> read_revisions(std::string_view source) {
    return read_answer<std::vector<service::RevisionView>>(source, revisions_of);
}

Expected<std::optional<database::LockHolder>> read_lock(std::string_view source) {
    return read_answer<std::optional<database::LockHolder>>(
        source, [](const Json& json) { return holder_of(json, "holder"); });
}

Expected<HistoryPage> read_history_page(std::string_view source) {
    return read_answer<HistoryPage>(source, [](const Json& json) {
        HistoryPage page;
        for (const Json& row : json.at("history")) page.rows.push_back(history_row(row));
        if (const auto next = number(json, "next"); next != 0) page.next = next;
        return page;
    });
}

}  // namespace revisiond::wire
