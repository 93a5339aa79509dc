// Whose commit waits for the disk: only the last one of a run. WAL is written in order, so the wait
// of one commit takes every commit before it to the disk; and whatever ends a run is such a commit:
// its last revision, the history row of a failure, or the operation's end. A revision that is not
// transactional waits at its first journal entry. So what was reported as done at the end is as
// durable as the server makes it, for one wait instead of one a revision. DDL, version rows and
// history of a revision are one transaction, so a server that crashes in the middle of a run comes
// back with a shorter prefix of it, never with a part of a revision; and the prefix that it came
// back with is what is reported then (keep_what_survived). A file's own SET synchronous_commit
// wins, since ours comes before it.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "apply/attempts.hpp"
#include "apply/journal_check.hpp"
#include "apply/journaled_step.hpp"
#include "apply/run_dry.hpp"
#include "apply/run_lock.hpp"

namespace revisiond::apply {
namespace {

using plan::MigrationPlan;
using plan::PlanStep;

std::string kind_of(const MigrationPlan& plan) {
    return graph::to_string(plan.steps.front().direction);
}

// With transaction = "all" there is one transaction, and what cannot be in one cannot be in the
// run.
std::optional<Failure> check_modes(const MigrationPlan& plan, const ApplyOptions& options) {
    if (!options.one_transaction) return std::nullopt;
    std::vector<std::string> files;
    for (const PlanStep& step : plan.steps) {
        if (!step.transaction) files.push_back(step.file);
    }
    if (files.empty()) return std::nullopt;
    return refused(
        "apply.one-transaction",
        fmt::format(
            "apply.transaction is \"all\", but these revisions cannot run in a transaction: {}",
            join_words(files)),
        "set apply.transaction = \"per_revision\", or upgrade in parts that stop before and after "
        "them");
}

// Executes the steps of one plan, block by block, and keeps the books.
class PlanRunner {
  public:
    PlanRunner(const Run& run, const MigrationPlan& plan, LockedDatabase& database)
        : run_(run), plan_(plan), database_(database), observer_(run), rows_(plan.from) {}

    std::optional<Failure> run_all() {
        const std::span<const PlanStep> steps(plan_.steps);
        for (std::size_t at = 0; at < steps.size();) {
            const std::size_t count = run_.options.one_transaction ? steps.size() : 1;
            if (run_.stop.stop_requested() || run_.stop_after_step.stop_requested()) {
                return stopped();
            }
            auto failure = steps[at].transaction ? run_block(steps.subspan(at, count), at)
                                                 : run_journaled(steps[at], at);
            if (failure) return failure;
            rows_before_.insert(rows_before_.end(), count, result_.rows);
            for (const PlanStep& step : steps.subspan(at, count))
                result_.applied.push_back(step.revision);
            result_.rows = rows_;
            at += count;
        }
        return std::nullopt;
    }

    RunResult result() const { return result_; }
    void set_operation(std::string operation) { result_.operation = std::move(operation); }
    void set_rows(std::vector<std::string> rows) { result_.rows = std::move(rows); }

  private:
    BlockContext context(std::size_t at, std::size_t count) {
        return {run_,
                database_.session(),
                database_.scribe(),
                database_.key(),
                plan_,
                observer_,
                true,
                "",
                at + 1,
                at + count < plan_.steps.size()};
    }

    Failure stopped() const {
        Failure failure = refused("apply.stopped", "stopped as asked, between two revisions",
                                  "run again; it goes on where it stopped");
        failure.kind = FailureKind::cancelled;
        return failure;
    }

    std::optional<Failure> run_block(std::span<const PlanStep> steps, std::size_t at) {
        const BlockContext block_context = context(at, steps.size());
        std::optional<TransactionBlock> block;
        auto failure = run_attempts(
            run_, [&] { return block.emplace(block_context, steps, rows_).attempt(); });
        if (failure) return settle_failure(*std::move(failure), steps, block->last_history_id());
        rows_ = block->rows();
        return std::nullopt;
    }

    std::optional<Failure> run_journaled(const PlanStep& step, std::size_t at) {
        const BlockContext step_context = context(at, 1);
        JournaledStep journaled(step_context, step, rows_);
        auto failure = journaled.run();
        if (!failure) {
            rows_ = journaled.rows();
            return std::nullopt;
        }
        return settle_failure(*std::move(failure), {&step, 1}, journaled.last_history_id());
    }

    // A failure becomes history. A connection that was lost under a COMMIT may have been a success:
    // only the history row can tell.
    std::optional<Failure> settle_failure(BlockFailure failure, std::span<const PlanStep> steps,
                                          std::int64_t history_id) {
        const bool lost = database_.session().lost();
        if (auto ended = roll_back(database_.session()); !ended) {
            run_.listener.note("rolling back: " + ended.error().text());
        }
        if (lost) {
            if (auto reopened = database_.reopen(); !reopened) {
                failure.failure.diagnostic.hint =
                    fmt::format("{}; and it could not be recorded: {}",
                                failure.at_commit ? "whether this revision was committed is not "
                                                    "known: run again, it finds out"
                                                  : "nothing of this revision was kept",
                                reopened.error().diagnostic.message);
                return failure.failure;
            }
        }
        if (lost && failure.at_commit) {
            auto found = was_recorded(history_id, steps.back().revision);
            if (!found) return found.error();
            if (*found) {
                run_.listener.note(fmt::format(
                    "the connection was lost during COMMIT of revision {}; it had been committed",
                    steps.back().revision));
                for (const PlanStep& step : steps)
                    rows_ = graph::apply_changes(rows_, step.row_changes);
                return std::nullopt;
            }
        }
        if (lost) {
            if (auto kept = keep_what_survived(); !kept) return kept.error();
        }
        record_failure(failure, steps[failure.step]);
        say_where_it_stands(failure, steps);
        return failure.failure;
    }

    // A server that crashed may have lost the run's last commits, which had not waited for its
    // disk.
    Expected<Done, Failure> keep_what_survived() {
        auto found = database_.session().run(database_.scribe().version_rows_sql());
        if (!found) {
            return unexpected(database_failure(found.error(), "reading the rows after the loss"));
        }
        std::vector<std::string> rows = first_column(found->at(0));
        const auto survived = std::find(rows_before_.begin(), rows_before_.end(), rows);
        if (rows == result_.rows || survived == rows_before_.end()) return Done{};
        const auto kept = static_cast<std::size_t>(survived - rows_before_.begin());
        run_.listener.note(fmt::format(
            "the server ended before these revisions had reached its disk, and came back without "
            "them: {}; run again, it goes on where the server stands",
            join_words(std::vector<std::string>(
                result_.applied.begin() + static_cast<std::ptrdiff_t>(kept),
                result_.applied.end()))));
        result_.applied.resize(kept);
        rows_before_.resize(kept);
        rows_ = rows;
        result_.rows = std::move(rows);
        return Done{};
    }

    // A server that crashed may give an id out again, to another run.
    Expected<bool, Failure> was_recorded(std::int64_t history_id, const std::string& revision) {
        const Scribe& scribe = database_.scribe();
        auto found = database_.session().run(fmt::format(
            "SELECT 1 FROM {} WHERE id = {} AND version_table = {} AND operation = {}"
            " AND term = {} AND revision = {}",
            scribe.table("history"), history_id, scribe.version_table_literal(),
            sql::quote_literal(scribe.operation), scribe.term, sql::quote_literal(revision)));
        if (!found) {
            return unexpected(
                database_failure(found.error(), "looking for the revision in the history"));
        }
        return !found->at(0).rows.empty();
    }

    // For who reads the error: what of it stayed, and where the database is now.
    void say_where_it_stands(BlockFailure& failure, std::span<const PlanStep> steps) const {
        const PlanStep& step = steps[failure.step];
        const std::string rows = rows_.empty() ? "base" : join(rows_, ", ");
        const std::string what =
            steps.size() > 1 ? "the whole run" : fmt::format("revision {}", step.revision);
        std::string text = fmt::format("{} was rolled back; the database is at {}", what, rows);
        if (!step.transaction) {
            text = fmt::format(
                "{} of {} statements of revision {} are done and stay: once it is mended, the same "
                "command goes on behind them; the database is at {}",
                failure.statements, step.statements.size(), step.revision, rows);
        }
        std::string& hint = failure.failure.diagnostic.hint;
        if (hint.ends_with('.')) hint.pop_back();
        hint = hint.empty() ? std::move(text) : hint + "; " + text;
    }

    void record_failure(const BlockFailure& failure, const PlanStep& step) {
        const Scribe& scribe = database_.scribe();
        Scribe::HistoryEntry entry;
        entry.revision = step.revision;
        entry.direction = graph::to_string(step.direction);
        entry.outcome = failure.failure.kind == FailureKind::cancelled ? "interrupted" : "failed";
        entry.started_at = failure.started_at;
        entry.statements = failure.statements;
        // With file, line and caret, for whoever reads the history later; the outcome says that it
        // is an error.
        constexpr std::string_view severity = "error: ";
        entry.error = to_text(failure.failure.diagnostic).substr(severity.size());
        auto clean = database_.clean_session("");
        auto written = clean ? database_.session().run(scribe.history_sql(entry))
                             : Expected<std::vector<database::ResultTable>, database::SqlError>(
                                   unexpected(clean.error()));
        if (!written) {
            run_.listener.note("the failure could not be recorded in the history: " +
                               written.error().text());
        }
    }

    const Run& run_;
    const MigrationPlan& plan_;
    LockedDatabase& database_;
    BlockerObserver observer_;
    std::vector<std::string> rows_;
    std::vector<std::vector<std::string>> rows_before_;  // each step of result_.applied
    RunResult result_;
};

std::optional<Failure> check_rows(const MigrationPlan& plan, const database::DatabaseState& state) {
    if (plan.from == state.rows) return std::nullopt;
    return rows_changed(state.version_table, plan.from, state.rows);
}

Expected<RunResult, RunFailure> ended(Failure failure, RunResult result = {}) {
    return unexpected(RunFailure{std::move(failure), std::move(result)});
}

}  // namespace

Expected<RunResult, RunFailure> run_plan(const database::ConnectionParameters& parameters,
                                         const database::TableNames& names,
                                         const MigrationPlan& plan, const ApplyOptions& options,
                                         const Requester& requester,
                                         const std::vector<database::RecordedRevision>& adopt,
                                         Listener& listener, Stops stops, LockedDatabase* held) {
    const Run run{parameters,
                  names,
                  options,
                  requester,
                  listener,
                  std::move(stops.at_once),
                  std::move(stops.after_step)};
    if (plan.steps.empty()) {
        RunResult nothing;
        nothing.rows = plan.from;
        return nothing;
    }
    if (options.dry_run) return run_dry(run, plan, held);
    if (auto failure = check_modes(plan, options)) return ended(*std::move(failure));
    auto database = RunLock::take(run, held);
    if (!database) return ended(database.error());
    if (auto failure = check_rows(plan, (*database)->state())) return ended(*std::move(failure));
    if (auto failure = check_journal(plan, (*database)->state())) return ended(*std::move(failure));
    if (auto done = (*database)->prepare(plan::revisions_of(plan)); !done)
        return ended(done.error());
    if (auto done = (*database)->begin_operation(kind_of(plan), requester.doing,
                                                 plan::revisions_of(plan), plan.digest, adopt);
        !done) {
        return ended(done.error());
    }
    PlanRunner runner(run, plan, **database);
    runner.set_operation((*database)->scribe().operation);
    runner.set_rows(plan.from);
    if (auto failure = runner.run_all()) {
        (*database)->end_operation("failed", failure->diagnostic.message);
        return ended(*std::move(failure), runner.result());
    }
    (*database)->end_operation("succeeded", "");
    return runner.result();
}

}  // namespace revisiond::apply
