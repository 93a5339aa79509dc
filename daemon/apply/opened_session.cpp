#include "apply/opened_session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apply/session_settings.hpp"
#include "database/server_process.hpp"
#include "database/state_schema.hpp"

namespace revisiond::apply {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A version table that the search_path hides may be the one that Alembic has kept: everything would
// rerun from base.
Expected<Done, Failure> check_writable(const database::TableNames& names,
                                       const database::DatabaseState& state) {
    if (state.server.in_recovery) {
        return unexpected(refused("apply.standby",
                                  fmt::format("database \"{}\" is served by a standby "
                                              "(pg_is_in_recovery), which cannot be written to",
                                              state.server.database),
                                  "connect to the primary; with several hosts, "
                                  "target_session_attrs=read-write finds it"));
    }
    if (!state.elsewhere.empty()) {
        return unexpected(refused(
            "apply.version-table-elsewhere",
            fmt::format("search_path leads to version table {}{}, but schema {} holds one too",
                        state.version_table.display(),
                        state.version_table_exists ? "" : ", which does not exist",
                        join_words(state.elsewhere)),
            fmt::format(
                "say which is meant: version_table = \"{}.{}\" in the config",
                state.version_table_exists ? state.version_table.schema : state.elsewhere.front(),
                names.version_table.name)));
    }
    if (state.version_table.schema.empty()) {
        return unexpected(refused(
            "apply.no-schema",
            "no schema of the search_path exists, so there is no place for the version table",
            "set version_table = \"SCHEMA.alembic_version\" in the config"));
    }
    if (state.layout > database::current_layout) {
        return unexpected(refused(
            "apply.layout",
            fmt::format(
                "schema \"{}\" has layout {}, which a newer revisiond wrote; this one knows {}",
                names.state_schema, state.layout, database::current_layout),
            "use that newer revisiond"));
    }
    return Done{};
}

Failure held_failure(const std::string& database, std::optional<database::LockHolder> holder,
                     Milliseconds waited) {
    std::string hint = "wait for it, or look with `revisiond lock`";
    if (holder && holder->leads) {
        hint =
            fmt::format("a daemon keeps the lock for as long as it lives: ask it, with --server {}",
                        holder->url.empty() ? "URL" : holder->url);
    } else if (holder && !holder->url.empty()) {
        hint = "follow it with --server " + holder->url;
    }
    Failure failure;
    failure.kind = FailureKind::lock_held;
    failure.diagnostic = make_error(
        "apply.lock-held",
        fmt::format("another process holds the lock of database \"{}\": {} (waited {} s)", database,
                    holder ? holder->describe() : "it could not be seen who",
                    std::chrono::duration<double>(waited).count()),
        std::move(hint));
    failure.holder = std::move(holder);
    return failure;
}

Failure reading_failure(const Run& run, const database::SqlError& error) {
    return database_failure(error,
                            "reading the version table " + run.names.version_table.display());
}

Failure transactions_are_pooled() {
    return refused("apply.transaction-pooling", database::transactions_are_pooled,
                   database::pool_sessions);
}

}  // namespace

Expected<Done, Failure> check_lock(database::Session& session, const database::LockKey& key) {
    auto ours = database::lock_is_ours(session, key);
    if (!ours) return unexpected(database_failure(ours.error(), "checking the lock"));
    if (!*ours) return unexpected(transactions_are_pooled());
    return Done{};
}

Expected<OpenedSession, Failure> open_session(const Run& run) {
    auto session = database::Session::open(run.parameters, run.stop);
    if (!session) return unexpected(database_failure(session.error(), "connecting"));
    // First of all: in such a pool settings and lock would stay behind with others.
    auto own = database::keeps_its_server_process(*session, run.stop);
    if (!own) return unexpected(database_failure(own.error(), "looking for a proxy"));
    if (!*own) return unexpected(transactions_are_pooled());
    Message settings;
    add_session_settings(settings, run.options, session->server_version(), "");
    if (auto done = session->run(settings.text()); !done) {
        return unexpected(database_failure(done.error(), "setting up the session"));
    }
    auto state = database::read_position(database::query_of(*session), run.names);
    if (!state) return unexpected(reading_failure(run, state.error()));
    if (auto fine = check_writable(run.names, *state); !fine) return unexpected(fine.error());
    return OpenedSession{*std::move(session), *std::move(state)};
}

Expected<Done, Failure> take_lock(const Run& run, database::Session& session,
                                  const database::LockKey& key,
                                  const database::DatabaseState& state, Milliseconds timeout) {
    const auto begin = Clock::now();
    Backoff backoff(50ms, 500ms);
    std::optional<database::LockHolder> holder;
    bool told = false;
    bool named = false;
    while (true) {
        auto locked = database::try_lock(session, key);
        if (!locked) return unexpected(database_failure(locked.error(), "taking the lock"));
        if (*locked) break;
        auto seen = database::read_holder(database::query_of(session), state, run.names);
        if (seen && *seen) holder = *std::move(seen);
        // Between taking the lock and signing in the holder is a server process without a name.
        const bool has_name = holder && !holder->host.empty();
        if (!told || (has_name && !named)) run.listener.waiting_for_lock(holder);
        told = true;
        named = has_name;
        const auto waited = std::chrono::duration_cast<Milliseconds>(Clock::now() - begin);
        if (waited >= timeout)
            return unexpected(held_failure(state.server.database, std::move(holder), waited));
        if (!sleep_for(std::min(backoff.next(), timeout - waited), run.stop)) {
            Failure failure = held_failure(state.server.database, std::move(holder), waited);
            failure.kind = FailureKind::cancelled;
            return unexpected(std::move(failure));
        }
    }
    return check_lock(session, key);
}

Expected<database::DatabaseState, Failure> read_under_lock(const Run& run,
                                                           database::Session& session) {
    auto state = database::read_position(database::query_of(session), run.names);
    if (!state) return unexpected(reading_failure(run, state.error()));
    if (auto fine = check_writable(run.names, *state); !fine) return unexpected(fine.error());
    return *std::move(state);
}

}  // namespace revisiond::apply
