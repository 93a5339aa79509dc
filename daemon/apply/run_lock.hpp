// The lock for one run, wherever it comes from. For this room alone.
#pragma once

#include <optional>

#include "apply/locked_database.hpp"

namespace revisiond::apply {

// Taken for the run and freed behind it, or lent by a leader and given back.
class RunLock {
  public:
    static Expected<RunLock, Failure> take(const Run& run, LockedDatabase* held);
    RunLock(RunLock&& other) noexcept;
    RunLock& operator=(RunLock&&) = delete;
    ~RunLock();

    LockedDatabase& operator*() { return own_ ? *own_ : *held_; }
    LockedDatabase* operator->() { return &**this; }

  private:
    explicit RunLock(LockedDatabase own) : own_(std::move(own)) {}
    RunLock(LockedDatabase& held, const Run& lender) : held_(&held), lender_(&lender) {}

    std::optional<LockedDatabase> own_;
    LockedDatabase* held_ = nullptr;
    const Run* lender_ = nullptr;
};

}  // namespace revisiond::apply
