// The room scratch: PostgreSQL servers of our own for `dev` and for tests, and databases that are
// thrown away, in which targets are loaded and revisions are tried. What a scratch database is used
// for is not known here.
//
// Who does what: the calling process makes a temporary directory and forks a keeper; the keeper
// runs initdb and then the server as its children and holds the other end of a pipe to the caller.
// When the caller asks, or is gone (kill -9 closes the pipe too), the keeper stops the server and
// removes the directory. When the keeper itself is killed, the kernel stops the server (PDEATHSIG)
// and the directory is swept at the next start.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"

namespace revisiond::scratch {

// Where a server's programs were found.
struct ServerBinaries {
    std::filesystem::path directory;  // holds initdb and postgres
    int major = 0;                    // 15
    std::string version;              // "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)"
};

// Looks in `explicit_directory` when given (then nowhere else), else in the newest of
// /usr/lib/postgresql/*/bin, `pg_config --bindir`, PATH and the usual places of other systems
// (/usr/pgsql-*/bin, /usr/local/pgsql/bin, Homebrew's). The error lists every place that was looked
// at and what to install.
Expected<ServerBinaries> find_server_binaries(const std::filesystem::path& explicit_directory);

// The same for programs of one major version, wherever they are. The error says what to install or
// to set.
Expected<ServerBinaries> find_server_binaries_of(int major);
// pg_dump of one major version.
Expected<std::filesystem::path> find_dump_program(int major);

// What a private cluster is made of.
struct ClusterOptions {
    ServerBinaries binaries;
    // Empty: a temporary one that is removed at the end. Given: kept, and used again when it holds
    // a cluster of the same major version that nobody uses.
    std::filesystem::path data_directory;
    std::vector<std::string> settings;  // "name=value" for the server's command line
    bool durable = false;               // fsync, full_page_writes and synchronous_commit on
    bool in_memory = false;  // what is temporary lies in memory, where there is room for it
};

// A running PostgreSQL that only this process's user (and root) can reach: its own socket directory
// (0700), no TCP, trust. Run as the user `postgres`, else `nobody`, when we are root.
// Call start() from the main thread before others exist: it forks and goes on in the child.
// Movable, not copyable, one thread at a time. The destructor stops the server (immediate) and
// removes what is temporary.
class PrivateCluster {
  public:
    // Returns when the server accepts connections. The error holds the end of the server's log.
    static Expected<PrivateCluster> start(const ClusterOptions& options);
    PrivateCluster(PrivateCluster&& other) noexcept;
    PrivateCluster& operator=(PrivateCluster&& other) noexcept;
    ~PrivateCluster();

    // postgresql:///postgres?host=/…/socket&port=5432&user=postgres
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
