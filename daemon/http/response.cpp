#include "http/response.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace revisiond::http {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// What a status means, for people.
std::string_view title_of(int status) {
    switch (status) {
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 411:
            return "Length Required";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 417:
            return "Expectation Failed";
        case 421:
            return "Misdirected Request";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Internal Server Error";
    }
}

std::string_view strip_weak(std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
}

}  // namespace

std::string json_string(std::string_view text) {
    std::string result = "\"";
    while (!text.empty()) {
        const std::size_t bad = first_invalid_utf8(text).value_or(text.size());
        for (const char c : text.substr(0, bad)) {
            if (c == '"' || c == '\\')
                (result += '\\') += c;
            else if (static_cast<unsigned char>(c) < 0x20)
                result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
            else
                result += c;
        }
        if (bad == text.size()) break;
        result += replacement;
        text.remove_prefix(bad + 1);
    }
    result += '"';
    return result;
}

Response problem(const ProblemText& text) {
    Response response;
    response.status = text.status;
    response.content_type = "application/problem+json";
    response.body = fmt::format(R"({{"type":{},"title":{},"status":{},"detail":{},"code":{})",
                                json_string("urn:revisiond:problem:" + text.code),
                                json_string(title_of(text.status)), text.status,
                                json_string(text.detail), json_string(text.code));
    if (!text.hint.empty()) response.body += ",\"hint\":" + json_string(text.hint);
    if (!text.members.empty()) response.body += "," + text.members;
    response.body += "}\n";
    response.headers.emplace_back("Cache-Control", "no-store");
    if (text.status == 401)
        response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"revisiond\"");
    if (text.status == 503) response.headers.emplace_back("Retry-After", "1");
    return response;
}

std::string entity_tag(std::string_view body) {
    constexpr std::size_t enough = 32;  // 128 bits
    return "\"" + to_hex(sha256(body)).substr(0, enough) + "\"";
}

bool matches_tag(std::string_view if_none_match, std::string_view tag) {
    while (!if_none_match.empty()) {
        const std::size_t comma = if_none_match.find(',');
        const std::string_view one = trim(if_none_match.substr(0, comma));
        if (one == "*" || strip_weak(one) == strip_weak(tag)) return true;
        if (comma == std::string_view::npos) break;
        if_none_match.remove_prefix(comma + 1);
    }
    return false;
}

Response with_entity_tag(Response response, std::string_view if_none_match) {
    std::string tag = entity_tag(response.body);
    if (matches_tag(if_none_match, tag)) {
        response.status = 304;
        response.body.clear();
    }
    response.headers.emplace_back("ETag", std::move(tag));
    return response;
}

}  // namespace revisiond::http
