#include "http/admission.hpp"

#include <fmt/format.h>

namespace revisiond::http {
namespace {

constexpr std::chrono::seconds known_for{1};

Refused refuse(int status, std::string code, std::string detail, std::string hint = {}) {
    Response response = problem({status, code, std::move(detail), std::move(hint), {}});
    return {std::move(response), std::move(code)};
}

Identity identify(std::string_view authorization, const Security& security,
                  Visitor::Clock::time_point now) {
    Identity identity;
    if (authorization.empty()) {
        if (security.anonymous) identity.principal = Principal{{}, *security.anonymous};
        return identity;
    }
    identity.proof = Proof::invalid;
    const auto token = bearer_token(authorization);
    if (!token) return identity;
    identity.principal = security.tokens.find(*token, now);
    if (identity.principal) identity.proof = Proof::valid;
    return identity;
}

std::optional<Refused> check_host(const Door& door, const Head& head, Visitor& visitor) {
    if (visitor.host_is_ours(head, door.security, door.generation)) return std::nullopt;
    return refuse(421, "http.unknown-host",
                  fmt::format("this server is not known as \"{}\"", head.host),
                  "add the name to server.hosts in the configuration");
}

std::optional<Refused> check_scope(const Door& door, Scope needed, const Head& head,
                                   Visitor& visitor) {
    const Identity& who = visitor.identity(head, door.security, door.generation, door.now);
    if (who.proof == Proof::invalid) {
        Refused refused = refuse(401, "http.bad-token", "the token is unknown or has expired");
        refused.guessed = true;
        return refused;
    }
    if (!who.principal)
        return refuse(401, "http.no-token", "a token is needed",
                      "send it as \"Authorization: Bearer TOKEN\"");
    if (who.principal->scope < needed)
        return refuse(
            403, "http.scope",
            fmt::format("the scope {} is needed, this is {}", to_text(needed),
                        to_text(who.principal->scope)),
            fmt::format("`revisiond token new --scope {}` prints a token, and its section "
                        "for the daemon's configuration",
                        to_text(needed)));
    return std::nullopt;
}

std::optional<Refused> check_write(const Door& door, const Head& head) {
    if (!is_our_page(head.origin, head.sec_fetch_site, head.host, door.security.origins))
        return refuse(403, "http.foreign-origin", "a page of another origin may not write here");
    if (head.content_length > 0 && !is_json(head.content_type))
        return refuse(415, "http.content-type", "the body must be application/json",
                      "send \"Content-Type: application/json\"");
    return std::nullopt;
}

}  // namespace

bool Visitor::host_is_ours(const Head& head, const Security& security, std::uint64_t generation) {
    if (host_generation_ != generation || host_ != head.host) {
        host_ = head.host;
        // Only HTTP/1.0 may have no Host, and no browser speaks it.
        host_is_ours_ = head.host.empty() ? head.http_1_0 : is_our_host(head.host, security.hosts);
        host_generation_ = generation;
    }
    return host_is_ours_;
}

const Identity& Visitor::identity(const Head& head, const Security& security,
                                  std::uint64_t generation, Clock::time_point now) {
    const bool known = identity_generation_ == generation && authorization_ == head.authorization &&
                       now >= checked_ && now - checked_ < known_for;
    // A wrong token is looked up each time: each counts as an attempt.
    if (!known || identity_.proof == Proof::invalid) {
        identity_ = identify(head.authorization, security, now);
        authorization_ = head.authorization;
        identity_generation_ = generation;
        checked_ = now;
    }
    return identity_;
}

Pass Visitor::pass(std::optional<Scope> needed) const {
    Pass pass{needed, std::nullopt};
    if (const auto token = bearer_token(authorization_)) pass.token = sha256(*token);
    return pass;
}

std::optional<Visitor::Clock::time_point> admitted_until(const Security& security, const Pass& pass,
                                                         Visitor::Clock::time_point now) {
    constexpr auto always = Visitor::Clock::time_point::max();
    if (!pass.needed) return always;
    std::optional<KnownToken> known;
    if (pass.token) {
        known = security.tokens.find(*pass.token, now);
    } else if (security.anonymous) {
        known = KnownToken{{{}, *security.anonymous}, always};
    }
    if (!known || known->principal.scope < *pass.needed) return std::nullopt;
    return known->expires;
}

std::optional<Refused> check_access(const Door& door, const Access& access, const Head& head,
                                    Visitor& visitor) {
    if (!access.any_host)
        if (auto refused = check_host(door, head, visitor)) return refused;
    if (access.scope) return check_scope(door, *access.scope, head, visitor);
    return std::nullopt;
}

std::variant<Admitted, Refused> admit(const Door& door, const Head& head, Visitor& visitor) {
    auto found = door.router.find(head.method, head.path());
    auto* match = std::get_if<RouteMatch>(&found);
    const Access access = match != nullptr ? match->route->access : Access{};
    if (auto refused = check_access(door, access, head, visitor)) return *std::move(refused);
    if (const auto* wrong = std::get_if<WrongMethod>(&found)) {
        Refused refused =
            refuse(405, "http.method", fmt::format("{} knows {}", head.path(), wrong->allow));
        refused.response.headers.emplace_back("Allow", wrong->allow);
        return refused;
    }
    if (match == nullptr)
        return refuse(404, "http.not-found", fmt::format("there is no {}", head.path()));
    const bool writes = head.method != "GET" && head.method != "HEAD";
    if (writes)
        if (auto refused = check_write(door, head)) return *std::move(refused);
    if (head.content_length > door.body_bytes)
        return refuse(413, "http.body-too-large",
                      fmt::format("the body has {} bytes, more than {}", head.content_length,
                                  door.body_bytes));
    Admitted admitted{match->route, std::move(match->parameters), std::nullopt};
    if (match->route->access.scope)
        admitted.principal =
            visitor.identity(head, door.security, door.generation, door.now).principal;
    return admitted;
}

Response to_problem(const HeadRejection& rejection) {
    return problem({rejection.status, "http.bad-request", std::string(rejection.detail)});
}

}  // namespace revisiond::http
