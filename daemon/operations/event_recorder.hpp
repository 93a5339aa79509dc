// A command's run, told to the database as a leader's is.
#pragma once

#include <memory>

#include "apply/apply.hpp"

namespace revisiond::operations {

class EventWriter;

// Passes everything on to another listener, and writes it as the events of the operation that the
// run records. `next` and `parameters` must outlive it.
class EventRecorder : public apply::Listener {
  public:
    EventRecorder(apply::Listener& next, database::ConnectionParameters parameters);
    ~EventRecorder() override;
    EventRecorder(const EventRecorder&) = delete;
    EventRecorder& operator=(const EventRecorder&) = delete;

    void operation_begins(const database::StateKey& key, const std::string& operation,
                          std::int64_t term) override;
    void operation_ends() override;
    void waiting_for_lock(const std::optional<database::LockHolder>& holder) override;
    void step_begins(const plan::PlanStep& step, std::size_t number, std::size_t of) override;
    void statement_begins(const plan::PlanStep& step, const sql::Statement& statement) override;
    void statement_ends(const apply::StatementReport& report) override;
    void retrying(const apply::RetryReport& report) override;
    void blocked(const plan::PlanStep& step, const std::vector<std::string>& blockers,
                 apply::Milliseconds waited) override;
    void step_ends(const plan::PlanStep& step, std::chrono::microseconds elapsed) override;
    void note(const std::string& text) override;

  private:
    template <class Tell>
    void tell(const Tell& tell);

    apply::Listener& next_;
    const database::ConnectionParameters parameters_;
    std::unique_ptr<EventWriter> writer_;  // while an operation runs
};

}  // namespace revisiond::operations
