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

// target, scratch and what is compared. `folder` as below.
void read_target(Reading& reading, const Section& section, const std::filesystem::path& folder,
                 TargetSettings& target);

// Variables that are not set stop those who want to connect, and nobody else: `heads` needs no
// database. Moves what was reported of them since `from` into `unresolved`.
void set_aside(Diagnostics& diagnostics, std::size_t from, Diagnostics& unresolved);

// What the value of `key` says about a connection; nothing when it is wrong, which was reported.
std::optional<ConnectionSettings> connection_of(const Section& section, std::string_view key,
                                                const std::string& url);

// `folder` is the config file's: relative paths start there. `apply` holds [apply].
DatabaseSettings read_database(Reading& reading, const Entry& entry,
                               const std::filesystem::path& folder, const ApplySettings& apply);

}  // namespace revisiond::config
