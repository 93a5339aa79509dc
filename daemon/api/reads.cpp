// Databases, status, ready, lock, history and the last drift.
#include <fmt/format.h>

#include "api/answers.hpp"
#include "api/api.hpp"
#include "api/routes.hpp"
#include "service/database_history.hpp"
#include "wire/daemon_json.hpp"
#include "wire/json.hpp"

namespace revisiond::api {
namespace {

using http::Reply;
using http::Request;
using std::chrono::milliseconds;

Reply databases(const Api& api, const Request& request) {
    std::string entries;
    for (const auto& database : api.databases()) {
        entries += (entries.empty() ? "" : ",") + database->face()->entry();
    }
    return json(request, "{\"databases\":[" + entries + "]}");
}

// With If-None-Match and wait: answers when the tag is another one, or 304 when the wait is over.
Reply status(const Api& api, const Request& request) {
    const auto database = chosen(api, request);
    if (!database) return database.error();
    const auto wait = patience(request);
    if (!wait) return wait.error();
    const http::PreparedAnswer now = (*database)->face()->status();
    const std::string known = request.header("if-none-match").value_or("");
    if (!http::matches_tag(known, now.entity_tag)) return now.full;
    if (wait->count() == 0) return now.not_modified;
    http::LongPoll poll;
    poll.topic = status_topic((*database)->name());
    poll.patience = *wait;
    poll.ask = [database = *database, known]() -> http::SharedResponse {
        const auto face = database->face();
        if (http::matches_tag(known, face->status().entity_tag)) return nullptr;
        return face->status().full;
    };
    poll.late = [now] { return now.not_modified; };
    return poll;
}

Reply ready(const Api& api, const Request& request) {
    const auto database = chosen(api, request);
    if (!database) return database.error();
    const auto wait = patience(request);
    if (!wait) return wait.error();
    const std::string at_least = request.parameter("at_least").value_or("");
    const auto look = [database = *database, at_least] {
        return database->face()->ready(at_least, std::chrono::steady_clock::now());
    };
    const auto now = look();
    if (now->verdict != Readiness::Verdict::not_yet || wait->count() == 0) return now->response;
    http::LongPoll poll;
    poll.topic = ready_topic((*database)->name());
    poll.patience = *wait;
    poll.ask = [look]() -> http::SharedResponse {
        const auto answer = look();
        return answer->verdict == Readiness::Verdict::not_yet ? nullptr : answer->response;
    };
    poll.late = [look] { return look()->response; };
    return poll;
}

Reply lock(const Api& api, const Request& request) {
    const auto where = serving(api, request);
    if (!where) return where.error();
    const auto holder = service::lock_holder(*where->snapshot->project);
    if (!holder) return problem(holder.error());
    return json(wire::to_json(*holder));
}

Reply history(const Api& api, const Request& request) {
    const auto where = serving(api, request);
    if (!where) return where.error();
    const auto asked = page(request);
    if (!asked) return asked.error();
    auto rows =
        service::database_history(*where->snapshot->project, asked->size + 1, asked->before);
    if (!rows) return problem(rows.error());
    const auto next = asked->cut(*rows, &database::HistoryRow::id);
    return json(request, wire::history_json(where->snapshot->project->map(), *rows, next));
}

Reply drift(const Api& api, const Request& request) {
    const auto where = serving(api, request);
    if (!where) return where.error();
    const auto known = where->instance->drift();
    if (!known) return problem(known.error());
    const std::string& name = where->database->name();
    if (known->last) return json(wire::drift_json(name, *known->last));
    if (!known->under_way) {
        return problem(404, "http.never-compared",
                       fmt::format("\"{}\" has not been compared with its revisions yet", name),
                       "POST to this address begins a comparison");
    }
    auto not_yet = problem(
        409, "http.comparing",
        fmt::format("\"{}\" is being compared with its revisions, and no earlier comparison found "
                    "anything out",
                    name),
        fmt::format("ask again when operation {} has ended", known->under_way->id));
    not_yet.headers.emplace_back("Retry-After", "1");
    return not_yet;
}

}  // namespace

void add_reads(http::Router& router, Api& api) {
    const http::Access read{http::Scope::read, false};
    const http::Access pods{api.doors().ready ? std::nullopt : std::optional(http::Scope::read),
                            true};
    const auto add = [&](const char* path, const http::Access& access,
                         Reply (*handler)(const Api&, const Request&), bool prompt = false) {
        router.add({"GET", path, access,
                    [&api, handler](const Request& request) { return handler(api, request); },
                    prompt});
    };
    add("/api/v1/databases", read, databases);
    add("/api/v1/status", read, status, true);
    add("/api/v1/ready", pods, ready, true);
    add("/api/v1/lock", read, lock);
    add("/api/v1/history", read, history);
    add("/api/v1/drift", read, drift);
}

}  // namespace revisiond::api
