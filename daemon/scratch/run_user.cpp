#include "scratch/run_user.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace revisiond::scratch {
namespace {

RunUser to_user(const passwd& entry) {
    return {entry.pw_uid, entry.pw_gid, entry.pw_name, entry.pw_uid != geteuid()};
}

}  // namespace

Expected<RunUser> choose_run_user(const std::filesystem::path& data_directory) {
    if (geteuid() != 0) {
        const passwd* self = getpwuid(geteuid());
        if (self != nullptr) return to_user(*self);
        return RunUser{geteuid(), getegid(), fmt::format("uid {}", geteuid()), false};
    }
    struct stat version {};
    const std::string version_file = (data_directory / "PG_VERSION").string();
    if (!data_directory.empty() && ::stat(version_file.c_str(), &version) == 0 &&
        version.st_uid != 0) {
        const passwd* owner = getpwuid(version.st_uid);
        if (owner != nullptr) return to_user(*owner);
        return RunUser{version.st_uid, version.st_gid, fmt::format("uid {}", version.st_uid), true};
    }
    for (const char* name : {"postgres", "nobody"}) {
        const passwd* entry = getpwnam(name);
        if (entry != nullptr && entry->pw_uid != 0) return to_user(*entry);
    }
    return unexpected(make_error("scratch.no-user",
                                 "PostgreSQL refuses to run as root, and this system has neither a "
                                 "user postgres nor a user nobody",
                                 "run as another user, or add a user postgres"));
}

}  // namespace revisiond::scratch
