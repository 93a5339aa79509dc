#include "api/daemon_metrics.hpp"

#include "metrics/exposition.hpp"
#include "service/project.hpp"
#include "wire/daemon_json.hpp"

namespace revisiond::api {
namespace {

using metrics::Exposition;
using Type = Exposition::Type;
using ShownDatabases = std::vector<DaemonMetrics::Shown>;

// One gauge over all databases.
template <class Value>
void gauge(Exposition& out, const char* name, const char* help, const ShownDatabases& databases,
           const Value& value) {
    out.begin(name, Type::gauge, help);
    for (const auto& [database, snapshot] : databases) {
        out.add({{"database", database}}, static_cast<double>(value(*snapshot)));
    }
}

double age(const service::DatabaseSnapshot& snapshot) {
    if (!snapshot.status) return -1;
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - snapshot.read_at)
        .count();
}

void add_databases(Exposition& out, const ShownDatabases& databases) {
    using Snapshot = service::DatabaseSnapshot;
    gauge(out, "revisiond_database_reachable", "Whether the database answered last.", databases,
          [](const Snapshot& s) { return s.reachable ? 1 : 0; });
    gauge(out, "revisiond_leader", "Whether this process holds the database's lock.", databases,
          [](const Snapshot& s) { return s.leading ? 1 : 0; });
    gauge(out, "revisiond_term", "The number of this process's leadership; 0 while it follows.",
          databases, [](const Snapshot& s) { return s.term; });
    gauge(out, "revisiond_pending_revisions", "Revisions that are not applied.", databases,
          [](const Snapshot& s) { return s.status ? s.status->pending.size() : 0; });
    gauge(out, "revisiond_applied_revisions", "Revisions of the files that are applied.", databases,
          [](const Snapshot& s) { return s.status ? s.status->applied : 0; });
    gauge(out, "revisiond_modified_revisions", "Applied revisions whose file has changed.",
          databases, [](const Snapshot& s) { return s.status ? s.status->modified.size() : 0; });
    gauge(out, "revisiond_queued_operations", "Operations that wait.", databases,
          [](const Snapshot& s) { return s.queued; });
    gauge(out, "revisiond_running_operations", "Operations that run, on whatever process.",
          databases, [](const Snapshot& s) { return s.running ? 1 : 0; });
    gauge(out, "revisiond_files_sound", "Whether the revision files are without errors.", databases,
          [](const Snapshot& s) { return s.files.ok ? 1 : 0; });
    gauge(out, "revisiond_status_age_seconds", "Since the last reading of the database; -1: never.",
          databases, age);
    out.begin("revisiond_database_state", Type::gauge, "1 for the state that the database is in.");
    for (const auto& [database, snapshot] : databases) {
        out.add({{"database", database}, {"state", wire::state_of(*snapshot)}}, 1);
    }
}

void add_http(Exposition& out, const http::Statistics& http) {
    const auto counter = [&out](const char* name, const char* help, std::uint64_t value) {
        out.begin(name, Type::counter, help);
        out.add({}, static_cast<double>(value));
    };
    const auto now = [&out](const char* name, const char* help, std::uint64_t value) {
        out.begin(name, Type::gauge, help);
        out.add({}, static_cast<double>(value));
    };
    counter("revisiond_http_connections_total", "Connections accepted.", http.accepted);
    counter("revisiond_http_connections_refused_total", "Connections over a limit.", http.refused);
    counter("revisiond_http_prepared_total", "Requests answered from prepared bytes.",
            http.prepared);
    counter("revisiond_http_bad_requests_total", "Requests that were refused unread.",
            http.bad_requests);
    counter("revisiond_http_timeouts_total", "Connections cut at a deadline.", http.timeouts);
    counter("revisiond_http_authentication_failures_total", "Requests with a token that is none.",
            http.authentication_failures);
    counter("revisiond_http_overloaded_total", "Requests answered 503 because too many waited.",
            http.overloaded);
    counter("revisiond_http_dropped_streams_total", "Event streams that were too slow.",
            http.dropped_consumers);
    now("revisiond_http_connections", "Open connections.", http.connections);
    now("revisiond_http_streams", "Event streams.", http.streams);
    now("revisiond_http_waiting", "Long-polls.", http.waiting);
    now("revisiond_http_queued", "Requests that wait for a worker.", http.queued);
}

}  // namespace

void DaemonMetrics::count(const std::string& database, const database::Event& event) {
    const auto all = databases_.lock();
    auto& counts = (*all)[database];
    if (!counts) counts = std::make_unique<OfDatabase>();
    ++counts->events[event.type];
    if (event.type == "step_ends") {
        counts->steps.observe(
            std::chrono::duration<double, std::milli>(wire::event_number(event, "elapsed_ms")));
    }
    if (event.type == "finished") ++counts->finished[wire::event_text(event, "state")];
    if (event.type == "retrying") ++counts->retries;
    count_lock_wait(*counts, event);
}

// A statement that waits says so again and again, with all of its time.
void DaemonMetrics::count_lock_wait(OfDatabase& counts, const database::Event& event) {
    if (event.type == "statement_begins") counts.waited_ms = 0;
    const bool timed_out =
        event.type == "retrying" && wire::event_text(event, "sqlstate") == "55P03";
    if (!timed_out && event.type != "blocked") return;
    const double waited_ms = wire::event_number(event, "waited_ms");
    if (counts.waited_ms == 0) ++counts.lock_waits;
    counts.lock_wait_seconds += (waited_ms - counts.waited_ms) / 1000;
    counts.waited_ms = timed_out ? 0 : waited_ms;
}

void DaemonMetrics::count(const http::Served& served) {
    const auto all = routes_.lock();
    auto& counts = (*all)[{std::string(served.method), std::string(served.route)}];
    if (!counts) counts = std::make_unique<OfRoute>();
    ++counts->statuses[served.status];
    counts->durations.observe(served.elapsed);
}

std::string DaemonMetrics::text(const std::vector<Shown>& databases,
                                const http::Statistics& http) const {
    Exposition out;
    out.begin("revisiond_build_info", Type::gauge, "1; the version is a label.");
    out.add({{"version", service::program_version()}}, 1);
    add_databases(out, databases);
    {
        const auto all = databases_.lock();
        out.begin("revisiond_events_total", Type::counter,
                  "Events of operations by type, counted by the leader: retrying, blocked, "
                  "waiting_for_lock and the rest.");
        for (const auto& [name, counts] : *all) {
            for (const auto& [type, count] : counts->events) {
                out.add({{"database", name}, {"type", type}}, static_cast<double>(count));
            }
        }
        // Of every database from the beginning, so that a rate sees the first.
        const auto counted = [&](const char* name, const char* help, auto member) {
            out.begin(name, Type::counter, help);
            for (const Shown& one : databases) {
                const auto found = all->find(one.name);
                const auto value = found == all->end() ? 0 : found->second.get()->*member;
                out.add({{"database", one.name}}, static_cast<double>(value));
            }
        };
        counted("revisiond_lock_waits_total",
                "Statements that waited for locks of others: to the end of lock_timeout, or longer "
                "than a second; counted by the leader.",
                &OfDatabase::lock_waits);
        counted("revisiond_lock_wait_seconds_total",
                "How long they waited, without the pauses between attempts; counted by the leader.",
                &OfDatabase::lock_wait_seconds);
        counted("revisiond_retries_total",
                "Revisions begun again after a lock timeout, deadlock or serialization failure, "
                "counted by the leader.",
                &OfDatabase::retries);
        out.begin("revisiond_operations_total", Type::counter,
                  "Finished operations by state, counted by the leader.");
        for (const auto& [name, counts] : *all) {
            for (const auto& [state, count] : counts->finished) {
                out.add({{"database", name}, {"state", state}}, static_cast<double>(count));
            }
        }
        out.begin("revisiond_step_duration_seconds", Type::histogram,
                  "How long a revision took, counted by the leader.");
        for (const auto& [name, counts] : *all) {
            out.add({{"database", name}}, counts->steps.counts());
        }
    }
    add_http(out, http);
    const auto all = routes_.lock();
    out.begin("revisiond_http_requests_total", Type::counter,
              "Requests that were not prepared, by route and status.");
    for (const auto& [key, counts] : *all) {
        for (const auto& [status, count] : counts->statuses) {
            out.add(
                {{"method", key.first}, {"route", key.second}, {"status", std::to_string(status)}},
                static_cast<double>(count));
        }
    }
    out.begin("revisiond_http_request_duration_seconds", Type::histogram,
              "How long the handler of a request took.");
    for (const auto& [key, counts] : *all) {
        out.add({{"method", key.first}, {"route", key.second}}, counts->durations.counts());
    }
    return out.text();
}

}  // namespace revisiond::api
