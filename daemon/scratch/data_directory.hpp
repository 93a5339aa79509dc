// A data directory that the user named and that is kept.
#pragma once

#include <filesystem>

#include "base/expected.hpp"
#include "scratch/run_user.hpp"

namespace revisiond::scratch {

// Where a cluster's data lies and whether initdb has to make it first.
struct DataDirectory {
    std::filesystem::path path;  // absolute; empty when none was named
    bool holds_cluster = false;
};

// Checks a named directory and makes it when it does not exist (only then is it given to `user`).
// Refused: what holds other files, a cluster of another major version, one of another owner, one
// that a server is using. An empty name is answered with an empty path.
Expected<DataDirectory> prepare_data_directory(const std::filesystem::path& named, int major,
                                               const RunUser& user);

}  // namespace revisiond::scratch
