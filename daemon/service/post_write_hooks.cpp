#include "service/post_write_hooks.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/text.hpp"

extern char** environ;

namespace revisiond::service {

namespace {

constexpr std::string_view file_name_word = "REVISION_SCRIPT_FILENAME";
constexpr std::size_t longest_message = 400;

std::vector<std::string> arguments(const config::PostWriteHook& hook,
                                   const std::filesystem::path& file) {
    std::vector<std::string> result = hook.command;
    const std::string path = file.string();
    for (std::string& argument : result) {
        for (auto at = argument.find(file_name_word); at != std::string::npos;
             at = argument.find(file_name_word, at + path.size())) {
            argument.replace(at, file_name_word.size(), path);
        }
    }
    return result;
}

// What the child is given: nothing to read, one pipe to write to, its directory.
class SpawnActions {
  public:
    SpawnActions(int output, const std::filesystem::path& directory) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
        if (!directory.empty()) {
            ::posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
        }
    }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;
    ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
    const posix_spawn_file_actions_t* get() const { return &actions_; }

  private:
    posix_spawn_file_actions_t actions_{};
};

std::string read_all(int descriptor) {
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
        if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
        if (count == 0 || (count < 0 && errno != EINTR)) return text;
    }
}

struct Exit {
    int error = 0;   // of the start
    int status = 0;  // as waitpid gives it
    std::string output;
};

Exit run(std::vector<std::string> command, const std::filesystem::path& directory) {
    Exit result;
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        result.error = errno;
        return result;
    }
    std::vector<char*> argv;
    for (std::string& argument : command) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_t child = 0;
    const SpawnActions actions(ends[1], directory);
    result.error =
        ::posix_spawnp(&child, argv.front(), actions.get(), nullptr, argv.data(), environ);
    ::close(ends[1]);
    if (result.error == 0) {
        result.output = read_all(ends[0]);
        while (::waitpid(child, &result.status, 0) < 0 && errno == EINTR) continue;
    }
    ::close(ends[0]);
    return result;
}

std::string ending(const Exit& exit) {
    if (exit.error != 0) return fmt::format("could not be started: {}", std::strerror(exit.error));
    if (WIFSIGNALED(exit.status))
        return fmt::format("was ended by signal {}", WTERMSIG(exit.status));
    return fmt::format("failed with exit status {}", WEXITSTATUS(exit.status));
}

// The end of what it printed, on one line.
std::string last_words(const std::string& output) {
    std::string words(trim(output));
    if (words.size() > longest_message) {
        words.erase(0, words.size() - longest_message);
        words.erase(0, words.find_first_of(" \n"));
    }
    for (char& c : words) {
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    }
    return words;
}

}  // namespace

Expected<std::vector<std::string>> run_post_write_hooks(
    const std::vector<config::PostWriteHook>& hooks, const std::filesystem::path& file,
    const std::filesystem::path& directory) {
    std::vector<std::string> outputs;
    for (const config::PostWriteHook& hook : hooks) {
        if (hook.command.empty()) continue;
        Exit exit = run(arguments(hook, file), hook.cwd.empty() ? directory : hook.cwd);
        if (exit.error != 0 || exit.status != 0) {
            const std::string words = last_words(exit.output);
            return unexpected(make_error(
                "service.hook-failed",
                fmt::format("post_write_hook {} ({}) {}{}", hook.name, hook.command.front(),
                            ending(exit), words.empty() ? "" : ": " + words),
                "the new file was removed; mend the hook or take it out of the configuration"));
        }
        outputs.push_back(std::move(exit.output));
    }
    return outputs;
}

}  // namespace revisiond::service
