// Where a request comes from, also behind proxies.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace revisiond::http {

// An IPv4 or IPv6 address; IPv4 is kept as its IPv4-mapped form, so that both compare.
using AddressBytes = std::array<std::uint8_t, 16>;

std::optional<AddressBytes> parse_address(std::string_view text);  // also "[::1]"

// A network, "10.0.0.0/8" or "::1".
struct Network {
    AddressBytes address{};
    unsigned prefix = 128;  // bits, counted in the 128 of AddressBytes

    bool contains(const AddressBytes& other) const;
};

std::optional<Network> parse_network(std::string_view text);

// Whether a peer is one of the proxies. One on a UNIX socket ("unix") is when `trust_unix` says so.
bool is_trusted(std::string_view peer, const std::vector<Network>& trusted, bool trust_unix);

// The client's address: the peer's own, unless the peer is a trusted proxy; then the nearest entry
// of X-Forwarded-For, read from the right, that is no trusted proxy. An entry that is no address
// ends the search at the last one that was.
std::string client_address(std::string_view peer, std::string_view forwarded_for,
                           const std::vector<Network>& trusted, bool trust_unix);

}  // namespace revisiond::http
