#include "process/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "base/text.hpp"

extern char** environ;

namespace revisiond::process {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t longest_message = 400;
// How often the clock, the stop token and the child are looked at while nothing is printed.
constexpr int glance_ms = 50;
// What a program may do after SIGTERM.
constexpr auto grace = std::chrono::seconds(2);

// A pipe whose ends are closed with it.
class Pipe {
  public:
    Pipe() {
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0) ends_ = {-1, -1};
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close_reading();
        close_writing();
    }
    int reading() const { return ends_[0]; }
    int writing() const { return ends_[1]; }
    void close_reading() { close_end(0); }
    void close_writing() { close_end(1); }

  private:
    void close_end(std::size_t end) {
        if (ends_.at(end) >= 0) ::close(ends_.at(end));
        ends_.at(end) = -1;
    }
    std::array<int, 2> ends_{-1, -1};
};

// What the child is given: nothing to read, pipes to write to, its directory, a group of its own
// and no blocked signals.
class Spawning {
  public:
    Spawning(const ProgramOptions& options, const Pipe& output, const Pipe& errors) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, output.writing(), STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(
            &actions_, options.merge_output ? output.writing() : errors.writing(), STDERR_FILENO);
        if (!options.directory.empty()) {
            ::posix_spawn_file_actions_addchdir_np(&actions_, options.directory.c_str());
        }
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        sigset_t none;
        sigemptyset(&none);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
    }
    Spawning(const Spawning&) = delete;
    Spawning& operator=(const Spawning&) = delete;
    ~Spawning() {
        ::posix_spawnattr_destroy(&attributes_);
        ::posix_spawn_file_actions_destroy(&actions_);
    }
    const posix_spawn_file_actions_t* actions() const { return &actions_; }
    const posix_spawnattr_t* attributes() const { return &attributes_; }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

std::vector<std::string> environment_of(const ProgramOptions& options) {
    std::vector<std::string> result;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::string_view name = text.substr(0, text.find('='));
        const bool replaced =
            std::any_of(options.environment.begin(), options.environment.end(),
                        [name](const auto& given) { return given.first == name; });
        if (!replaced) result.emplace_back(text);
    }
    for (const auto& [name, value] : options.environment) result.push_back(name + "=" + value);
    return result;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

// Reads what is there; false at the end of the file.
bool read_some(int descriptor, std::string& into) {
    std::array<char, 16384> buffer{};
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count > 0) into.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0 || (count < 0 && errno == EINTR);
}

// A program that runs, and what we have of it so far.
class Running {
  public:
    Running(const ProgramOptions& options, pid_t child, Pipe& output, Pipe& errors)
        : options_(options), child_(child), output_(output), errors_(errors) {}

    ProgramResult wait() {
        const auto deadline = Clock::now() + options_.timeout;
        while (!ended_ || output_.reading() >= 0 || errors_.reading() >= 0) {
            read_ready();
            if (!ended_) ended_ = ::waitpid(child_, &status_, WNOHANG) == child_;
            // What it left behind in the background may hold the pipes open for ever.
            if (ended_ && idle_) break;
            if (options_.stop.stop_requested()) return cut_off(ProgramEnd::stopped);
            if (options_.timeout.count() > 0 && Clock::now() > deadline) {
                return cut_off(ProgramEnd::timed_out);
            }
            if (options_.output_limit > 0 && result_.output.size() > options_.output_limit) {
                return cut_off(ProgramEnd::too_long);
            }
        }
        result_.end = WIFSIGNALED(status_) ? ProgramEnd::signalled : ProgramEnd::exited;
        result_.status = WIFSIGNALED(status_) ? WTERMSIG(status_) : WEXITSTATUS(status_);
        return std::move(result_);
    }

  private:
    void read_ready() {
        std::array<pollfd, 2> waiting{pollfd{output_.reading(), POLLIN, 0},
                                      pollfd{errors_.reading(), POLLIN, 0}};
        const bool silent = output_.reading() < 0 && errors_.reading() < 0;
        idle_ = ::poll(waiting.data(), waiting.size(), silent ? 1 : glance_ms) <= 0;
        if (waiting[0].revents != 0 && !read_some(output_.reading(), result_.output)) {
            output_.close_reading();
        }
        if (waiting[1].revents != 0 && !read_some(errors_.reading(), result_.error_output)) {
            errors_.close_reading();
        }
    }

    ProgramResult cut_off(ProgramEnd why) {
        ::kill(-child_, SIGTERM);
        const auto until = Clock::now() + grace;
        while (!ended_ && Clock::now() < until) {
            ::poll(nullptr, 0, glance_ms);
            ended_ = ::waitpid(child_, &status_, WNOHANG) == child_;
        }
        ::kill(-child_, SIGKILL);
        while (!ended_ && ::waitpid(child_, &status_, 0) < 0 && errno == EINTR) continue;
        result_.end = why;
        return std::move(result_);
    }

    const ProgramOptions& options_;
    pid_t child_;
    Pipe& output_;
    Pipe& errors_;
    ProgramResult result_;
    int status_ = 0;
    bool ended_ = false;
    bool idle_ = false;
};

}  // namespace

ProgramResult run_program(const ProgramOptions& options) {
    ProgramResult failed;
    Pipe output;
    Pipe errors;
    if (output.reading() < 0 || errors.reading() < 0) {
        failed.status = EMFILE;
        return failed;
    }
    std::vector<std::string> command = options.command;
    std::vector<std::string> environment = environment_of(options);
    const std::vector<char*> arguments = pointers_to(command);
    const std::vector<char*> variables = pointers_to(environment);
    const Spawning spawning(options, output, errors);
    pid_t child = 0;
    failed.status = ::posix_spawnp(&child, arguments.front(), spawning.actions(),
                                   spawning.attributes(), arguments.data(), variables.data());
    output.close_writing();
    errors.close_writing();
    if (failed.status != 0) return failed;
    if (options.merge_output) errors.close_reading();
    return Running(options, child, output, errors).wait();
}

std::string describe_end(const ProgramResult& result, const ProgramOptions& options) {
    switch (result.end) {
        case ProgramEnd::exited:
            return fmt::format("failed with exit status {}", result.status);
        case ProgramEnd::signalled:
            return fmt::format("was ended by signal {}", result.status);
        case ProgramEnd::not_started:
            return fmt::format("could not be started: {}", std::strerror(result.status));
        case ProgramEnd::timed_out:
            return fmt::format("did not end within {} ms", options.timeout.count());
        case ProgramEnd::too_long:
            return fmt::format("printed more than {} bytes", options.output_limit);
        case ProgramEnd::stopped:
            break;
    }
    return "was stopped";
}

std::string last_words(const std::string& output) {
    std::string words(trim(output));
    if (words.size() > longest_message) {
        words.erase(0, words.size() - longest_message);
        words.erase(0, words.find_first_of(" \n"));
    }
    std::string line;
    for (std::string_view rest = words; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view part = trim(rest.substr(0, end));
        if (!part.empty()) line += (line.empty() ? "" : " | ") + one_line(part);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return line;
}

}  // namespace revisiond::process
