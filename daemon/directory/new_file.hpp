// Files that revisiond writes for a person.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/expected.hpp"

namespace revisiond::directory {

// Writes a file that is not there yet, and the directories above it. Never overwrites: a file or
// link of that name is an error, and so is any failure, which leaves no half file.
Expected<Done> write_new_file(const std::filesystem::path& path, std::string_view content);

}  // namespace revisiond::directory
