#include "apply/session_settings.hpp"

#include <fmt/format.h>

#include "sql/identifier.hpp"

namespace revisiond::apply {
namespace {

std::string setting(const char* name, const std::string& value) {
    return fmt::format("pg_catalog.set_config('{}', {}, false)", name, sql::quote_literal(value));
}

std::string in_milliseconds(Milliseconds value) {
    return fmt::format("{}ms", value.count());
}

}  // namespace

std::string reset_session_sql() {
    return "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; DISCARD TEMP; DEALLOCATE ALL;"
           " CLOSE ALL";
}

std::string settings_sql(const ApplyOptions& options, int server_version,
                         const std::string& revision) {
    std::string sql = "SELECT " + setting("client_encoding", "UTF8");
    const auto add = [&](const char* name, const std::string& value) {
        sql += ", " + setting(name, value);
    };
    add("standard_conforming_strings", "on");
    add("client_min_messages", "notice");
    add("default_transaction_isolation", "read committed");
    add("default_transaction_read_only", "off");
    add("statement_timeout", in_milliseconds(options.statement_timeout));
    add("lock_timeout", in_milliseconds(options.lock_timeout));
    add("idle_in_transaction_session_timeout", "0");
    if (server_version >= 140000) {
        add("idle_session_timeout", "0");
        add("client_connection_check_interval", "500ms");
    }
    if (server_version >= 170000) add("transaction_timeout", "0");
    // Without effect on a UNIX socket; on 13 this is what frees a dead holder.
    add("tcp_keepalives_idle", "5");
    add("tcp_keepalives_interval", "1");
    add("tcp_keepalives_count", "3");
    add("application_name", revision.empty() ? "revisiond" : "revisiond " + revision.substr(0, 50));
    return sql;
}

Milliseconds lock_timeout_of(const ApplyOptions& options, sql::LockClass lock) {
    switch (lock) {
        case sql::LockClass::ddl:
            return options.lock_timeout;
        case sql::LockClass::rows:
            return options.row_lock_timeout;
        case sql::LockClass::concurrently:
            return Milliseconds{0};
    }
    return options.lock_timeout;
}

std::string set_lock_timeout_sql(Milliseconds timeout) {
    return "SELECT " + setting("lock_timeout", in_milliseconds(timeout));
}

}  // namespace revisiond::apply
