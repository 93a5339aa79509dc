#include "apply/journal_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sql/classify.hpp"

namespace revisiond::apply {
using plan::MigrationPlan;
using plan::PlanStep;

std::optional<Failure> check_journal(const MigrationPlan& plan,
                                     const database::DatabaseState& state) {
    const std::string direction = graph::to_string(plan.steps.front().direction);
    for (const database::JournalEntry& entry : state.journal) {
        if (!entry.has_effect()) continue;
        if (entry.direction != direction) {
            return refused(
                "apply.half-applied",
                fmt::format("the {} of revision {} is half done: {} of its statements took effect",
                            entry.direction, entry.revision,
                            std::count_if(state.journal.begin(), state.journal.end(),
                                          [&](const database::JournalEntry& other) {
                                              return other.revision == entry.revision &&
                                                     other.has_effect();
                                          })),
                fmt::format(
                    "finish it with `revisiond {}`, or undo those statements by hand and say "
                    "where the database is with `revisiond stamp`",
                    entry.direction));
        }
        for (const PlanStep& step : plan.steps) {
            if (!step.transaction || step.revision != entry.revision) continue;
            return refused(
                "apply.changed-mode",
                fmt::format("revision {} ({}) is half applied outside a transaction, and its file "
                            "says transaction = true now",
                            step.revision, step.file),
                "set transaction = false again until it is applied");
        }
    }
    return std::nullopt;
}

namespace {

bool is_repeatable(const sql::StatementTraits& traits) {
    constexpr std::array<std::string_view, 7> repeatable = {
        "VACUUM", "ANALYZE", "CLUSTER", "REINDEX", "CHECKPOINT", "DISCARD", "ALTER SYSTEM"};
    return std::any_of(repeatable.begin(), repeatable.end(),
                       [&](std::string_view tag) { return traits.tag.starts_with(tag); });
}

}  // namespace

JournalVerdict judge(const database::JournalEntry& entry) {
    if (entry.state == "done" || entry.state == "resolved_done") return JournalVerdict::done;
    if (entry.state == "failed" || entry.state == "resolved_retry") return JournalVerdict::again;
    // The text is redacted and cut, which changes nothing of its first words; and it is that of the
    // statement that was begun, whatever the file says now.
    const sql::StatementTraits traits = sql::classify(entry.statement);
    // What may run in a transaction commits together with its journal row, which says "started".
    if (traits.transaction == sql::TransactionRule::any || is_repeatable(traits)) {
        return JournalVerdict::again;
    }
    return traits.concurrent == sql::StatementTraits::Concurrent::none ? JournalVerdict::person
                                                                       : JournalVerdict::catalog;
}

bool waits_for_person(const database::JournalEntry& entry) {
    return judge(entry) == JournalVerdict::person;
}

}  // namespace revisiond::apply
