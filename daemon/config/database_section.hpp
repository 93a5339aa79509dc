// [databases.NAME] made into DatabaseSettings.
#pragma once

#include <filesystem>
#include <string>

#include "config/config.hpp"
#include "config/section.hpp"

namespace revisiond::config {

// [apply] and [databases.NAME.apply]: what is set replaces what `settings` holds.
void read_apply(Reading& reading, const Value& table, const std::string& path,
                std::string_view kind, ApplySettings& settings);

// `folder` is the config file's: relative paths start there. `apply` holds [apply].
DatabaseSettings read_database(Reading& reading, const Entry& entry,
                               const std::filesystem::path& folder, const ApplySettings& apply);

}  // namespace revisiond::config
