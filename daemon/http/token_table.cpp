#include "http/token_table.hpp"

#include <algorithm>
#include <cctype>

namespace revisiond::http {
namespace {

constexpr std::string_view scheme = "bearer";
constexpr std::size_t longest_token = 512;

bool is_token_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

bool equal(const Sha256Bytes& a, const Sha256Bytes& b) {
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) difference |= unsigned{a[i]} ^ unsigned { b[i] };
    return difference == 0;
}

}  // namespace

std::optional<std::string_view> bearer_token(std::string_view authorization) {
    if (authorization.size() <= scheme.size()) return std::nullopt;
    for (std::size_t i = 0; i < scheme.size(); ++i)
        if (std::tolower(static_cast<unsigned char>(authorization[i])) != scheme[i])
            return std::nullopt;
    std::string_view token = authorization.substr(scheme.size());
    const std::size_t begin = token.find_first_not_of(' ');
    if (begin == 0 || begin == std::string_view::npos) return std::nullopt;
    token.remove_prefix(begin);
    if (token.size() > longest_token) return std::nullopt;
    if (!std::all_of(token.begin(), token.end(), is_token_character)) return std::nullopt;
    return token;
}

std::optional<Principal> TokenTable::find(std::string_view token,
                                          std::chrono::system_clock::time_point now) const {
    auto found = find(sha256(token), now);
    if (!found) return std::nullopt;
    return std::move(found->principal);
}

std::optional<KnownToken> TokenTable::find(const Sha256Bytes& digest,
                                           std::chrono::system_clock::time_point now) const {
    const Token* found = nullptr;
    for (const Token& candidate : tokens_)
        if (equal(candidate.digest, digest)) found = &candidate;
    if (found == nullptr || (found->expires && *found->expires <= now)) return std::nullopt;
    return KnownToken{{found->name, found->scope},
                      found->expires.value_or(std::chrono::system_clock::time_point::max())};
}

}  // namespace revisiond::http
