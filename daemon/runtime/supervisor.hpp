// What a daemon tells systemd (sd_notify(3)), without its library: one datagram a message.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace revisiond::runtime {

// The supervisor that started us, if it wants to hear of us ($NOTIFY_SOCKET). Says nothing
// otherwise. Used by one thread.
class Supervisor {
  public:
    // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and takes them out of the environment:
    // what we start is not us.
    Supervisor();

    void ready(std::string_view status) const;
    void reloading() const;
    void stopping() const;
    // The stop may take so long from now on.
    void extend_timeout(std::chrono::microseconds time) const;
    void alive() const;
    // How often alive() is due: half of what systemd waits for. Nothing: never.
    std::optional<std::chrono::microseconds> interval() const { return interval_; }

  private:
    void send(const std::string& message) const;

    std::string socket_;
    std::optional<std::chrono::microseconds> interval_;
};

}  // namespace revisiond::runtime
