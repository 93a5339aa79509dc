// Programs that run on a new revision file. Internal to the room.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "config/config.hpp"

namespace revisiond::service {

// Runs the hooks in order, each in its directory (or `directory`), without a shell and without
// standard input, and answers what each printed. The first that cannot be started or does not exit
// with 0 is the error, which says its exit status and what it printed last.
Expected<std::vector<std::string>> run_post_write_hooks(
    const std::vector<config::PostWriteHook>& hooks, const std::filesystem::path& file,
    const std::filesystem::path& directory);

}  // namespace revisiond::service
