// A request from another thread as something that poll() can wait for.
#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

namespace revisiond::database {

// An eventfd that raise() makes readable until lower(). Both may be called from any thread.
class WakeSignal {
  public:
    WakeSignal() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (descriptor_ < 0) throw std::runtime_error("eventfd: " + std::string(strerror(errno)));
    }
    ~WakeSignal() { close(descriptor_); }
    WakeSignal(const WakeSignal&) = delete;
    WakeSignal& operator=(const WakeSignal&) = delete;

    int descriptor() const { return descriptor_; }
    void raise() const {
        const std::uint64_t one = 1;
        // A full counter (EAGAIN) is raised already.
        [[maybe_unused]] const ssize_t written = write(descriptor_, &one, sizeof one);
    }
    void lower() const {
        std::uint64_t count = 0;
        // An empty counter (EAGAIN) is lowered already.
        [[maybe_unused]] const ssize_t taken = read(descriptor_, &count, sizeof count);
    }
    // Until it is raised, or `timeout`; lowers it.
    void wait(std::chrono::milliseconds timeout) const {
        pollfd watched{descriptor_, POLLIN, 0};
        poll(&watched, 1, static_cast<int>(timeout.count()));
        lower();
    }

  private:
    int descriptor_;
};

}  // namespace revisiond::database
