// Whether anything changed, without parsing. Internal to the room.
#pragma once

#include <string>

#include "directory/scan.hpp"
#include "directory/script_directory.hpp"

namespace revisiond::directory {

// SHA-256 over paths and contents of all files of a scan, and over what is wrong with them: what a
// load depends on. Equal digests: a load would find the same.
std::string content_digest(const Scan& found, const DirectoryOptions& options);

}  // namespace revisiond::directory
