#include <catch2/catch.hpp>

#include "base/text.hpp"
#include "cli/alembic_file.hpp"
#include "cli/database_printer.hpp"
#include "cli/plan_printer.hpp"
#include "cli/progress.hpp"
#include "cli/revision_printer.hpp"
#include "cli/style.hpp"

using namespace revisiond;
using namespace revisiond::cli;

namespace {

service::RevisionView merge_point() {
    service::RevisionView view;
    view.id = "9f2c";
    view.parents = {"23e1", "4be1"};
    view.depends_on = {"aaaa"};
    view.labels = {"accounts"};
    view.message = "join";
    view.long_message = "Two lines\nof prose.";
    view.created = "2026-11-22T10:15:00Z";
    view.file = "migrations/9f2c_join.sql";
    view.head = true;
    view.merge_point = true;
    return view;
}

}  // namespace

TEST_CASE("a line says what the command asks for") {
    service::RevisionView view = merge_point();
    CHECK(revision_line(view, {}) == "9f2c (head) (mergepoint)");
    CHECK(revision_line(view, {.labels = true, .tree = false}) == "9f2c (accounts) (head)");
    view.current = true;
    CHECK(revision_line(view, {.labels = true, .message = true, .parents = true}) ==
          "23e1, 4be1 (aaaa) -> 9f2c (accounts) (head) (current) (mergepoint), join");
    view.effective_head = true;
    CHECK(revision_line(view, {.tree = false}) == "9f2c (effective head) (current)");
    view.parents.clear();
    view.depends_on.clear();
    CHECK(revision_line(view, {.parents = true, .tree = false}) ==
          "<base> -> 9f2c (effective head) (current)");
}

TEST_CASE("a base follows <base>") {
    service::RevisionView view;
    view.id = "a";
    view.branch_point = true;
    CHECK(revision_line(view, {.message = true, .parents = true}) == "<base> -> a (branchpoint), ");
}

TEST_CASE("a block is Alembic's") {
    CHECK(revision_block(merge_point()) ==
          "Rev: 9f2c (head) (mergepoint)\n"
          "Merges: 23e1, 4be1\n"
          "Also depends on: aaaa\n"
          "Branch names: accounts\n"
          "Path: migrations/9f2c_join.sql\n"
          "\n"
          "    join\n"
          "    \n"
          "    Two lines\n"
          "    of prose.\n"
          "    \n"
          "    Revision ID: 9f2c\n"
          "    Revises: 23e1, 4be1\n"
          "    Create Date: 2026-11-22 10:15:00\n");
}

TEST_CASE("colour is for terminals, unless one says so") {
    CHECK(wants_color(ColorMode::automatic, true, nullptr));
    CHECK(wants_color(ColorMode::automatic, true, ""));
    CHECK_FALSE(wants_color(ColorMode::automatic, true, "1"));
    CHECK_FALSE(wants_color(ColorMode::automatic, false, nullptr));
    CHECK(wants_color(ColorMode::always, false, "1"));
    CHECK_FALSE(wants_color(ColorMode::never, true, nullptr));
    CHECK(Style(false).red("x") == "x");
    CHECK(Style(true).red("x") == "\x1b[31mx\x1b[0m");
}

TEST_CASE("durations read well at every size") {
    CHECK(duration_text(1500) == "1.5 ms");
    CHECK(duration_text(4'200'000) == "4.2 s");
    CHECK(duration_text(125'000'000) == "2 min 5 s");
    CHECK(duration_text(7'260'000'000) == "2 h 1 min");
}

TEST_CASE("a step's log line is Alembic's") {
    plan::PlanStep step;
    step.revision = "b";
    step.parents = {"a"};
    step.message = "add b";
    CHECK(step_line(step) == "Running upgrade a -> b, add b");
    step.direction = graph::Direction::downgrade;
    CHECK(step_line(step) == "Running downgrade b -> a, add b");
    step.parents.clear();
    CHECK(step_line(step) == "Running downgrade b -> , add b");
    step.message.clear();
    CHECK(step_line(step) == "Running downgrade b -> ");
}

TEST_CASE("the line of a terminal has a bar of what is done, and fits") {
    CHECK(progress_text({1, 4}, "a", "2.0 s", 80) == "[....................] 1/4 a … 2.0 s");
    CHECK(progress_text({3, 4}, "a", "2.0 s", 80) == "[##########..........] 3/4 a … 2.0 s");
    CHECK(progress_text({5, 4}, "a", "2.0 s", 0) == "[####################] 5/4 a … 2.0 s");
    CHECK(progress_text({0, 2}, "a", "2.0 s", 40) == "[..........] 0/2 a … 2.0 s");
    CHECK(progress_text({2, 2}, "a", "2.0 s", 31) == "2/2 a … 2.0 s");
    CHECK(progress_text({}, "waiting", "2.0 s", 80) == "waiting … 2.0 s");
    CHECK(progress_text({2, 3}, "ääääääää", "1 s", 16) == "2/3 äääää … 1 s");
    const std::string statement = "SELECT " + std::string(200, 'x');
    CHECK(progress_text({2, 3}, statement, "1 s", 0).find(statement) != std::string::npos);
    for (std::size_t columns = 10; columns < 100; ++columns) {
        CHECK(count_code_points(progress_text({2, 3}, statement, "1 s", columns)) < columns);
    }
}

TEST_CASE("a statement is shown by its first line") {
    CHECK(first_line("SELECT 1") == "SELECT 1");
    CHECK(first_line("SELECT 1\nFROM t") == "SELECT 1…");
    CHECK(first_line("ääää", 2) == "ää…");
}

TEST_CASE("Python literals keep every byte") {
    CHECK(python_literal("plain") == "\"plain\"");
    CHECK(python_literal("a\"b\\c\td") == "\"a\\\"b\\\\c\\td\"");
    CHECK(python_literal("a\nb\"\"\"\r") == "\"\"\"a\nb\\\"\\\"\\\"\\r\"\"\"");
    CHECK(python_literal(std::string_view("\x01", 1)) == "\"\\x01\"");
}

TEST_CASE("the overview counts what it does not list") {
    service::Status status;
    status.database = "main";
    status.connection = "postgresql://app@db/shop";
    status.server.server_version = 150018;
    status.state = service::StateKind::pending;
    status.revisions = 25;
    for (int i = 0; i < 25; ++i) status.pending.push_back({"r" + std::to_string(i), "m"});
    status.pending[3].message = "one\ntwo";
    const std::string text = status_text(status, {}, Style());
    CHECK(text.find("PostgreSQL 15.18") != std::string::npos);
    CHECK(text.find("25 of 25") != std::string::npos);
    CHECK(text.find("  r19  m") != std::string::npos);
    CHECK(text.find("  r3  one two\n") != std::string::npos);
    CHECK(text.find("  r20  m") == std::string::npos);
    CHECK(text.find("and 5 more") != std::string::npos);
    CHECK(text.find("nobody") != std::string::npos);
}
