#include "runtime/signals.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace revisiond::runtime {

Signals::Signals() {
    sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    descriptor_ = Descriptor(::signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK));
    if (descriptor_.get() < 0) {
        throw std::runtime_error("signalfd: " + std::string(std::strerror(errno)));
    }
}

std::optional<Signals::Kind> Signals::wait(std::chrono::milliseconds patience,
                                           int descriptor) const {
    pollfd waits[] = {{descriptor_.get(), POLLIN, 0}, {descriptor, POLLIN, 0}};
    if (::poll(waits, 2, static_cast<int>(patience.count())) <= 0) return std::nullopt;
    signalfd_siginfo info{};
    if (::read(descriptor_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
    return info.ssi_signo == SIGHUP ? Kind::reload : Kind::stop;
}

}  // namespace revisiond::runtime
