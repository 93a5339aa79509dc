// The room scratch: PostgreSQL servers of our own, for `dev`, for tests and later for proving revisions.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"

namespace revisiond::scratch {

// Where a server's programs were found.
struct ServerBinaries {
    std::filesystem::path directory;  // holds initdb and postgres
    int major = 0;                    // 15
};

// Looks in `explicit_directory` when given (then nowhere else), else in the newest of /usr/lib/postgresql/*/bin, `pg_config --bindir`, PATH and the usual places of other
// systems (/usr/pgsql-*/bin, /opt/homebrew/opt/postgresql*/bin, /usr/local/pgsql/bin). The error lists every place that was looked at and what to install.
Expected<ServerBinaries> find_server_binaries(const std::filesystem::path& explicit_directory);

// What a private cluster is made of.
struct ClusterOptions {
    ServerBinaries binaries;
    std::filesystem::path data_directory;  // empty: a temporary one that is removed at the end. Given: kept, and used again when it holds a cluster
    std::vector<std::string> settings;     // "name=value" for the server's command line
    bool durable = false;                  // fsync, full_page_writes and synchronous_commit on
};

// A running PostgreSQL that only this process's user (and root) can reach: its own socket directory (0700), no TCP, trust.
// Started as a direct child that dies with this process (PDEATHSIG), also after kill -9; run as the user `postgres`, else `nobody`, when we are root. A directory left behind
// by a killed process is swept at the next start (flock tells whether its owner lives). Call start() from the main thread: PDEATHSIG fires when the forking thread ends.
// Movable, not copyable. The destructor stops the server (immediate) and removes what is temporary.
class PrivateCluster {
  public:
    static Expected<PrivateCluster> start(const ClusterOptions& options);
    PrivateCluster(PrivateCluster&& other) noexcept;
    PrivateCluster& operator=(PrivateCluster&& other) noexcept;
    ~PrivateCluster();

    // postgresql:///postgres?host=/…/socket&user=postgres
    std::string dsn(const std::string& database = "postgres") const;
    const std::filesystem::path& socket_directory() const;
    pid_t pid() const;
    // Whether the server process is still there.
    bool running() const;
    // Fast shutdown, then the same clean-up as the destructor.
    void stop();

  private:
    struct State;
    explicit PrivateCluster(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace revisiond::scratch
