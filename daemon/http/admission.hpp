// Whether a request gets in, decided by its head alone: before a byte of its body is read and
// before a worker hears of it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "http/head.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "http/security.hpp"

namespace revisiond::http {

// What an Authorization header proved.
enum class Proof {
    none,     // there is no such header
    valid,    // a token that is known and has not expired
    invalid,  // anything else
};

// What a request was let in with; held against the rules again for as long as it waits for its
// answer.
struct Pass {
    std::optional<Scope> needed;       // nothing: the route is open to all
    std::optional<Sha256Bytes> token;  // SHA-256 of the token; nothing: it came without one
};

// Until when it lets in; nothing: not now.
std::optional<std::chrono::system_clock::time_point> admitted_until(
    const Security& security, const Pass& pass, std::chrono::system_clock::time_point now);

struct Identity {
    Proof proof = Proof::none;
    std::optional<Principal> principal;  // of a valid token, or what anonymous clients may
};

// What a connection has shown. The headers of one request are those of the next, nearly always:
// what was checked is not checked again while they and the rules stay the same, for a second at
// most (a token may expire). One thread.
class Visitor {
  public:
    using Clock = std::chrono::system_clock;

    bool host_is_ours(const Head& head, const Security& security, std::uint64_t generation);
    const Identity& identity(const Head& head, const Security& security, std::uint64_t generation,
                             Clock::time_point now);
    // What the last identity showed, on a route that asks for `needed`.
    Pass pass(std::optional<Scope> needed) const;
    // Of the last identity.
    Proof proof() const { return identity_.proof; }
    // Whose token the last one was; empty: nobody's.
    std::string name() const { return identity_.principal ? identity_.principal->name : ""; }

  private:
    std::string host_;
    bool host_is_ours_ = false;
    std::uint64_t host_generation_ = 0;  // 0: nothing is known
    std::string authorization_;
    Identity identity_;
    std::uint64_t identity_generation_ = 0;
    Clock::time_point checked_;
};

// A request that may be served.
struct Admitted {
    const Route* route = nullptr;
    std::map<std::string, std::string, std::less<>> parameters;
    std::optional<Principal> principal;
};

// A request that is answered now.
struct Refused {
    Response response;
    std::string code;      // of the problem
    bool guessed = false;  // with a token that is none: slow down
};

// The rules of the room, in the order in which they are held against a request.
struct Door {
    const Router& router;
    const Security& security;
    std::uint64_t generation;  // of `security`, from 1
    std::size_t body_bytes;
    Visitor::Clock::time_point now;
};

std::variant<Admitted, Refused> admit(const Door& door, const Head& head, Visitor& visitor);

// Host and scope alone, for what is prepared. Nothing: it may be sent.
std::optional<Refused> check_access(const Door& door, const Access& access, const Head& head,
                                    Visitor& visitor);

Response to_problem(const HeadRejection& rejection);

}  // namespace revisiond::http
