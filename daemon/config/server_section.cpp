#include "config/server_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/text.hpp"
#include "config/files.hpp"
#include "config/secret_file.hpp"

namespace revisiond::config {
namespace {

constexpr std::uint64_t most_connections = 1'000'000;
constexpr std::array<std::string_view, 4> scopes = {"read", "plan", "apply", "admin"};

bool is_sha256(std::string_view text) {
    return text.size() == 64 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

// "2026-12-31" (to the end of it) or "2026-12-31T12:00:00Z", in UTC.
std::optional<std::chrono::system_clock::time_point> parse_moment(const std::string& text) {
    std::tm parts{};
    const char* end = ::strptime(text.c_str(), "%Y-%m-%d", &parts);
    if (end == nullptr) return std::nullopt;
    const bool day_only = *end == '\0';
    if (!day_only) end = ::strptime(end, "T%H:%M:%SZ", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    const auto moment = std::chrono::system_clock::from_time_t(::timegm(&parts));
    return day_only ? moment + std::chrono::hours(24) : moment;
}

void need(const Section& section, const char* key) {
    if (!section.has(key)) {
        section.fail(key, "is missing",
                     "`revisiond token new` prints a token and the lines of its section");
    }
}

TokenSettings read_token(Reading& reading, const Value& value, const std::string& path) {
    const Section section(reading, value, path, "server.tokens");
    for (const char* key : {"name", "sha256", "scope"}) need(section, key);
    TokenSettings token;
    token.name = section.text("name").value_or("");
    if (section.has("name") && token.name.empty()) section.fail("name", "is empty");
    token.sha256 = section.text("sha256").value_or("");
    if (!token.sha256.empty() && !is_sha256(token.sha256)) {
        section.fail("sha256", "is not the SHA-256 of a token: 64 hex digits in lower case",
                     "printf %s \"$TOKEN\" | sha256sum");
    }
    token.scope = section.text("scope").value_or("");
    if (!token.scope.empty() && std::ranges::find(scopes, token.scope) == scopes.end()) {
        section.fail("scope", "must be \"read\", \"plan\", \"apply\" or \"admin\"");
    }
    if (const auto expires = section.text("expires")) {
        token.expires = parse_moment(*expires);
        if (!token.expires) {
            section.fail("expires", "is neither a day nor a time in UTC",
                         "write \"2026-12-31\" or \"2026-12-31T12:00:00Z\"");
        }
    }
    return token;
}

void read_tokens(Reading& reading, const Section& section, const std::string& path,
                 std::vector<TokenSettings>& tokens) {
    const Entry* entry = section.find("tokens");
    if (entry == nullptr) return;
    const auto& elements = entry->value.elements;
    const bool tables =
        entry->value.kind == Kind::array &&
        std::ranges::all_of(elements, [](const Value& v) { return v.kind == Kind::table; });
    if (!tables) {
        return section.fail("tokens", "must be an array of sections",
                            fmt::format("write each token as [[{}]]", path));
    }
    for (const Value& element : elements) {
        TokenSettings token = read_token(reading, element, path);
        const bool twice =
            std::ranges::any_of(tokens, [&](const auto& t) { return t.name == token.name; });
        if (twice) section.fail("tokens", fmt::format("holds the name {} twice", token.name));
        tokens.push_back(std::move(token));
    }
}

// A file of its own for tokens: what systemd's LoadCredential or a Secret brings.
void read_tokens_file(Reading& reading, const Section& section, const std::filesystem::path& folder,
                      std::vector<TokenSettings>& tokens) {
    const auto secret = read_secret_file(reading, section, "tokens_file", folder);
    if (!secret) return;
    const auto document = parse_document(secret->path.string(), secret->content);
    if (!document) {
        reading.diagnostics.push_back(document.error());
        return;
    }
    Reading inner{*document, reading.lookup, reading.variables_hint, reading.credentials, {}, {}};
    const Section top(inner, document->root, "", "tokens_file");
    read_tokens(inner, top, "tokens", tokens);
    // As `revisiond token new` prints them.
    if (const Value* server = top.section("server")) {
        const Section section_of_server(inner, *server, "server", "tokens_file.server");
        read_tokens(inner, section_of_server, "server.tokens", tokens);
    }
    const auto append = [](Diagnostics& to, const Diagnostics& from) {
        to.insert(to.end(), from.begin(), from.end());
    };
    append(reading.diagnostics, inner.diagnostics);
    append(reading.warnings, inner.warnings);
}

void read_public_url(const Section& section, ServerSettings& server) {
    const auto url = section.text("public_url");
    if (!url) return;
    server.public_url = *url;
    while (server.public_url.ends_with('/')) server.public_url.pop_back();
    const std::size_t scheme = server.public_url.find("://");
    const std::string_view kind = std::string_view(server.public_url).substr(0, scheme);
    if ((kind != "http" && kind != "https") || scheme + 3 >= server.public_url.size()) {
        section.fail("public_url", "is no http:// or https:// URL");
    }
}

void read_limits(const Section& section, ServerSettings& server) {
    server.max_connections =
        section.count("max_connections", 1, most_connections).value_or(server.max_connections);
    server.max_anonymous_connections =
        section.count("max_anonymous_connections", 1, most_connections)
            .value_or(server.max_anonymous_connections);
    server.max_connections_per_address =
        section.count("max_connections_per_address", 0, most_connections)
            .value_or(server.max_connections_per_address);
    server.max_body_bytes = section.size("max_body_size").value_or(server.max_body_bytes);
    section.duration("head_timeout", server.head_timeout);
    section.duration("body_timeout", server.body_timeout);
    section.duration("idle_timeout", server.idle_timeout);
    section.duration("write_timeout", server.write_timeout);
    section.duration("shutdown_timeout", server.shutdown_timeout);
    for (const auto& [key, value] : {std::pair("head_timeout", server.head_timeout),
                                     std::pair("body_timeout", server.body_timeout),
                                     std::pair("idle_timeout", server.idle_timeout),
                                     std::pair("write_timeout", server.write_timeout)}) {
        if (value.count() == 0) section.fail(key, "is 0", "a client that never ends must be cut");
    }
}

}  // namespace

ServerSettings read_server(Reading& reading, const Value& table,
                           const std::filesystem::path& folder) {
    const Section section(reading, table, "server", "server");
    ServerSettings server;
    if (auto listen = section.texts("listen")) server.listen = std::move(*listen);
    server.listen_at = section.where("listen");
    read_public_url(section, server);
    server.allow_plaintext = section.flag("allow_plaintext").value_or(false);
    if (auto hosts = section.texts("hosts")) server.hosts = std::move(*hosts);
    if (auto proxies = section.texts("trusted_proxies")) {
        server.trusted_proxies = std::move(*proxies);
    }
    server.trusted_proxies_at = section.where("trusted_proxies");
    server.anonymous_ready = section.flag("anonymous_ready").value_or(true);
    server.anonymous_metrics = section.flag("anonymous_metrics").value_or(true);
    section.choice(
        "log_format",
        std::array{std::pair("text", LogFormat::text), std::pair("json", LogFormat::json)},
        server.log_format);
    read_limits(section, server);
    read_tokens(reading, section, "server.tokens", server.tokens);
    read_tokens_file(reading, section, folder, server.tokens);
    return server;
}

}  // namespace revisiond::config
