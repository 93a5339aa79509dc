// Revisions against a database, plans, history and events.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "plan/hazards.hpp"
#include "sql/redact.hpp"
#include "wire/daemon_json.hpp"
#include "wire/json.hpp"
#include "wire/shapes.hpp"

namespace revisiond::wire {
namespace {

using Names = std::unordered_set<std::string>;

// How each revision of the files stands to a database.
class States {
  public:
    explicit States(const service::DatabaseSnapshot& snapshot) {
        if (!snapshot.status) return;
        known_ = true;
        current_ = {snapshot.status->current.begin(), snapshot.status->current.end()};
        for (const auto& revision : snapshot.status->pending) pending_.insert(revision.revision);
        for (const auto& revision : snapshot.status->modified) {
            if (revision.upgrade) modified_.insert(revision.revision);
        }
        for (const auto& revision : snapshot.status->half_done) {
            half_done_.insert(revision.revision);
        }
        for (const auto& entry : snapshot.status->in_doubt) in_doubt_.insert(entry.revision);
    }

    const char* of(const std::string& revision) const {
        if (!known_) return "unknown";
        if (in_doubt_.contains(revision)) return "in_doubt";
        if (half_done_.contains(revision)) return "half_done";
        if (modified_.contains(revision)) return "modified";
        if (current_.contains(revision)) return "current";
        return pending_.contains(revision) ? "pending" : "applied";
    }
    bool is_current(const std::string& revision) const { return current_.contains(revision); }

  private:
    bool known_ = false;
    Names current_, pending_, modified_, half_done_, in_doubt_;
};

Json shape_with_state(service::RevisionView view, const States& states) {
    view.current = states.is_current(view.id);
    Json json = wire::shape(view);
    json["state"] = states.of(view.id);
    return json;
}

std::string ahead_json(const service::DatabaseSnapshot& snapshot) {
    Json ahead = Json::array();
    if (snapshot.status) {
        for (const std::string& row : snapshot.status->unknown_rows) {
            ahead.push_back({{"revision", row}});
        }
    }
    return dump(ahead);
}

// Ten thousand revisions are written one by one: a tree of all of them would be ten times the size.
template <class Entries, class Write>
std::string list_json(const service::DatabaseSnapshot& snapshot, const Entries& entries,
                      const Write& write) {
    std::string out = "{\"digest\":" + json_text(snapshot.files.digest) +
                      ",\"ahead\":" + ahead_json(snapshot) + ",\"revisions\":[";
    bool first = true;
    for (const auto& entry : entries) {
        if (!std::exchange(first, false)) out += ',';
        out += write(entry);
    }
    return out + "]}";
}

Json shape(const std::optional<script::Section>& section) {
    if (!section) return {};
    return {{"line", section->line}, {"sql", sql::redact_sql(section->text)}};
}

// What is known of a run of it outside transactions that has not come to its end.
Json journal_of(const service::DatabaseSnapshot& snapshot, const std::string& revision) {
    std::vector<database::JournalEntry> journal;
    if (snapshot.status) {
        std::copy_if(snapshot.status->journal.begin(), snapshot.status->journal.end(),
                     std::back_inserter(journal),
                     [&](const auto& entry) { return entry.revision == revision; });
    }
    return wire::shape(journal);
}

Json history_shape(const std::vector<database::HistoryRow>& rows) {
    return Json::parse(to_json(rows));
}

}  // namespace

std::string revisions_json(const service::DatabaseSnapshot& snapshot) {
    const States states(snapshot);
    const service::Project& project = *snapshot.project;
    const auto order = project.map().order();
    return list_json(snapshot, std::vector<graph::RevisionIndex>(order.rbegin(), order.rend()),
                     [&](graph::RevisionIndex index) {
                         Json json = shape_with_state(service::view_of(project, index), states);
                         json.erase("long_message");
                         return dump(json);
                     });
}

std::string revisions_json(const service::DatabaseSnapshot& snapshot,
                           const std::vector<service::RevisionView>& revisions) {
    const States states(snapshot);
    return list_json(snapshot, revisions, [&](const service::RevisionView& view) {
        return dump(shape_with_state(view, states));
    });
}

std::string revision_json(const service::DatabaseSnapshot& snapshot, graph::RevisionIndex index,
                          const std::vector<database::HistoryRow>& history) {
    const service::Project& project = *snapshot.project;
    const auto script = project.script(index);
    Json json = shape_with_state(service::view_of(project, index), States(snapshot));
    json["sections"] = {{"upgrade", shape(script->upgrade)},
                        {"downgrade", shape(script->downgrade)},
                        {"verify", shape(script->verify)}};
    json["journal"] = journal_of(snapshot, project.map()[index].revision.id);
    json["history"] = history_shape(history);
    return dump(json);
}

std::string history_json(const graph::RevisionMap& map,
                         const std::vector<database::HistoryRow>& rows,
                         std::optional<std::int64_t> next) {
    Json history = history_shape(rows);
    for (Json& row : history) {
        const auto index = map.find(row["revision"].get<std::string>());
        row["message"] = index ? Json(map[*index].revision.message) : Json();
    }
    return dump({{"history", std::move(history)}, {"next", next ? Json(*next) : Json()}});
}

std::string plan_json(const plan::MigrationPlan& plan, const database::ServerIdentity& server,
                      const Diagnostics& warnings) {
    Json json = Json::parse(to_json(plan));
    json["notes"] = plan.notes;
    json["database"] = {{"system_identifier", server.system_identifier},
                        {"oid", server.database_oid}};
    Json hazards = Json::array();
    for (const plan::Hazard& hazard : plan::hazards_of(plan)) {
        hazards.push_back({{"code", hazard.code},
                           {"text", hazard.text},
                           {"revision", hazard.revision},
                           {"line", hazard.line}});
    }
    json["hazards"] = std::move(hazards);
    json["warnings"] = wire::shape(warnings);
    return dump(json);
}

std::string event_json(const database::Event& event) {
    Json data = Json::parse(event.data, nullptr, false);
    if (!data.is_object()) data = Json::object();
    return dump({{"id", event.number},
                 {"operation", event.operation},
                 {"at", event.at},
                 {"type", event.type},
                 {"data", std::move(data)}});
}

std::string events_json(const std::vector<database::Event>& events) {
    std::string out = "{\"events\":[";
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (i > 0) out += ',';
        out += event_json(events[i]);
    }
    return out + "]}";
}

std::string global_event_json(const std::string& database, const database::Operation& operation,
                              const database::Event& event) {
    return dump({{"id", event.id},
                 {"operation", operation.id},
                 {"at", event.at},
                 {"type", "operation"},
                 {"data", {{"operation", wire::shape(database, operation)}}}});
}

double event_number(const database::Event& event, const char* member) {
    const Json data = Json::parse(event.data, nullptr, false);
    const bool said = data.is_object() && data.contains(member) && data[member].is_number();
    return said ? data[member].get<double>() : 0;
}

std::string event_text(const database::Event& event, const char* member) {
    const Json data = Json::parse(event.data, nullptr, false);
    const bool said = data.is_object() && data.contains(member) && data[member].is_string();
    return said ? data[member].get<std::string>() : "";
}

std::string problem_members(const service::Problem& problem) {
    Json error = error_shape(problem);
    for (const char* name : {"code", "message", "hint"}) error.erase(name);
    error["diagnostics"] = shape(problem.diagnostics);
    if (problem.failure) error["applied"] = problem.result.applied;
    const std::string members = dump(error);
    return members.substr(1, members.size() - 2);
}

std::string diagnostics_json(const Diagnostics& diagnostics) {
    return dump(shape(diagnostics));
}

}  // namespace revisiond::wire
