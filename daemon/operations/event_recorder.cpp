#include "operations/event_recorder.hpp"

#include <fmt/format.h>

#include "operations/event_writer.hpp"

namespace revisiond::operations {

EventRecorder::EventRecorder(apply::Listener& next, database::ConnectionParameters parameters)
    : next_(next), parameters_(std::move(parameters)) {}

EventRecorder::~EventRecorder() = default;

template <class Tell>
void EventRecorder::tell(const Tell& tell) {
    tell(next_);
    if (writer_) tell(*writer_);
}

void EventRecorder::operation_begins(const database::StateKey& key, const std::string& operation,
                                     std::int64_t term) {
    next_.operation_begins(key, operation, term);
    writer_ = std::make_unique<EventWriter>(parameters_, key, operation, term);
}

void EventRecorder::operation_ends() {
    const std::size_t lost = writer_ ? writer_->finish().count() : 0;
    writer_.reset();
    if (lost > 0) next_.note(fmt::format("{} events could not be written", lost));
    next_.operation_ends();
}

void EventRecorder::waiting_for_lock(const std::optional<database::LockHolder>& holder) {
    tell([&](apply::Listener& listener) { listener.waiting_for_lock(holder); });
}

void EventRecorder::step_begins(const plan::PlanStep& step, std::size_t number, std::size_t of) {
    tell([&](apply::Listener& listener) { listener.step_begins(step, number, of); });
}

void EventRecorder::statement_begins(const plan::PlanStep& step, const sql::Statement& statement) {
    tell([&](apply::Listener& listener) { listener.statement_begins(step, statement); });
}

void EventRecorder::statement_ends(const apply::StatementReport& report) {
    tell([&](apply::Listener& listener) { listener.statement_ends(report); });
}

void EventRecorder::retrying(const apply::RetryReport& report) {
    tell([&](apply::Listener& listener) { listener.retrying(report); });
}

void EventRecorder::blocked(const plan::PlanStep& step, const std::vector<std::string>& blockers,
                            apply::Milliseconds waited) {
    tell([&](apply::Listener& listener) { listener.blocked(step, blockers, waited); });
}

void EventRecorder::step_ends(const plan::PlanStep& step, std::chrono::microseconds elapsed) {
    tell([&](apply::Listener& listener) { listener.step_ends(step, elapsed); });
}

void EventRecorder::note(const std::string& text) {
    tell([&](apply::Listener& listener) { listener.note(text); });
}

}  // namespace revisiond::operations
