#include "scratch/temporary_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <system_error>

#include <fmt/format.h>

namespace revisiond::scratch {
namespace {

namespace fs = std::filesystem;

constexpr const char* prefix = "revisiond-pg-";
// A Unix socket's address holds 108 bytes; below it lie
// "/revisiond-pg-XXXXXX/socket/.s.PGSQL.5432.lock".
constexpr std::size_t longest_parent = 107 - 48;

fs::path parent_directory(const RunUser& user) {
    const char* given = std::getenv("TMPDIR");
    if (user.switched || given == nullptr || *given != '/') return "/tmp";
    std::error_code error;
    if (std::strlen(given) > longest_parent || !fs::is_directory(given, error)) return "/tmp";
    return given;
}

// Between mkdtemp and flock a directory is empty and has no holder: leave the young ones alone.
bool may_be_new(const fs::path& path, const struct stat& info) {
    std::error_code error;
    return fs::is_empty(path, error) && std::time(nullptr) - info.st_mtime < 60;
}

void sweep(const fs::path& parent, const RunUser& user) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(parent, error)) {
        if (entry.path().filename().string().rfind(prefix, 0) != 0) continue;
        const Descriptor directory(
            ::open(entry.path().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        struct stat info {};
        if (!directory || ::fstat(directory.get(), &info) != 0) continue;
        const bool ours = info.st_uid == user.uid || info.st_uid == ::geteuid();
        if (!ours || may_be_new(entry.path(), info)) continue;
        if (::flock(directory.get(), LOCK_EX | LOCK_NB) != 0) continue;
        fs::remove_all(entry.path(), error);
    }
}

Diagnostic failure(const fs::path& parent, const char* what) {
    return make_error("scratch.temporary-directory",
                      fmt::format("cannot {} a temporary directory in {}: {}", what,
                                  parent.string(), std::strerror(errno)));
}

}  // namespace

Expected<TemporaryDirectory> make_temporary_directory(const RunUser& user) {
    const fs::path parent = parent_directory(user);
    sweep(parent, user);
    std::string path = (parent / prefix).string() + "XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) return unexpected(failure(parent, "make"));
    TemporaryDirectory result{path,
                              Descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))};
    if (!result.lock || ::flock(result.lock.get(), LOCK_EX | LOCK_NB) != 0 ||
        (user.switched && ::fchown(result.lock.get(), user.uid, user.gid) != 0)) {
        const Diagnostic error = failure(parent, "take hold of");
        ::rmdir(path.c_str());
        return unexpected(error);
    }
    return result;
}

}  // namespace revisiond::scratch
