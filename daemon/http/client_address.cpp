#include "http/client_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/text.hpp"

namespace revisiond::http {
namespace {

constexpr unsigned mapped_bits = 96;  // ::ffff:0:0/96

}  // namespace

std::optional<AddressBytes> parse_address(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    const std::string terminated(text);
    if (terminated.size() != std::strlen(terminated.c_str())) return std::nullopt;
    AddressBytes bytes{};
    if (::inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return bytes;
    std::array<std::uint8_t, 4> four{};
    if (::inet_pton(AF_INET, terminated.c_str(), four.data()) != 1) return std::nullopt;
    bytes[10] = bytes[11] = 0xff;
    std::copy(four.begin(), four.end(), bytes.begin() + 12);
    return bytes;
}

bool Network::contains(const AddressBytes& other) const {
    for (unsigned bit = 0; bit < prefix; ++bit) {
        const unsigned mask = 0x80U >> (bit % 8);
        if (((address[bit / 8] ^ other[bit / 8]) & mask) != 0) return false;
    }
    return true;
}

std::optional<Network> parse_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    const bool is_v6 = text.find(':') != std::string_view::npos;
    const unsigned bits = is_v6 ? 128 : 32;
    unsigned prefix = bits;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
        if (error != std::errc() || end != digits.data() + digits.size() || prefix > bits)
            return std::nullopt;
    }
    return Network{*address, is_v6 ? prefix : prefix + mapped_bits};
}

bool is_trusted(std::string_view peer, const std::vector<Network>& trusted, bool trust_unix) {
    if (peer == "unix") return trust_unix;
    const auto parsed = parse_address(peer);
    return parsed && std::any_of(trusted.begin(), trusted.end(),
                                 [&](const Network& network) { return network.contains(*parsed); });
}

std::string client_address(std::string_view peer, std::string_view forwarded_for,
                           const std::vector<Network>& trusted, bool trust_unix) {
    std::string_view client = peer;
    while (is_trusted(client, trusted, trust_unix) && !forwarded_for.empty()) {
        const std::size_t comma = forwarded_for.rfind(',');
        const std::string_view entry =
            trim(comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1));
        if (!parse_address(entry)) break;
        client = entry;
        forwarded_for = forwarded_for.substr(0, comma == std::string_view::npos ? 0 : comma);
    }
    return std::string(client);
}

}  // namespace revisiond::http
