// Whether anything changed, without parsing. Internal to the room.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/digest.hpp"
#include "directory/scan.hpp"
#include "directory/script_directory.hpp"

namespace revisiond::directory {

// The contents of files over time. A file is read again only when its stamp (inode, size, times)
// is another one, or too young to tell: two changes within one tick of a file system's clock leave
// the same stamp.
class ContentMemory {
  public:
    // SHA-256 over paths and contents of all files of a scan, and over what is wrong with them:
    // what a load depends on. Equal digests: a load would find the same. `now` is of the system's
    // clock, in seconds.
    std::string digest(const Scan& found, const DirectoryOptions& options, std::int64_t now);

    // How many files the last digest() has read.
    std::size_t read() const { return read_; }

  private:
    // By the hash of path and stamp, which is all that thousands of files need to be kept for.
    using Contents = std::unordered_map<std::uint64_t, Sha256Bytes>;

    Contents known_;
    std::size_t read_ = 0;
};

}  // namespace revisiond::directory
