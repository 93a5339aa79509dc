// Server-sent events, and the events of an operation as JSON.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "api/answers.hpp"
#include "api/api.hpp"
#include "api/find_operation.hpp"
#include "api/routes.hpp"
#include "wire/daemon_json.hpp"

namespace revisiond::api {
namespace {

using http::Reply;
using http::Request;

constexpr std::size_t page_of_one = 1000;
// A client that has missed more than this on the global stream reads everything anew.
constexpr std::size_t most_replayed = 1000;

// Last-Event-ID, or ?after= for clients that cannot set it. Nothing: from the beginning, or from
// now on.
Expected<std::optional<std::int64_t>, http::Response> last_seen(const Request& request) {
    const auto header = request.header("last-event-id");
    if (!header) {
        if (!request.parameter("after")) return std::optional<std::int64_t>();
        const auto after = number(request, "after", 0, std::numeric_limits<int>::max());
        if (!after) return unexpected(after.error());
        return std::optional(*after);
    }
    std::int64_t value = 0;
    const auto read = std::from_chars(header->data(), header->data() + header->size(), value);
    if (read.ec != std::errc() || read.ptr != header->data() + header->size() || value < 0) {
        return unexpected(problem(400, "http.last-event-id", "Last-Event-ID is no event's number"));
    }
    return std::optional(value);
}

// All events of an operation above `after`, or why they cannot be read.
Expected<std::vector<database::Event>, http::Response> read_events(const FoundOperation& found,
                                                                   std::int64_t after) {
    std::vector<database::Event> all;
    auto last = static_cast<int>(std::min<std::int64_t>(after, std::numeric_limits<int>::max()));
    for (bool more = true; more;) {
        auto events = found.instance->events(found.operation.id, last, page_of_one);
        if (!events) return unexpected(problem(events.error()));
        more = events->size() == page_of_one;
        if (!events->empty()) last = events->back().number;
        std::move(events->begin(), events->end(), std::back_inserter(all));
    }
    return all;
}

Reply of_operation(const Api& api, const Request& request) {
    const auto found = find_operation(api, request);
    if (!found) return found.error();
    const auto seen = last_seen(request);
    if (!seen) return seen.error();
    const std::int64_t after = seen->value_or(0);
    if (request.parameter("format") == "json") {
        const auto events = read_events(*found, after);
        if (!events) return events.error();
        return json(wire::events_json(*events));
    }
    http::Server* server = api.server();
    if (server == nullptr) return problem(503, "http.starting", "the daemon is starting");
    http::EventStream stream;
    stream.subscription =
        server->hub().subscribe(operation_topic(found->database->name(), found->operation.id));
    const auto events = read_events(*found, after);
    if (!events) return events.error();
    stream.after = static_cast<std::uint64_t>(after);
    for (const database::Event& event : *events) {
        stream.after = static_cast<std::uint64_t>(event.number);
        stream.ended = event.type == "finished";
        stream.replay += http::to_sse({stream.after, event.type, wire::event_json(event), false});
    }
    // Asked for with nothing left to come.
    if (events->empty() && found->operation.finished()) stream.ended = true;
    return stream;
}

// What a client has missed: the operations that changed, once each, as they are now.
std::string replay(const std::string& database, operations::Instance& instance,
                   const std::vector<database::Event>& events) {
    std::string text;
    std::set<std::string> told;
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
        if (!changes_operation(event->type) || !told.insert(event->operation).second) continue;
        const auto operation = instance.operation(event->operation);
        if (!operation || !*operation) continue;
        text.insert(0,
                    http::to_sse({static_cast<std::uint64_t>(event->id), "operation",
                                  wire::global_event_json(database, **operation, *event), false}));
    }
    return text;
}

// Of all databases, each of which counts its events by itself: without numbers, so that nothing can
// be replayed and a client that comes back reads everything anew.
Reply of_all(const Api& api, const Request& request) {
    http::Server* server = api.server();
    if (server == nullptr) return problem(503, "http.starting", "the daemon is starting");
    http::EventStream stream;
    stream.subscription = server->hub().subscribe(all_topic);
    if (request.header("last-event-id")) {
        stream.replay = http::to_sse({0, "reset", "{}", false});
    }
    return stream;
}

Reply of_database(const Api& api, const Request& request) {
    if (!request.parameter("database") && api.databases().size() > 1) return of_all(api, request);
    const auto where = serving(api, request);
    if (!where) return where.error();
    const auto seen = last_seen(request);
    if (!seen) return seen.error();
    http::Server* server = api.server();
    if (server == nullptr) return problem(503, "http.starting", "the daemon is starting");
    http::EventStream stream;
    stream.subscription = server->hub().subscribe(database_topic(where->database->name()));
    const auto last = where->instance->last_event_id();
    // A database that is away has no events; its status comes when there is one.
    stream.after = static_cast<std::uint64_t>(last ? *last : 0);
    if (!*seen) return stream;
    const auto missed = where->instance->all_events(**seen, {}, most_replayed + 1);
    if (missed && missed->size() <= most_replayed && (!last || **seen <= *last)) {
        stream.replay = replay(where->database->name(), *where->instance, *missed);
        if (!missed->empty()) stream.after = static_cast<std::uint64_t>(missed->back().id);
    } else {
        stream.replay = http::to_sse({0, "reset", "{}", false});
    }
    return stream;
}

}  // namespace

void add_streams(http::Router& router, Api& api) {
    const http::Access read{http::Scope::read, false};
    router.add({"GET", "/api/v1/operations/{id}/events", read,
                [&api](const Request& request) { return of_operation(api, request); }});
    router.add({"GET", "/api/v1/events", read,
                [&api](const Request& request) { return of_database(api, request); }});
}

}  // namespace revisiond::api
