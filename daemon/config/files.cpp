#include "config/files.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

namespace revisiond::config {

Expected<std::string, std::string> read_file(const std::filesystem::path& path) {
    std::error_code ignored;
    // A directory opens, and only its reading fails.
    if (std::filesystem::is_directory(path, ignored))
        return unexpected(std::string(std::strerror(EISDIR)));
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file.is_open()) return unexpected(std::string(std::strerror(errno)));
    return std::string(std::istreambuf_iterator<char>(file), {});
}

bool readable_by_all(const std::filesystem::path& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && (info.st_mode & S_IROTH) != 0;
}

}  // namespace revisiond::config
