// One file into memory.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/expected.hpp"
#include "directory/scan.hpp"

namespace revisiond::directory {

// Which file it is on this machine, whatever its names.
struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    auto operator<=>(const FileIdentity&) const = default;
};

// Reads the file into `content`, whose memory is used again. A file longer than `limit` is not
// read; anything but a regular file is an error without waiting for it. The diagnostic carries no
// location.
Expected<FileIdentity> read_file(const FoundFile& found, std::uint64_t limit, std::string& content);

}  // namespace revisiond::directory
