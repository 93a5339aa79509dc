#include "scratch/data_directory.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "base/text.hpp"

namespace revisiond::scratch {
namespace {

namespace fs = std::filesystem;

Diagnostic refusal(const fs::path& path, const std::string& why, const std::string& hint) {
    return make_error("scratch.data-directory",
                      fmt::format("data directory {} {}", path.string(), why), hint);
}

std::string first_line(const fs::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return std::string(trim(line));
}

// The live server that postmaster.pid names, 0 when there is none. After a reboot another program
// may have its number, so its name counts too.
pid_t server_using(const fs::path& path) {
    const std::string line = first_line(path / "postmaster.pid");
    const pid_t pid = static_cast<pid_t>(std::strtol(line.c_str(), nullptr, 10));
    if (pid <= 0) return 0;
    const std::string name = first_line(fmt::format("/proc/{}/comm", pid));
    return name == "postgres" || name == "postmaster" ? pid : 0;
}

Expected<DataDirectory> check_cluster(const fs::path& path, int major, const RunUser& user) {
    const std::string version = first_line(path / "PG_VERSION");
    if (version != std::to_string(major)) {
        return unexpected(refusal(
            path,
            fmt::format("was made by PostgreSQL {}, and the programs are of {}", version, major),
            "name another directory, or the bin directory of that version"));
    }
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && info.st_uid != user.uid) {
        return unexpected(refusal(path, "belongs to another user than " + user.name,
                                  "PostgreSQL runs only as the owner of its data directory"));
    }
    if (const pid_t pid = server_using(path); pid != 0) {
        return unexpected(refusal(path, fmt::format("is in use by a server, process {}", pid),
                                  "stop that server, or name another directory"));
    }
    return DataDirectory{path, true};
}

Expected<DataDirectory> make_directory(const fs::path& path, const RunUser& user) {
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (::mkdir(path.c_str(), 0700) != 0 ||
        (user.switched && ::chown(path.c_str(), user.uid, user.gid) != 0)) {
        return unexpected(
            refusal(path, fmt::format("cannot be made: {}", std::strerror(errno)), ""));
    }
    return DataDirectory{path, false};
}

}  // namespace

Expected<DataDirectory> prepare_data_directory(const fs::path& named, int major,
                                               const RunUser& user) {
    if (named.empty()) return DataDirectory{};
    fs::path path = fs::absolute(named).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();  // a trailing slash
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) {
        if (errno == ENOENT) return make_directory(path, user);
        return unexpected(
            refusal(path, fmt::format("cannot be looked at: {}", std::strerror(errno)), ""));
    }
    if (!S_ISDIR(info.st_mode)) return unexpected(refusal(path, "is not a directory", ""));
    std::error_code error;
    if (fs::exists(path / "PG_VERSION", error)) return check_cluster(path, major, user);
    if (!fs::is_empty(path, error) || error) {
        return unexpected(refusal(path, "holds files that are not a PostgreSQL cluster",
                                  "name an empty directory, or one that does not exist yet"));
    }
    if (info.st_uid != user.uid) {
        return unexpected(refusal(path, "belongs to another user than " + user.name,
                                  "remove it and it will be made anew, or change its owner"));
    }
    return DataDirectory{path, false};
}

}  // namespace revisiond::scratch
