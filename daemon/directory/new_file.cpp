#include "directory/new_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/descriptor.hpp"

namespace revisiond::directory {
namespace {

Unexpected<Diagnostic> failure(const std::filesystem::path& path, int error) {
    if (error == EEXIST)
        return unexpected(
            make_error("directory.exists",
                       fmt::format("{} exists already; it is left as it is", path.native()),
                       "choose another name, or remove the file"));
    return unexpected(make_error(
        "directory.cannot-write",
        fmt::format("cannot write {}: {}", path.native(), std::generic_category().message(error))));
}

int write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

}  // namespace

Expected<Done> write_new_file(const std::filesystem::path& path, std::string_view content) {
    std::error_code error;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
    if (error) return failure(path, error.value());
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file) return failure(path, errno);
    int failed = write_all(file.get(), content);
    if (::close(file.release()) != 0 && failed == 0) failed = errno;
    if (failed == 0) return Done{};
    ::unlink(path.c_str());
    return failure(path, failed);
}

}  // namespace revisiond::directory
