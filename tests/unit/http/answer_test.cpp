#include <catch2/catch.hpp>

#include "http/client.hpp"
#include "http/exchange.hpp"
#include "http/listener.hpp"
#include "http/mailbox.hpp"
#include "http/prepared_answers.hpp"
#include "http/router.hpp"

using namespace revisiond;
using namespace revisiond::http;

namespace {

Router routes(std::vector<std::pair<std::string, std::string>> list) {
    Router router;
    for (auto& [method, pattern] : list)
        router.add({method, pattern, {}, [](const Request&) { return Response{}; }});
    return router;
}

// The pattern with what its parameters took, or what kept it from being found.
std::string find(const Router& router, const std::string& method, const std::string& path) {
    const auto found = router.find(method, path);
    if (const auto* wrong = std::get_if<WrongMethod>(&found)) return "405 " + wrong->allow;
    if (std::holds_alternative<NoRoute>(found)) return "404";
    const auto& match = std::get<RouteMatch>(found);
    std::string text = match.route->pattern;
    for (const auto& [name, value] : match.parameters) text += " " + name + "=" + value;
    return text;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("routes are found by their segments") {
    const Router router = routes({{"GET", "/"},
                                  {"GET", "/things"},
                                  {"POST", "/things"},
                                  {"GET", "/things/{id}"},
                                  {"GET", "/things/new"},
                                  {"POST", "/things/{id}/cancel"},
                                  {"DELETE", "/things/{name}"}});
    CHECK(find(router, "GET", "/") == "/");
    CHECK(find(router, "HEAD", "/things") == "/things");
    CHECK(find(router, "GET", "/things/7") == "/things/{id} id=7");
    CHECK(find(router, "GET", "/things/new") == "/things/new");
    CHECK(find(router, "DELETE", "/things/new") == "/things/{name} name=new");
    CHECK(find(router, "GET", "/things/a%2Fb%20c") == "/things/{id} id=a/b c");
    CHECK(find(router, "GET", "/things/%6eew") == "/things/new");
    CHECK(find(router, "POST", "/things/7/cancel") == "/things/{id}/cancel id=7");
    CHECK(find(router, "GET", "/things/") == "404");
    CHECK(find(router, "GET", "/things/7/") == "404");
    CHECK(find(router, "GET", "//things") == "404");
    CHECK(find(router, "GET", "/Things") == "404");
    CHECK(find(router, "GET", "/things/%") == "404");
    CHECK(find(router, "GET", "/things/%zz") == "404");
    CHECK(find(router, "GET", "/things/%00") == "404");
    CHECK(find(router, "PUT", "/things") == "405 GET, HEAD, POST");
    CHECK(find(router, "GET", "/things/7/cancel") == "405 POST");
    CHECK(find(router, "PATCH", "/things/new") == "405 DELETE, GET, HEAD");
}

TEST_CASE("two routes for the same requests are a mistake") {
    Router router = routes({{"GET", "/a/{x}"}});
    CHECK_THROWS_AS(router.add({"GET", "/a/{y}", {}, {}}), std::logic_error);
    CHECK_NOTHROW(router.add({"GET", "/a/b", {}, {}}));
    CHECK_NOTHROW(router.add({"POST", "/a/{y}", {}, {}}));
    CHECK_THROWS_AS(router.add({"GET", "a", {}, {}}), std::logic_error);
}

TEST_CASE("an answer in its bytes") {
    const SharedResponse answer =
        render({200, "{}", "application/json", {{"X-One", "1"}, {"Cache-Control", "no-store"}}});
    const std::string& bytes = answer->bytes;
    CHECK(bytes.substr(0, answer->status_line) == "HTTP/1.1 200 OK\r\n");
    CHECK(bytes.substr(answer->body) == "{}");
    for (const std::string line :
         {"Content-Length: 2\r\n", "Content-Type: application/json\r\n", "X-One: 1\r\n",
          "Cache-Control: no-store\r\n", "X-Content-Type-Options: nosniff\r\n",
          "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"})
        CHECK(contains(bytes, line));
    for (const std::string line : {"Connection:", "Keep-Alive:", "Date:", "no-cache", "Server:"})
        CHECK_FALSE(contains(bytes, line));
}

TEST_CASE("a page may load its own scripts and nothing else") {
    const SharedResponse page = render({200, "<p>", "text/html; charset=utf-8"});
    CHECK(contains(page->bytes, "Referrer-Policy: no-referrer\r\n"));
    CHECK(contains(
        page->bytes,
        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
        "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'\r\n"));
}

TEST_CASE("204 and 304 have neither body nor length, an empty 200 has a length") {
    for (const int status : {204, 304}) {
        const SharedResponse answer = render({status, "ignored"});
        CHECK_FALSE(contains(answer->bytes,
                             "Content-"
                             "Length"));
        CHECK_FALSE(contains(answer->bytes, "\r\nContent-Type"));
        CHECK(answer->body == answer->bytes.size());
    }
    CHECK(contains(render({200, ""})->bytes, "Content-Length: 0\r\n"));
}

TEST_CASE("every status that is used has its own words") {
    for (const int status : {200, 202, 204, 304, 400, 401, 403, 404, 405, 408, 409, 411,
                             413, 414, 415, 417, 421, 422, 429, 431, 500, 503, 505}) {
        const SharedResponse answer = render({status, "{}"});
        INFO(answer->bytes);
        CHECK(answer->status == status);
        CHECK(answer->bytes.starts_with("HTTP/1.1 " + std::to_string(status) + " "));
        CHECK((status == 500) == contains(answer->bytes, "Internal Server Error"));
    }
}

TEST_CASE("headers that would break the head are not sent") {
    const SharedResponse answer = render({200, "{}", "application/json", {{"X", "a\r\nY: b"}}});
    CHECK_FALSE(contains(answer->bytes, "Y: b"));
}

TEST_CASE("a problem says what it is") {
    const Response response =
        problem({409, "plan.differs", "the \"plan\" differs\n\xff", "ask again", "\"plan\":{}"});
    CHECK(response.status == 409);
    CHECK(response.content_type == "application/problem+json");
    CHECK(response.body ==
          "{\"type\":\"urn:revisiond:problem:plan.differs\",\"title\":\"Conflict\",\"status\":409,"
          "\"detail\":\"the \\\"plan\\\" differs\\u000a\xEF\xBF\xBD\",\"code\":\"plan.differs\","
          "\"hint\":\"ask again\",\"plan\":{}}\n");
    CHECK(contains(render(problem({401, "x", "y"}))->bytes, "WWW-Authenticate: Bearer"));
    Response busy = problem({503, "x", "y"});
    CHECK(contains(render(busy)->bytes, "Retry-After: 1\r\n"));
    busy.headers.emplace_back("Retry-After", "5");
    CHECK(contains(render(busy)->bytes, "Retry-After: 5\r\n"));
    CHECK_FALSE(contains(render(busy)->bytes, "Retry-After: 1\r\n"));
}

TEST_CASE("entity tags") {
    const std::string tag = entity_tag("body");
    CHECK(tag.size() == 34);
    CHECK(tag != entity_tag("other"));
    CHECK(matches_tag(tag, tag));
    CHECK(matches_tag("W/" + tag, tag));
    CHECK(matches_tag("\"a\", " + tag + " ,\"b\"", tag));
    CHECK(matches_tag("*", tag));
    CHECK_FALSE(matches_tag("", tag));
    CHECK_FALSE(matches_tag("\"a\"", tag));
    CHECK(with_entity_tag({200, "body"}, tag).status == 304);
    CHECK(with_entity_tag({200, "body"}, "\"a\"").status == 200);
}

TEST_CASE("what is prepared is found by the very target") {
    PreparedAnswers answers;
    answers.add("/status", {Scope::read, false}, {200, "one"});
    answers.add("/status?database=x", {Scope::read, false}, {200, "two"});
    answers.add("/ready", {{}, true}, {503, "no"});
    REQUIRE(answers.find("/status"));
    CHECK(answers.find("/status")->full->bytes.ends_with("\r\n\r\none"));
    CHECK(contains(answers.find("/status")->full->bytes, "ETag: " + entity_tag("one")));
    CHECK(answers.find("/status")->not_modified->status == 304);
    CHECK(contains(answers.find("/status")->not_modified->bytes, "ETag: " + entity_tag("one")));
    CHECK(answers.find("/status?database=x")->full->bytes.ends_with("two"));
    CHECK(answers.find("/ready")->not_modified == nullptr);
    CHECK(answers.find("/ready")->access.any_host);
    CHECK(answers.find("/status?database=y") == nullptr);
    CHECK(answers.find("/status/") == nullptr);
}

TEST_CASE("an answer is sent with its date, closed or not, whole or its head") {
    const SharedResponse answer = render({200, "body", "text/plain"});
    std::string kept;
    append(kept, *answer, "Date: now\r\n", false, true);
    CHECK(kept.starts_with("HTTP/1.1 200 OK\r\nDate: now\r\nCache-Control"));
    CHECK(kept.ends_with("\r\n\r\nbody"));
    CHECK_FALSE(contains(kept, "Connection"));
    std::string head;
    append(head, *answer, "Date: now\r\n", true, false);
    CHECK(head.starts_with("HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\n"));
    CHECK(contains(head, "Content-Length: 4\r\n"));
    CHECK(head.ends_with("\r\n\r\n"));
    const std::string stream = event_stream_head("Date: now\r\n");
    CHECK(contains(stream, "X-Accel-Buffering: no\r\n"));
    CHECK(contains(stream, "Content-Type: text/event-stream"));
    CHECK_FALSE(contains(stream,
                         "Content-"
                         "Length"));
}

TEST_CASE("cpp-httplib decodes the query and the path, and no header") {
    Exchange exchange;
    const Outcome outcome = exchange.run(
        "POST /a%20b?x=1+2&y=%26&empty=&x=3 HTTP/1.1\r\nHost: h\r\nX-A: 50%2525\r\n\r\n",
        [](Request& request) -> Reply {
            CHECK(request.method == "POST");
            CHECK(request.path == "/a b");
            CHECK(request.target == "/a%20b?x=1+2&y=%26&empty=&x=3");
            CHECK(request.parameter("x") == "1 2");
            CHECK(request.parameter("y") == "&");
            CHECK(request.parameter("empty") == "");
            CHECK_FALSE(request.parameter("z"));
            CHECK(request.header("x-a") == "50%25");
            CHECK(request.headers.size() == 2);
            return Response{202, "done", "text/plain"};
        });
    const auto& answer = std::get<SharedResponse>(outcome);
    CHECK(answer->status == 202);
    CHECK(answer->bytes.starts_with("HTTP/1.1 202 Accepted\r\n"));
    const Outcome poll = exchange.run("GET / HTTP/1.1\r\n\r\n", [](Request&) -> Reply {
        return LongPoll{"topic", {}, {}, {}};
    });
    CHECK(std::get<LongPoll>(poll).topic == "topic");
}

TEST_CASE("events in their lines") {
    CHECK(to_sse({7, "step", "{\"a\":1}"}) == "id: 7\nevent: step\ndata: {\"a\":1}\n\n");
    CHECK(to_sse({0, "reset", "a\nb\n"}) == "event: reset\ndata: a\ndata: b\ndata: \n\n");
}

TEST_CASE("a mailbox tells its reader once, and is spoilt by what does not fit") {
    Mailbox box(10);
    const auto post = [&](std::uint64_t id, std::size_t size) {
        return box.post({id, std::make_shared<const std::string>(size, 'x'), false});
    };
    CHECK(post(1, 100) == 0);  // no reader yet; a single one may be of any size
    box.set_reader(5);
    CHECK(box.take().size() == 1);
    CHECK(post(2, 5) == 5);
    CHECK(post(3, 5) == 0);  // it knows
    CHECK_FALSE(box.spoilt());
    CHECK(post(4, 1) == 5);
    CHECK(box.spoilt());
    CHECK(post(5, 1) == 0);
}

TEST_CASE("addresses to listen on") {
    const auto parsed = [](const std::string& text) { return parse_listen_address(text).value(); };
    CHECK(parsed("127.0.0.1:7433").host == "127.0.0.1");
    CHECK(parsed("127.0.0.1:7433").port == 7433);
    CHECK(parsed("[::1]:80").host == "::1");
    CHECK(parsed(":80").host.empty());
    CHECK(parsed("*:80").host.empty());
    CHECK(parsed("unix:/run/x.sock").unix_path == "/run/x.sock");
    for (const std::string text :
         {"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1", "unix:/x"})
        CHECK(parsed(text).is_loopback());
    for (const std::string text : {"0.0.0.0:1", ":1", "[::]:1", "10.0.0.1:1", "example.org:1"})
        CHECK_FALSE(parsed(text).is_loopback());
    for (const std::string bad : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80",
                                  "[x]:1", "unix:relative", "h:1x", "h:-1"}) {
        INFO(bad);
        CHECK_FALSE(parse_listen_address(bad));
    }
}
