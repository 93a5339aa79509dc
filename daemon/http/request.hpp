// A request as a handler sees it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/scope.hpp"

namespace revisiond::http {

// One request, complete and admitted: head checked, body read whole, token and Host checked.
struct Request {
    std::string method;                                          // GET for a HEAD as well
    std::string path;                                            // decoded, without the query
    std::string target;                                          // path and query as they were sent
    std::vector<std::pair<std::string, std::string>> query;      // decoded, in the order sent
    std::vector<std::pair<std::string, std::string>> headers;    // names in lower case, as sent
    std::map<std::string, std::string, std::less<>> parameters;  // of the route: {id}, decoded
    std::string body;
    std::string address;  // the client's, behind trusted proxies; "unix" for a socket
    std::optional<Principal> principal;  // nothing: no token, on a route that needs none

    // The first of that name. A parameter that is there without a value is "".
    std::optional<std::string> parameter(std::string_view name) const;  // of the query
    std::optional<std::string> header(std::string_view name) const;     // name in lower case
    bool may(Scope scope) const { return principal && principal->scope >= scope; }
};

}  // namespace revisiond::http
