#include "operations/observer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apply/run.hpp"
#include "database/state_schema.hpp"
#include "operations/needs.hpp"
#include "operations/queue_session.hpp"
#include "operations/tables.hpp"
#include "sql/begin.hpp"

namespace revisiond::operations {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Another program may change the version table without a word.
constexpr auto read_interval = 5s;
// What a fingerprint does not tell: rights, and tables of the same name elsewhere.
constexpr auto read_in_full_interval = 60s;
constexpr auto heartbeat_interval = 5s;
constexpr auto look_interval = 1s;

}  // namespace

Observer::Observer(Board& board, const ServerPin& pin, const InstanceSettings& settings,
                   std::string instance, apply::Requester requester,
                   std::function<void()> events_changed)
    : board_(board),
      pin_(pin),
      settings_(settings),
      instance_(std::move(instance)),
      requester_(std::move(requester)),
      events_changed_(std::move(events_changed)) {}

void Observer::run(std::stop_token stop) {
    stop_ = std::move(stop);
    const std::stop_callback wake(stop_, [this] { board_.observer_wake().raise(); });
    apply::Backoff backoff(500ms, 5s);
    while (!stop_.stop_requested()) {
        const auto begun = Clock::now();
        auto watched = watch();
        if (watched || stop_.stop_requested()) continue;
        board_.unreachable(watched.error().reason());
        if (Clock::now() - begun > 30s) backoff = apply::Backoff(500ms, 5s);
        board_.observer_wake().wait(backoff.next());
    }
}

Expected<Done, service::Problem> Observer::watch() {
    const std::shared_ptr<const service::Project> project = board_.files()->project;
    const config::ConnectionSettings& connection = project->settings().connection;
    if (!project->settings().unresolved.empty()) {
        return unexpected(service::refusal(project->settings().unresolved));
    }
    auto session = open_queue_session(project->connection_parameters());
    if (!session) return unexpected(service::to_problem(session.error(), connection));
    key_.reset();
    channel_.clear();
    known_.reset();
    queue_ = {};
    read_now_ = true;
    said_at_ = {};
    said_files_ = 0;
    while (!stop_.stop_requested()) {
        for (const auto step :
             {&Observer::read, &Observer::say_alive, &Observer::check_cancel, &Observer::wait}) {
            if (Why why = (this->*step)(*session)) return unexpected(*std::move(why));
        }
    }
    if (may_write()) {
        // Whoever does not hear of it forgets us some seconds later.
        [[maybe_unused]] auto gone = session->run(sign_out_sql(*key_, instance_));
    }
    return Done{};
}

bool Observer::may_write() const {
    return key_ && known_ && !known_->state.server.in_recovery;
}

Observer::Why Observer::fail(const database::SqlError& error) const {
    return service::to_problem(error, board_.files()->project->settings().connection);
}

Observer::Why Observer::read(database::Session& session) {
    // A standby tells nothing.
    const auto interval = channel_.empty() ? look_interval : read_interval;
    if (!read_now_ && Clock::now() - read_at_ < interval) return std::nullopt;
    read_now_ = false;
    read_at_ = Clock::now();
    auto state = read_state(session);
    if (!state) return fail(state.error());
    if (*state) {
        if (auto other = pin_.check((*state)->state.server)) return service::to_problem(*other);
        known_ = *state;
    }
    if (Why why = listen(session)) return why;
    if (key_) {
        auto queue = database::read_queue(database::query_of(session), *key_, queue_);
        if (!queue) return fail(queue.error());
        queue_ = *std::move(queue);
    }
    board_.read(*std::move(state), queue_);
    if (settings_.automatic) board_.leader_wake().raise();
    if (key_ && events_changed_) events_changed_();
    return std::nullopt;
}

Expected<std::shared_ptr<const KnownState>, database::SqlError> Observer::read_state(
    database::Session& session) {
    // Held while it is read: other files may be published meanwhile.
    const std::shared_ptr<const service::Project> project = board_.files()->project;
    const database::TableNames& names = project->names();
    const database::Query query = database::query_of(session);
    std::string fingerprint;  // before the reading: what changes meanwhile shows next time
    if (known_) {
        auto answer = database::read_fingerprint(query, names, known_->state);
        if (answer) fingerprint = *std::move(answer);
        if (!answer && answer.error().connection_lost) return unexpected(answer.error());
        const bool same = !fingerprint.empty() && fingerprint == fingerprint_;
        if (same && Clock::now() - read_in_full_at_ < read_in_full_interval) {
            return std::shared_ptr<const KnownState>();
        }
    }
    read_in_full_at_ = Clock::now();
    auto state = database::read_state(query, names);
    if (!state) return unexpected(std::move(state.error()));
    auto holder = database::read_holder(query, *state, names);
    if (!holder) return unexpected(std::move(holder.error()));
    const bool same_tables = known_ && known_->state.layout == state->layout &&
                             known_->state.version_table_exists == state->version_table_exists &&
                             known_->state.version_table.quoted() == state->version_table.quoted();
    // A holder without a name has just come, or goes at once: without it everything would be what
    // it was before the reading, and it would be shown for long.
    const bool passing = *holder && (*holder)->host.empty();
    fingerprint_ = same_tables && !passing ? fingerprint : "";
    return std::make_shared<const KnownState>(KnownState{*std::move(state), *std::move(holder)});
}

Observer::Why Observer::listen(database::Session& session) {
    const database::StateKey key =
        database::state_key(board_.files()->project->names(), known_->state.version_table);
    if (known_->state.layout >= database::queue_layout) key_ = key;
    const std::string channel = database::notify_channel(key);
    if (channel == channel_ || known_->state.server.in_recovery) return std::nullopt;
    if (auto done = session.run("UNLISTEN *; LISTEN " + channel); !done) return fail(done.error());
    channel_ = channel;
    read_now_ = true;  // what was told between the reading and now
    return std::nullopt;
}

Observer::Why Observer::say_alive(database::Session& session) {
    const std::shared_ptr<const Files> files = board_.files();
    const bool new_files = files->version != said_files_;
    if (!may_write()) return std::nullopt;
    if (!new_files && Clock::now() - said_at_ < heartbeat_interval) return std::nullopt;
    std::vector<std::string> messages = {std::string(sql::begin_transaction) + "; " +
                                         heartbeat_sql(*key_, instance_, requester_,
                                                       settings_.public_url,
                                                       board_.wants_to_upgrade())};
    if (new_files) {
        std::ranges::move(provisions_sql(*key_, instance_, provisions(*files->project),
                                         board_.snapshot()->files.digest),
                          std::back_inserter(messages));
    }
    messages.back() += "; COMMIT";
    for (const std::string& message : messages)
        if (auto done = session.run(message); !done) return fail(done.error());
    said_at_ = Clock::now();
    said_files_ = files->version;
    return std::nullopt;
}

Observer::Why Observer::check_cancel(database::Session& session) {
    const std::string operation = board_.running_here();
    if (!key_ || operation.empty()) return std::nullopt;
    auto asked = session.run(fmt::format("SELECT cancel_requested FROM {} WHERE id = {}",
                                         key_->table("operation"), sql::quote_literal(operation)));
    if (!asked) return fail(asked.error());
    const auto& rows = asked->at(0).rows;
    if (!rows.empty() && rows.front()[0] == "t") board_.cancel(operation);
    return std::nullopt;
}

Observer::Why Observer::wait(database::Session& session) {
    auto told = session.wait(look_interval, board_.observer_wake().descriptor());
    if (!told) return fail(told.error());
    board_.observer_wake().lower();
    // A notification may get lost, and only shortens the wait.
    bool events = queue_.running.operation || queue_.queued > 0;
    for (const database::Notification& notification : *told) {
        if (notification.payload == "event") events = true;
        if (notification.payload == "operation" || notification.payload == "lock") {
            events = read_now_ = true;
            board_.leader_wake().raise();
        }
    }
    if (events && events_changed_) events_changed_();
    return std::nullopt;
}

}  // namespace revisiond::operations
