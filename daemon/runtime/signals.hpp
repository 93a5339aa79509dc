// Signals as something to wait for.
#pragma once

#include <chrono>
#include <csignal>
#include <optional>

#include "base/descriptor.hpp"

namespace revisiond::runtime {

// Blocks SIGINT, SIGTERM and SIGHUP for this thread and those it starts, and SIGPIPE for the
// process. Make it in the main thread before any other exists. The mask stays when it goes: a
// signal at the very end must not kill what is being torn down.
class Signals {
  public:
    Signals();

    enum class Kind { stop, reload };
    // The next signal, or nothing after `patience`, or when `descriptor` (-1: none) can be read.
    std::optional<Kind> wait(std::chrono::milliseconds patience, int descriptor = -1) const;

  private:
    sigset_t signals_{};
    Descriptor descriptor_;
};

}  // namespace revisiond::runtime
