// Files that hold secrets, and where they are looked for. Internal to the room.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "config/section.hpp"

namespace revisiond::config {

// A secret with the file that it came from.
struct SecretFile {
    std::filesystem::path path;
    std::string content;  // without the line end that editors add
};

// The file that the key names: a name without a folder is looked for in the credentials directory
// first, then beside the config file. What cannot be read is reported at the key; one that every
// user may read is warned about.
std::optional<SecretFile> read_secret_file(const Reading& reading, const Section& section,
                                           std::string_view key,
                                           const std::filesystem::path& folder);

}  // namespace revisiond::config
