// [server] as the server takes it, and what is refused.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "../config/fixture.hpp"
#include "api/settings.hpp"
#include "config/keys.hpp"

using namespace revisiond;
using namespace revisiond::api;

namespace {

config::Config with(std::vector<std::string> listen, bool allow_plaintext = false,
                    std::size_t tokens = 0) {
    config::Config config;
    config.server.listen_at.file = "config.toml";
    config.server.listen_at.line = 7;
    config.server.listen = std::move(listen);
    config.server.allow_plaintext = allow_plaintext;
    for (std::size_t i = 0; i < tokens; ++i) {
        config.server.tokens.push_back({"t", std::string(64, 'a'), "apply", std::nullopt});
    }
    return config;
}

std::string complaint(const config::Config& config) {
    const auto plan = plan_server(config, {});
    return plan ? "" : to_text(plan.error().front());
}

// The server's limits with one line more in [server].
http::Limits limits_with(const std::string& line) {
    const config::testing::Folder folder;
    const auto config =
        config::load(folder.write("config.toml", "[databases.main]\n[server]\n" + line + "\n"), {});
    REQUIRE(config);
    const auto plan = plan_server(*config, {});
    REQUIRE(plan);
    return plan->limits;
}

std::vector<std::int64_t> numbers_of(const http::Limits& limits) {
    std::vector<std::int64_t> all;
    for (const std::size_t count :
         {limits.body_bytes, limits.connections, limits.anonymous, limits.per_address,
          limits.workers, limits.queue, limits.hub.mailbox_bytes}) {
        all.push_back(static_cast<std::int64_t>(count));
    }
    for (const std::chrono::milliseconds time :
         {limits.head, limits.body, limits.idle, limits.write, limits.hub.stalled,
          limits.hub.heartbeat, limits.hub.longest_wait}) {
        all.push_back(time.count());
    }
    return all;
}

struct LimitCase {
    std::string key, value;
    std::function<void(http::Limits&)> change;
};

const std::vector<LimitCase>& limit_cases() {
    using http::Limits;
    using std::chrono::milliseconds;
    static const std::vector<LimitCase> all = {
        {"max_connections", "71", [](Limits& l) { l.connections = 71; }},
        {"max_anonymous_connections", "72", [](Limits& l) { l.anonymous = 72; }},
        {"max_connections_per_address", "73", [](Limits& l) { l.per_address = 73; }},
        {"max_body_size", "\"74kB\"", [](Limits& l) { l.body_bytes = 74UL * 1024; }},
        {"head_timeout", "\"75ms\"", [](Limits& l) { l.head = milliseconds(75); }},
        {"body_timeout", "\"76ms\"", [](Limits& l) { l.body = milliseconds(76); }},
        {"idle_timeout", "\"77ms\"", [](Limits& l) { l.idle = milliseconds(77); }},
        {"write_timeout", "\"78ms\"",
         [](Limits& l) { l.write = l.hub.stalled = milliseconds(78); }},
    };
    return all;
}

}  // namespace

TEST_CASE("loopback and UNIX sockets need nothing") {
    for (const char* address :
         {"127.0.0.1:7433", "[::1]:7433", "localhost:7433", "unix:/run/revisiond.sock"}) {
        CHECK(complaint(with({address})).empty());
    }
}

TEST_CASE("anything else needs a token and allow_plaintext, and it is said which setting") {
    for (const auto& config : {with({"0.0.0.0:7433"}), with({"0.0.0.0:7433"}, false, 1),
                               with({"127.0.0.1:1", ":7433"})}) {
        const std::string words = complaint(config);
        INFO(words);
        CHECK(words.find("config.toml:7: server.listen: ") != std::string::npos);
        CHECK(words.find("server.allow_plaintext = true") != std::string::npos);
        CHECK(words.find("revisiond token new") != std::string::npos);
    }
    const std::string words = complaint(with({"0.0.0.0:7433"}, true));
    CHECK(words.find("add a token of `revisiond token new`") != std::string::npos);
    CHECK(words.find("server.allow_plaintext = true") == std::string::npos);
    CHECK(complaint(with({"0.0.0.0:7433"}, true, 1)).empty());
}

TEST_CASE("a socket that is open stays judged, whatever listen says by now") {
    const auto complaint_of = [](const config::Config& config, const OpenSockets& open) {
        const auto plan = plan_server(config, open);
        return plan ? "" : to_text(plan.error().front());
    };
    const OpenSockets ours{{"0.0.0.0:7433"}, false};
    CHECK(complaint_of(with({"127.0.0.1:7433"}), ours).find("the socket that is open: 0.0.0.0") !=
          std::string::npos);
    CHECK(complaint_of(with({"127.0.0.1:7433"}, true, 1), ours).empty());
    CHECK(plan_server(with({"0.0.0.0:7433"}), ours).error().size() == 1);
    // Sockets of systemd are the only ones: `listen` opens nothing.
    const OpenSockets inherited{{"127.0.0.1:80"}, true};
    CHECK(complaint_of(with({"0.0.0.0:7433"}), inherited).empty());
    CHECK(plan_server(with({"0.0.0.0:7433"}), inherited)->listen.empty());
    CHECK_FALSE(complaint_of(with({"127.0.0.1:80"}), {{"0.0.0.0:80"}, true}).empty());
}

TEST_CASE("without a token one may read and nothing else; with one, a token is needed") {
    CHECK(plan_server(with({"127.0.0.1:1"}), {})->security.anonymous == http::Scope::read);
    CHECK(!plan_server(with({"127.0.0.1:1"}, false, 1), {})->security.anonymous);
}

TEST_CASE("the names of the server come from hosts and public_url") {
    config::Config config = with({"127.0.0.1:1"});
    config.server.hosts = {"a.example.org"};
    config.server.public_url = "https://b.example.org:8443/below";
    const auto plan = plan_server(config, {});
    REQUIRE(plan);
    CHECK(plan->security.hosts == std::vector<std::string>{"a.example.org", "b.example.org"});
    CHECK(plan->security.origins == std::vector<std::string>{"https://b.example.org:8443"});
}

TEST_CASE("a token's digest is that of the token") {
    config::Config config = with({"127.0.0.1:1"});
    config.server.tokens = {{"t", to_hex(sha256("secret")), "plan", std::nullopt}};
    const auto plan = plan_server(config, {});
    REQUIRE(plan);
    const auto found = plan->security.tokens.find("secret", std::chrono::system_clock::now());
    REQUIRE(found);
    CHECK(found->name == "t");
    CHECK(found->scope == http::Scope::plan);
    CHECK(!plan->security.tokens.find("secret ", std::chrono::system_clock::now()));
}

TEST_CASE("each limit of the configuration is that of the server, and no other one") {
    for (const LimitCase& limit : limit_cases()) {
        INFO(limit.key);
        http::Limits expected = limits_with("");
        limit.change(expected);
        CHECK(numbers_of(limits_with(limit.key + " = " + limit.value)) == numbers_of(expected));
    }
}

TEST_CASE("the limits above are all that the configuration has") {
    std::set<std::string> known, tested{"shutdown_timeout"};  // which is of the daemon's end
    for (const std::string& key : config::keys_of("server")) {
        if (key.starts_with("max_") || key.ends_with("_timeout")) known.insert(key);
    }
    for (const LimitCase& limit : limit_cases()) tested.insert(limit.key);
    CHECK(tested == known);
}
