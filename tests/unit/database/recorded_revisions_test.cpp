#include "database/recorded_revisions.hpp"

#include <catch2/catch.hpp>

using namespace revisiond::database;

TEST_CASE("what is recorded is found by its revision, whatever the order of the rows") {
    const RecordedRevisions recorded(
        {{"b", "{a}", "{}", "up of b", "down of b"},
         {"a10", "{}", "{}", "up of a10", std::nullopt},
         {"a", "{}", "{}", "up of a", ""},
         {"m", R"({b,"with \"quotes\", and more"})", "{a10}", "up of m", "down of m"}});
    CHECK_FALSE(recorded.empty());
    const auto merge = recorded.find("m");
    REQUIRE(merge);
    CHECK(merge->revision == "m");
    CHECK(merge->parents == std::vector<std::string>{"b", "with \"quotes\", and more"});
    CHECK(merge->dependencies == std::vector<std::string>{"a10"});
    CHECK(merge->checksum == "up of m");
    CHECK(merge->downgrade_checksum == "down of m");
    CHECK(recorded.find("a")->checksum == "up of a");
    CHECK(recorded.find("a10")->downgrade_checksum.empty());
    CHECK(recorded.find("b")->parents == std::vector<std::string>{"a"});
    for (const char* unknown : {"", "a1", "a100", "c", "z"}) {
        CHECK_FALSE(recorded.contains(unknown));
        CHECK_FALSE(recorded.find(unknown));
    }
}

TEST_CASE("nothing is recorded in a new database") {
    CHECK(RecordedRevisions().empty());
    CHECK_FALSE(RecordedRevisions(Rows{}).contains("a"));
}
