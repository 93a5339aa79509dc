// One statement of a file: its lock timeout, its progress, its report, and who blocks it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apply/blockers.hpp"
#include "apply/run.hpp"

namespace revisiond::apply {

// Runs the statements of one revision, in order, on one session. Remembers what the file itself has
// set.
class StatementRunner {
  public:
    StatementRunner(const Run& run, BlockerObserver& observer, const plan::PlanStep& step)
        : run_(run), observer_(observer), step_(step) {}

    // The statement's lock timeout as SQL, when it differs from the one set last and the file has
    // not taken over.
    std::optional<std::string> lock_timeout_change(const sql::Statement& statement);
    // The same for work of our own between statements.
    std::optional<std::string> lock_timeout_change(Milliseconds wanted);
    // The same for a statement in a small transaction of its own, whose rollback would take a SET
    // back: SET LOCAL, whatever was set last.
    std::optional<std::string> local_lock_timeout(const sql::Statement& statement) const;
    // What the first message of the revision sets; after it lock_timeout_change() knows.
    Milliseconds first_lock_timeout(const sql::Statement* first);

    Expected<database::StatementResult, database::SqlError> execute(
        database::Session& session, const sql::Statement& statement);
    // A message of our own that may have to wait for the version table.
    Expected<std::vector<database::ResultTable>, database::SqlError> run(
        database::Session& session, const std::string& message);

    // Who was seen blocking during the last execute() or run(), and for how long.
    const std::vector<std::string>& blockers() const { return blockers_; }
    Milliseconds waited() const { return waited_; }

  private:
    void note_own_settings(const sql::Statement& statement);
    // What to do at each on_wait.
    std::function<void()> looking(BlockerWatch& watch);
    void keep(BlockerWatch& watch, const database::SqlError* error);

    const Run& run_;
    BlockerObserver& observer_;
    const plan::PlanStep& step_;
    std::optional<Milliseconds> lock_timeout_;
    bool own_lock_timeout_ = false;  // the file has set its own: it wins
    std::vector<std::string> blockers_;
    Milliseconds waited_{0};
};

}  // namespace revisiond::apply
