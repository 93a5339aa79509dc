// From a method and a path to what answers it. No regular expressions: a path is compared segment
// by segment.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/reply.hpp"
#include "http/scope.hpp"

namespace revisiond::http {

// Who may come to a route, and under which name of the server.
struct Access {
    std::optional<Scope> scope{};  // nothing: no token needed
    bool any_host = false;  // the Host header is not held against the list (probes, scrapers)
};

// One route. `pattern` is a path whose segments are literal or "{name}", which takes any one
// non-empty segment.
struct Route {
    std::string method;  // GET (answers HEAD as well), POST, …
    std::string pattern;
    Access access;
    Handler handler;
    // The handler answers from memory, in far less than a millisecond, and asks nobody: the thread
    // that accepts runs it, so that it is answered, or waits in the hub, however busy the workers
    // are.
    bool prompt = false;
};

// A route with the values of its parameters, decoded.
struct RouteMatch {
    const Route* route = nullptr;
    std::map<std::string, std::string, std::less<>> parameters;
};

// The path is known, the method is not.
struct WrongMethod {
    std::string allow;  // for the Allow header: "GET, HEAD, POST"
};

// No route has this path.
struct NoRoute {};

// All routes of a server. Built once, then read by any number of threads. A literal segment wins
// over a parameter; two routes of the same method and shape are a broken invariant
// (std::logic_error).
class Router {
  public:
    void add(Route route);
    // `path` as it was sent, without the query.
    std::variant<RouteMatch, WrongMethod, NoRoute> find(std::string_view method,
                                                        std::string_view path) const;
    const std::vector<Route>& routes() const { return routes_; }

  private:
    struct Pattern {
        std::vector<std::string> segments;  // a parameter begins with "{"
    };
    std::vector<Route> routes_;
    std::vector<Pattern> patterns_;  // by index of routes_
};

}  // namespace revisiond::http
