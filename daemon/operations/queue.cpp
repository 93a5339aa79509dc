#include "operations/queue.hpp"

#include <fmt/format.h>

#include "database/state_schema.hpp"
#include "operations/acceptance.hpp"
#include "operations/tables.hpp"
#include "service/database_view.hpp"
#include "wire/event_json.hpp"

namespace revisiond::operations {
namespace {

using Reason = Rejection::Reason;

Rejection unavailable(service::Problem problem) {
    const bool refused = problem.is(apply::FailureKind::sql);
    return {refused ? Reason::refused : Reason::unavailable, std::move(problem), {}};
}

Rejection key_reused(const database::Operation& first) {
    return {Reason::key_reused,
            service::refusal({make_error(
                "operations.key-reused",
                fmt::format("this Idempotency-Key belongs to another request, operation {} ({} {})",
                            first.id, first.kind, first.target),
                "use a new key for a new request")}),
            {}};
}

Rejection has_failed() {
    return {Reason::refused,
            service::to_problem(make_error("operations.has-failed",
                                           "the upgrade of these files has failed already")),
            {}};
}

Expected<std::string, database::SqlError> draw_uuid(database::Session& session) {
    auto drawn = session.run("SELECT pg_catalog.gen_random_uuid()");
    if (!drawn) return unexpected(std::move(drawn.error()));
    return drawn->at(0).rows.at(0)[0].value_or("");
}

}  // namespace

Expected<SessionPool::Lease, service::Problem> Queue::open(const service::Project& project) {
    if (!project.settings().unresolved.empty()) {
        return unexpected(service::refusal(project.settings().unresolved));
    }
    if (auto other = pin_.wrong()) return unexpected(service::to_problem(*std::move(other)));
    auto session = pool_.take(project.connection_parameters());
    if (session) return *std::move(session);
    return unexpected(service::to_problem(session.error(), project.settings().connection));
}

Expected<std::optional<database::StateKey>, database::SqlError> Queue::key(
    database::Session& session, const service::Project& project) {
    {
        const std::lock_guard lock(mutex_);
        if (key_) return key_;
    }
    auto state = database::read_outline(database::query_of(session), project.names());
    if (!state) return unexpected(std::move(state.error()));
    if (state->layout < database::queue_layout) return std::optional<database::StateKey>{};
    const std::lock_guard lock(mutex_);
    key_ = database::state_key(project.names(), state->version_table);
    return key_;
}

Expected<Accepted, Rejection> Queue::accept(const service::Project& project,
                                            const Request& request) {
    auto lease = open(project);
    if (!lease) return unexpected(unavailable(std::move(lease.error())));
    database::Session& session = **lease;
    const database::Query query = database::query_of(session);
    const auto failed = [&](const database::SqlError& error) {
        return unexpected(unavailable(service::to_problem(error, project.settings().connection)));
    };
    auto key = this->key(session, project);
    if (!key) return failed(key.error());
    const std::string hash = payload_hash(request);
    // What the first request with this key has made of it.
    const auto replay = [&]() -> Expected<std::optional<Accepted>, Rejection> {
        if (!request.idempotency_key || !*key) return std::optional<Accepted>{};
        auto first = database::read_idempotent(query, **key, *request.idempotency_key);
        if (!first) return failed(first.error());
        if (!*first) return std::optional<Accepted>{};
        if ((*first)->payload_hash != hash) return unexpected(key_reused(**first));
        return std::optional(Accepted{**std::move(first), true});
    };
    auto known = replay();
    if (!known) return unexpected(std::move(known.error()));
    if (*known) return **std::move(known);

    auto state = database::read_state(query, project.names());
    if (!state) return failed(state.error());
    if (auto other = pin_.check(state->server)) {
        return unexpected(
            Rejection{Reason::unavailable, service::to_problem(*std::move(other)), {}});
    }
    auto operation = judge(project, service::view_of(project, *std::move(state)), request);
    if (!operation) return unexpected(std::move(operation.error()));
    if (*key && request.not_failed_within) {
        auto failed_before =
            session.run(failed_within_sql(**key, operation->needs, *request.not_failed_within));
        if (!failed_before) return failed(failed_before.error());
        if (failed_before->at(0).rows.at(0)[0] == "t") return unexpected(has_failed());
    }
    if (!*key) {
        if (auto made = database::ensure_state_schema(session, project.names()); !made) {
            return failed(made.error());
        }
        key = this->key(session, project);
        if (!key) return failed(key.error());
    }
    auto id = draw_uuid(session);
    if (!id) return failed(id.error());
    operation->id = *id;
    operation->host = host_;
    const database::NewEvent accepted{
        "accepted", wire::event::accepted(operation->kind, operation->target, operation->actor,
                                          operation->revisions, operation->digest)};
    auto written = session.run(
        queue_transaction(**key,
                          {insert_sql(**key, *operation, request.idempotency_key),
                           database::append_events_sql(**key, operation->id, {accepted})},
                          "operation"));
    if (!written) return failed(written.error());
    auto row = database::read_operation(query, **key, operation->id);
    if (!row) return failed(row.error());
    if (*row) return Accepted{**std::move(row), false};
    // Another request with the same key came first.
    known = replay();
    if (!known) return unexpected(std::move(known.error()));
    return **std::move(known);
}

template <class T, class Read>
Expected<T, service::Problem> Queue::read(const service::Project& project, const Read& read) {
    const config::ConnectionSettings& connection = project.settings().connection;
    auto session = open(project);
    if (!session) return unexpected(std::move(session.error()));
    auto key = this->key(**session, project);
    if (!key) return unexpected(service::to_problem(key.error(), connection));
    if (!*key) return T{};
    Expected<T, database::SqlError> answer = read(**session, **key);
    if (!answer) return unexpected(service::to_problem(answer.error(), connection));
    return *std::move(answer);
}

Expected<std::optional<database::Operation>, service::Problem> Queue::cancel(
    const service::Project& project, const std::string& id, const std::string& actor) {
    using Found = std::optional<database::Operation>;
    return read<Found>(
        project,
        [&](database::Session& session,
            const database::StateKey& key) -> Expected<Found, database::SqlError> {
            const database::Query query = database::query_of(session);
            auto before = database::read_operation(query, key, id);
            if (!before || !*before || (*before)->finished()) return before;
            // The first statement decides under the row's lock; the events follow what it decided.
            const std::string update = fmt::format(
                "UPDATE {} o SET cancel_requested = true, cancelled_by = {},"
                " state = CASE o.state WHEN 'queued' THEN 'cancelled' ELSE o.state END,"
                " finished_at = CASE o.state WHEN 'queued' THEN pg_catalog.clock_timestamp() END"
                " WHERE o.version_table = {} AND o.id = {} AND o.state IN ('queued', 'running')"
                " AND NOT o.cancel_requested",
                key.table("operation"), sql::quote_literal(actor), key.version_table,
                sql::quote_literal((*before)->id));
            const std::string not_told = fmt::format(
                "o.cancel_requested AND NOT EXISTS (SELECT FROM {} e WHERE e.operation = o.id"
                " AND e.type = 'cancel_requested')",
                key.table("event"));
            const std::string not_finished = fmt::format(
                "o.state = 'cancelled' AND NOT EXISTS (SELECT FROM {} e WHERE e.operation = o.id"
                " AND e.type = 'finished')",
                key.table("event"));
            auto done = session.run(queue_transaction(
                key,
                {update,
                 database::append_events_sql(key, (*before)->id,
                                             {{"cancel_requested", wire::event::actor(actor)}},
                                             not_told),
                 database::append_events_sql(
                     key, (*before)->id,
                     {{"finished", wire::event::finished("cancelled", {}, {}, "")}}, not_finished),
                 database::notify_sql(key, "cancel")},
                "operation"));
            if (!done) return unexpected(std::move(done.error()));
            return database::read_operation(query, key, id);
        });
}

Expected<std::optional<database::Operation>, service::Problem> Queue::operation(
    const service::Project& project, const std::string& id) {
    return read<std::optional<database::Operation>>(
        project, [&](database::Session& session, const database::StateKey& key) {
            return database::read_operation(database::query_of(session), key, id);
        });
}

Expected<std::vector<database::Operation>, service::Problem> Queue::operations(
    const service::Project& project, std::size_t limit, std::int64_t before) {
    return read<std::vector<database::Operation>>(
        project, [&](database::Session& session, const database::StateKey& key) {
            return database::read_operations(database::query_of(session), key, limit, before);
        });
}

Expected<database::DriftState, service::Problem> Queue::drift(const service::Project& project) {
    return read<database::DriftState>(
        project, [&](database::Session& session, const database::StateKey& key) {
            return database::read_drift(database::query_of(session), key);
        });
}

Expected<std::vector<database::Event>, service::Problem> Queue::events(
    const service::Project& project, const std::string& id, int after, std::size_t limit) {
    return read<std::vector<database::Event>>(
        project, [&](database::Session& session, const database::StateKey& key) {
            return database::read_events(database::query_of(session), key, id, after, limit);
        });
}

Expected<std::vector<database::Event>, service::Problem> Queue::all_events(
    const service::Project& project, std::int64_t after, const std::vector<std::string>& types,
    std::size_t limit) {
    return read<std::vector<database::Event>>(
        project, [&](database::Session& session, const database::StateKey& key) {
            return database::read_all_events(database::query_of(session), key, after, types, limit);
        });
}

Expected<std::int64_t, service::Problem> Queue::last_event_id(const service::Project& project) {
    return read<std::int64_t>(project,
                              [&](database::Session& session, const database::StateKey& key) {
                                  return database::last_event_id(database::query_of(session), key);
                              });
}

}  // namespace revisiond::operations
