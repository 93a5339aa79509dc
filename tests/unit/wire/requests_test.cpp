// Bodies of requests, and answers read back.
#include <catch2/catch.hpp>

#include "wire/answers.hpp"
#include "wire/daemon_json.hpp"
#include "wire/json.hpp"
#include "wire/requests.hpp"

using namespace revisiond;
using namespace revisiond::wire;

namespace {

std::string complaint(const char* body) {
    const auto read = read_apply_body(body);
    return read ? "" : read.error().message + " | " + read.error().hint;
}

}  // namespace

TEST_CASE("an apply without anything is an upgrade to heads") {
    for (const char* body : {"", "{}", R"({"target": null})"}) {
        const auto read = read_apply_body(body);
        REQUIRE(read);
        CHECK(read->direction == graph::Direction::upgrade);
        CHECK(read->target == "heads");
        CHECK(!read->plan);
        CHECK(!read->dry_run);
    }
    const auto all = read_apply_body(
        R"({"direction": "downgrade", "target": "-1", "plan": "v1:0", "dry_run": true,
            "database_id": {"system_identifier": "7", "oid": 5}, "acknowledge": ["drops_table"]})");
    REQUIRE(all);
    CHECK(all->direction == graph::Direction::downgrade);
    CHECK(all->target == "-1");
    CHECK(all->plan == "v1:0");
    CHECK(all->system_identifier == "7");
    CHECK(all->database_oid == 5);
    CHECK(all->acknowledge == std::vector<std::string>{"drops_table"});
}

TEST_CASE("a slip in a body never means a default") {
    CHECK(complaint(R"({"taget": "x"})") ==
          R"(the body has an unknown member "taget" | did you mean "target"?)");
    CHECK(complaint("[]") == R"(the body is not a JSON object | write {"member": value, …})");
    CHECK(complaint("{") == "this is not valid JSON | ");
    CHECK(complaint(R"({"dry_run": "yes"})") == "dry_run is not true or false | ");
    CHECK(complaint(R"({"direction": "up"})") ==
          R"(direction is neither "upgrade" nor "downgrade" | )");
    CHECK(complaint(R"({"direction": "downgrade"})").starts_with("a downgrade needs a target"));
    CHECK(complaint(R"({"acknowledge": [1]})") == "acknowledge is not an array of texts | ");
    CHECK(complaint(R"({"database_id": {"oid": 1}})").starts_with("database_id is not"));
    CHECK(complaint((std::string(100'000, '[')).c_str()) == "the JSON is nested too deep | ");
    CHECK(!read_stamp_body("{}"));
    CHECK(!read_repair_body(R"({"accept": "some"})"));
    const auto work = read_repair_body(
        R"({"accept": "all", "settle": [{"revision": "a", "done": true}, {"revision": "b", "done": false}]})");
    REQUIRE(work);
    CHECK(work->accept_all);
    CHECK(work->done == std::vector<std::string>{"a"});
    CHECK(work->retry == std::vector<std::string>{"b"});
}

TEST_CASE("what is written is read back") {
    service::Status status;
    status.database = "main";
    status.state = service::StateKind::ahead;
    status.current = {"a", "b"};
    status.pending = {{"c", "message"}};
    status.modified = {{"a", "a.sql", true, false}};
    const database::RunningOperation work = {
        "id", "upgrade", "heads", {"c"}, "2026-11-22T10:15:00.000Z", "anna", "web-2", 5};
    status.running = work;
    status.interrupted = {work};
    status.holder.emplace();
    status.holder->host = "web-1";
    status.holder->pid = 7;
    status.warnings = {make_warning("code", "words", "hint")};
    const auto read = read_status(to_json(status));
    REQUIRE(read);
    CHECK(to_json(*read) == to_json(status));

    service::Current current;
    current.revisions.emplace_back();
    current.revisions[0].id = "a";
    current.revisions[0].created = "2026-11-22T10:15:00Z";
    current.unknown_rows = {"z"};
    const auto read_back = read_current(to_json(current));
    REQUIRE(read_back);
    CHECK(to_json(*read_back) == to_json(current));

    database::HistoryRow row;
    row.id = 3;
    row.revision = "a";
    row.error = "words";
    const auto page = read_history_page(history_json(graph::RevisionMap::build({})->map, {row}, 3));
    REQUIRE(page);
    CHECK(to_json(page->rows) == to_json(std::vector{row}));
    CHECK(page->next == 3);
}

TEST_CASE("a status that the daemon could not ask for is no status") {
    const auto unread = read_status(R"({"database": "main", "state": "unknown", "error": null})");
    REQUIRE(!unread);
    CHECK(unread.error().message == "the daemon has not read main yet");
    const auto away =
        read_status(R"({"database": "main", "state": "unreachable", "error": "words"})");
    REQUIRE(!away);
    CHECK(away.error().message == "the daemon cannot ask main: words");
}

TEST_CASE("what is no answer of a daemon is said to be none") {
    for (const char* text : {"", "<html>", "[]", "{}", R"({"database": 5})",
                             R"({"database": "main", "state": "of-tomorrow"})"}) {
        CHECK(!read_status(text));
        const auto problem = read_problem(text, 502);
        CHECK(problem.reason().message == "the server answered with the status 502");
    }
    const auto problem =
        read_problem(R"({"detail": "words", "code": "x", "hint": "do", "kind": "lock_held"})", 409);
    CHECK(problem.reason().message == "words");
    CHECK(problem.is(apply::FailureKind::lock_held));
}
