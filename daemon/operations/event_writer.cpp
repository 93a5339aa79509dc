#include "operations/event_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "operations/queue_session.hpp"
#include "wire/event_json.hpp"

namespace revisiond::operations {
namespace {

using namespace std::chrono_literals;

constexpr auto batch_interval = 100ms;
constexpr std::size_t batch_size = 1000;
// Statements beyond the first, steps and notes beyond the second are counted instead of kept.
constexpr std::size_t statements_at_most = 20'000;
constexpr std::size_t events_at_most = 40'000;

}  // namespace

EventWriter::EventWriter(database::ConnectionParameters parameters, database::StateKey key,
                         std::string operation, std::int64_t term)
    : parameters_(std::move(parameters)),
      key_(std::move(key)),
      operation_(std::move(operation)),
      term_(term) {}

EventWriter::~EventWriter() {
    finish();
}

EventWriter::Unwritten EventWriter::finish() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    const std::lock_guard lock(mutex_);
    return std::exchange(unwritten_, {});
}

void EventWriter::add(std::string type, std::string data, Weight weight) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= (weight == Weight::statement ? statements_at_most : events_at_most)) {
        ++dropped_;
        return;
    }
    waiting_.push_back({std::move(type), std::move(data)});
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    if (waiting_.size() == 1) changed_.notify_all();
}

// Waits for the first event, then a moment for those that come with it.
std::vector<database::NewEvent> EventWriter::next_batch(std::unique_lock<std::mutex>& lock) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (!ending_) changed_.wait_for(lock, batch_interval, [this] { return ending_; });
    if (dropped_ > 0 && waiting_.size() < statements_at_most) {
        waiting_.push_back(
            {"note", wire::event::text(fmt::format("{} events were not kept: the database did not "
                                                   "take them as fast as they came",
                                                   std::exchange(dropped_, 0)))});
    }
    const std::size_t count = std::min(waiting_.size(), batch_size);
    std::vector<database::NewEvent> batch(
        std::make_move_iterator(waiting_.begin()),
        std::make_move_iterator(waiting_.begin() + static_cast<std::ptrdiff_t>(count)));
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    return batch;
}

void EventWriter::run() {
    std::optional<database::Session> session;
    std::unique_lock lock(mutex_);
    std::vector<database::NewEvent> batch;
    int failures_at_end = 0;
    while (true) {
        if (batch.empty()) batch = next_batch(lock);
        if (batch.empty()) return;  // the end, and everything is written
        const bool ending = ending_;
        lock.unlock();
        const bool written =
            write_events(session, parameters_, key_, operation_, batch, running_in_term_sql(term_));
        lock.lock();
        if (written) {
            batch.clear();
        } else if (ending && ++failures_at_end > 1) {
            std::ranges::move(waiting_, std::back_inserter(batch));
            waiting_.clear();
            unwritten_ = {std::move(batch), std::exchange(dropped_, 0)};
            return;
        } else {
            changed_.wait_for(lock, 500ms, [this] { return ending_; });
        }
    }
}

void EventWriter::waiting_for_lock(const std::optional<database::LockHolder>& holder) {
    add("waiting_for_lock", wire::event::waiting_for_lock(holder), Weight::step);
}

void EventWriter::step_begins(const plan::PlanStep& step, std::size_t number, std::size_t of) {
    add("step_begins", wire::event::step_begins(step, number, of), Weight::step);
}

void EventWriter::statement_begins(const plan::PlanStep& step, const sql::Statement& statement) {
    add("statement_begins", wire::event::statement_begins(step, statement), Weight::statement);
}

void EventWriter::statement_ends(const apply::StatementReport& report) {
    add("statement_ends", wire::event::statement_ends(report), Weight::statement);
}

void EventWriter::retrying(const apply::RetryReport& report) {
    add("retrying", wire::event::retrying(report), Weight::step);
}

void EventWriter::blocked(const plan::PlanStep& step, const std::vector<std::string>& blockers,
                          apply::Milliseconds waited) {
    add("blocked", wire::event::blocked(step, blockers, waited), Weight::step);
}

void EventWriter::step_ends(const plan::PlanStep& step, std::chrono::microseconds elapsed) {
    add("step_ends", wire::event::step_ends(step, elapsed), Weight::step);
}

void EventWriter::note(const std::string& text) {
    add("note", wire::event::text(text), Weight::step);
}

}  // namespace revisiond::operations
