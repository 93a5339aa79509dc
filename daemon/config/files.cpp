#include "config/files.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace revisiond::config {

Expected<std::string, std::string> read_file(const std::filesystem::path& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string content;
    if (file) content.assign(std::istreambuf_iterator<char>(file), {});
    // A directory opens, and only its reading fails.
    if (!file.is_open() || file.bad() || std::filesystem::is_directory(path)) {
        return unexpected(std::string(std::strerror(errno == 0 ? EISDIR : errno)));
    }
    return content;
}

bool readable_by_all(const std::filesystem::path& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && (info.st_mode & S_IROTH) != 0;
}

}  // namespace revisiond::config
