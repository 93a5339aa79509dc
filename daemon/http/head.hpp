// The head of a request, read with suspicion.
//
// What passes here is all that the rest of the server ever sees, so a second parser behind it (cpp-
// httplib's) cannot come to another opinion about where a request ends: that is what smuggling
// lives on. Strict where RFC 9112 lets a server be: every line ends with CRLF, one length, no
// transfer coding, no folding, exactly one Host. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace revisiond::http {

// Limits that are part of the contract, not settings.
inline constexpr std::size_t longest_head = 16 * 1024;
inline constexpr std::size_t longest_target = 2 * 1024;
inline constexpr std::size_t most_fields = 64;

// Why a head is refused: the answer's status and one sentence.
struct HeadRejection {
    int status = 400;
    std::string_view detail;
};

// One header line; the value without the blanks around it.
struct Field {
    std::string_view name;
    std::string_view value;
};

// What the request line says, and the headers that somebody decides by.
struct HeadFacts {
    std::string_view method;
    std::string_view target;  // origin form: begins with "/"
    bool http_1_0 = false;
    bool keep_alive = true;  // never in HTTP/1.0, whose clients would have to be told
    bool expects_continue = false;
    std::uint64_t content_length = 0;
    std::size_t size = 0;  // bytes, with the empty line
    // Empty when absent.
    std::string_view host, authorization, if_none_match, content_type, origin, sec_fetch_site;

    std::string_view path() const { return target.substr(0, target.find('?')); }
};

// A sound head. All views point into the bytes that it was read from. Its room for lines is two
// kilobytes: who reads many heads reads them into the same one.
struct Head : HeadFacts {
    std::span<const Field> fields() const { return {fields_.data(), count_}; }
    // All lines of a header that is a list, joined as RFC 9110 (5.3) joins them. `name` in lower
    // case.
    std::string list(std::string_view name) const;

    std::array<Field, most_fields> fields_;  // filled up to count_ by read_head
    std::size_t count_ = 0;
};

// Looks for the end of a head that may be incomplete: its size with the empty line, nothing when
// more must come, or why nothing that comes can make it sound. `from` is how much was looked at by
// the calls before, so that a head that comes byte by byte costs no more than one that comes at
// once.
std::variant<std::size_t, std::nullopt_t, HeadRejection> find_head_end(std::string_view bytes,
                                                                       std::size_t from);

// Reads a complete head, as find_head_end delimits it, into `head`, whatever that held; nothing
// when it is sound.
std::optional<HeadRejection> read_head(std::string_view bytes, Head& head);

// The head as cpp-httplib may see it: GET for HEAD, the target as it was, and of the headers those
// that a handler may ask for, "%" escaped since it would be decoded. Without those that make
// cpp-httplib do things of its own (Range, Accept-Encoding, Expect, Connection, Content-Length,
// REMOTE_*, LOCAL_*).
std::string rewrite_head(const Head& head);

}  // namespace revisiond::http
