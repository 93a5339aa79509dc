#include "config/keys.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace revisiond::config {
namespace {

using Names = std::vector<std::string>;

const Names& keywords() {
    static const Names names = {"host",
                                "hostaddr",
                                "port",
                                "user",
                                "password",
                                "dbname",
                                "sslmode",
                                "sslrootcert",
                                "sslcert",
                                "sslkey",
                                "sslpassword",
                                "sslcrl",
                                "sslcrldir",
                                "sslsni",
                                "sslcompression",
                                "ssl_min_protocol_version",
                                "ssl_max_protocol_version",
                                "service",
                                "passfile",
                                "channel_binding",
                                "connect_timeout",
                                "client_encoding",
                                "options",
                                "application_name",
                                "fallback_application_name",
                                "keepalives",
                                "keepalives_idle",
                                "keepalives_interval",
                                "keepalives_count",
                                "tcp_user_timeout",
                                "requirepeer",
                                "gssencmode",
                                "gsslib",
                                "krbsrvname",
                                "target_session_attrs"};
    return names;
}

const Names& database_keys() {
    static const Names names = [] {
        Names all = {
            "url",          "url_file",       "password_file",  "migrations", "version_table",
            "state_schema", "production",     "variables",      "apply",      "mode",
            "target",       "target_command", "target_timeout", "target_url", "scratch_url",
            "scratch",      "include",        "exclude",        "privileges", "owners",
            "tablespaces"};
        all.insert(all.end(), keywords().begin(), keywords().end());
        return all;
    }();
    return names;
}

const Names& apply_keys() {
    static const Names names = {"transaction",       "lock_timeout",   "row_lock_timeout",
                                "statement_timeout", "lock_retry_for", "concurrently_timeout",
                                "holder_timeout",    "modified"};
    return names;
}

const Names& server_keys() {
    static const Names names = {"listen",
                                "public_url",
                                "allow_plaintext",
                                "hosts",
                                "trusted_proxies",
                                "tokens",
                                "tokens_file",
                                "anonymous_ready",
                                "anonymous_metrics",
                                "log_format",
                                "max_connections",
                                "max_anonymous_connections",
                                "max_connections_per_address",
                                "max_body_size",
                                "head_timeout",
                                "body_timeout",
                                "idle_timeout",
                                "write_timeout",
                                "shutdown_timeout"};
    return names;
}

const std::array<SectionKeys, 11>& sections() {
    static const Names top = {"env_file", "databases", "apply", "revision", "migrations", "server"};
    static const Names revision = {"file_template", "truncate_slug_length", "template",
                                   "post_write_hooks"};
    static const Names hook = {"name", "command", "cwd"};
    static const Names migrations = {"max_file_size", "settle"};
    static const Names token = {"name", "sha256", "scope", "expires"};
    static const Names tokens_file = {"tokens", "server"};
    static const Names tokens_file_server = {"tokens"};
    static const std::array<SectionKeys, 11> all = {
        SectionKeys{"", top},
        SectionKeys{"databases.*", database_keys()},
        SectionKeys{"databases.*.apply", apply_keys()},
        SectionKeys{"apply", apply_keys()},
        SectionKeys{"revision", revision},
        SectionKeys{"revision.post_write_hooks", hook},
        SectionKeys{"migrations", migrations},
        SectionKeys{"server", server_keys()},
        SectionKeys{"server.tokens", token},
        SectionKeys{"tokens_file", tokens_file},
        SectionKeys{"tokens_file.server", tokens_file_server}};
    return all;
}

bool contains(std::span<const std::string> names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::span<const SectionKeys> all_sections() {
    return sections();
}

std::span<const std::string> keys_of(std::string_view section) {
    return std::find_if(sections().begin(), sections().end(),
                        [&](const SectionKeys& keys) { return keys.section == section; })
        ->keys;
}

bool is_known_key_name(std::string_view name) {
    return std::any_of(sections().begin(), sections().end(),
                       [&](const SectionKeys& keys) { return contains(keys.keys, name); });
}

std::span<const std::string> libpq_keywords() {
    return keywords();
}

bool is_libpq_keyword(std::string_view name) {
    return contains(keywords(), name);
}

bool may_be_secret(std::string_view key) {
    // The scram keys are a later libpq's: refused, and not shown then either.
    static const Names secrets = {
        "url",        "password",         "sslpassword",      "variables",      "command",
        "options",    "scram_client_key", "scram_server_key", "target_command", "target_url",
        "scratch_url"};
    return contains(secrets, key);
}

}  // namespace revisiond::config
