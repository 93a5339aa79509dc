// What a person sees while revisions run.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "apply/apply.hpp"
#include "cli/console.hpp"

namespace revisiond::cli {

// Step `number` of so many runs; of none: nothing that could be counted.
struct StepCount {
    std::size_t number = 0;
    std::size_t of = 0;
};

// "[#####...............] 2/4 text … time", where the bar is what is done; shorter than `columns`:
// the bar is narrower on a narrow terminal and goes where there is no room for it, then the text is
// cut. 0 columns: nobody knows.
std::string progress_text(const StepCount& count, const std::string& text, std::string_view time,
                          std::size_t columns);

// One line at the bottom of a terminal, never wider than that, which says how far the work is, what
// runs and for how long, redrawn twice a second by a thread of its own, "progress". Does nothing
// when standard error is no terminal. Any thread may call it.
class ProgressLine {
  public:
    explicit ProgressLine(bool on);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    // What runs from now on; empty when nothing does.
    void set(std::string text, StepCount count = {});
    // Runs `write` with the line out of the way.
    template <class Write>
    void above(Write&& write) {
        const std::lock_guard lock(mutex_);
        erase();
        write();
    }

  private:
    void run();
    void erase();

    const bool on_;
    std::mutex mutex_;
    // Everything below is protected by mutex_.
    std::condition_variable changed_;
    std::string text_;
    StepCount count_;
    std::chrono::steady_clock::time_point since_;
    bool drawn_ = false;
    bool ending_ = false;
    std::thread thread_;  // constant after construction
};

// Alembic's log lines, notices, waiting and retries on standard error; keeps the reports of all
// statements when a dry run needs them.
class Progress : public apply::Listener {
  public:
    // How much is kept.
    enum class Keep { nothing, reports };
    Progress(Console& console, Keep keep);

    void waiting_for_lock(const std::optional<database::LockHolder>& holder) override;
    void step_begins(const plan::PlanStep& step, std::size_t number, std::size_t of) override;
    void statement_begins(const plan::PlanStep& step, const sql::Statement& statement) override;
    void statement_ends(const apply::StatementReport& report) override;
    void retrying(const apply::RetryReport& report) override;
    void blocked(const plan::PlanStep& step, const std::vector<std::string>& blockers,
                 apply::Milliseconds /*waited*/) override;
    void step_ends(const plan::PlanStep& step, std::chrono::microseconds elapsed) override;
    void operation_ends() override;
    void note(const std::string& text) override;

    const std::vector<apply::StatementReport>& reports() const { return reports_; }
    // What each revision took, in order.
    struct StepTime {
        std::string revision;
        std::chrono::microseconds elapsed;
    };
    const std::vector<StepTime>& times() const { return times_; }

  private:
    void info(const std::string& text);
    void warn(const std::string& text);

    Console& console_;
    const Keep keep_;
    ProgressLine line_;
    StepCount count_;
    std::string step_;
    std::string file_;   // of the step
    std::string begun_;  // the statement that runs, while reports are kept
    std::vector<apply::StatementReport> reports_;
    std::vector<StepTime> times_;
};

// "Running upgrade a -> b, message": Alembic's log line of a step.
std::string step_line(const plan::PlanStep& step);

// The first line of a statement, cut for a terminal.
std::string first_line(std::string_view sql, std::size_t limit = 60);

}  // namespace revisiond::cli
