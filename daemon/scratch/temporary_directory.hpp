// Temporary directories that do not outlive their owners.
#pragma once

#include <filesystem>

#include "base/descriptor.hpp"
#include "base/expected.hpp"
#include "scratch/run_user.hpp"

namespace revisiond::scratch {

// A directory of mode 0700 and an flock on it. The lock belongs to the open file description, so it
// is held until the last process that inherited it is gone: a directory without a holder is stale.
struct TemporaryDirectory {
    std::filesystem::path path;
    Descriptor lock;
};

// Makes one that `user` owns, in $TMPDIR where a socket path fits into it and the server's user is
// ours, else in /tmp. `in_memory`: in /dev/shm, where files are made and removed several times
// faster, if there is room for a cluster of thousands of tables. Removes the stale ones beside it
// first.
Expected<TemporaryDirectory> make_temporary_directory(const RunUser& user, bool in_memory);

}  // namespace revisiond::scratch
