// Bearer tokens: who somebody is.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "http/scope.hpp"

namespace revisiond::http {

// A configured token. The token itself is never kept.
struct Token {
    std::string name;
    Scope scope = Scope::read;
    Sha256Bytes digest{};  // SHA-256 of the token's bytes
    std::optional<std::chrono::system_clock::time_point> expires{};
};

// The token of an Authorization header: "Bearer TOKEN", the scheme in any case, a token of RFC
// 6750's characters (at most 512). Nothing when it is anything else.
std::optional<std::string_view> bearer_token(std::string_view authorization);

// A token with its end; time_point::max() when it has none.
struct KnownToken {
    Principal principal;
    std::chrono::system_clock::time_point expires;
};

// All tokens of a configuration.
class TokenTable {
  public:
    TokenTable() = default;
    explicit TokenTable(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    // Compares with every token in constant time: how long it takes tells nothing about any of
    // them. An expired token is none.
    std::optional<Principal> find(std::string_view token,
                                  std::chrono::system_clock::time_point now) const;
    // The same for the SHA-256 of a token, with when it expires.
    std::optional<KnownToken> find(const Sha256Bytes& digest,
                                   std::chrono::system_clock::time_point now) const;
    bool empty() const { return tokens_.empty(); }

  private:
    std::vector<Token> tokens_;
};

}  // namespace revisiond::http
