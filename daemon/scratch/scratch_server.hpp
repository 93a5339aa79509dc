// Servers on which databases are made to be thrown away.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "database/server_message.hpp"
#include "scratch/database_locale.hpp"

namespace revisiond::scratch {

// Where scratch databases shall be made.
struct ScratchOptions {
    int major = 0;  // of the server whose schema is looked at; 0: any will do
    // A server to make them on, by its maintenance database; absent: a private cluster.
    std::optional<database::ConnectionParameters> server;
    std::string server_name;  // for people: "scratch_url", "the database's own server"
    std::stop_token stop;
};

// A database that is dropped with this value, whoever is still connected to it. Movable, not
// copyable; used by the thread of its server.
class ScratchDatabase {
  public:
    ScratchDatabase(ScratchDatabase&& other) noexcept;
    ScratchDatabase& operator=(ScratchDatabase&& other) noexcept;
    ~ScratchDatabase();

    const std::string& name() const;
    // For connecting to it; its sessions begin with the search_path of the locale it was made with.
    const database::ConnectionParameters& parameters() const;

  private:
    friend class ScratchServer;
    struct State;
    explicit ScratchDatabase(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// A server that scratch databases are made on: a private cluster of our own, or another one's.
// Each database is named revisiond_scratch_ and 16 hex digits, and an advisory lock of that name is
// held for as long as we live: start() drops what a killed process left, which nobody holds.
// Copies share the server. One thread at a time.
class ScratchServer {
  public:
    // Refused: a server of another major version, since expressions are compared as the server
    // prints them; a private cluster when no programs of that version are installed.
    static Expected<ScratchServer> start(const ScratchOptions& options);

    // From template0. A locale that the server does not know is replaced by plain_locale() on a
    // private cluster, and is an error elsewhere.
    Expected<ScratchDatabase> create_database(const DatabaseLocale& locale);

    // A copy of a scratch database of this server. REQUIRES: nobody is connected to the original.
    Expected<ScratchDatabase> clone_database(const ScratchDatabase& original);
    // REQUIRES: is_private().
    bool make_role(const std::string& name);

    // Ours alone: roles may be made on it, and it ends with us.
    bool is_private() const;
    int server_version() const;
    const std::string& name() const;

  private:
    friend class ScratchDatabase;
    struct State;
    explicit ScratchServer(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace revisiond::scratch
