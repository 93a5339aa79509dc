// One file into memory.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/diagnostic.hpp"
#include "base/expected.hpp"
#include "directory/scan.hpp"

namespace revisiond::directory {

// Which file it is on this machine, whatever its names.
struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    auto operator<=>(const FileIdentity&) const = default;
};

// What the user has to do about an error of the system, for a hint; empty when there is nothing.
std::string reading_hint(int error);

// Why a file or a directory cannot be read, with reading_hint; carries no location.
Diagnostic cannot_read(int error);

// Reads the file into `content`, whose memory is used again. A file longer than `limit` is not
// read; anything but a regular file is an error without waiting for it. The diagnostic carries no
// location.
Expected<FileIdentity> read_file(const FoundFile& found, std::uint64_t limit, std::string& content);

}  // namespace revisiond::directory
