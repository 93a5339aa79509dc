// Files that a command makes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/console.hpp"

namespace revisiond::cli {

// One of them, not written yet.
struct NewFile {
    std::filesystem::path path;
    std::string text;
};

// Writes them in order, never over another file, and prints their names. Ends at the first that
// cannot be written.
Exit write_new_files(Console& console, const std::vector<NewFile>& files);

}  // namespace revisiond::cli
