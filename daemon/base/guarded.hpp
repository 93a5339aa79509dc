// Data that cannot be touched without its lock.
#pragma once

#include <mutex>
#include <utility>

namespace revisiond {

// A value inside its mutex: `guarded.lock()->member` is the only way to it. The lock is held as
// long as the returned handle lives, so keep it short. Any thread.
template <class T>
class Guarded {
  public:
    // The value while it is locked.
    class Handle {
      public:
        Handle(std::mutex& mutex, T& value) : lock_(mutex), value_(value) {}
        T* operator->() const { return &value_; }
        T& operator*() const { return value_; }

      private:
        std::unique_lock<std::mutex> lock_;
        T& value_;
    };

    Guarded() = default;
    explicit Guarded(T value) : value_(std::move(value)) {}

    Handle lock() const { return Handle(mutex_, value_); }

  private:
    mutable std::mutex mutex_;
    mutable T value_{};
};

}  // namespace revisiond
