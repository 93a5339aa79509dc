// The room database: how we talk to PostgreSQL. Session (libpq) executes and holds the lock;
// Connection (libpqxx) reads. Neither ever reconnects by itself.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace revisiond::database {

// libpq keywords and values. Holds the password: never printed.
using ConnectionParameters = std::vector<std::pair<std::string, std::string>>;

// Every field that PostgreSQL sends with an error or a notice (protocol: "Error and Notice Message
// Fields").
struct ServerMessage {
    std::string severity;  // not localised: ERROR, FATAL, NOTICE, WARNING, …
    std::string sqlstate;
    std::string message;
    std::string detail;
    std::string hint;
    std::size_t position = 0;  // code points from 1 in the statement sent; 0: not said
    std::string internal_position;
    std::string internal_query;
    std::string context;
    std::string schema;
    std::string table;
    std::string column;
    std::string datatype;
    std::string constraint;
    std::string source_file;
    std::string source_line;
    std::string source_function;
};

// A failure of the server, the connection or the deadline. Answers what the caller must decide.
struct SqlError {
    ServerMessage server;  // sqlstate may be empty when the connection failed
    bool connection_lost =
        false;               // the session is gone, and with it locks and the open transaction
    bool cancelled = false;  // a stop was asked for
    bool timed_out = false;  // the deadline that we set has passed
    std::size_t statement_index = 0;  // which statement of a message with several failed, from 0

    // 55P03: lock_timeout is over.
    bool lock_timeout() const { return server.sqlstate == "55P03"; }
    // What was to be made is there: a schema, table, column, function or another object.
    bool exists_already() const;
    // That, 40P01 or 40001: rolled back, another try may succeed.
    bool retryable() const;
    // "relation "x" does not exist (SQLSTATE 42P01)"; secrets redacted.
    std::string text() const;
};

// Text of the server (a detail, a hint) without the secrets that it may quote.
std::string redacted(const std::string& text);

// All fields that are set, one "name: value" each: what --raiseerr prints.
std::vector<std::pair<std::string, std::string>> fields(const ServerMessage& message);

}  // namespace revisiond::database
