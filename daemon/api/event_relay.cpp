#include "api/event_relay.hpp"

#include <pthread.h>

#include "api/api.hpp"
#include "wire/daemon_json.hpp"
#include "wire/event_json.hpp"

namespace revisiond::api {
namespace {

constexpr std::size_t page_of_all = 500;
// How far back the first look goes: what came in before it may be awaited by a stream already.
constexpr std::int64_t first_look = 200;

}  // namespace

bool changes_operation(const std::string& type) {
    return type == "accepted" || type == "started" || type == "cancel_requested" ||
           type == "settled" || type == "finished";
}

void EventRelay::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) {
        ::pthread_setname_np(::pthread_self(), "api-events");
        run(stop);
    });
}

void EventRelay::stop() {
    thread_.request_stop();
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void EventRelay::look_at(const std::string& database) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.insert(database);
    }
    wake_.notify_all();
}

void EventRelay::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::set<std::string> names;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, stop, [this] { return !waiting_.empty(); });
            names.swap(waiting_);
        }
        for (const std::string& name : names) {
            const auto database = api_.database(name);
            if (database && !stop.stop_requested()) relay(*database);
        }
    }
}

std::optional<EventRelay::Place> EventRelay::place_of(Database& database) {
    const auto instance = database.instance();
    if (!instance) return std::nullopt;
    const operations::Snapshot snapshot = instance->snapshot();
    const std::uint64_t timeline = snapshot->status ? snapshot->status->server.timeline : 0;
    const auto known = seen_.find(database.name());
    if (known != seen_.end() && known->second.timeline == timeline) return known->second;
    const auto last = instance->last_event_id();
    if (!last) return std::nullopt;
    if (known != seen_.end() && known->second.last <= *last)
        return Place{timeline, known->second.last};
    if (known != seen_.end()) end_streams(database);
    seen_.erase(database.name());
    return Place{timeline, std::max<std::int64_t>(0, *last - first_look)};
}

void EventRelay::relay(Database& database) {
    std::optional<Place> place = place_of(database);
    if (!place) return;
    const auto instance = database.instance();
    const bool first = !seen_.contains(database.name());
    for (bool more = true; more;) {
        const auto events = instance->all_events(place->last, {}, page_of_all);
        if (!events) return;  // the next look goes on from here
        for (const database::Event& event : *events) {
            place->last = event.id;
            publish(database, event, first ? News::old : News::fresh);
            if (!first && instance->snapshot()->leading) {
                api_.metrics().count(database.name(), event);
                log_step(database.name(), event);
            }
        }
        seen_[database.name()] = *place;
        more = events->size() == page_of_all;
    }
}

// What they have been sent has higher numbers than what will come. A client that comes back is told
// to read everything anew.
void EventRelay::end_streams(const Database& database) {
    if (http::Server* server = api_.server()) {
        server->hub().publish(database_topic(database.name()), {0, "reset", "{}", true});
    }
}

void EventRelay::publish(Database& database, const database::Event& event, News news) {
    http::Server* server = api_.server();
    if (server == nullptr) return;
    server->hub().publish(operation_topic(database.name(), event.operation),
                          {static_cast<std::uint64_t>(event.number), event.type,
                           wire::event_json(event), event.type == "finished"});
    if (!changes_operation(event.type)) return;
    const auto operation = database.instance()->operation(event.operation);
    if (!operation || !*operation) return;
    if (event.type == "finished") {
        dry_runs_.erase(event.operation);
    } else if ((*operation)->dry_run) {
        dry_runs_.insert(event.operation);
    }
    if (news == News::fresh) log(database.name(), event, **operation);
    http::Event told{static_cast<std::uint64_t>(event.id), "operation",
                     wire::global_event_json(database.name(), **operation, event), false};
    server->hub().publish(database_topic(database.name()), told);
    told.id = 0;
    server->hub().publish(all_topic, told);
}

void EventRelay::log(const std::string& database, const database::Event& event,
                     const database::Operation& operation) {
    // The row is as of now, which may be later than the event.
    const bool over = event.type == "finished";
    api_.log().info("operation " + event.type, {{"database", database},
                                                {"operation", event.operation},
                                                {"kind", operation.kind},
                                                {"target", operation.target},
                                                {"dry_run", operation.dry_run ? "true" : ""},
                                                {"state", over ? operation.state : ""},
                                                {"actor", operation.actor},
                                                {"reason", wire::event_words(event.data)["text"]},
                                                {"error", over ? operation.error : ""}});
}

void EventRelay::log_step(const std::string& database, const database::Event& event) {
    if (event.type != "step_ends" && event.type != "retrying" && event.type != "blocked") return;
    auto words = wire::event_words(event.data);
    if (event.type == "step_ends") {
        const bool kept = !dry_runs_.contains(event.operation);
        return api_.log().info(kept ? "revision done" : "revision executed, to be rolled back",
                               {{"database", database},
                                {"operation", event.operation},
                                {"revision", words["revision"]},
                                {"elapsed_ms", words["elapsed_ms"]}});
    }
    api_.log().warn(event.type == "retrying" ? "revision tried again" : "revision waits",
                    {{"database", database},
                     {"operation", event.operation},
                     {"revision", words["revision"]},
                     {"file", words["file"]},
                     {"line", words["line"]},
                     {"doing", words["doing"]},
                     {"attempt", words["attempt"]},
                     {"error", words["message"]},
                     {"blockers", words["blockers"]}});
}

}  // namespace revisiond::api
