#include <glob.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "base/text.hpp"
#include "process/program.hpp"
#include "scratch/private_cluster.hpp"

namespace revisiond::scratch {
namespace {

namespace fs = std::filesystem;

// What a program prints on stdout, or nothing when it cannot be run or fails.
std::optional<std::string> output_of(const fs::path& program, const char* argument) {
    process::ProgramOptions options;
    options.command = {program.string(), argument};
    process::ProgramResult result = process::run_program(options);
    if (!result.succeeded()) return std::nullopt;
    return std::move(result.output);
}

// What a program of PostgreSQL's says it is.
struct ProgramVersion {
    int major = 0;
    std::string text;
};

// "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)" → 15.
std::optional<ProgramVersion> version_of(const fs::path& program) {
    if (::access(program.c_str(), X_OK) != 0) return std::nullopt;
    const auto text = output_of(program, "--version");
    constexpr std::string_view mark = "(PostgreSQL) ";
    const std::size_t at = text ? text->find(mark) : std::string::npos;
    if (at == std::string::npos) return std::nullopt;
    ProgramVersion version{0, std::string(trim(*text))};
    const char* begin = text->data() + at + mark.size();
    if (std::from_chars(begin, text->data() + text->size(), version.major).ec != std::errc()) {
        return std::nullopt;
    }
    return version;
}

std::optional<ServerBinaries> binaries_in(const fs::path& directory) {
    if (::access((directory / "initdb").c_str(), X_OK) != 0) return std::nullopt;
    auto version = version_of(directory / "postgres");
    if (!version) return std::nullopt;
    return ServerBinaries{directory, version->major, std::move(version->text)};
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
        auto found = binaries_in(directory);
        if (found && (!best || found->major > best->major)) best = std::move(found);
    }
    return best;
}

constexpr std::array patterns = {"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin",
                                 "/usr/local/pgsql/bin", "/usr/local/opt/postgresql*/bin",
                                 "/opt/homebrew/opt/postgresql*/bin"};

std::string places() {
    const std::vector<std::string> looked(patterns.begin(), patterns.end());
    return fmt::format("looked in {}, `pg_config --bindir` and PATH", join(looked, ", "));
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

std::vector<fs::path> all_directories() {
    std::vector<fs::path> directories = search_path();
    const auto add = [&directories](const std::vector<fs::path>& more) {
        directories.insert(directories.end(), more.begin(), more.end());
    };
    for (const char* pattern : patterns) add(matches(pattern));
    add(configured());
    return directories;
}

}  // namespace

Expected<ServerBinaries> find_server_binaries(const fs::path& explicit_directory) {
    if (!explicit_directory.empty()) {
        if (auto found = binaries_in(fs::absolute(explicit_directory))) return *std::move(found);
        return unexpected(
            make_error("scratch.no-server",
                       fmt::format("no PostgreSQL server programs (initdb and postgres) in {}",
                                   explicit_directory.string()),
                       "name the directory that holds both, such as /usr/lib/postgresql/15/bin"));
    }
    if (auto found = newest(matches(patterns[0]))) return *found;
    if (auto found = newest(configured())) return *found;
    if (auto found = newest(search_path())) return *found;
    for (std::size_t i = 1; i < patterns.size(); ++i) {
        if (auto found = newest(matches(patterns[i]))) return *found;
    }
    return unexpected(make_error(
        "scratch.no-server",
        "no PostgreSQL server programs (initdb and postgres) found: " + places(),
        "install the server (Debian: apt-get install postgresql-15) or name its bin directory"));
}

Expected<ServerBinaries> find_server_binaries_of(int major) {
    for (const fs::path& directory : all_directories()) {
        auto found = binaries_in(directory);
        if (found && found->major == major) return *std::move(found);
    }
    return unexpected(make_error(
        "scratch.no-server",
        fmt::format("no PostgreSQL {} server programs (initdb and postgres) found: {}", major,
                    places()),
        fmt::format("install that version (Debian: apt-get install postgresql-{}), put its bin "
                    "directory into PATH, or set scratch_url to a server of it",
                    major)));
}

Expected<fs::path> find_dump_program(int major) {
    for (const fs::path& directory : all_directories()) {
        const auto version = version_of(directory / "pg_dump");
        if (version && version->major == major) return directory / "pg_dump";
    }
    return unexpected(make_error(
        "scratch.no-dump", fmt::format("no pg_dump of PostgreSQL {} found: {}", major, places()),
        fmt::format("install it (Debian: apt-get install "
                    "postgresql-client-{})",
                    major)));
}

}  // namespace revisiond::scratch
