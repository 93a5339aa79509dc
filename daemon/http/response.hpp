// Answers, before and after they are bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace revisiond::http {

// An answer as a handler gives it. Date, Content-Length, Connection and the security headers are
// added on the way out; `headers` holds what is particular to it, the last of a name counts.
struct Response {
    int status = 200;
    std::string body;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers{};
};

// What a problem+json says. `code` is stable and for machines; `detail` is one sentence for people.
struct ProblemText {
    int status = 500;
    std::string code;
    std::string detail;
    std::string hint{};
    std::string
        members{};  // further members as JSON, without braces: "\"plan\": {…}"; may be empty
};

// application/problem+json, never cached. 401 carries WWW-Authenticate, 503 Retry-After.
Response problem(const ProblemText& text);

// An answer as bytes that any number of connections may send: everything but the Date and
// Connection headers, which go in behind the status line when it is sent.
struct RenderedResponse {
    int status = 200;
    std::string bytes;
    std::size_t status_line = 0;  // bytes of the status line, with its line end
    std::size_t body = 0;         // where the body begins: a HEAD is answered up to here
};
using SharedResponse = std::shared_ptr<const RenderedResponse>;

// Writes a response into bytes. Adds the security headers, and Cache-Control: no-cache where the
// response sets none; a 204 and a 304 have neither body nor Content-Length.
SharedResponse render(const Response& response);

// A strong entity tag of a body, with its quotes.
std::string entity_tag(std::string_view body);
// Whether an If-None-Match holds the tag, or "*". Weak comparison (RFC 9110, 13.1.2).
bool matches_tag(std::string_view if_none_match, std::string_view tag);

// Gives `response` (a 200) its ETag; when the client has that already, a 304 comes back.
Response with_entity_tag(Response response, std::string_view if_none_match);

// A text as a JSON string, with its quotes. What is not UTF-8 becomes U+FFFD.
std::string json_string(std::string_view text);

}  // namespace revisiond::http
