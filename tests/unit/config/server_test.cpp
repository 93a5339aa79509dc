// [server], its tokens, and where secrets come from.
#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace revisiond;
using namespace revisiond::config;
using namespace revisiond::config::testing;

namespace {

const std::string database = "[databases.main]\n";
const std::string digest(64, 'a');

std::string token(const std::string& name, const std::string& more = "") {
    return "[[server.tokens]]\nname = \"" + name + "\"\nsha256 = \"" + digest +
           "\"\nscope = \"apply\"\n" + more;
}

}  // namespace

TEST_CASE("the server's settings are read") {
    const Folder folder;
    const auto config =
        load(folder.write("config.toml",
                          database +
                              "mode = \"auto\"\n[migrations]\nsettle = \"200ms\"\n[server]\n"
                              "listen = [\"unix:/run/r.sock\", \"127.0.0.1:1\"]\n"
                              "public_url = \"https://m.example.org/\"\nhosts = \"m\"\n"
                              "log_format = \"json\"\nmax_body_size = \"2kB\"\n"
                              "shutdown_timeout = \"3s\"\n" +
                              token("deploy", "expires = \"2030-01-01T00:00:00Z\"\n") +
                              token("day", "expires = \"2029-12-31\"\n")),
             {});
    REQUIRE(config);
    const ServerSettings& server = config->server;
    CHECK(config->databases[0].mode == ApplyMode::automatic);
    CHECK(config->settle == Milliseconds(200));
    CHECK(server.listen == std::vector<std::string>{"unix:/run/r.sock", "127.0.0.1:1"});
    CHECK(server.public_url == "https://m.example.org");
    CHECK(server.log_format == LogFormat::json);
    CHECK(server.max_body_bytes == 2048);
    CHECK(server.shutdown_timeout == Milliseconds(3000));
    REQUIRE(server.tokens.size() == 2);
    CHECK(server.tokens[0].name == "deploy");
    CHECK(server.tokens[0].scope == "apply");
    // A day ends with its last second.
    CHECK(server.tokens[0].expires == server.tokens[1].expires);
}

TEST_CASE("what is wrong with the server's settings is said with its key") {
    const std::string words = complaint(
        database + "mode = \"later\"\n[server]\nlisten = []\npublic_url = \"example.org\"\n" +
        "log_format = \"xml\"\nhead_timeout = \"0\"\nmax_connections = 0\n" +
        "[[server.tokens]]\nname = \"\"\nsha256 = \"no\"\nscope = \"root\"\nexpires = \"soon\"\n" +
        "[[server.tokens]]\n");
    for (const char* part :
         {"databases.main.mode must be \"manual\" or \"auto\"", "server.listen must be a text",
          "server.public_url is no http:// or https:// URL",
          "server.log_format must be \"text\" or \"json\"", "server.head_timeout is 0",
          "server.max_connections must be a number from 1", "server.tokens.name is empty",
          "server.tokens.sha256 is not the SHA-256 of a token",
          "server.tokens.scope must be \"read\"", "server.tokens.expires is neither a day nor",
          "server.tokens.sha256 is missing", "server.tokens.scope is missing"}) {
        INFO(words << "\nlacks\n" << part);
        CHECK(contains(words, part));
    }
    CHECK(contains(complaint(database + token("a") + token("a")), "holds the name a twice"));
}

TEST_CASE("tokens may come from a file of their own, and its errors name it") {
    const Folder folder;
    folder.write("tokens.toml",
                 "[[tokens]]\nname = \"ci\"\nsha256 = \"" + digest + "\"\nscope = \"read\"\n");
    const auto path = folder.write(
        "config.toml", database + "[server]\ntokens_file = \"tokens.toml\"\n" + token("deploy"));
    auto config = load(path, {});
    REQUIRE(config);
    REQUIRE(config->server.tokens.size() == 2);
    CHECK(config->server.tokens[1].name == "ci");

    // As `token new` prints it.
    folder.write("tokens.toml", token("ci"));
    config = load(path, {});
    REQUIRE(config);
    CHECK(config->server.tokens[1].name == "ci");
    folder.write("tokens.toml", "[server]\nlisten = \"*:1\"\n");
    config = load(path, {});
    REQUIRE(!config);
    CHECK(contains(shown(config.error()), "listen"));

    folder.write("tokens.toml", "[[tokens]]\nname = \"ci\"\n");
    config = load(path, {});
    REQUIRE(!config);
    CHECK(contains(shown(config.error()), "tokens.toml: tokens.sha256"));
}

TEST_CASE("a secret is the credential, then the file, then the variable") {
    const Folder folder;
    const Folder credentials;
    const auto path = folder.write("config.toml", "[databases.main]\npassword = \"${SECRET}\"\n");
    const auto password = [&](const Environment& environment) {
        const auto config = load(path, environment);
        REQUIRE(config);
        const std::string* found = config->databases[0].connection.find("password");
        return found == nullptr ? std::string("none") : *found;
    };
    Environment environment = {{"SECRET", "of-variable"}};
    CHECK(password(environment) == "of-variable");
    environment["SECRET_FILE"] = folder.write("secret", "of-file\n").string();
    CHECK(password(environment) == "of-file");
    credentials.write("SECRET", "of-credential\n");
    environment["CREDENTIALS_DIRECTORY"] = credentials.path().string();
    CHECK(password(environment) == "of-credential");

    const auto by_file =
        folder.write("other.toml", "[databases.main]\npassword_file = \"secret\"\n");
    credentials.write("secret", "of-credential");
    const auto config = load(by_file, environment);
    REQUIRE(config);
    CHECK(*config->databases[0].connection.find("password") == "of-credential");
}
