#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "http/head.hpp"

using namespace revisiond::http;

namespace {

// What becomes of bytes that are there as a whole: the status of the refusal, 0 when they are a
// sound head, -1 when more must come.
int verdict(const std::string& bytes, Head& head) {
    const auto end = find_head_end(bytes, 0);
    if (const auto* rejection = std::get_if<HeadRejection>(&end)) {
        CHECK_FALSE(rejection->detail.empty());
        return rejection->status;
    }
    if (std::holds_alternative<std::nullopt_t>(end)) return -1;
    const auto rejection =
        read_head(std::string_view(bytes).substr(0, std::get<std::size_t>(end)), head);
    return rejection ? rejection->status : 0;
}

int verdict(const std::string& bytes) {
    static Head head;  // of all of them: nothing of one stays for the next
    return verdict(bytes, head);
}

std::string with(const std::string& lines) {
    return fmt::format("GET /a HTTP/1.1\r\nHost: h\r\n{}\r\n", lines);
}

std::string repeated(std::size_t count, char c) {
    return std::string(count, c);
}

}  // namespace

TEST_CASE("a sound head, taken apart") {
    const std::string bytes =
        "POST /a/b?c=d%20e HTTP/1.1\r\nHOST:  example.org:7433 \r\ncontent-length: 12\r\n"
        "Authorization: Bearer x\r\nIf-None-Match: \"t\"\r\nContent-Type: application/json\r\n"
        "Origin: http://o\r\nSec-Fetch-Site: none\r\nExpect: 100-Continue\r\nX-Empty:\r\n\r\nBODY";
    Head head;
    REQUIRE(verdict(bytes, head) == 0);
    CHECK(head.method == "POST");
    CHECK(head.target == "/a/b?c=d%20e");
    CHECK(head.path() == "/a/b");
    CHECK(head.host == "example.org:7433");
    CHECK(head.content_length == 12);
    CHECK(head.authorization == "Bearer x");
    CHECK(head.if_none_match == "\"t\"");
    CHECK(head.content_type == "application/json");
    CHECK(head.origin == "http://o");
    CHECK(head.sec_fetch_site == "none");
    CHECK(head.expects_continue);
    CHECK(head.keep_alive);
    CHECK(head.size == bytes.size() - 4);
    CHECK(head.fields().size() == 9);
    CHECK(head.fields().back().value.empty());
}

TEST_CASE("whether the connection stays") {
    const auto stays = [](const std::string& bytes) {
        Head head;
        REQUIRE(verdict(bytes, head) == 0);
        return head.keep_alive;
    };
    CHECK(stays(with("")));
    CHECK_FALSE(stays(with("Connection: close\r\n")));
    CHECK_FALSE(stays(with("Connection: foo, CLOSE\r\n")));
    CHECK_FALSE(stays(with("Connection: keep-alive\r\nConnection: close\r\n")));
    CHECK_FALSE(stays("GET / HTTP/1.0\r\n\r\n"));
    CHECK_FALSE(stays("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
}

TEST_CASE("an unfinished head waits for more, wherever it is cut") {
    const std::string whole = with("Accept: */*\r\n");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        INFO(size);
        CHECK(verdict(whole.substr(0, size)) == -1);
    }
    CHECK(verdict(whole) == 0);
}

TEST_CASE("the end of a head is found from wherever the search went on") {
    const std::string whole = with("Accept: */*\r\n") + "the body\r\n\r\n";
    const std::size_t size = with("Accept: */*\r\n").size();
    for (std::size_t from = 0; from < size; ++from)
        CHECK(std::get<std::size_t>(find_head_end(whole, from)) == size);
}

TEST_CASE("a request line that is too long is refused at once and in pieces alike") {
    for (const std::size_t size : {2111U, 2112U, 2113U, 2500U}) {
        INFO(size);
        const std::string bytes = repeated(size, 'a') + "\r\nHost: h\r\n\r\n";
        const auto whole = find_head_end(bytes, 0);
        for (const std::size_t step : {1U, 7U, 64U}) {
            std::variant<std::size_t, std::nullopt_t, HeadRejection> end = std::nullopt;
            std::size_t looked_at = 0;
            while (std::holds_alternative<std::nullopt_t>(end) && looked_at < bytes.size()) {
                const std::string_view come = std::string_view(bytes).substr(0, looked_at + step);
                end = find_head_end(come, looked_at);
                looked_at = come.size();
            }
            CHECK(end.index() == whole.index());
        }
    }
}

TEST_CASE("each bad head has its status") {
    const std::string null(1, '\0');
    struct Case {
        int status;
        std::string bytes;
    };
    const std::vector<Case> cases = {
        // the request line
        {400, "\r\n\r\n"},
        {400, "GET\r\n\r\n"},
        {400, "GET /\r\nHost: h\r\n\r\n"},
        {400, "GET / HTTP/1.1 \r\nHost: h\r\n\r\n"},
        {400, "GET  HTTP/1.1\r\nHost: h\r\n\r\n"},
        {400, "GET / x HTTP/1.1\r\nHost: h\r\n\r\n"},
        {400, "G@T / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {400, " GET / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {400, "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n"},
        {400, "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"},
        {400, "GET /\x7f HTTP/1.1\r\nHost: h\r\n\r\n"},
        {400, "GET /\xc3\xa4 HTTP/1.1\r\nHost: h\r\n\r\n"},
        {400, "GET /#x HTTP/1.1\r\nHost: h\r\n\r\n"},
        {400, "GET /\t HTTP/1.1\r\nHost: h\r\n\r\n"},
        {400, "GET / HTTP/1.2\r\nHost: h\r\n\r\n"},
        {400, "GET / http/1.1\r\nHost: h\r\n\r\n"},
        {505, "GET / HTTP/2.0\r\nHost: h\r\n\r\n"},
        {505, "PRI / HTTP/2.0\r\n\r\n"},
        {400, fmt::format("{} / HTTP/1.1\r\nHost: h\r\n\r\n", repeated(33, 'A'))},
        {414, fmt::format("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", repeated(2048, 'a'))},
        {414, fmt::format("GET /{}", repeated(3000, 'a'))},
        // lines
        {400, "GET / HTTP/1.1\nHost: h\n\n"},
        {400, "GET / HTTP/1.1\r\nHost: h\n\r\n"},
        {400, with("A: b\nB: c\r\n")},
        {400, with("A: b\rB: c\r\n")},
        {400, with(fmt::format("A: b{}\r\n", null))},
        {400, with("A: b\x01\r\n")},
        {400, with("A: b\x7f\r\n")},
        {400, with("A: b\r\n folded\r\n")},
        {400, with("A: b\r\n\tfolded\r\n")},
        {400, "GET / HTTP/1.1\r\n Host: h\r\n\r\n"},
        {400, with("no colon\r\n")},
        {400, with(": no name\r\n")},
        {400, with("A : blank\r\n")},
        {400, with("A\xc3\xa4: b\r\n")},
        // Host
        {400, "GET / HTTP/1.1\r\n\r\n"},
        {400, with("Host: h\r\n")},
        {400, with("host: other\r\n")},
        {400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost: user@h\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost: h/x\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost: h,i\r\n\r\n"},
        // where the request ends
        {411, with("Transfer-Encoding: chunked\r\n")},
        {411, with("transfer-encoding: identity\r\n")},
        {411, with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")},
        {400, with("Transfer-Encoding : chunked\r\n")},
        {400, with("Content-Length: 3\r\nContent-Length: 3\r\n")},
        {400, with("Content-Length: 3, 3\r\n")},
        {400, with("Content-Length: -1\r\n")},
        {400, with("Content-Length: +1\r\n")},
        {400, with("Content-Length: 0x10\r\n")},
        {400, with("Content-Length: 1 1\r\n")},
        {400, with("Content-Length:\r\n")},
        {400, with("Content-Length: 18446744073709551616\r\n")},
        {415, with("Content-Encoding: gzip\r\n")},
        {415, with("Content-Encoding: br\r\n")},
        {417, with("Expect: the unexpected\r\n")},
        // one of each
        {400, with("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n")},
        {400, with("Content-Type: a/b\r\nContent-Type: application/json\r\n")},
        {400, with("Origin: http://a\r\nOrigin: http://b\r\n")},
        {400, with("Sec-Fetch-Site: none\r\nSec-Fetch-Site: none\r\n")},
        // how much
        {431, with(fmt::format("A: {}\r\n", repeated(longest_head, 'a')))},
    };
    for (const Case& one : cases) {
        INFO(one.bytes.substr(0, 200));
        CHECK(verdict(one.bytes) == one.status);
    }
}

TEST_CASE("limits are met exactly") {
    std::string many;
    for (std::size_t i = 0; i + 1 < most_fields; ++i) many += "A: b\r\n";
    CHECK(verdict(with(many)) == 0);
    CHECK(verdict(with(many + "A: b\r\n")) == 431);
    CHECK(verdict(fmt::format("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n",
                              repeated(longest_target - 1, 'a'))) == 0);
    const std::string frame = with("A: \r\n");
    const std::string fits =
        with(fmt::format("A: {}\r\n", repeated(longest_head - frame.size(), 'a')));
    CHECK(fits.size() == longest_head);
    CHECK(verdict(fits) == 0);
    CHECK(verdict(with(fmt::format("A: {}\r\n", repeated(longest_head - frame.size() + 1, 'a')))) ==
          431);
}

TEST_CASE("what cpp-httplib sees keeps every value and loses what it would act on") {
    Head head;
    const std::string bytes =
        "HEAD /x?a=%41 HTTP/1.0\r\nHost: h\r\nX-Odd: 100%25 %0d%0a\r\nRange: bytes=0-,0-\r\n"
        "Accept-Encoding: br\r\nREMOTE_ADDR: 1.2.3.4\r\nLocal_Port: 1\r\nContent-Length: 0\r\n"
        "Connection: close\r\nExpect: 100-continue\r\nTE: trailers\r\nUpgrade: h2c\r\n"
        "Proxy-Connection: x\r\nAuthorization: Bearer secret\r\nLast-Event-ID: 7\r\n\r\n";
    REQUIRE(verdict(bytes, head) == 0);
    CHECK(rewrite_head(head) ==
          "GET /x?a=%41 HTTP/1.1\r\nHost: h\r\nX-Odd: 100%2525 %250d%250a\r\nLast-Event-ID: "
          "7\r\n\r\n");
}

TEST_CASE("lists over several lines are one list") {
    const std::string bytes = with("X-Forwarded-For: a, b\r\nx-forwarded-for: c\r\n");
    Head head;
    REQUIRE(verdict(bytes, head) == 0);
    CHECK(head.list("x-forwarded-for") == "a, b, c");
    CHECK(head.list("x-nothing").empty());
}

TEST_CASE("a head that was rewritten is sound, and says the same again") {
    std::mt19937 random(Catch::rngSeed());
    INFO("seed " << Catch::rngSeed());
    const std::string letters = "abcXYZ019-_%:;,=\"/ \t";
    for (int i = 0; i < 2000; ++i) {
        std::string lines;
        const std::size_t fields = random() % 8;
        for (std::size_t field = 0; field < fields; ++field) {
            lines += "X-" + std::to_string(random() % 5) + ": ";
            for (std::size_t size = random() % 12; size > 0; --size)
                lines += letters[random() % letters.size()];
            lines += "\r\n";
        }
        const std::string bytes = with(lines);
        Head head;
        REQUIRE(verdict(bytes, head) == 0);
        const std::string rewritten = rewrite_head(head);
        Head again;
        INFO(rewritten);
        REQUIRE(verdict(rewritten, again) == 0);
        CHECK(again.fields().size() == head.fields().size());
        CHECK(again.size == rewritten.size());
        CHECK(again.target == head.target);
    }
}
