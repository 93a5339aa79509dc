#include "api/settings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace revisiond::api {
namespace {

// `at`: of the setting; without a file there is no section [server].
Diagnostic wrong(const config::Config& config, const SourceLocation& at, std::string message,
                 std::string hint) {
    Diagnostic diagnostic = make_error("config.server", std::move(message), std::move(hint));
    diagnostic.at = at;
    if (at.file.empty()) diagnostic.at.file = config.file.string();
    return diagnostic;
}

unsigned digit(char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
}

// REQUIRES: 64 hex digits in lower case, which the configuration was checked for.
Sha256Bytes bytes_of(const std::string& hex) {
    Sha256Bytes bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(digit(hex[2 * i]) * 16 + digit(hex[2 * i + 1]));
    }
    return bytes;
}

// Whether nobody is let in whom nobody has thought of. `where` the address comes from.
void check_exposure(const config::Config& config, const http::ListenAddress& address,
                    std::string_view where, Diagnostics& diagnostics) {
    const config::ServerSettings& server = config.server;
    if (address.is_loopback() || (server.allow_plaintext && !server.tokens.empty())) return;
    diagnostics.push_back(wrong(
        config, server.listen_at,
        fmt::format("{}: {} can be reached from other machines", where, address.text),
        fmt::format("{}, or listen on 127.0.0.1",
                    server.allow_plaintext
                        ? "add a token of `revisiond token new` (server.allow_plaintext is set)"
                        : "set server.allow_plaintext = true (TLS must end in front) and add a "
                          "token of `revisiond token new`")));
}

// What `listen` says, to be opened now or with the next start.
std::vector<http::ListenAddress> listen_addresses(const config::Config& config,
                                                  Diagnostics& diagnostics) {
    std::vector<http::ListenAddress> addresses;
    for (const std::string& text : config.server.listen) {
        auto address = http::parse_listen_address(text);
        if (!address) {
            diagnostics.push_back(wrong(config, config.server.listen_at,
                                        "server.listen: " + address.error().message,
                                        address.error().hint));
            continue;
        }
        check_exposure(config, *address, "server.listen", diagnostics);
        addresses.push_back(*std::move(address));
    }
    return addresses;
}

// A socket stays open whatever `listen` says since.
void check_open(const config::Config& config, const OpenSockets& open, Diagnostics& diagnostics) {
    const auto& listed = config.server.listen;
    for (const std::string& text : open.addresses) {
        const bool judged = std::find(listed.begin(), listed.end(), text) != listed.end();
        if (judged && !open.inherited) continue;
        if (const auto address = http::parse_listen_address(text)) {
            check_exposure(config, *address,
                           open.inherited ? "the socket of systemd" : "the socket that is open",
                           diagnostics);
        }
    }
}

void add_origin(const std::string& public_url, http::Security& security) {
    if (public_url.empty()) return;
    const std::size_t begin = public_url.find("://") + 3;
    const std::size_t end = public_url.find('/', begin);
    security.origins.push_back(public_url.substr(0, end));
    std::string host = public_url.substr(begin, end == std::string::npos ? end : end - begin);
    if (const auto port = host.rfind(':'); port != std::string::npos && host.back() != ']') {
        host.resize(port);
    }
    security.hosts.push_back(std::move(host));
}

http::Security security_of(const config::Config& config, Diagnostics& diagnostics) {
    const config::ServerSettings& server = config.server;
    http::Security security;
    std::vector<http::Token> tokens;
    for (const config::TokenSettings& token : server.tokens) {
        tokens.push_back({token.name, http::scope_of(token.scope).value_or(http::Scope::read),
                          bytes_of(token.sha256), token.expires});
    }
    // Nobody has said who may write, so nobody may.
    if (tokens.empty()) security.anonymous = http::Scope::read;
    security.tokens = http::TokenTable(std::move(tokens));
    security.hosts = server.hosts;
    add_origin(server.public_url, security);
    for (const std::string& text : server.trusted_proxies) {
        if (auto network = http::parse_network(text)) {
            security.trusted_proxies.push_back(*network);
        } else {
            diagnostics.push_back(wrong(
                config, server.trusted_proxies_at,
                fmt::format("server.trusted_proxies: {} is neither an address nor a network", text),
                "write 10.0.0.7 or 10.0.0.0/8"));
        }
    }
    security.trust_unix = !server.trusted_proxies.empty();
    return security;
}

http::Limits limits_of(const config::ServerSettings& server) {
    http::Limits limits;
    limits.body_bytes = server.max_body_bytes;
    limits.head = server.head_timeout;
    limits.body = server.body_timeout;
    limits.idle = server.idle_timeout;
    limits.write = server.write_timeout;
    limits.connections = server.max_connections;
    limits.anonymous = server.max_anonymous_connections;
    limits.per_address = server.max_connections_per_address;
    limits.hub.stalled = server.write_timeout;
    return limits;
}

}  // namespace

Expected<ServerPlan, Diagnostics> plan_server(const config::Config& config,
                                              const OpenSockets& open) {
    ServerPlan plan;
    Diagnostics diagnostics;
    if (!open.inherited) plan.listen = listen_addresses(config, diagnostics);
    check_open(config, open, diagnostics);
    plan.limits = limits_of(config.server);
    plan.security = security_of(config, diagnostics);
    if (!diagnostics.empty()) return unexpected(std::move(diagnostics));
    return plan;
}

}  // namespace revisiond::api
