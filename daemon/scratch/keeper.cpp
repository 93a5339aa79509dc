// The keeper is a fork of this program that never execs and never returns: it leaves by _exit.
// It leads a session of its own, so that Ctrl-C in a terminal reaches the user's command only, and
// blocks all signals but the two it reads from a signalfd. It waits for two things at once, its
// child's end and a word on the channel; end of file there means that the caller is gone. Every
// other descriptor is closed first: a second keeper would otherwise hold the first one's channel
// open. Its children die with it (PDEATHSIG, set after setuid, which clears it; the parent's id is
// compared afterwards, since it may have died in between).
#include "scratch/keeper.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>

#include <fmt/format.h>

namespace revisiond::scratch {
namespace {

using Clock = std::chrono::steady_clock;

// The keeper's descriptors; all above are closed.
constexpr int channel_fd = 3;
constexpr int lock_fd = 4;
constexpr int signal_fd = 5;

// How the wait for a child ended.
struct Waited {
    bool child_ended = false;
    int status = 0;
    StopMode wish = StopMode::immediate;  // when the caller spoke, or went away, first
};

void send_report(KeeperReport report) {
    ::send(channel_fd, &report, sizeof report, MSG_NOSIGNAL);
}

void move_descriptors(int channel, int lock) {
    // First out of the way of the numbers they shall get.
    const int high_channel = ::fcntl(channel, F_DUPFD_CLOEXEC, 16);
    const int high_lock = ::fcntl(lock, F_DUPFD_CLOEXEC, 16);
    ::dup3(high_channel, channel_fd, O_CLOEXEC);
    ::dup3(high_lock, lock_fd, O_CLOEXEC);
    const int nothing = ::open("/dev/null", O_RDWR);
    for (int i = 0; i < 3; ++i) ::dup2(nothing, i);
    ::close_range(signal_fd, ~0U, 0);
}

void watch_signals() {
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGCHLD);
    sigaddset(&watched, SIGTERM);
    ::signal(SIGCHLD, SIG_DFL);
    // The lowest free number, which is signal_fd.
    ::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
}

// In the child: becomes the program. Only async-signal-safe calls from here on.
[[noreturn]] void become(const KeeperPlan& plan, const std::vector<char*>& arguments,
                         int death_signal, pid_t keeper) {
    const int log = ::open(plan.log.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    ::dup2(log, 1);
    ::dup2(log, 2);
    for (const int number :
         {SIGCHLD, SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2}) {
        ::signal(number, SIG_DFL);
    }
    ::setpgid(0, 0);
    bool ready = ::chdir(plan.directory.c_str()) == 0;
    if (plan.user.switched) {
        ready = ready && ::setgroups(1, &plan.user.gid) == 0 && ::setgid(plan.user.gid) == 0 &&
                ::setuid(plan.user.uid) == 0;
    }
    ::prctl(PR_SET_PDEATHSIG, death_signal);
    if (!ready || ::getppid() != keeper) ::_exit(126);
    ::umask(077);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    // Nothing of the user's environment (PGPORT, PGDATA, LC_ALL, …) may shape a private server.
    char language[] = "LC_ALL=C";
    char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
    std::array<char*, 3> environment = {language, path, nullptr};
    ::execve(arguments[0], arguments.data(), environment.data());
    ::_exit(127);
}

pid_t spawn(const KeeperPlan& plan, std::vector<std::string> arguments, int death_signal) {
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    const pid_t keeper = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) become(plan, pointers, death_signal, keeper);
    return child;
}

// Waits for the child's end, for the caller's word, or for the time to pass (then neither is set).
// `listen` false: the caller has spoken already.
std::optional<Waited> wait_for(pid_t child, bool listen, std::optional<Clock::time_point> until) {
    for (;;) {
        Waited result;
        if (::waitpid(child, &result.status, WNOHANG) == child) {
            result.child_ended = true;
            return result;
        }
        int timeout = -1;
        if (until) {
            const auto left =
                std::chrono::duration_cast<std::chrono::milliseconds>(*until - Clock::now());
            if (left.count() <= 0) return std::nullopt;
            timeout = static_cast<int>(left.count()) + 1;
        }
        std::array<pollfd, 2> waiting = {pollfd{signal_fd, POLLIN, 0},
                                         pollfd{listen ? channel_fd : -1, POLLIN, 0}};
        if (::poll(waiting.data(), waiting.size(), timeout) < 0 && errno != EINTR) return result;
        if (waiting[0].revents != 0) {
            signalfd_siginfo info{};
            while (::read(signal_fd, &info, sizeof info) == sizeof info) {
                if (info.ssi_signo == SIGTERM && listen) return result;
            }
        }
        if (waiting[1].revents != 0) {
            char word = static_cast<char>(StopMode::immediate);
            if (::recv(channel_fd, &word, 1, 0) == 1) result.wish = static_cast<StopMode>(word);
            return result;
        }
    }
}

void wait_for_caller() {
    char word = 0;
    while (::recv(channel_fd, &word, 1, 0) < 0 && errno == EINTR) continue;
}

void end_server(pid_t server, StopMode mode) {
    struct Stage {
        int signal;
        std::chrono::seconds patience;
    };
    constexpr std::array<Stage, 3> stages = {Stage{SIGINT, std::chrono::seconds(30)},
                                             Stage{SIGQUIT, std::chrono::seconds(10)},
                                             Stage{SIGKILL, std::chrono::seconds(10)}};
    for (std::size_t i = mode == StopMode::fast ? 0 : 1; i < stages.size(); ++i) {
        ::kill(server, stages[i].signal);
        if (wait_for(server, false, Clock::now() + stages[i].patience)) return;
    }
}

// True when initdb succeeded; false when there is nothing to do but to clean up.
bool run_initdb(const KeeperPlan& plan) {
    if (plan.initdb.empty()) return true;
    const pid_t child = spawn(plan, plan.initdb, SIGKILL);
    const Waited waited = wait_for(child, true, std::nullopt).value_or(Waited{});
    if (!waited.child_ended) {
        ::kill(-child, SIGKILL);
        wait_for(child, false, std::nullopt);
        return false;
    }
    if (waited.status == 0) return true;
    send_report({KeeperReport::Kind::initdb_failed, waited.status});
    wait_for_caller();
    return false;
}

void run_server(const KeeperPlan& plan) {
    const pid_t server = spawn(plan, plan.server, SIGQUIT);
    send_report({KeeperReport::Kind::server_started, server});
    const Waited waited = wait_for(server, true, std::nullopt).value_or(Waited{});
    if (!waited.child_ended) {
        end_server(server, waited.wish);
        return;
    }
    send_report({KeeperReport::Kind::server_ended, waited.status});
    wait_for_caller();
}

[[noreturn]] void keep(const KeeperPlan& plan, int channel) {
    ::setsid();
    ::prctl(PR_SET_NAME, "revisiond-keep");
    move_descriptors(channel, plan.directory_lock);
    watch_signals();
    [[maybe_unused]] const int moved = ::chdir("/");
    if (run_initdb(plan)) run_server(plan);
    std::error_code ignored;
    std::filesystem::remove_all(plan.directory, ignored);
    ::_exit(0);
}

}  // namespace

Keeper::Keeper(pid_t pid, Descriptor channel) : pid_(pid), channel_(std::move(channel)) {}

Expected<Keeper> Keeper::fork(const KeeperPlan& plan) {
    const auto failed = [] {
        return unexpected(make_error(
            "scratch.fork", fmt::format("cannot start a process: {}", std::strerror(errno))));
    };
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return failed();
    Descriptor ours(ends[0]);
    const Descriptor theirs(ends[1]);

    // Our handlers must not run in the child: it starts with every signal blocked.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t child = ::fork();
    if (child == 0) keep(plan, theirs.get());
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (child < 0) return failed();
    return Keeper(child, std::move(ours));
}

std::optional<KeeperReport> Keeper::next_report(int timeout_ms) const {
    pollfd waiting{channel_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, timeout_ms) <= 0) return std::nullopt;
    KeeperReport report;
    if (::recv(channel_.get(), &report, sizeof report, 0) == sizeof report) return report;
    // The keeper itself was killed; the kernel has stopped the server.
    return KeeperReport{KeeperReport::Kind::server_ended, 0};
}

void Keeper::stop(StopMode mode) {
    if (!channel_) return;
    const char word = static_cast<char>(mode);
    ::send(channel_.get(), &word, 1, MSG_NOSIGNAL);
    channel_.reset();
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
}

}  // namespace revisiond::scratch
