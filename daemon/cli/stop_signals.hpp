// Ctrl-C and SIGTERM as a stop token.
#pragma once

#include <atomic>
#include <csignal>
#include <initializer_list>
#include <stop_token>
#include <string>
#include <thread>

namespace revisiond::cli {

// While it lives, the first SIGINT, SIGTERM or SIGHUP asks for a stop and says so on standard
// error; the second ends the process at once (130), which the server answers with a rollback.
// With an offer, a person at a terminal is told first what the next one does. Starts a thread,
// "signals": make it in the main thread, behind every fork that goes on in the child.
class StopSignals {
  public:
    // `words` is what the first signal prints, with its line end. Others of the three than `heard`
    // end the process as they do without this. `offer`: where standard error is a terminal the
    // first signal prints only that, and the next one asks for the stop.
    explicit StopSignals(std::string words,
                         std::initializer_list<int> heard = {SIGINT, SIGTERM, SIGHUP},
                         std::string offer = {});
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    std::stop_token token() const { return source_.get_token(); }
    bool stopped() const { return source_.stop_requested(); }

  private:
    void wait();

    const std::string words_;
    std::string offer_;  // the thread's; empty: none, or it was made
    sigset_t signals_{};
    sigset_t before_{};
    std::stop_source source_;
    std::atomic<bool> ending_ = false;
    std::thread thread_;
};

}  // namespace revisiond::cli
