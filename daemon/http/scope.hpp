// The room http: the server below the API. Sockets, heads, limits, tokens, routing, prepared
// answers, event streams and long-polls. It knows nothing about revisions, databases or JSON
// shapes: whoever builds on it brings the routes. It may include base alone. What leaves this room
// as an error is problem+json (RFC 9457), also where no route was reached.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace revisiond::http {

// What a token may do; each may also do what the ones before it may.
enum class Scope {
    read,   // look at states, revisions, history and operations
    plan,   // besides: make plans
    apply,  // besides: upgrade and cancel
    admin,  // besides: downgrade, stamp, repair
};

std::string_view to_text(Scope scope);
std::optional<Scope> scope_of(std::string_view text);

// Who asks: the token's name in the configuration and its scope. Without a token the name is empty.
struct Principal {
    std::string name;
    Scope scope = Scope::read;
};

}  // namespace revisiond::http
