#include <catch2/catch.hpp>

#include "http/admission.hpp"
#include "http/client_address.hpp"
#include "http/failure_delays.hpp"
#include "http/security.hpp"
#include "http/token_table.hpp"

using namespace revisiond;
using namespace revisiond::http;
using namespace std::chrono_literals;

namespace {

constexpr auto now = std::chrono::system_clock::time_point{} + 1000h;

TokenTable tokens() {
    return TokenTable({{"r", Scope::read, sha256("read-token")},
                       {"p", Scope::plan, sha256("plan-token")},
                       {"w", Scope::apply, sha256("apply-token")},
                       {"a", Scope::admin, sha256("admin-token")},
                       {"old", Scope::admin, sha256("old-token"), now},
                       {"new", Scope::admin, sha256("new-token"), now + 1s}});
}

Handler nothing() {
    return [](const Request&) { return Response{}; };
}

Router routes() {
    Router router;
    router.add({"GET", "/open", {}, nothing()});
    router.add({"GET", "/probe", {{}, true}, nothing()});
    for (const Scope scope : {Scope::read, Scope::plan, Scope::apply, Scope::admin}) {
        router.add({"GET", "/" + std::string(to_text(scope)), {scope, false}, nothing()});
        router.add({"POST", "/" + std::string(to_text(scope)), {scope, false}, nothing()});
    }
    return router;
}

Security rules() {
    Security security;
    security.tokens = tokens();
    security.hosts = {"db.example.org"};
    security.origins = {"https://db.example.org"};
    return security;
}

// 200 for admitted, else the status of the refusal.
int ask(const std::string& line, const std::string& headers = {},
        const Security& security = rules()) {
    static const Router router = routes();
    const bool has_host = headers.find("Host:") != std::string::npos;
    const std::string bytes =
        line + " HTTP/1.1\r\n" + (has_host ? "" : "Host: localhost\r\n") + headers + "\r\n";
    Head head;
    REQUIRE_FALSE(read_head(bytes, head));
    Visitor visitor;
    const auto outcome = admit({router, security, 1, 1000, now}, head, visitor);
    if (const auto* refused = std::get_if<Refused>(&outcome)) {
        CHECK(refused->response.content_type == "application/problem+json");
        return refused->response.status;
    }
    return 200;
}

std::string bearer(const std::string& token) {
    return "Authorization: Bearer " + token + "\r\n";
}

}  // namespace

TEST_CASE("bearer tokens are read strictly") {
    CHECK(bearer_token("Bearer abc.DEF_-~+/=") == "abc.DEF_-~+/=");
    CHECK(bearer_token("bEARER   abc") == "abc");
    for (const std::string bad : {"", "Bearer", "Bearer ", "Bearerabc", "Basic abc", "Bearer a b",
                                  "Bearer a,b", "Bearer \xc3\xa4", "abc"})
        CHECK_FALSE(bearer_token(bad));
    CHECK(bearer_token("Bearer " + std::string(512, 'a')));
    CHECK_FALSE(bearer_token("Bearer " + std::string(513, 'a')));
}

TEST_CASE("a token is found by its digest until it expires") {
    const TokenTable table = tokens();
    REQUIRE(table.find("plan-token", now));
    CHECK(table.find("plan-token", now)->name == "p");
    CHECK(table.find("plan-token", now)->scope == Scope::plan);
    CHECK_FALSE(table.find("old-token", now));
    CHECK(table.find("new-token", now));
    CHECK_FALSE(table.find("new-token", now + 1s));
    CHECK_FALSE(table.find("", now));
    CHECK_FALSE(TokenTable().find("x", now));
}

TEST_CASE("every scope may do what the ones below it may, and nothing else") {
    const std::vector<std::string> order = {"read", "plan", "apply", "admin"};
    for (std::size_t have = 0; have < order.size(); ++have)
        for (std::size_t need = 0; need < order.size(); ++need)
            for (const std::string method : {"GET /", "POST /"}) {
                INFO(order[have] << " " << method << order[need]);
                CHECK(ask(method + order[need], bearer(order[have] + "-token")) ==
                      (have >= need ? 200 : 403));
            }
    for (const std::string& need : order) {
        CHECK(ask("GET /" + need) == 401);
        CHECK(ask("GET /" + need, bearer("wrong")) == 401);
        CHECK(ask("GET /" + need, bearer("old-token")) == 401);
        CHECK(ask("GET /" + need, "Authorization: Basic cmVhZA==\r\n") == 401);
    }
    CHECK(ask("GET /open") == 200);
    CHECK(ask("GET /open", bearer("wrong")) == 200);
    CHECK(scope_of("apply") == Scope::apply);
    CHECK_FALSE(scope_of("root"));
}

TEST_CASE("what anonymous clients may is a scope too, and no excuse for a wrong token") {
    Security security = rules();
    security.anonymous = Scope::plan;
    CHECK(ask("GET /read", {}, security) == 200);
    CHECK(ask("GET /plan", {}, security) == 200);
    CHECK(ask("GET /apply", {}, security) == 403);
    CHECK(ask("GET /read", bearer("wrong"), security) == 401);
}

TEST_CASE("the server answers to its own names") {
    const std::vector<std::string> ours = {"db.example.org"};
    for (const std::string host :
         {"db.example.org", "DB.example.org:8443", "db.example.org.", "127.0.0.1", "127.0.0.1:7433",
          "10.1.2.3:80", "[::1]", "[::1]:7433", "localhost", "LOCALHOST:1"})
        CHECK(is_our_host(host, ours));
    for (const std::string host : {"", "evil.org", "db.example.org.evil.org", "xdb.example.org",
                                   "127.0.0.1.evil.org", "localhost.evil.org", "[::1].evil.org"})
        CHECK_FALSE(is_our_host(host, ours));
    CHECK(ask("GET /open", "Host: evil.org\r\n") == 421);
    CHECK(ask("GET /read", "Host: evil.org\r\n" + bearer("read-token")) == 421);
    CHECK(ask("GET /nowhere", "Host: evil.org\r\n") == 421);
    CHECK(ask("GET /probe", "Host: evil.org\r\n") == 200);
}

TEST_CASE("a write comes from our own page or from no page") {
    const std::vector<std::string> ours = {"https://db.example.org"};
    CHECK(is_our_page("", "", "h", ours));
    CHECK(is_our_page("http://h:1", "same-origin", "h:1", ours));
    CHECK(is_our_page("https://h", "", "h", ours));
    CHECK(is_our_page("https://DB.example.org", "", "h", ours));
    CHECK(is_our_page("", "none", "h", ours));
    CHECK_FALSE(is_our_page("null", "", "h", ours));
    CHECK_FALSE(is_our_page("http://evil.org", "", "h", ours));
    CHECK_FALSE(is_our_page("http://h:2", "", "h:1", ours));
    CHECK_FALSE(is_our_page("http://db.example.org", "", "h", ours));
    CHECK_FALSE(is_our_page("http://h", "cross-site", "h", ours));
    CHECK_FALSE(is_our_page("", "same-site", "h", ours));
    const std::string token = bearer("admin-token");
    CHECK(ask("POST /admin", token + "Origin: http://evil.org\r\n") == 403);
    CHECK(ask("POST /admin", token + "Sec-Fetch-Site: cross-site\r\n") == 403);
    CHECK(ask("POST /admin", token + "Origin: http://localhost\r\n") == 200);
    CHECK(ask("GET /admin", token + "Origin: http://evil.org\r\n") == 200);
}

TEST_CASE("bodies are JSON and not too large") {
    const std::string token = bearer("admin-token");
    CHECK(ask("POST /admin", token + "Content-Length: 2\r\n") == 415);
    CHECK(ask("POST /admin", token + "Content-Length: 2\r\nContent-Type: text/plain\r\n") == 415);
    CHECK(ask("POST /admin", token + "Content-Length: 2\r\nContent-Type: application/jsonx\r\n") ==
          415);
    CHECK(
        ask("POST /admin",
            token + "Content-Length: 1000\r\nContent-Type: Application/JSON; charset=utf-8\r\n") ==
        200);
    CHECK(ask("POST /admin",
              token + "Content-Length: 1001\r\nContent-Type: application/json\r\n") == 413);
    CHECK(ask("GET /open", "Content-Length: 1001\r\n") == 413);
    CHECK(ask("POST /admin", token) == 200);
}

TEST_CASE("no route and no such method") {
    CHECK(ask("GET /nowhere") == 404);
    CHECK(ask("PUT /open") == 405);
    CHECK(ask("POST /open") == 405);
    CHECK(ask("HEAD /open") == 200);
}

TEST_CASE("a visitor is known while rules and headers stay the same") {
    const std::string one = "GET / HTTP/1.1\r\nHost: localhost\r\n" + bearer("new-token") + "\r\n";
    const std::string other =
        "GET / HTTP/1.1\r\nHost: evil.org\r\n" + bearer("read-token") + "\r\n";
    Head first;
    Head second;
    REQUIRE_FALSE(read_head(one, first));
    REQUIRE_FALSE(read_head(other, second));
    const Security security = rules();
    Visitor visitor;
    CHECK(visitor.host_is_ours(first, security, 1));
    CHECK_FALSE(visitor.host_is_ours(second, security, 1));
    CHECK(visitor.host_is_ours(first, security, 1));
    CHECK(visitor.identity(first, security, 1, now).principal->name == "new");
    CHECK(visitor.identity(second, security, 1, now).principal->name == "r");
    CHECK(visitor.identity(first, security, 1, now).principal->name == "new");
    // A token that expires is noticed within a second, one that is taken away at once.
    CHECK(visitor.identity(first, security, 1, now + 1s).proof == Proof::invalid);
    CHECK(visitor.identity(first, security, 1, now).proof == Proof::valid);
    CHECK(visitor.identity(first, Security{}, 2, now).proof == Proof::invalid);
    CHECK_FALSE(visitor.host_is_ours(second, Security{}, 2));
}

TEST_CASE("failures are slowed by address and beginning of the token") {
    FailureDelays delays(3);
    const auto at = [](int seconds) {
        return FailureDelays::Clock::time_point{} + std::chrono::seconds(1000 + seconds);
    };
    std::vector<long> told;
    for (int i = 0; i < 10; ++i)
        told.push_back(delays.failed("1.1.1.1", "prefix00-a", at(i)).count());
    CHECK(told == std::vector<long>{0, 0, 100, 200, 400, 800, 1600, 3200, 5000, 5000});
    CHECK(delays.failed("1.1.1.1", "prefix00-b", at(10)).count() == 5000);
    CHECK(delays.failed("1.1.1.1", "another0", at(10)).count() == 0);
    CHECK(delays.failed("2.2.2.2", "prefix00-a", at(10)).count() == 0);
    CHECK(delays.failed("1.1.1.1", "prefix00-a", at(71)).count() == 0);  // a quiet minute
    CHECK(delays.size() == 3);
    CHECK(delays.failed("3.3.3.3", "x", at(72)).count() == 0);
    CHECK(delays.size() == 3);
    for (int i = 0; i < 100; ++i) delays.failed("4.4.4.4", "forever0", at(73));
    CHECK(delays.failed("4.4.4.4", "forever0", at(73)).count() == 5000);
}

TEST_CASE("addresses and networks") {
    const auto in = [](const std::string& network, const std::string& address) {
        return parse_network(network)->contains(*parse_address(address));
    };
    CHECK(in("10.0.0.0/8", "10.255.1.2"));
    CHECK_FALSE(in("10.0.0.0/8", "11.0.0.0"));
    CHECK(in("192.168.1.128/25", "192.168.1.200"));
    CHECK_FALSE(in("192.168.1.128/25", "192.168.1.100"));
    CHECK(in("127.0.0.1", "127.0.0.1"));
    CHECK_FALSE(in("127.0.0.1", "127.0.0.2"));
    CHECK(in("10.0.0.0/8", "::ffff:10.1.1.1"));
    CHECK(in("fd00::/8", "fd12::1"));
    CHECK_FALSE(in("fd00::/8", "fe80::1"));
    CHECK(in("0.0.0.0/0", "8.8.8.8"));
    CHECK_FALSE(in("0.0.0.0/0", "2001:db8::1"));
    CHECK(in("::/0", "2001:db8::1"));
    for (const std::string bad :
         {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "::/129", "x", "::1/a", "10.0.0.0/-1"})
        CHECK_FALSE(parse_network(bad));
    CHECK(parse_address("[::1]") == parse_address("::1"));
    CHECK_FALSE(parse_address(std::string("127.0.0.1\0x", 11)));
}

TEST_CASE("a client's address is read from the right, as far as the proxies are trusted") {
    const std::vector<Network> trusted = {*parse_network("10.0.0.0/8"), *parse_network("::1")};
    const auto client = [&](const std::string& peer, const std::string& list) {
        return client_address(peer, list, trusted, false);
    };
    CHECK(client("1.2.3.4", "9.9.9.9") == "1.2.3.4");
    CHECK(client("10.0.0.1", "") == "10.0.0.1");
    CHECK(client("10.0.0.1", "9.9.9.9") == "9.9.9.9");
    CHECK(client("10.0.0.1", "6.6.6.6, 9.9.9.9") == "9.9.9.9");
    CHECK(client("10.0.0.1", "6.6.6.6,9.9.9.9 , 10.0.0.2") == "9.9.9.9");
    CHECK(client("10.0.0.1", "10.0.0.3, 10.0.0.2") == "10.0.0.3");
    CHECK(client("10.0.0.1", "6.6.6.6, nonsense, 10.0.0.2") == "10.0.0.2");
    CHECK(client("::1", "2001:db8::7") == "2001:db8::7");
    CHECK(client("unix", "9.9.9.9") == "unix");
    CHECK(client_address("unix", "9.9.9.9", trusted, true) == "9.9.9.9");
}
