// What the server demands of a request besides that it can be read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/client_address.hpp"
#include "http/response.hpp"
#include "http/token_table.hpp"

namespace revisiond::http {

// An immutable value; a reload of the configuration swaps the whole (Server::secure).
struct Security {
    TokenTable tokens;
    std::optional<Scope> anonymous;  // what one may do without a token; nothing: only what is open
    std::vector<std::string> hosts;  // names of this server, without port: "migrations.example.org"
    std::vector<std::string> origins;  // of public_url: "https://migrations.example.org"
    std::vector<Network> trusted_proxies;
    bool trust_unix = false;  // whoever comes over a UNIX socket is a trusted proxy
};

// Whether a Host header names this server: an IP literal, localhost, or one of `hosts`. DNS
// rebinding needs a name of its own, so literals are safe.
bool is_our_host(std::string_view host, const std::vector<std::string>& hosts);

// Whether a write may come from the page it came from. A browser says where from: Sec-Fetch-Site
// must be same-origin or none, Origin must be one of `origins` or http(s):// and the Host. Others
// send neither and may.
bool is_our_page(std::string_view origin, std::string_view fetch_site, std::string_view host,
                 const std::vector<std::string>& origins);

// Whether a Content-Type is application/json, whatever its parameters.
bool is_json(std::string_view content_type);

}  // namespace revisiond::http
