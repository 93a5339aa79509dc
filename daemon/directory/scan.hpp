// Which files there are below the migrations directories. Internal to the room.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"

namespace revisiond::directory {

// What a walk over the directories found.
struct Scan {
    std::vector<std::string>
        files;  // directories in the order given, paths in the order of their bytes
    Diagnostics diagnostics;
};

// Walks without reading files, and with a stat only for links and where the file system does not
// tell types.
Scan scan(std::span<const std::filesystem::path> directories);

// A path as it can be printed and put into JSON: control characters and what is not UTF-8 become
// U+FFFD.
std::string display_path(std::string_view path);

}  // namespace revisiond::directory
