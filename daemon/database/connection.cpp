// libpqxx 6.4 loses what the server says besides the message (SQLSTATE of many errors, detail,
// hint), which is why the executor does not use it; for reading our own tables the message is
// enough, and 42501 (no privilege) is recognised by type.
//
// What a query needs travels with it in one message, which the server runs as one transaction: SET
// LOCAL ends with it. A SET of the session would stay with a server process that a proxy gives to
// others, who would find it read only.
#include "database/connection.hpp"

#include <pqxx/connection>
#include <pqxx/errorhandler>
#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/result>

#include "database/libpq_result.hpp"

namespace revisiond::database {
namespace {

// One value of a libpq connection string: 'quoted', with \ and ' escaped.
std::string conninfo_value(const std::string& value) {
    std::string result = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') result += '\\';
        result += c;
    }
    return result + "'";
}

std::string conninfo(const ConnectionParameters& parameters) {
    std::string result = "connect_timeout=10 fallback_application_name=revisiond";
    for (const auto& [keyword, value] : parameters) {
        result += " " + keyword + "=" + conninfo_value(value);
    }
    return result + " client_encoding=UTF8";
}

const std::string for_this_query =
    "SET LOCAL statement_timeout TO '30s'; SET LOCAL client_min_messages TO warning;"
    " SET TRANSACTION READ ONLY; ";

SqlError lost(const std::exception& e) {
    SqlError error;
    error.connection_lost = true;
    error.server.severity = "FATAL";
    error.server.message = one_line(e.what());
    return error;
}

}  // namespace

struct Connection::State {
    explicit State(const ConnectionParameters& parameters)
        : connection(conninfo(parameters)), quiet(connection) {
        // Deprecated in 6.4 and needed: without it the third query after a lost connection succeeds
        // on a new session.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
        connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
    }
    pqxx::connection connection;
    pqxx::quiet_errorhandler quiet;  // a notice would go to the process's stderr
};

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Expected<Connection, SqlError> Connection::open(const ConnectionParameters& parameters) {
    try {
        return Connection(std::make_unique<State>(parameters));
    } catch (const pqxx::failure& e) {
        return unexpected(lost(e));
    }
}

Expected<Rows, SqlError> Connection::query(const std::string& sql) {
    try {
        pqxx::nontransaction work(state_->connection);
        const pqxx::result result = work.exec(for_this_query + sql);
        Rows rows;
        rows.reserve(result.size());
        for (const pqxx::row& row : result) {
            auto& values = rows.emplace_back();
            for (const pqxx::field& field : row) {
                if (field.is_null()) {
                    values.emplace_back();
                } else {
                    values.emplace_back(std::string(field.c_str(), field.size()));
                }
            }
        }
        return rows;
    } catch (const pqxx::broken_connection& e) {
        return unexpected(lost(e));
    } catch (const pqxx::sql_error& e) {
        SqlError error;
        error.server.severity = "ERROR";
        error.server.message = one_line(e.what());
        error.server.sqlstate = e.sqlstate();
        if (dynamic_cast<const pqxx::insufficient_privilege*>(&e) != nullptr) {
            error.server.sqlstate = "42501";
        }
        return unexpected(error);
    } catch (const pqxx::failure& e) {
        return unexpected(lost(e));
    }
}

int Connection::backend_pid() const {
    return state_->connection.backendpid();
}
int Connection::server_version() const {
    return state_->connection.server_version();
}

}  // namespace revisiond::database
