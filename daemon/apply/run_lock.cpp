#include "apply/run_lock.hpp"

namespace revisiond::apply {

Expected<RunLock, Failure> RunLock::take(const Run& run, LockedDatabase* held) {
    if (held == nullptr) {
        auto own = LockedDatabase::open(run);
        if (!own) return unexpected(own.error());
        return RunLock(*std::move(own));
    }
    RunLock lent(*held, held->run());
    if (auto done = held->work_on(run); !done) return unexpected(done.error());
    return lent;
}

RunLock::RunLock(RunLock&& other) noexcept
    : own_(std::move(other.own_)),
      held_(std::exchange(other.held_, nullptr)),
      lender_(other.lender_) {}

RunLock::~RunLock() {
    if (held_ != nullptr) held_->rest(*lender_);
}

}  // namespace revisiond::apply
