// Files that config.toml names.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/expected.hpp"

namespace revisiond::config {

// A file's whole content; the error is what the system says about it, for the end of a sentence.
Expected<std::string, std::string> read_file(const std::filesystem::path& path);

// Whether everyone on the machine may read it.
bool readable_by_all(const std::filesystem::path& path);

}  // namespace revisiond::config
