#include "scratch/temporary_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <limits>
#include <string>
#include <system_error>

#include <fmt/format.h>

namespace revisiond::scratch {
namespace {

namespace fs = std::filesystem;

constexpr const char* directory_prefix = "revisiond-pg-";
// A Unix socket's address holds 108 bytes; below it lie
// "/revisiond-pg-XXXXXX/socket/.s.PGSQL.5432.lock".
constexpr std::size_t longest_parent = 107 - 48;

constexpr const char* memory_directory = "/dev/shm";
// A cluster is 40 MB and 0.1 MB a table, and a proof has three copies of a schema.
constexpr std::uint64_t room_in_memory = std::uint64_t{4} << 30U;

std::uint64_t available_memory() {
    std::ifstream file("/proc/meminfo");
    for (std::string name; file >> name;) {
        std::uint64_t kilobytes = 0;
        if (name == "MemAvailable:" && file >> kilobytes) return kilobytes * 1024;
        file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return 0;
}

// A file system in memory is limited by its size, and by what the machine has.
bool has_room_in_memory() {
    struct statvfs info {};
    return ::statvfs(memory_directory, &info) == 0 && (info.f_flag & ST_RDONLY) == 0 &&
           static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize >= room_in_memory &&
           available_memory() >= room_in_memory;
}

fs::path parent_directory(const RunUser& user, bool in_memory) {
    if (in_memory && has_room_in_memory()) return memory_directory;
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
        if (entry.path().filename().string().rfind(directory_prefix, 0) != 0) continue;
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

Expected<TemporaryDirectory> make_temporary_directory(const RunUser& user, bool in_memory) {
    const fs::path parent = parent_directory(user, in_memory);
    sweep(parent, user);
    std::string path = (parent / directory_prefix).string() + "XXXXXX";
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
