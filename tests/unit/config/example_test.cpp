// config.toml.example is the reference of all settings: it loads, names every key, and says the
// built-in defaults.
#include <catch2/catch.hpp>

#include <iterator>
#include <regex>
#include <sstream>

#include "config/keys.hpp"
#include "fixture.hpp"

using namespace revisiond;
using namespace revisiond::config;
using namespace revisiond::config::testing;

namespace {

const Environment environment = {{"DATABASE_USERNAME", "u"}, {"DATABASE_PASSWORD", "p@ss/w#d"},
                                 {"DATABASE_HOSTNAME", "h"}, {"DATABASE_NAME", "d"},
                                 {"SSL_PASSWORD", "x"},      {"SCRATCH_PASSWORD", "x"}};

std::string example() {
    std::ifstream file(REVISIOND_SOURCE_DIR "/config.toml.example");
    return {std::istreambuf_iterator<char>(file), {}};
}

Config loaded(const std::string& text) {
    const Folder folder;
    folder.write("database_password", "x\n");
    folder.write("tokens.toml", "");
    auto config = load(folder.write("config.toml", text), environment);
    if (!config) throw std::runtime_error(shown(config.error()));
    return std::move(*config);
}

// Section name → the keys that its lines show, commented out or not.
std::map<std::string, std::vector<std::string>> documented() {
    std::map<std::string, std::vector<std::string>> result;
    std::string section;
    const std::regex header(R"(#?\[+([a-z_.]+)\]+)");
    const std::regex key(R"(#?([a-z_0-9]+) = .*)");
    std::istringstream lines(example());
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (std::regex_match(line, match, header)) {
            section =
                std::regex_replace(match[1].str(), std::regex(R"(databases\.main)"), "databases.*");
            result[section];
        } else if (std::regex_match(line, match, key)) {
            result[section].push_back(match[1]);
        }
    }
    return result;
}

}  // namespace

TEST_CASE("the example loads and holds the built-in defaults") {
    const Config config = loaded(example());
    CHECK(shown(config.warnings).empty());
    const Config defaults;
    const RevisionSettings& revision = config.revision;
    CHECK(revision.file_template == defaults.revision.file_template);
    CHECK(revision.truncate_slug_length == defaults.revision.truncate_slug_length);
    CHECK(revision.template_name == defaults.revision.template_name);
    CHECK(revision.post_write_hooks.empty());
    CHECK(config.max_file_bytes == defaults.max_file_bytes);

    CHECK(config.settle == defaults.settle);
    const ServerSettings& server = config.server;
    CHECK(server.listen == defaults.server.listen);
    CHECK(server.allow_plaintext == defaults.server.allow_plaintext);
    CHECK(server.tokens.empty());
    CHECK(server.anonymous_ready == defaults.server.anonymous_ready);
    CHECK(server.anonymous_metrics == defaults.server.anonymous_metrics);
    CHECK(server.log_format == defaults.server.log_format);
    CHECK(server.max_connections == defaults.server.max_connections);
    CHECK(server.max_anonymous_connections == defaults.server.max_anonymous_connections);
    CHECK(server.max_connections_per_address == defaults.server.max_connections_per_address);
    CHECK(server.max_body_bytes == defaults.server.max_body_bytes);
    CHECK(server.head_timeout == defaults.server.head_timeout);
    CHECK(server.body_timeout == defaults.server.body_timeout);
    CHECK(server.idle_timeout == defaults.server.idle_timeout);
    CHECK(server.write_timeout == defaults.server.write_timeout);
    CHECK(server.shutdown_timeout == defaults.server.shutdown_timeout);

    REQUIRE(config.databases.size() == 1);
    const DatabaseSettings& main = config.databases[0];
    const DatabaseSettings without = loaded("[databases.main]\n").databases[0];
    CHECK(main.migrations[0].filename() == "migrations");
    CHECK(without.migrations[0].filename() == "migrations");
    CHECK(main.version_table == without.version_table);
    CHECK(main.state_schema == without.state_schema);
    CHECK(main.production == without.production);
    CHECK(main.mode == without.mode);
    CHECK(main.variables == without.variables);
    CHECK_FALSE(main.target.given());
    CHECK(main.target.command_timeout == without.target.command_timeout);
    CHECK(main.target.scratch == without.target.scratch);
    CHECK(main.target.privileges == without.target.privileges);
    CHECK(main.target.owners == without.target.owners);
    CHECK(main.target.tablespaces == without.target.tablespaces);
    CHECK(main.apply == ApplySettings());
    CHECK(without.apply == ApplySettings());
    CHECK(*main.connection.find("password") == "p@ss/w#d");
    CHECK(main.connection.display() == "postgresql://u@h:5432/d");
}

TEST_CASE("the example names every key once in its section") {
    const auto found = documented();
    for (const SectionKeys& section : all_sections()) {
        for (const std::string& key : section.keys) {
            INFO(section.section << " " << key);
            const std::string inner =
                section.section.empty() ? key : std::string(section.section) + "." + key;
            if (found.count(inner) > 0 || (key == "databases" && found.count("databases.*") > 0))
                continue;
            if (section.section == "databases.*.apply") continue;      // the keys of [apply]
            if (section.section.starts_with("tokens_file")) continue;  // a file of its own
            const auto& keys = found.at(std::string(section.section));
            CHECK(std::count(keys.begin(), keys.end(), key) == 1);
        }
    }
}

TEST_CASE("every setting that the example shows commented out is accepted") {
    std::vector<std::string> lines;
    std::istringstream text(example());
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    std::size_t tried = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].size() < 2 || lines[i][0] != '#' || lines[i][1] == ' ') continue;
        // An array's section with all its keys; none of them by itself.
        std::size_t count = 1;
        while (lines[i].starts_with("#[[") && i + count < lines.size() &&
               lines[i + count].starts_with("#")) {
            ++count;
        }
        auto changed = lines;
        for (std::size_t j = i; j < i + count; ++j) changed[j].erase(0, 1);
        std::string joined;
        for (const std::string& line : changed) joined += line + "\n";
        joined = std::regex_replace(joined, std::regex("/run/secrets/"), "");
        // A url_file stands instead of url.
        if (lines[i].starts_with("#url_file")) continue;
        INFO(lines[i]);
        CHECK_NOTHROW(loaded(joined));
        ++tried;
        i += count - 1;
    }
    CHECK(tried > 30);
}
