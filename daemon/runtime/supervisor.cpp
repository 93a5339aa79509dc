#include "runtime/supervisor.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/descriptor.hpp"

namespace revisiond::runtime {
namespace {

std::string take_variable(const char* name) {
    const char* value = std::getenv(name);
    const std::string text = value == nullptr ? "" : value;
    ::unsetenv(name);
    return text;
}

std::optional<long long> number(std::string_view text) {
    long long value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

long long monotonic_microseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000LL + now.tv_nsec / 1000;
}

}  // namespace

Supervisor::Supervisor() : socket_(take_variable("NOTIFY_SOCKET")) {
    const auto microseconds = number(take_variable("WATCHDOG_USEC"));
    const auto pid = number(take_variable("WATCHDOG_PID"));
    if (!microseconds || *microseconds <= 0 || (pid && *pid != ::getpid())) return;
    interval_ = std::chrono::microseconds(*microseconds / 2);
}

void Supervisor::ready(std::string_view status) const {
    send("READY=1\nSTATUS=" + std::string(status));
}

void Supervisor::reloading() const {
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds()));
}

void Supervisor::stopping() const {
    send("STOPPING=1");
}

void Supervisor::extend_timeout(std::chrono::microseconds time) const {
    send("EXTEND_TIMEOUT_USEC=" + std::to_string(time.count()));
}

void Supervisor::alive() const {
    send("WATCHDOG=1");
}

void Supervisor::send(const std::string& message) const {
    sockaddr_un address{};
    if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // the abstract namespace
    const Descriptor descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    // A supervisor that does not listen is its own affair.
    [[maybe_unused]] const auto sent =
        ::sendto(descriptor.get(), message.data(), message.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace revisiond::runtime
