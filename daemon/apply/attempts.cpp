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
    const Run& run, const std::function<std::optional<BlockFailure>()>& attempt) {
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
        run.listener.retrying({failure->failure.revision, failure->failure.diagnostic.at.file,
                               failure->line, failure->sql, failure->doing, *failure->error, number,
                               *pause, failure->blockers, failure->waited});
        if (!sleep_for(*pause, run.stop)) {
            failure->failure.kind = FailureKind::cancelled;
            return failure;
        }
    }
}

Expected<std::vector<database::ResultTable>, Failure> run_retrying(const Run& run,
                                                                   database::Session& session,
                                                                   const std::string& message,
                                                                   const std::string& doing) {
    BlockerObserver observer(run);
    std::vector<database::ResultTable> tables;
    auto failure = run_attempts(run, [&]() -> std::optional<BlockFailure> {
        BlockerWatch watch(observer, session.backend_pid());
        auto done = session.run(message, [&] { watch.look(); });
        if (done) {
            tables = *std::move(done);
            return std::nullopt;
        }
        watch.end(done.error().lock_timeout());
        BlockFailure result;
        result.failure = database_failure(done.error(), doing);
        result.error = done.error();
        result.doing = doing;
        result.blockers = watch.blockers();
        result.waited = watch.waited();
        if (auto ended = roll_back(session); !ended) result.error = ended.error();
        return result;
    });
    if (failure) return unexpected(std::move(failure->failure));
    return tables;
}

}  // namespace revisiond::apply
