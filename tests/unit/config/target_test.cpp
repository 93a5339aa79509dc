// target, scratch and what is compared.
#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace revisiond;
using namespace revisiond::config;
using namespace revisiond::config::testing;

namespace {

TargetSettings target_of(const std::string& lines, const Environment& environment = {}) {
    const Folder folder;
    auto config =
        load(folder.write("config.toml", "[databases.main]\n" + lines + "\n"), environment);
    if (!config) throw std::runtime_error(shown(config.error()));
    return config->databases[0].target;
}

}  // namespace

TEST_CASE("a target is files, a command or a database") {
    CHECK_FALSE(target_of("").given());
    const TargetSettings files = target_of("target = [\"schema/*.sql\", \"extra\"]");
    REQUIRE(files.files.size() == 2);
    CHECK(files.files[0].filename() == "*.sql");
    CHECK(files.files[0].is_absolute());
    CHECK(files.given());
    CHECK(target_of("target = \"schema.sql\"").files.size() == 1);
    const TargetSettings command =
        target_of("target_command = [\"python3\", \"target.py\"]\ntarget_timeout = \"5s\"");
    CHECK(command.command == std::vector<std::string>{"python3", "target.py"});
    CHECK(command.command_timeout == Milliseconds(5000));
    const TargetSettings database = target_of("target_url = \"postgresql://h/d\"");
    REQUIRE(database.database);
    CHECK(*database.database->find("host") == "h");
}

TEST_CASE("two targets are refused, and so is a command line in one text") {
    CHECK(
        contains(complaint("[databases.main]\ntarget = \"a\"\ntarget_url = \"postgresql://h/d\"\n"),
                 "databases.main.target_url stands beside target"));
    CHECK(contains(complaint("[databases.main]\ntarget_command = \"python3 target.py\"\n"),
                   "databases.main.target_command must be an array of texts, not empty"));
}

TEST_CASE("where scratch databases are made") {
    CHECK(target_of("").scratch == ScratchPlace::apart);
    CHECK(target_of("scratch = \"same_server\"").scratch == ScratchPlace::same_server);
    CHECK(contains(complaint("[databases.main]\nscratch = \"here\"\n"),
                   "databases.main.scratch must be \"apart\" or \"same_server\""));
    const auto url = target_of("scratch_url = \"postgresql://u:${P}@h/d\"", {{"P", "a@b"}});
    CHECK(*url.scratch_server->find("password") == "a@b");
}

TEST_CASE("a variable of scratch_url that is not set stops only who connects") {
    const auto unset = target_of("scratch_url = \"postgresql://u:${P}@h/d\"");
    REQUIRE(unset.unresolved.size() == 1);
    CHECK(contains(shown(unset.unresolved), "databases.main.scratch_url"));
    CHECK_FALSE(unset.scratch_server);
}

TEST_CASE("no complaint shows what may be a secret") {
    for (const char* key : {"target_url", "scratch_url"}) {
        const std::string words = complaint("[databases.main]\n" + std::string(key) +
                                            " = \"postgresql://u:secret@h:bad/d\"\n");
        CHECK(contains(words, key));
        CHECK_FALSE(contains(words, "secret"));
    }
}

TEST_CASE("what is compared") {
    const TargetSettings set = target_of(
        "include = [\"app.*\"]\nexclude = \"app.tmp_*\"\nprivileges = true\nowners = true\n"
        "tablespaces = true");
    CHECK(set.include == std::vector<std::string>{"app.*"});
    CHECK(set.exclude == std::vector<std::string>{"app.tmp_*"});
    CHECK((set.privileges && set.owners && set.tablespaces));
}
