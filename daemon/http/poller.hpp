// epoll.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <system_error>

#include "base/descriptor.hpp"

namespace revisiond::http {

// A set of descriptors to wait for. `tag` comes back with each event. One thread.
class Poller {
  public:
    Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    }

    // False when the kernel has no room for one more.
    [[nodiscard]] bool add(int fd, std::uint32_t events, std::uint64_t tag) {
        return control(EPOLL_CTL_ADD, fd, events, tag);
    }
    void modify(int fd, std::uint32_t events, std::uint64_t tag) {
        require(control(EPOLL_CTL_MOD, fd, events, tag));
    }
    void remove(int fd) { require(control(EPOLL_CTL_DEL, fd, 0, 0)); }

    // Waits until something happens or the time is over; without a time, until something happens.
    // The events are valid until the next call.
    std::span<const epoll_event> wait(std::optional<std::chrono::milliseconds> patience) {
        const int timeout = patience ? static_cast<int>(patience->count()) : -1;
        const int count =
            ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), timeout);
        return {events_.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
    }

  private:
    bool control(int operation, int fd, std::uint32_t events, std::uint64_t tag) {
        epoll_event event{};
        event.events = events;
        event.data.u64 = tag;
        return ::epoll_ctl(epoll_.get(), operation, fd, &event) == 0;
    }
    static void require(bool done) {
        if (!done) throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    }

    Descriptor epoll_;
    std::array<epoll_event, 256> events_{};
};

}  // namespace revisiond::http
