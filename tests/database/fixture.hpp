// The verbs of the database tests: a fresh database, revisions as text, upgrade and downgrade, and
// what is there afterwards.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "apply/apply.hpp"
#include "database/session.hpp"
#include "graph/revision_map.hpp"
#include "plan/migration_plan.hpp"
#include "script/revision_script.hpp"

namespace revisiond::test {

// Hears everything and keeps it.
class Recorder : public apply::Listener {
  public:
    std::vector<std::string> notes;
    std::vector<std::string> begun;  // revisions
    std::vector<apply::StatementReport> statements;
    std::vector<apply::RetryReport> retries;
    std::vector<std::string> blockers;
    std::vector<std::string> waited_for;
    std::function<void(const sql::Statement&)> before_statement;
    std::function<void()> after_statement;  // was kept
    std::function<void()> after_step;       // its transaction is over
    std::function<void()> after_retry;      // was kept
    std::function<void()> after_blocked;    // was kept

    void waiting_for_lock(const std::optional<database::LockHolder>& holder) override;
    void step_begins(const plan::PlanStep& step, std::size_t number, std::size_t of) override;
    void statement_begins(const plan::PlanStep& step, const sql::Statement& statement) override;
    void statement_ends(const apply::StatementReport& report) override;
    void step_ends(const plan::PlanStep& step, std::chrono::microseconds elapsed) override;
    void retrying(const apply::RetryReport& report) override;
    void blocked(const plan::PlanStep& step, const std::vector<std::string>& blockers,
                 apply::Milliseconds waited) override;
    void note(const std::string& text) override;

    bool noted(const std::string& part) const;
};

// A database of its own in the program's private cluster, and a project of revisions given as text.
class Database {
  public:
    Database();

    // `header` lines go behind `-- `: file({"a"}, "", "CREATE TABLE …", "DROP TABLE …").
    struct File {
        std::string id;
        std::string down;  // empty: a base
        std::string upgrade;
        std::string downgrade = "";
        std::string verify = "";
        bool transaction = true;
    };
    void add(const File& file);
    // Replaces the file of that id.
    void change(const File& file);

    plan::MigrationPlan plan(graph::Direction direction, const std::string& target) const;
    Expected<apply::RunResult, apply::RunFailure> run(const plan::MigrationPlan& plan,
                                                      std::stop_token stop = {});
    Expected<apply::RunResult, apply::RunFailure> upgrade(const std::string& target = "heads");
    Expected<apply::RunResult, apply::RunFailure> downgrade(const std::string& target);
    Expected<apply::RunResult, apply::RunFailure> stamp(const apply::StampRequest& request);

    database::Session connect(const std::string& user = "postgres") const;
    // The first column of each row; errors fail the test.
    std::vector<std::string> query(const std::string& sql) const;
    std::string value(const std::string& sql) const;
    void execute(const std::string& sql) const;
    // From the layout before it to this one, as a program made it that knew no later one.
    void make_layout(int layout) const;
    std::vector<std::string> rows() const;  // of the version table
    database::DatabaseState state() const;

    database::ConnectionParameters parameters;
    database::TableNames names;
    apply::ApplyOptions options;
    apply::Requester requester{"tester", "test-host", "0.0.0", "upgrade heads"};
    Recorder recorder;

  private:
    std::vector<std::shared_ptr<const script::RevisionScript>> scripts_;
};

}  // namespace revisiond::test
