// Three loops inside one another: connect (run), wait for the lock (wait_for_lock), work (work).
// Whatever fails falls out of the inner ones, is told on the board, and begins again after a pause;
// a lost connection is a lost leadership.
#include "operations/leader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "base/text.hpp"
#include "database/server_process.hpp"
#include "database/state_schema.hpp"
#include "database/text_array.hpp"
#include "operations/event_writer.hpp"
#include "operations/needs.hpp"
#include "operations/tables.hpp"
#include "service/problem.hpp"
#include "wire/event_json.hpp"

namespace revisiond::operations {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// How often a follower tries the lock, give or take a quarter: a notification shortens it.
constexpr auto try_interval = 500ms;
// How often a leader asks for work; a notification shortens it.
constexpr auto poll_interval = 1s;
constexpr auto dead_leader_check = 5s;
constexpr auto prune_interval = std::chrono::hours(1);

std::optional<database::StateKey> key_of(const database::TableNames& names,
                                         const database::DatabaseState& state) {
    if (state.layout < database::queue_layout) return std::nullopt;
    return database::state_key(names, state.version_table);
}

Diagnostic words(const service::Project& project, apply::Failure failure) {
    return service::to_problem(apply::RunFailure{std::move(failure), {}},
                               project.settings().connection)
        .reason();
}

Expected<bool, apply::Failure> ask(database::Session& session, const std::string& sql) {
    auto answer = session.run(sql);
    if (!answer) return unexpected(apply::database_failure(answer.error(), "reading the queue"));
    return answer->at(0).rows.at(0)[0] == "t";
}

apply::Failure lock_lost() {
    apply::Failure failure = apply::refused(
        "operations.lock-lost",
        "the advisory lock is not held any more: its connection ended, SQL of a "
        "revision freed it, or a proxy pools transactions",
        fmt::format("whoever leads next settles what was under way; {}", database::pool_sessions));
    failure.kind = apply::FailureKind::lock_held;
    return failure;
}

}  // namespace

Leader::Leader(Board& board, Queue& queue, const ServerPin& pin, const InstanceSettings& settings,
               std::string instance, apply::Requester requester)
    : board_(board),
      queue_(queue),
      pin_(pin),
      settings_(settings),
      instance_(std::move(instance)),
      requester_(std::move(requester)) {}

void Leader::run(std::stop_token stop) {
    stop_ = std::move(stop);
    const std::stop_callback wake(stop_, [this] { board_.leader_wake().raise(); });
    apply::Backoff backoff(500ms, 5s);
    while (!stop_.stop_requested()) {
        const auto begun = Clock::now();
        Why why;
        try {
            why = serve();
        } catch (const std::exception& error) {
            // A broken invariant: whatever was under way is settled like that of a dead leader.
            why = apply::refused("operations.internal", error.what());
        }
        if (stop_.stop_requested()) break;
        if (!why) continue;
        board_.follows(words(*board_.files()->project, *std::move(why)));
        if (Clock::now() - begun > 30s) backoff = apply::Backoff(500ms, 5s);
        board_.leader_wake().wait(backoff.next());
    }
    board_.follows(std::nullopt);
}

Leader::Why Leader::serve() {
    const std::shared_ptr<const Files> files = board_.files();
    if (!files->project->settings().unresolved.empty()) {
        apply::Failure failure;
        failure.diagnostic = files->project->settings().unresolved.front();
        return failure;
    }
    const database::ConnectionParameters parameters = files->project->connection_parameters();
    const apply::ApplyOptions options = files->project->apply_options();
    apply::Listener silent;
    const apply::Run run{parameters, files->project->names(), options, requester_, silent, stop_};
    auto opened = apply::open_session(run);
    if (!opened) return opened.error();
    if (auto other = pin_.check(opened->state.server)) {
        apply::Failure failure;
        failure.diagnostic = *std::move(other);
        return failure;
    }
    return wait_for_lock(run, *opened);
}

Leader::Why Leader::wait_for_lock(const apply::Run& run, apply::OpenedSession& opened) {
    board_.follows(std::nullopt);
    std::minstd_rand random(std::random_device{}());
    std::uniform_int_distribution<int> jitter(-125, 125);
    std::optional<database::StateKey> key = key_of(run.names, opened.state);
    const database::LockKey lock = database::lock_key(opened.state.version_table);
    auto next_check = Clock::now() + dead_leader_check;
    while (!stop_.stop_requested()) {
        bool may_lead = true;
        if (key) {
            auto waiting = look(opened.session, *key, lock);
            if (!waiting) return waiting.error();
            auto better = better_elsewhere(opened.session, *key, *waiting);
            if (!better) return better.error();
            may_lead = !*better;
        }
        if (may_lead) {
            auto locked = apply::LockedDatabase::try_lock(run, opened);
            if (!locked) return locked.error();
            if (*locked) return lead(**locked);
        }
        if (key && Clock::now() >= next_check) {
            // Without the right to end it there is nothing to be done but wait.
            [[maybe_unused]] auto ended =
                opened.session.run(end_dead_leader_sql(*key, lock, settings_.dead_leader_after));
            next_check = Clock::now() + dead_leader_check;
        }
        auto told = opened.session.wait(try_interval + std::chrono::milliseconds(jitter(random)),
                                        board_.leader_wake().descriptor());
        if (!told) return apply::database_failure(told.error(), "waiting for the lock");
        board_.leader_wake().lower();
        if (!key) {
            auto state = database::read_outline(database::query_of(opened.session), run.names);
            if (!state) return apply::database_failure(state.error(), "reading the state schema");
            key = key_of(run.names, *state);
        }
    }
    return std::nullopt;
}

Leader::Why Leader::lead(apply::LockedDatabase& database) {
    if (auto done = database.lead(instance_, settings_.public_url); !done) return done.error();
    board_.leads(database.scribe().term);
    Why why = work(database);
    board_.follows(std::nullopt);
    if (!database.session().lost()) {
        // When it does not go through, the end of the connection frees the lock all the same.
        [[maybe_unused]] auto resigned =
            database.session().run(resign_sql(database.scribe().key(), database.key(), instance_));
    }
    return why;
}

Leader::Why Leader::work(apply::LockedDatabase& database) {
    database::Session& session = database.session();
    const database::StateKey key = database.scribe().key();
    while (!stop_.stop_requested()) {
        auto waiting = look(session, key, database.key());
        if (!waiting) return waiting.error();
        if (!waiting->lock_held) return lock_lost();
        auto better = better_elsewhere(session, key, *waiting);
        if (!better) return better.error();
        if (*better) return std::nullopt;
        if (!waiting->id.empty()) {
            auto operation = claim(database, *waiting);
            if (!operation) return operation.error();
            if (*operation) {
                if (Why why = run_operation(database, **operation)) return why;
                continue;
            }
        } else if (ask_for_upgrade()) {
            continue;
        } else {
            prune(database);
        }
        auto told = session.wait(poll_interval, board_.leader_wake().descriptor());
        if (!told) return apply::database_failure(told.error(), "waiting for work");
        board_.leader_wake().lower();
    }
    return std::nullopt;
}

Expected<Leader::Waiting, apply::Failure> Leader::look(database::Session& session,
                                                       const database::StateKey& key,
                                                       const database::LockKey& lock) const {
    auto answer = session.run(next_sql(key, lock));
    if (!answer) return unexpected(apply::database_failure(answer.error(), "reading the queue"));
    const auto& row = answer->at(0).rows.at(0);
    Waiting waiting{
        row[1].value_or(""), database::parse_text_array(row[2].value_or("{}")), {}, row[0] == "t"};
    waiting.lacking = missing(waiting.needs, *board_.files()->project);
    return waiting;
}

Expected<bool, apply::Failure> Leader::better_elsewhere(database::Session& session,
                                                        const database::StateKey& key,
                                                        const Waiting& waiting) const {
    if (!waiting.id.empty()) {
        if (waiting.lacking.empty()) return false;
        return ask(session, others_have_sql(key, instance_, waiting.needs));
    }
    if (!settings_.automatic || board_.wants_to_upgrade()) return false;
    return ask(session, others_want_sql(key, instance_));
}

Expected<std::optional<database::Operation>, apply::Failure> Leader::claim(
    apply::LockedDatabase& database, const Waiting& waiting) {
    using Claimed = std::optional<database::Operation>;
    if (!waiting.lacking.empty()) {
        const auto now = Clock::now();
        if (std::exchange(lacking_operation_, waiting.id) != waiting.id) lacking_since_ = now;
        if (now - lacking_since_ < settings_.missing_revisions_for) return Claimed{};
    }
    const database::StateKey key = database.scribe().key();
    auto done = database.session().run(queue_transaction(
        key, claim_sql(key, waiting.id, database.scribe().term, requester_.host, instance_),
        "operation"));
    if (!done) return unexpected(apply::database_failure(done.error(), "claiming an operation"));
    // Behind BEGIN, SET and the lock of events.
    const database::ResultTable& claimed = done->at(3);
    if (claimed.rows.empty()) return Claimed{};  // cancelled a moment ago
    database::Operation operation = database::operation_of(claimed.rows.front());
    if (waiting.lacking.empty()) return Claimed{std::move(operation)};
    std::vector<std::string> names;
    for (const std::string& word : waiting.lacking) names.push_back(revision_of(word));
    names.erase(std::unique(names.begin(), names.end()), names.end());
    const service::Problem problem = service::refusal({make_error(
        "operations.missing-revisions",
        fmt::format("no running instance has these revisions as they were when this was accepted: "
                    "{}",
                    join_words(names)),
        "start an instance with those files, or ask again with the files that are there")});
    Ending ending;
    ending.state = "failed";
    ending.error = problem.reason().message;
    ending.problem = wire::problem_json(problem);
    if (Why why = end(database, operation, ending)) return unexpected(*std::move(why));
    return Claimed{};
}

Leader::Why Leader::run_operation(apply::LockedDatabase& database,
                                  const database::Operation& operation) {
    const std::shared_ptr<const Files> files = board_.files();
    const std::stop_source cancel;
    board_.runs(operation.id, cancel);
    if (operation.cancel_requested) board_.cancel(operation.id);
    Ending ending;
    {
        EventWriter writer(files->project->connection_parameters(), database.scribe().key(),
                           operation.id, operation.term);
        ending = execute({database, *files->project, requester_, stop_}, operation, writer,
                         cancel.get_token());
        ending.lost_events = write_rest(database, operation, writer.finish());
    }
    const bool cancelled = board_.rests();
    if (ending.leadership_lost || database.session().lost()) return lock_lost();
    if (ending.state == "cancelled" && !cancelled) ending.state = "queued";
    const bool failed = ending.state != "succeeded" && ending.state != "nothing_to_do";
    if (failed && operation.origin == "auto") board_.upgrade_failed();
    return end(database, operation, ending);
}

// Where no other connection was to be had, ours is still there.
std::size_t Leader::write_rest(apply::LockedDatabase& database,
                               const database::Operation& operation,
                               const EventWriter::Unwritten& rest) {
    if (rest.events.empty() || database.session().lost()) return rest.count();
    const database::StateKey key = database.scribe().key();
    const std::string insert = database::append_events_sql(key, operation.id, rest.events,
                                                           running_in_term_sql(operation.term));
    const auto written = database.session().run(queue_transaction(key, {insert}, "event"));
    if (written) return rest.dropped;
    // The end of the operation comes next, in a transaction of its own.
    [[maybe_unused]] auto ended = apply::roll_back(database.session());
    return rest.count();
}

Leader::Why Leader::end(apply::LockedDatabase& database, const database::Operation& operation,
                        const Ending& ending) {
    const database::StateKey key = database.scribe().key();
    auto done = database.session().run(
        queue_transaction(key, end_sql(key, operation, ending, instance_), "operation"));
    // Behind BEGIN, SET, the lock of events and the event.
    if (done && !done->at(4).rows.empty()) return std::nullopt;
    if (done) return lock_lost();  // another term has begun
    return apply::database_failure(done.error(), "recording the end of operation " + operation.id);
}

bool Leader::ask_for_upgrade() {
    if (!settings_.automatic || !board_.wants_to_upgrade()) return false;
    Request request;
    request.targets = {"heads"};
    request.actor = "auto";
    request.origin = "auto";
    // What failed on another instance fails here too; a start is another try.
    request.not_failed_within =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun_);
    const std::shared_ptr<const Files> files = board_.files();
    auto accepted = queue_.accept(*files->project, request);
    if (accepted) return true;
    // The board may not have heard yet of what was applied a moment ago.
    const Rejection::Reason reason = accepted.error().reason;
    if (reason != Rejection::Reason::unavailable && reason != Rejection::Reason::nothing_pending) {
        board_.upgrade_failed();
    }
    return false;
}

void Leader::prune(apply::LockedDatabase& database) {
    if (pruned_at_ && Clock::now() - *pruned_at_ < prune_interval) return;
    pruned_at_ = Clock::now();
    const database::StateKey key = database.scribe().key();
    // What could not be forgotten is forgotten an hour later.
    [[maybe_unused]] auto pruned =
        database.session().run(queue_transaction(key, prune_sql(key), "prune"));
    if (!pruned) [[maybe_unused]]
        auto rolled_back = apply::roll_back(database.session());
}

}  // namespace revisiond::operations
