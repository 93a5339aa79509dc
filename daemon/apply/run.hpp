// What every part of one run shares. For this room, and for a leader that lends its lock.
#pragma once

#include <chrono>
#include <optional>
#include <random>
#include <stop_token>
#include <string>

#include "apply/apply.hpp"
#include "base/text.hpp"
#include "database/advisory_lock.hpp"

namespace revisiond::apply {

// One request on its way through this room. Not copyable: everything refers to the caller's values,
// which outlive it.
struct Run {
    const database::ConnectionParameters& parameters;
    const database::TableNames& names;
    const ApplyOptions& options;
    const Requester& requester;
    Listener& listener;
    std::stop_token stop;
    std::stop_token stop_after_step = {};
};

// The pauses between tries: from `first`, growing by half, to `longest`, each shortened or
// lengthened by up to a quarter so that two waiters do not keep step.
class Backoff {
  public:
    Backoff(Milliseconds first, Milliseconds longest);
    Milliseconds next();

  private:
    double pause_;
    double longest_;
    std::minstd_rand random_;
};

// How long work that meets locks is tried again: from the first attempt on.
class Patience {
  public:
    explicit Patience(Milliseconds lasts);
    // Before the next attempt; nothing when the time is over.
    std::optional<Milliseconds> next_pause();

  private:
    std::chrono::steady_clock::time_point until_;
    Backoff backoff_{Milliseconds(100), Milliseconds(2000)};
};

// False when the stop came first.
bool sleep_for(Milliseconds pause, const std::stop_token& stop);

// Failures in words.
Failure refused(std::string code, std::string message, std::string hint = {});
// An error of the server or the connection that belongs to no statement of a file. `doing`
// completes "… while ".
Failure database_failure(const database::SqlError& error, const std::string& doing);
std::vector<std::string> first_column(const database::ResultTable& table);

// "expected a, found none": rows of the version table.
std::string expected_and_found(const std::vector<std::string>& expected,
                               const std::vector<std::string>& found);
// The rows of the version table are not `expected`, which the plan starts from. Nothing ran.
Failure rows_changed(const sql::QualifiedName& version_table,
                     const std::vector<std::string>& expected,
                     const std::vector<std::string>& found);
// An error in a statement of a file, with line and caret.
Failure statement_failure(const database::SqlError& error, const plan::MigrationPlan& plan,
                          const plan::PlanStep& step, script::SectionKind section,
                          const sql::Statement& statement);

// A boolean SQL expression as a statement that fails (22012, division by zero) unless it is true:
// inside a message of several statements nothing after it runs then, COMMIT included. Safe under
// any search_path.
std::string require_sql(const std::string& condition);
// In a message of our own alone, nothing else divides.
bool requirement_failed(const database::ServerMessage& error);

// Ends a transaction that is open; nothing is to be done in a lost session or without one.
Expected<Done, database::SqlError> roll_back(database::Session& session);

// Several statements that travel as one message; add() answers the index that results and errors
// will have.
class Message {
  public:
    std::size_t add(std::string_view statement);
    // Our own role, search_path and timeouts until the transaction's end, whatever the file has
    // set; then the file's are back. REQUIRES: inside a transaction.
    void as_ourselves();
    const std::string& text() const { return text_; }

  private:
    std::string text_;
    std::size_t count_ = 0;
};

}  // namespace revisiond::apply
