#include <glob.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sstream>

#include <fcntl.h>

#include <fmt/format.h>

#include "base/descriptor.hpp"
#include "base/text.hpp"
#include "scratch/private_cluster.hpp"

extern char** environ;

namespace revisiond::scratch {
namespace {

namespace fs = std::filesystem;

// What a program prints on stdout, or nothing when it cannot be run or fails.
std::optional<std::string> output_of(const fs::path& program, const char* argument) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
    const Descriptor reading(ends[0]);
    Descriptor writing(ends[1]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, writing.get(), 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    std::string path = program.string();
    std::string option = argument;
    std::array<char*, 3> arguments = {path.data(), option.data(), nullptr};
    pid_t child = 0;
    const int failed =
        ::posix_spawnp(&child, path.c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    writing.reset();
    if (failed != 0) return std::nullopt;

    std::string result;
    std::array<char, 512> buffer{};
    for (;;) {
        const ssize_t count = ::read(reading.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        result.append(buffer.data(), static_cast<std::size_t>(count));
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (status != 0) return std::nullopt;
    return result;
}

// "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)" → 15.
std::optional<int> major_version(const fs::path& directory) {
    if (::access((directory / "initdb").c_str(), X_OK) != 0) return std::nullopt;
    const auto text = output_of(directory / "postgres", "--version");
    constexpr std::string_view mark = "(PostgreSQL) ";
    const std::size_t at = text ? text->find(mark) : std::string::npos;
    if (at == std::string::npos) return std::nullopt;
    int major = 0;
    const char* begin = text->data() + at + mark.size();
    if (std::from_chars(begin, text->data() + text->size(), major).ec != std::errc()) {
        return std::nullopt;
    }
    return major;
}

std::vector<fs::path> matches(const char* pattern) {
    glob_t found{};
    std::vector<fs::path> result;
    if (::glob(pattern, 0, nullptr, &found) == 0) {
        for (std::size_t i = 0; i < found.gl_pathc; ++i) result.emplace_back(found.gl_pathv[i]);
    }
    ::globfree(&found);
    return result;
}

std::optional<ServerBinaries> newest(const std::vector<fs::path>& directories) {
    std::optional<ServerBinaries> best;
    for (const fs::path& directory : directories) {
        const auto major = major_version(directory);
        if (major && (!best || *major > best->major)) best = ServerBinaries{directory, *major};
    }
    return best;
}

std::vector<fs::path> search_path() {
    const char* path = std::getenv("PATH");
    std::vector<fs::path> result;
    std::istringstream parts(path == nullptr ? "" : path);
    for (std::string part; std::getline(parts, part, ':');) {
        if (!part.empty()) result.emplace_back(part);
    }
    return result;
}

std::vector<fs::path> configured() {
    const auto text = output_of("pg_config", "--bindir");
    if (!text) return {};
    return {fs::path(std::string(trim(*text)))};
}

}  // namespace

Expected<ServerBinaries> find_server_binaries(const fs::path& explicit_directory) {
    if (!explicit_directory.empty()) {
        if (const auto major = major_version(explicit_directory)) {
            return ServerBinaries{fs::absolute(explicit_directory), *major};
        }
        return unexpected(
            make_error("scratch.no-server",
                       fmt::format("no PostgreSQL server programs (initdb and postgres) in {}",
                                   explicit_directory.string()),
                       "name the directory that holds both, such as /usr/lib/postgresql/15/bin"));
    }
    constexpr std::array patterns = {"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin",
                                     "/usr/local/pgsql/bin", "/usr/local/opt/postgresql*/bin",
                                     "/opt/homebrew/opt/postgresql*/bin"};
    if (auto found = newest(matches(patterns[0]))) return *found;
    if (auto found = newest(configured())) return *found;
    if (auto found = newest(search_path())) return *found;
    for (std::size_t i = 1; i < patterns.size(); ++i) {
        if (auto found = newest(matches(patterns[i]))) return *found;
    }
    const std::vector<std::string> looked(patterns.begin(), patterns.end());
    return unexpected(make_error(
        "scratch.no-server",
        fmt::format("no PostgreSQL server programs (initdb and postgres) found: looked in {}, "
                    "`pg_config --bindir` and PATH",
                    join(looked, ", ")),
        "install the server (Debian: apt-get install postgresql-15) or name its bin directory"));
}

}  // namespace revisiond::scratch
