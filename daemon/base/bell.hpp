// A bell for threads that wait in poll or epoll.
#pragma once

#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>

#include "base/descriptor.hpp"

namespace revisiond {

// Wakes a thread that waits for its descriptor to be readable: ring() from any thread, clear() from
// the one that woke.
class Bell {
  public:
    Bell() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (!event_) throw std::system_error(errno, std::generic_category(), "eventfd");
    }

    int fd() const { return event_.get(); }
    void ring() const { ::eventfd_write(event_.get(), 1); }
    void clear() const {
        eventfd_t ignored = 0;
        ::eventfd_read(event_.get(), &ignored);
    }

  private:
    Descriptor event_;
};

}  // namespace revisiond
