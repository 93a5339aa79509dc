// wait: until a revision is applied, as a daemon or the database says.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "service/readiness.hpp"
#include "wire/answers.hpp"

namespace revisiond::cli {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds pause{500};
constexpr milliseconds longest_poll{30'000};

Exit answer_no(Console& console, const std::string& detail) {
    if (console.globals().json) {
        console.print_line("{\"ready\":false}");
    } else {
        console.warn(detail);
    }
    return Exit::no;
}

Exit answer_yes(Console& console) {
    if (console.globals().json) console.print_line("{\"ready\":true}");
    return Exit::done;
}

// Says why it waits, once for as long as the reason is the same.
class Reason {
  public:
    explicit Reason(Console& console) : console_(console) {}
    void say(const std::string& words) {
        if (words == last_) return;
        last_ = words;
        console_.info("waiting: " + words);
    }

  private:
    Console& console_;
    std::string last_;
};

Exit wait_for_daemon(const WaitCommand& command, Console& console, Clock::time_point end) {
    auto remote = RemoteDatabase::open(command.remote, console);
    if (!remote) return remote.error();
    Reason reason(console);
    // The first question is answered at once: with what there is to wait for.
    for (milliseconds longest{0};; longest = longest_poll) {
        const auto left = std::chrono::duration_cast<milliseconds>(end - Clock::now());
        const auto wait = std::clamp(left, milliseconds(0), longest);
        const auto answer = remote->ready(command.at_least, fmt::format("{}ms", wait.count()));
        if (answer && answer->status == 200) return answer_yes(console);
        const bool later = !answer || answer->status == 503;
        if (!later) return console.fail(wire::read_problem(answer->body, answer->status));
        const bool over = Clock::now() >= end;
        // A daemon that is not there has not said no.
        if (!answer && over) return console.fail(answer.error());
        const std::string why =
            answer ? wire::read_problem(answer->body, answer->status).reason().message
                   : answer.error().message;
        if (over) return answer_no(console, why);
        reason.say(why);
        if (answer && longest == milliseconds(0)) continue;
        std::this_thread::sleep_for(std::min<Clock::duration>(pause, end - Clock::now()));
    }
}

Exit wait_for_database(const WaitCommand& command, Console& console, Clock::time_point end) {
    auto project = open_lasting_project(console);
    if (!project) return console.fail(project.error());
    Reason reason(console);
    for (;;) {
        const auto found = service::readiness(*project, command.at_least);
        if (found) {
            using Verdict = service::Readiness::Verdict;
            if (found->verdict == Verdict::ready) return answer_yes(console);
            if (found->verdict == Verdict::failed) {
                return console.fail(make_error("wait.stuck", found->detail));
            }
            if (Clock::now() >= end) return answer_no(console, found->detail);
            reason.say(found->detail);
        } else if (Clock::now() >= end || !found.error().is(apply::FailureKind::connection)) {
            return console.fail(found.error());
        } else {
            reason.say(found.error().reason().message);
        }
        std::this_thread::sleep_for(std::min<Clock::duration>(pause, end - Clock::now()));
    }
}

}  // namespace

Exit run(const WaitCommand& command, Console& console) {
    const auto end = Clock::now() + command.timeout;
    return command.remote.used() ? wait_for_daemon(command, console, end)
                                 : wait_for_database(command, console, end);
}

}  // namespace revisiond::cli
