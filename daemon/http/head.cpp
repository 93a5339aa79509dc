#include "http/head.hpp"

#include <algorithm>
#include <charconv>

namespace revisiond::http {
namespace {

using Characters = std::array<bool, 256>;

constexpr Characters letters_digits_and(std::string_view others) {
    Characters table{};
    for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (const char c : others) table[static_cast<unsigned char>(c)] = true;
    return table;
}

bool holds_only(const Characters& allowed, std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [&](char c) { return allowed[static_cast<unsigned char>(c)]; });
}

// Whether one of the characters is so. It looks at all of them, which the compiler does for many at
// a time; an early end would forbid that.
template <class Condition>
bool any_is(std::string_view text, const Condition& condition) {
    unsigned found = 0;
    for (const char c : text)
        found |= static_cast<unsigned>(condition(static_cast<unsigned char>(c)));
    return found != 0;
}

// A method or a header's name; RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
    static constexpr Characters allowed = letters_digits_and("!#$%&'*+-.^_`|~");
    return !text.empty() && holds_only(allowed, text);
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// `name` in any case; `lower_case` is what it is compared with.
bool is_name(std::string_view name, std::string_view lower_case) {
    return name.size() == lower_case.size() &&
           std::equal(name.begin(), name.end(), lower_case.begin(),
                      [](char a, char b) { return lower(a) == b; });
}

bool begins_with_name(std::string_view name, std::string_view lower_case) {
    return name.size() >= lower_case.size() &&
           is_name(name.substr(0, lower_case.size()), lower_case);
}

std::string_view strip_blanks(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Whether a comma-separated list has the word, in any case.
bool has_word(std::string_view list, std::string_view lower_case) {
    for (;;) {
        const std::size_t comma = list.find(',');
        if (is_name(strip_blanks(list.substr(0, comma)), lower_case)) return true;
        if (comma == std::string_view::npos) return false;
        list.remove_prefix(comma + 1);
    }
}

// A Host header: no user, no path, nothing that another parser could take apart differently.
bool is_host(std::string_view host) {
    static constexpr Characters allowed = letters_digits_and(".-_~:[]");
    return host.size() <= 255 && holds_only(allowed, host);
}

// A target of that length with the longest method and version.
constexpr std::size_t longest_request_line = longest_target + 64;

// What has been met so far among the headers that decide where a request ends.
struct Framing {
    bool host = false;
    bool length = false;
    bool close = false;
};

std::optional<HeadRejection> reject(int status, std::string_view detail) {
    return HeadRejection{status, detail};
}

std::optional<HeadRejection> read_request_line(std::string_view line, Head& head) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return reject(400, "the request line is not \"METHOD /path HTTP/1.1\"");
    head.method = line.substr(0, first);
    head.target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(head.method) || head.method.size() > 32)
        return reject(400, "the method is no token");
    if (version == "HTTP/1.0")
        head.http_1_0 = true;
    else if (version.starts_with("HTTP/") && !version.starts_with("HTTP/1."))
        return reject(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    else if (version != "HTTP/1.1")
        return reject(400, "the request line does not end with HTTP/1.1 or HTTP/1.0");
    if (head.target.size() > longest_target)
        return reject(414, "the target has more than 2048 bytes");
    if (!head.target.starts_with('/'))
        return reject(400, "the target is no path; it must begin with \"/\"");
    if (any_is(head.target, [](unsigned char c) { return c <= ' ' || c >= 0x7f || c == '#'; }))
        return reject(400, "the target holds a character that must be percent-encoded");
    return std::nullopt;
}

std::optional<HeadRejection> read_length(std::string_view value, Framing& framing, Head& head) {
    if (framing.length) return reject(400, "Content-Length is there twice");
    framing.length = true;
    const bool digits =
        !value.empty() && value.size() <= 18 &&
        std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return reject(400, "Content-Length is no number");
    std::from_chars(value.data(), value.data() + value.size(), head.content_length);
    return std::nullopt;
}

// The headers that somebody decides by. One that is repeated would let two parsers pick
// different ones.
std::optional<HeadRejection> read_single(std::string_view& slot, std::string_view value,
                                         std::string_view detail) {
    if (!slot.empty()) return reject(400, detail);
    slot = value;
    return std::nullopt;
}

std::optional<HeadRejection> read_known(const Field& field, Framing& framing, Head& head) {
    const std::string_view name = field.name;
    const std::string_view value = field.value;
    switch (lower(name.front())) {
        case 'a':
            if (is_name(name, "authorization"))
                return read_single(head.authorization, value, "Authorization is there twice");
            break;
        case 'c':
            if (is_name(name, "content-length")) return read_length(value, framing, head);
            if (is_name(name, "content-encoding") && !is_name(value, "identity"))
                return reject(415,
                              "an encoded body is not taken; send it without Content-Encoding");
            if (is_name(name, "content-type"))
                return read_single(head.content_type, value, "Content-Type is there twice");
            if (is_name(name, "connection")) {
                framing.close = framing.close || has_word(value, "close");
            }
            break;
        case 'e':
            if (!is_name(name, "expect")) break;
            if (!is_name(value, "100-continue"))
                return reject(417, "only Expect: 100-continue is known");
            head.expects_continue = true;
            break;
        case 'h':
            if (!is_name(name, "host")) break;
            if (framing.host) return reject(400, "Host is there twice");
            if (!is_host(value)) return reject(400, "Host is no name with a port");
            framing.host = true;
            head.host = value;
            break;
        case 'i':
            // A list: the last line of several is enough, the others only cost a full answer.
            if (is_name(name, "if-none-match")) head.if_none_match = value;
            break;
        case 'o':
            if (is_name(name, "origin"))
                return read_single(head.origin, value, "Origin is there twice");
            break;
        case 's':
            if (is_name(name, "sec-fetch-site"))
                return read_single(head.sec_fetch_site, value, "Sec-Fetch-Site is there twice");
            break;
        case 't':
            if (is_name(name, "transfer-encoding"))
                return reject(411, "Transfer-Encoding is not taken; send Content-Length");
            break;
        default:
            break;
    }
    return std::nullopt;
}

std::optional<HeadRejection> read_field(std::string_view line, Framing& framing, Head& head) {
    if (line.front() == ' ' || line.front() == '\t')
        return reject(400, "a header is folded over two lines");
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return reject(400, "a header line does not begin with a name and a colon");
    const Field field{line.substr(0, colon), strip_blanks(line.substr(colon + 1))};
    if (any_is(field.value, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }))
        return reject(400, "a header value holds a control character");
    if (head.count_ == most_fields) return reject(431, "there are more than 64 headers");
    head.fields_[head.count_++] = field;
    return read_known(field, framing, head);
}

std::optional<HeadRejection> check_framing(const Framing& framing, Head& head) {
    if (!framing.host && !head.http_1_0) return reject(400, "Host is missing");
    head.keep_alive = !framing.close && !head.http_1_0;
    if (head.http_1_0) head.expects_continue = false;
    return std::nullopt;
}

// Headers that end at the acceptor: cpp-httplib would act on them, or take them for its own.
bool is_kept_back(std::string_view name) {
    for (const std::string_view one :
         {"range", "if-range", "accept-encoding", "expect", "connection", "keep-alive",
          "content-length", "content-encoding", "transfer-encoding", "te", "trailer", "upgrade",
          "authorization"})
        if (is_name(name, one)) return true;
    return begins_with_name(name, "remote_") || begins_with_name(name, "local_") ||
           begins_with_name(name, "proxy-");
}

}  // namespace

std::string Head::list(std::string_view name) const {
    std::string result;
    for (const Field& field : fields()) {
        if (!is_name(field.name, name)) continue;
        if (!result.empty()) result += ", ";
        result += field.value;
    }
    return result;
}

std::variant<std::size_t, std::nullopt_t, HeadRejection> find_head_end(std::string_view bytes,
                                                                       std::size_t from) {
    const std::string_view head = bytes.substr(0, longest_head);
    // Held against a line that is there as against one that is still coming: see `from`.
    const std::size_t line = head.find("\r\n");
    if ((line == std::string_view::npos ? head.size() : line + 1) > longest_request_line)
        return HeadRejection{414, "the target has more than 2048 bytes"};
    for (std::size_t end = head.find('\n', from); end != std::string_view::npos;
         end = head.find('\n', end + 1)) {
        if (end == 0 || head[end - 1] != '\r')
            return HeadRejection{400, "a line ends without a carriage return"};
        if (end >= 3 && head[end - 2] == '\n') return end + 1;
        if (end == 1) return HeadRejection{400, "the request line is empty"};
    }
    if (bytes.size() >= longest_head)
        return HeadRejection{431, "the head has more than 16384 bytes"};
    return std::nullopt;
}

std::optional<HeadRejection> read_head(std::string_view bytes, Head& head) {
    static_cast<HeadFacts&>(head) = {};
    head.count_ = 0;
    head.size = bytes.size();
    Framing framing;
    std::size_t begin = 0;
    for (bool first = true;; first = false) {
        const std::size_t end = bytes.find("\r\n", begin);
        if (end == std::string_view::npos) return reject(400, "the head has no end");
        const std::string_view line = bytes.substr(begin, end - begin);
        if (line.empty() && !first) break;
        const auto wrong = first ? read_request_line(line, head) : read_field(line, framing, head);
        if (wrong) return wrong;
        begin = end + 2;
    }
    return check_framing(framing, head);
}

std::string rewrite_head(const Head& head) {
    std::string result;
    result.reserve(head.size + 64);
    result += head.method == "HEAD" ? "GET" : head.method;
    result += ' ';
    result += head.target;
    result += " HTTP/1.1\r\n";
    for (const Field& field : head.fields()) {
        if (is_kept_back(field.name)) continue;
        result += field.name;
        result += ": ";
        for (const char c : field.value) {
            if (c == '%')
                result += "%25";
            else
                result += c;
        }
        result += "\r\n";
    }
    result += "\r\n";
    return result;
}

}  // namespace revisiond::http
