#include "apply/locked_database.hpp"

#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "apply/session_settings.hpp"
#include "database/operation.hpp"
#include "database/state_schema.hpp"
#include "sql/begin.hpp"

namespace revisiond::apply {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int wide = 255;  // varchar width of a version table that we create
constexpr auto reconnect_for = 30s;

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

// A transaction pool gives every transaction to another server process, and the lock stays with
// one.
Expected<Done, Failure> check_lock(database::Session& session, const database::LockKey& key) {
    auto ours = database::lock_is_ours(session, key);
    if (!ours) return unexpected(database_failure(ours.error(), "checking the lock"));
    if (*ours) return Done{};
    return unexpected(refused(
        "apply.transaction-pooling",
        "the advisory lock did not stay with this connection: a proxy between here and PostgreSQL "
        "pools transactions",
        "connect to PostgreSQL itself, or through a proxy that pools sessions"));
}

Failure held_failure(std::optional<database::LockHolder> holder, Milliseconds waited) {
    Failure failure;
    failure.kind = FailureKind::lock_held;
    failure.diagnostic =
        make_error("apply.lock-held",
                   fmt::format("another process holds the lock of this database: {} (waited {} s)",
                               holder ? holder->describe() : "it could not be seen who",
                               std::chrono::duration<double>(waited).count()),
                   holder && !holder->url.empty() ? "follow it with --server " + holder->url
                                                  : "wait for it, or look with `revisiond lock`");
    failure.holder = std::move(holder);
    return failure;
}

}  // namespace

Expected<OpenedSession, Failure> open_session(const Run& run) {
    auto session = database::Session::open(run.parameters, run.stop);
    if (!session) return unexpected(database_failure(session.error(), "connecting"));
    Message settings;
    add_session_settings(settings, run.options, session->server_version(), "");
    if (auto done = session->run(settings.text()); !done) {
        return unexpected(database_failure(done.error(), "setting up the session"));
    }
    auto state = database::read_state(database::query_of(*session), run.names);
    if (!state) return unexpected(database_failure(state.error(), "reading the version table"));
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
        if (waited >= timeout) return unexpected(held_failure(std::move(holder), waited));
        if (!sleep_for(std::min(backoff.next(), timeout - waited), run.stop)) {
            Failure failure = held_failure(std::move(holder), waited);
            failure.kind = FailureKind::cancelled;
            return unexpected(std::move(failure));
        }
    }
    return check_lock(session, key);
}

LockedDatabase::LockedDatabase(const Run& run, database::Session session, database::LockKey key,
                               database::DatabaseState state)
    : run_(&run),
      session_(std::make_unique<database::Session>(std::move(session))),
      key_(key),
      state_(std::move(state)) {
    scribe_.schema = sql::quote_identifier(run.names.state_schema);
    scribe_.version_table = state_.version_table;
    scribe_.requester = run.requester;
}

namespace {

// What was read before the lock may be what the last holder has changed since.
Expected<database::DatabaseState, Failure> read_under_lock(const Run& run,
                                                           database::Session& session) {
    auto state = database::read_state(database::query_of(session), run.names);
    if (!state) return unexpected(database_failure(state.error(), "reading the version table"));
    if (auto fine = check_writable(run.names, *state); !fine) return unexpected(fine.error());
    return *std::move(state);
}

}  // namespace

Expected<LockedDatabase, Failure> LockedDatabase::open(const Run& run) {
    auto opened = open_session(run);
    if (!opened) return unexpected(opened.error());
    const database::LockKey key = database::lock_key(opened->state.version_table);
    auto locked = take_lock(run, opened->session, key, opened->state, run.options.holder_timeout);
    if (!locked) return unexpected(locked.error());
    auto state = read_under_lock(run, opened->session);
    if (!state) return unexpected(state.error());
    return LockedDatabase(run, std::move(opened->session), key, *std::move(state));
}

Expected<std::optional<LockedDatabase>, Failure> LockedDatabase::try_lock(const Run& run,
                                                                          OpenedSession& opened) {
    const database::LockKey key = database::lock_key(opened.state.version_table);
    auto locked = database::try_lock(opened.session, key);
    if (!locked) return unexpected(database_failure(locked.error(), "taking the lock"));
    if (!*locked) return std::optional<LockedDatabase>{};
    if (auto ours = check_lock(opened.session, key); !ours) return unexpected(ours.error());
    auto state = read_under_lock(run, opened.session);
    if (!state) return unexpected(state.error());
    return std::optional<LockedDatabase>{
        LockedDatabase(run, std::move(opened.session), key, *std::move(state))};
}

Expected<Done, Failure> LockedDatabase::create_version_table() {
    const std::string sql = fmt::format(
        "CREATE TABLE IF NOT EXISTS {} (version_num varchar({}) NOT NULL, CONSTRAINT {} PRIMARY "
        "KEY (version_num))",
        scribe_.version_table.quoted(), wide,
        sql::quote_identifier(scribe_.version_table.name + "_pkc"));
    if (auto made = session_->run(sql); !made) {
        Failure failure = database_failure(
            made.error(), "creating the version table " + scribe_.version_table.display());
        failure.diagnostic.hint =
            "`revisiond ensure_version --sql` prints what a privileged role can run once";
        return unexpected(std::move(failure));
    }
    return Done{};
}

Expected<Done, Failure> LockedDatabase::widen(const std::vector<std::string>& ids) {
    std::size_t longest = 0;
    for (const std::string& id : ids) longest = std::max(longest, id.size());
    if (state_.version_width == 0 || longest <= static_cast<std::size_t>(state_.version_width)) {
        return Done{};
    }
    const std::size_t width = std::max<std::size_t>(longest, wide);
    auto done = run_retrying(*run_, *session_,
                             fmt::format("ALTER TABLE {} ALTER COLUMN version_num TYPE varchar({})",
                                         scribe_.version_table.quoted(), width));
    if (!done) {
        return unexpected(database_failure(
            done.error(),
            fmt::format("widening version_num of {} from {} to {}", scribe_.version_table.display(),
                        state_.version_width, width)));
    }
    run_->listener.note(fmt::format("version_num of {} was widened from {} to {} characters",
                                    scribe_.version_table.display(), state_.version_width, width));
    return Done{};
}

Expected<Done, Failure> LockedDatabase::draw_term() {
    auto drawn =
        session_->run(fmt::format("SELECT pg_catalog.gen_random_uuid(), pg_catalog.nextval({})",
                                  sql::quote_literal(scribe_.table("term"))));
    if (!drawn) return unexpected(database_failure(drawn.error(), "drawing a term"));
    const auto& row = drawn->at(0).rows.at(0);
    scribe_.operation = row[0].value_or("");
    const std::string term = row[1].value_or("0");
    std::from_chars(term.data(), term.data() + term.size(), scribe_.term);
    return Done{};
}

Expected<Done, Failure> LockedDatabase::sign_in(const std::string& instance_sql) {
    Message message;
    message.add(sql::begin_transaction);
    message.add("SET LOCAL lock_timeout TO '10s'");
    message.add(database::lock_events_sql(scribe_.key()));
    message.add(scribe_.end_terms_sql());
    message.add(instance_sql);
    const std::size_t settled = message.add(scribe_.settle_operations_sql());
    message.add(database::notify_sql(scribe_.key(), "operation"));
    message.add("COMMIT");
    auto done = session_->run(message.text());
    if (!done) return unexpected(database_failure(done.error(), "signing in as the holder"));
    for (const auto& dead : done->at(settled).rows) {
        run_->listener.note(fmt::format(
            "an earlier {} on host {}, begun {}, ended without a word{}", dead[0].value_or(""),
            dead[2].value_or(""), dead[3].value_or(""),
            dead[1].value_or("").empty() ? "" : " at revision " + dead[1].value_or("")));
    }
    return Done{};
}

Expected<Done, Failure> LockedDatabase::ensure_state_schema() {
    if (state_.layout >= database::current_layout) return Done{};
    auto done = database::ensure_state_schema(*session_, run_->names);
    if (!done) {
        Failure failure = database_failure(
            done.error(),
            fmt::format("{} the schema \"{}\"", state_.layout == 0 ? "creating" : "migrating",
                        run_->names.state_schema));
        failure.diagnostic.hint =
            "`revisiond ensure_version --sql` prints what a privileged role can run once";
        return unexpected(std::move(failure));
    }
    state_.layout = database::current_layout;
    return Done{};
}

Expected<Done, Failure> LockedDatabase::prepare(const std::vector<std::string>& ids) {
    if (!state_.version_table_exists) {
        if (auto done = create_version_table(); !done) return done;
    }
    if (auto done = widen(ids); !done) return done;
    if (auto done = ensure_state_schema(); !done) return done;
    if (kept_) return Done{};
    if (auto done = draw_term(); !done) return done;
    return sign_in(scribe_.instance_sql(static_cast<int>(getpid()), session_->backend_pid()));
}

Expected<Done, Failure> LockedDatabase::lead(const std::string& instance, const std::string& url) {
    if (auto done = ensure_state_schema(); !done) return done;
    if (auto done = draw_term(); !done) return done;
    scribe_.operation.clear();
    kept_ = true;
    return sign_in(
        scribe_.leader_sql(instance, url, static_cast<int>(getpid()), session_->backend_pid()));
}

Expected<Done, Failure> LockedDatabase::work_on(const Run& run) {
    run_ = &run;
    session_->stop_on(run.stop);
    scribe_.requester = run.requester;
    scribe_.operation = run.requester.operation;
    auto state = read_under_lock(run, *session_);
    if (!state) return unexpected(state.error());
    state_ = *std::move(state);
    return Done{};
}

void LockedDatabase::rest(const Run& run) {
    run_ = &run;
    session_->stop_on(run.stop);
    scribe_.operation.clear();
    if (session_->lost()) return;
    if (session_->transaction_status() != database::TransactionStatus::idle) {
        // What cannot be rolled back shows at the next statement.
        [[maybe_unused]] auto rolled_back = session_->run("ROLLBACK");
    }
    [[maybe_unused]] auto cleaned = clean_session("");
}

Expected<RunLock, Failure> RunLock::take(const Run& run, LockedDatabase* held) {
    if (held == nullptr) {
        auto own = LockedDatabase::open(run);
        if (!own) return unexpected(own.error());
        return RunLock(*std::move(own));
    }
    RunLock lent(*held, held->run());
    if (auto done = held->work_on(run); !done) return unexpected(done.error());
    return lent;
}

RunLock::RunLock(RunLock&& other) noexcept
    : own_(std::move(other.own_)),
      held_(std::exchange(other.held_, nullptr)),
      lender_(other.lender_) {}

RunLock::~RunLock() {
    if (held_ != nullptr) held_->rest(*lender_);
}

Expected<Done, Failure> LockedDatabase::begin_operation(
    const std::string& kind, const std::string& target, const std::vector<std::string>& revisions,
    const std::string& digest, const std::vector<database::RecordedRevision>& adopt) {
    Message message;
    message.add(sql::begin_transaction);
    message.add(kept_ ? require_sql(scribe_.is_ours_sql())
                      : scribe_.begin_operation_sql(kind, target, revisions, digest));
    if (kind == "upgrade" || kind == "downgrade") message.add(scribe_.journal_forget_sql(kind));
    if (!adopt.empty()) message.add(scribe_.remember_sql(adopt));
    message.add("COMMIT");
    if (auto done = session_->run(message.text()); !done) {
        return unexpected(database_failure(done.error(), "recording the operation"));
    }
    run_->listener.operation_begins(scribe_.operation, scribe_.term);
    return Done{};
}

void LockedDatabase::end_operation(const std::string& state, const std::string& error) {
    if (session_->lost()) return;
    if (kept_) return;
    Message message;
    if (session_->transaction_status() != database::TransactionStatus::idle)
        message.add("ROLLBACK");
    add_session_reset(message);
    message.add(scribe_.end_operation_sql(state, error));
    message.add(scribe_.leave_sql());
    message.add(database::notify_sql(scribe_.key(), "operation"));
    if (auto done = session_->run(message.text()); !done) {
        run_->listener.note("the operation's end could not be recorded: " + done.error().text());
    }
}

Expected<Done, Failure> LockedDatabase::reopen() {
    if (kept_) {
        Failure failure =
            refused("apply.leadership-lost", "the connection was lost and with it the leadership",
                    "the next leader settles what was under way");
        failure.kind = FailureKind::connection;
        return unexpected(std::move(failure));
    }
    session_.reset();
    const auto until = Clock::now() + reconnect_for;
    Backoff backoff(100ms, 2s);
    while (true) {
        auto opened = open_session(*run_);
        if (opened) {
            const auto& now = opened->state.server;
            if (now.system_identifier != state_.server.system_identifier ||
                now.timeline != state_.server.timeline ||
                now.database_oid != state_.server.database_oid) {
                return unexpected(
                    refused("apply.other-server",
                            fmt::format("the connection was lost, and another server or timeline "
                                        "answers now for database \"{}\"",
                                        now.database),
                            "look at its state with `revisiond status`, then run again"));
            }
            session_ = std::make_unique<database::Session>(std::move(opened->session));
            break;
        }
        if (opened.error().kind != FailureKind::connection || Clock::now() > until ||
            !sleep_for(backoff.next(), run_->stop)) {
            return unexpected(opened.error());
        }
    }
    return take_lock(*run_, *session_, key_, state_, reconnect_for);
}

Expected<Done, database::SqlError> LockedDatabase::clean_session(const std::string& revision) {
    Message message;
    add_session_reset(message);
    add_session_settings(message, run_->options, session_->server_version(), revision);
    if (auto done = session_->run(message.text()); !done) return unexpected(done.error());
    return Done{};
}

}  // namespace revisiond::apply
