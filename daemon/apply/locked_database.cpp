#include "apply/locked_database.hpp"

#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "apply/attempts.hpp"
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

}  // namespace

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

std::string LockedDatabase::create_table_sql() const {
    return fmt::format(
        "CREATE TABLE IF NOT EXISTS {} (version_num varchar({}) NOT NULL, CONSTRAINT {} PRIMARY "
        "KEY (version_num))",
        scribe_.version_table.quoted(), wide,
        sql::quote_identifier(scribe_.version_table.name + "_pkc"));
}

Expected<Done, Failure> LockedDatabase::create_version_table() {
    if (auto made = session_->run(create_table_sql()); !made) {
        Failure failure = database_failure(
            made.error(), "creating the version table " + scribe_.version_table.display());
        failure.diagnostic.hint =
            "`revisiond ensure_version --sql` prints what a privileged role can run once";
        return unexpected(std::move(failure));
    }
    return Done{};
}

std::size_t LockedDatabase::width_for(const std::vector<std::string>& ids) const {
    std::size_t longest = 0;
    for (const std::string& id : ids) longest = std::max(longest, id.size());
    if (state_.version_width == 0 || longest <= static_cast<std::size_t>(state_.version_width)) {
        return 0;
    }
    return std::max<std::size_t>(longest, wide);
}

std::string LockedDatabase::widen_sql(std::size_t width) const {
    return fmt::format("ALTER TABLE {} ALTER COLUMN version_num TYPE varchar({})",
                       scribe_.version_table.quoted(), width);
}

std::string LockedDatabase::prepare_table_sql(const std::vector<std::string>& ids) const {
    if (!state_.version_table_exists) return create_table_sql();
    const std::size_t width = width_for(ids);
    return width == 0 ? "" : widen_sql(width);
}

Expected<Done, Failure> LockedDatabase::widen(const std::vector<std::string>& ids) {
    const std::size_t width = width_for(ids);
    if (width == 0) return Done{};
    auto done =
        run_retrying(*run_, *session_, widen_sql(width),
                     fmt::format("widening version_num of {} from {} to {} characters",
                                 scribe_.version_table.display(), state_.version_width, width));
    if (!done) return unexpected(std::move(done.error()));
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
    message.as_ourselves();
    // Where the server's commits do not wait for the disk, this one does, and WAL is written in
    // order: a term that a crash had forgotten would be given out again. Drawing it writes nothing
    // by itself but every 32nd time.
    message.add(
        "SELECT pg_catalog.set_config('synchronous_commit', 'local', true)"
        " WHERE pg_catalog.current_setting('synchronous_commit') = 'off'");
    for (const std::string& statement : scribe_.tell_sql()) message.add(statement);
    message.add(scribe_.end_terms_sql());
    message.add(instance_sql);
    const std::size_t settled = message.add(scribe_.settle_operations_sql());
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
    auto done = database::ensure_state_schema(*session_, run_->names, run_->stop);
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
    // What cannot be rolled back shows at the next statement.
    [[maybe_unused]] auto rolled_back = roll_back(*session_);
    [[maybe_unused]] auto cleaned = clean_session("");
}

Expected<Done, Failure> LockedDatabase::begin_operation(
    const std::string& kind, const std::string& target, const std::vector<std::string>& revisions,
    const std::string& digest, const std::vector<database::RecordedRevision>& adopt) {
    Message message;
    message.add(sql::begin_transaction);
    message.as_ourselves();
    if (kept_) {
        message.add(require_sql(scribe_.is_ours_sql()));
    } else {
        for (const std::string& statement :
             scribe_.begin_operation_sql(kind, target, revisions, digest)) {
            message.add(statement);
        }
    }
    if (kind == "upgrade" || kind == "downgrade") message.add(scribe_.journal_forget_sql(kind));
    if (!adopt.empty()) message.add(scribe_.remember_sql(adopt));
    message.add("COMMIT");
    if (auto done = session_->run(message.text()); !done) {
        if (kept_ && requirement_failed(done.error().server)) {
            return unexpected(refused(
                "apply.leadership-lost",
                fmt::format("operation {} is no longer running in this leader's term, which is {}",
                            scribe_.operation, scribe_.term),
                "`revisiond lock` tells who leads"));
        }
        return unexpected(
            database_failure(done.error(), fmt::format("recording the operation \"{}\" on {}",
                                                       target, scribe_.version_table.display())));
    }
    if (!kept_) {
        run_->listener.operation_begins(scribe_.key(), scribe_.operation, scribe_.term);
    }
    return Done{};
}

void LockedDatabase::end_operation(const std::string& state, const std::string& error) {
    if (session_->lost()) return;
    if (kept_) return;
    run_->listener.operation_ends();
    Message message;
    if (session_->transaction_status() != database::TransactionStatus::idle)
        message.add("ROLLBACK");
    add_session_reset(message);
    add_session_settings(message, run_->options, session_->server_version(), "");
    message.add(sql::begin_transaction);
    message.as_ourselves();
    for (const std::string& statement : scribe_.end_operation_sql(state, error)) {
        message.add(statement);
    }
    message.add("COMMIT");
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
    session_->close();
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
