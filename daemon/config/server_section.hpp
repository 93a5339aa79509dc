// [server] made into ServerSettings. Internal to the room.
#pragma once

#include <filesystem>

#include "config/section.hpp"
#include "config/server_settings.hpp"

namespace revisiond::config {

// `folder` is the config file's: a relative tokens_file starts there.
ServerSettings read_server(Reading& reading, const Value& table,
                           const std::filesystem::path& folder);

}  // namespace revisiond::config
