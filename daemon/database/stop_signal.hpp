// A stop request as something that poll() can wait for.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

namespace revisiond::database {

// An eventfd that raise() makes readable for good. raise() may be called from any thread.
class StopSignal {
  public:
    StopSignal() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (descriptor_ < 0) throw std::runtime_error("eventfd: " + std::string(strerror(errno)));
    }
    ~StopSignal() { close(descriptor_); }
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    int descriptor() const { return descriptor_; }
    void raise() const {
        const std::uint64_t one = 1;
        // A full counter (EAGAIN) is raised already.
        [[maybe_unused]] const ssize_t written = write(descriptor_, &one, sizeof one);
    }

  private:
    int descriptor_;
};

}  // namespace revisiond::database
