// As whom a private server runs.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "base/expected.hpp"

namespace revisiond::scratch {

// The user a server's processes run as. PostgreSQL refuses root, so root gives itself another one.
struct RunUser {
    uid_t uid = 0;
    gid_t gid = 0;
    std::string name;
    bool switched = false;  // another user than ours: children must setuid
};

// Ourselves; for root the owner of the cluster in `data_directory` when it holds one, else
// `postgres`, else `nobody`. An error when root finds neither.
Expected<RunUser> choose_run_user(const std::filesystem::path& data_directory);

}  // namespace revisiond::scratch
