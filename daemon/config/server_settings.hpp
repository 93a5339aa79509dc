// [server]: how a daemon is reached, and by whom.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"

namespace revisiond::config {

using Milliseconds = std::chrono::milliseconds;

// One of [[server.tokens]]. The token itself is nowhere in the configuration.
struct TokenSettings {
    std::string name;    // of the actor, for operations, history and the log
    std::string sha256;  // of the token's bytes: 64 hex digits, lower case
    std::string scope;   // read, plan, apply or admin
    std::optional<std::chrono::system_clock::time_point> expires;
};

enum class LogFormat { text, json };

struct ServerSettings {
    std::vector<std::string> listen{"127.0.0.1:7433"};  // HOST:PORT or unix:PATH, not parsed yet
    SourceLocation listen_at;                           // the file alone when it is not written
    std::string public_url;                             // without a slash at its end
    bool allow_plaintext = false;  // may listen where others than this machine can come
    std::vector<std::string> hosts;
    std::vector<std::string> trusted_proxies;  // not parsed yet
    SourceLocation trusted_proxies_at;
    std::vector<TokenSettings> tokens;  // those of tokens_file behind those of config.toml
    bool anonymous_ready = true;
    bool anonymous_metrics = true;
    LogFormat log_format = LogFormat::text;
    std::uint64_t max_connections = 8192;
    std::uint64_t max_anonymous_connections = 4096;
    std::uint64_t max_connections_per_address = 0;  // 0: no limit
    std::uint64_t max_body_bytes = 1U << 20U;
    Milliseconds head_timeout{10'000};
    Milliseconds body_timeout{30'000};
    Milliseconds idle_timeout{60'000};
    Milliseconds write_timeout{30'000};
    // How long a running step may go on after SIGTERM before it is cancelled.
    Milliseconds shutdown_timeout{20'000};
};

}  // namespace revisiond::config
