// The reader's connection: libpqxx, with its silent reconnection switched off.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "database/server_message.hpp"

namespace revisiond::database {

// Rows as text.
using Rows = std::vector<std::vector<std::optional<std::string>>>;

// One libpqxx connection for reading what revisiond and Alembic keep in a database. Each query is a
// transaction of its own, read only, so that no snapshot outlives it. Used by one thread at a time.
// Errors are values, so that pqxx stays in this room.
class Connection {
  public:
    static Expected<Connection, SqlError> open(const ConnectionParameters& parameters);
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();

    Expected<Rows, SqlError> query(const std::string& sql);
    int backend_pid() const;
    int server_version() const;

  private:
    struct State;
    explicit Connection(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace revisiond::database
