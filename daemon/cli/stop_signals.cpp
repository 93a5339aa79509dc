#include "cli/stop_signals.hpp"

#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace revisiond::cli {
namespace {

constexpr int interrupted = 130;  // 128 + SIGINT, as shells say it

bool on_terminal() {
    return ::isatty(STDERR_FILENO) == 1;
}

void say(const std::string& words) {
    // A terminal has shown ^C, behind what stood in the line.
    const std::string text = (on_terminal() ? "\n" : "") + words;
    // Nothing can be done when the terminal is gone.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

StopSignals::StopSignals(std::string words, std::initializer_list<int> heard, std::string offer)
    : words_(std::move(words)), offer_(on_terminal() ? std::move(offer) : std::string()) {
    sigemptyset(&signals_);
    for (const int signal : heard) sigaddset(&signals_, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    thread_ = std::thread([this] { wait(); });
}

StopSignals::~StopSignals() {
    ending_ = true;
    ::pthread_kill(thread_.native_handle(), SIGINT);
    thread_.join();
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopSignals::wait() {
    for (;;) {
        int signal = 0;
        if (::sigwait(&signals_, &signal) != 0) continue;
        if (ending_) return;
        if (source_.stop_requested()) std::_Exit(interrupted);
        if (!offer_.empty()) {
            say(std::exchange(offer_, {}));
            continue;
        }
        say(words_);
        source_.request_stop();
    }
}

}  // namespace revisiond::cli
