#include "apply/attempts.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace revisiond::apply {
namespace {

bool may_pass(const BlockFailure& failure) {
    return failure.error && failure.error->retryable();
}

// `seen` are the last who were seen to block any of the attempts: on a busy machine a short wait
// may be over before anybody has looked.
void say_given_up(BlockFailure& failure, int attempts, Milliseconds patience,
                  const std::vector<std::string>& seen) {
    failure.failure.diagnostic.message +=
        fmt::format("; gave up after {} attempt{} in {} s (apply.lock_retry_for)", attempts,
                    attempts == 1 ? "" : "s", std::chrono::duration<double>(patience).count());
    std::string& hint = failure.failure.diagnostic.hint;
    if (!seen.empty()) hint = "blocked by " + join_words(seen) + (hint.empty() ? "" : "; " + hint);
}

}  // namespace

std::optional<BlockFailure> run_attempts(
    const Run& run, std::span<const plan::PlanStep> steps,
    const std::function<std::optional<BlockFailure>()>& attempt) {
    Patience patience(run.options.lock_retry_for);
    std::vector<std::string> seen;
    for (int number = 1;; ++number) {
        auto failure = attempt();
        if (!failure || !may_pass(*failure)) return failure;
        if (!failure->blockers.empty()) seen = failure->blockers;
        const auto pause = patience.next_pause();
        if (!pause) {
            say_given_up(*failure, number, run.options.lock_retry_for, seen);
            return failure;
        }
        const plan::PlanStep& step = steps[failure->step];
        run.listener.retrying({step.revision, step.file, failure->line, failure->sql,
                               *failure->error, number, *pause, failure->blockers,
                               failure->waited});
        if (!sleep_for(*pause, run.stop)) {
            failure->failure.kind = FailureKind::cancelled;
            return failure;
        }
    }
}

}  // namespace revisiond::apply
