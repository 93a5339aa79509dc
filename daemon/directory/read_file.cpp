#include "directory/read_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "base/descriptor.hpp"

namespace revisiond::directory {
namespace {

// As max_file_size is written in the configuration: 16MB.
std::string size_text(std::uint64_t bytes) {
    constexpr std::array units = {"B", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    while (bytes > 0 && bytes % 1024 == 0 && unit + 1 < units.size()) {
        bytes /= 1024;
        ++unit;
    }
    return fmt::format("{}{}", bytes, units[unit]);
}

Unexpected<Diagnostic> too_large(std::uint64_t size, std::uint64_t limit) {
    return unexpected(make_error(
        "directory.file-too-large",
        fmt::format("the file has {} bytes, more than the limit of {}", size, size_text(limit)),
        "raise max_file_size in [migrations] of the configuration, or load the data another way"));
}

}  // namespace

std::string reading_hint(int error) {
    return error == EACCES ? "give the user that runs revisiond the right to read it" : "";
}

Diagnostic cannot_read(int error) {
    return make_error("directory.cannot-read",
                      fmt::format("cannot read it: {}", std::generic_category().message(error)),
                      reading_hint(error));
}

Expected<FileIdentity> read_file(const FoundFile& found, std::uint64_t limit,
                                 std::string& content) {
    const Descriptor file(::openat(found.directory < 0 ? AT_FDCWD : found.directory,
                                   found.name.c_str(),
                                   O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file) return unexpected(cannot_read(errno));
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return unexpected(cannot_read(errno));
    if (!S_ISREG(status.st_mode))
        return unexpected(
            make_error("directory.not-a-file", "this is no regular file",
                       "pipes, sockets and devices cannot hold revisions; remove it"));
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > limit) return too_large(size, limit);

    // One byte more than the file has: a read that fills it all tells that the file is growing.
    std::size_t filled = 0;
    content.resize(static_cast<std::size_t>(size) + 1);
    for (;;) {
        const ssize_t got = ::read(file.get(), content.data() + filled, content.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unexpected(cannot_read(errno));
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
        // There was room for one byte more, so this is the end: no further read has to say so.
        if (filled == size) break;
        if (filled > limit) return too_large(filled, limit);
        if (filled == content.size()) content.resize(filled * 2);
    }
    content.resize(filled);
    return FileIdentity{status.st_dev, status.st_ino};
}

}  // namespace revisiond::directory
