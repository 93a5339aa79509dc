#include "apply/session_settings.hpp"

#include <fmt/format.h>

#include "sql/identifier.hpp"

namespace revisiond::apply {
namespace {

std::string set_sql(const char* name, const std::string& value) {
    return fmt::format("SET {} TO {}", name, sql::quote_literal(value));
}

std::string in_milliseconds(Milliseconds value) {
    return fmt::format("{}ms", value.count());
}

}  // namespace

void add_session_reset(Message& message) {
    for (const char* reset : {"RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL",
                              "DISCARD TEMP", "DEALLOCATE ALL", "CLOSE ALL"}) {
        message.add(reset);
    }
}

void add_session_settings(Message& message, const ApplyOptions& options, int server_version,
                          const std::string& revision) {
    const auto set = [&](const char* name, const std::string& value) {
        message.add(set_sql(name, value));
    };
    // First: until then the role's own holds, for each of these too.
    set("statement_timeout", in_milliseconds(options.statement_timeout));
    set("client_encoding", "UTF8");
    set("standard_conforming_strings", "on");
    set("client_min_messages", "notice");
    set("default_transaction_isolation", "read committed");
    set("default_transaction_read_only", "off");
    set("lock_timeout", in_milliseconds(options.lock_timeout));
    set("idle_in_transaction_session_timeout", "0");
    if (server_version >= 140000) {
        set("idle_session_timeout", "0");
        set("client_connection_check_interval", "500ms");
    }
    if (server_version >= 170000) set("transaction_timeout", "0");
    // Without effect on a UNIX socket; on 13 this is what frees a dead holder.
    set("tcp_keepalives_idle", "5");
    set("tcp_keepalives_interval", "1");
    set("tcp_keepalives_count", "3");
    set("application_name", revision.empty() ? "revisiond" : "revisiond " + revision.substr(0, 50));
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

std::string set_lock_timeout_sql(Milliseconds timeout, bool local) {
    return set_sql(local ? "LOCAL lock_timeout" : "lock_timeout", in_milliseconds(timeout));
}

}  // namespace revisiond::apply
