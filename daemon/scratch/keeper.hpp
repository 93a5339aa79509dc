// The process between us and a private server.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "base/expected.hpp"
#include "scratch/run_user.hpp"

namespace revisiond::scratch {

// What the keeper shall run and, at the end, remove.
struct KeeperPlan {
    std::filesystem::path directory;  // temporary: removed when all is over
    std::filesystem::path log;        // what the programs print is appended here
    RunUser user;
    std::vector<std::string> initdb;  // argv; empty when the cluster exists
    std::vector<std::string> server;  // argv of postgres
    int directory_lock = -1;          // stays open in the keeper: the directory is not stale
};

// What the keeper reports, one record each.
struct KeeperReport {
    enum class Kind : char {
        initdb_failed = 'i',   // value: wait status
        server_started = 's',  // value: process id
        server_ended = 'e',    // value: wait status
    };
    Kind kind = Kind::server_ended;
    int value = 0;
};

// How a server is stopped.
enum class StopMode : char {
    fast = 'f',       // clients are disconnected, a checkpoint is written
    immediate = 'q',  // as a crash: the next start recovers
};

// Our side of the keeper. Destroying it without stop() is what kill -9 does: the keeper notices.
class Keeper {
  public:
    // Forks. REQUIRES: called from the main thread.
    static Expected<Keeper> fork(const KeeperPlan& plan);

    // The next report, waiting up to `timeout_ms`; nothing when there is none by then.
    std::optional<KeeperReport> next_report(int timeout_ms) const;

    // Asks for the end and waits until the server and the directory are gone.
    void stop(StopMode mode);

  private:
    Keeper(pid_t pid, Descriptor channel);

    pid_t pid_;
    Descriptor channel_;
};

}  // namespace revisiond::scratch
