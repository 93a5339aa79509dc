#include "plan/migration_plan.hpp"

#include <catch2/catch.hpp>

#include "project.hpp"

using namespace revisiond;
using namespace revisiond::plan;
using plan::test::file;
using plan::test::plan_of;
using plan::test::Project;
using Rows = std::vector<std::string>;

namespace {

const std::string two_sections = "-- [upgrade]\nSELECT 1;\nSELECT 2;\n-- [downgrade]\nSELECT 3;\n";

}  // namespace

TEST_CASE("a plan holds steps with their statements, lines and rows") {
    const MigrationPlan plan = plan_of({file("a", "", two_sections), file("b", "a", two_sections)});
    CHECK(plan.from.empty());
    CHECK(plan.to == Rows{"b"});
    REQUIRE(plan.steps.size() == 2);
    CHECK(plan.steps[1].parents == Rows{"a"});
    CHECK(plan.steps[1].message == "message of b");
    REQUIRE(plan.steps[1].statements.size() == 2);
    CHECK(plan.steps[1].statements[1].text == "SELECT 2");
    CHECK(plan.steps[1].statements[1].line == 7);
    CHECK(plan.steps[1].section() == script::SectionKind::upgrade);
}

TEST_CASE("a downgrade takes the other section and no verify") {
    const MigrationPlan plan = plan_of(
        {file("a", "", two_sections + "-- [verify]\nSELECT true;\n")}, graph::Direction::downgrade);
    CHECK(plan.from == Rows{"a"});
    CHECK(plan.to.empty());
    REQUIRE(plan.steps[0].statements.size() == 1);
    CHECK(plan.steps[0].statements[0].text == "SELECT 3");
    CHECK(plan.steps[0].verify.empty());
}

TEST_CASE("a downgrade across a file without [downgrade] is refused, every one named") {
    const std::string only_up = "-- [upgrade]\nSELECT 1;\n";
    const auto plan =
        Project({file("a", "", only_up), file("b", "a", only_up), file("c", "b", two_sections)})
            .everything(graph::Direction::downgrade);
    REQUIRE_FALSE(plan);
    REQUIRE(plan.error().size() == 2);
    CHECK(plan.error()[0].code == "plan.irreversible");
    CHECK(plan.error()[0].at.file == "m/1.sql");
    CHECK(plan.error()[1].message.find("revision a ") != std::string::npos);
}

TEST_CASE("without anything to undo a missing [downgrade] is fine") {
    CHECK(Project({file("a", "", "-- [upgrade]\n-- only words\n")})
              .everything(graph::Direction::downgrade));
    CHECK(Project({file("a", "", "")}).everything(graph::Direction::downgrade));
}

TEST_CASE("what cannot run in the file's transaction mode is refused at plan time") {
    const auto plan =
        Project({file("a", "", "-- [upgrade]\nCREATE INDEX CONCURRENTLY i ON t (x);\n")})
            .everything(graph::Direction::upgrade);
    REQUIRE_FALSE(plan);
    CHECK(plan.error()[0].at.line == 5);
    CHECK(plan.error()[0].hint.find("transaction = false") != std::string::npos);
}

TEST_CASE("the digest changes with what is run, and with nothing else") {
    const std::string base = plan_of({file("a", "", two_sections)}).digest;
    CHECK(base.substr(0, 3) == "v1:");
    CHECK(base.size() == 67);
    CHECK(plan_of({file("a", "", two_sections)}).digest == base);
    CHECK(plan_of({"-- words\n" + file("a", "", two_sections)}).digest == base);

    const std::string changed = "-- [upgrade]\nSELECT 1;\nSELECT 22;\n-- [downgrade]\nSELECT 3;\n";
    CHECK(plan_of({file("a", "", changed)}).digest != base);
    CHECK(plan_of({file("b", "", two_sections)}).digest != base);
    CHECK(plan_of({file("a", "", two_sections + "-- [verify]\nSELECT true;\n")}).digest != base);
    CHECK(plan_of({file("a", "", two_sections, "-- transaction = false\n")}).digest != base);
    CHECK(plan_of({file("a", "", two_sections)}, graph::Direction::downgrade).digest != base);
    CHECK(plan_of({file("a", "", two_sections), file("b", "a", two_sections)}).digest != base);
}

TEST_CASE("only the variables that files declare count") {
    const std::string text =
        file("a", "", "-- [upgrade]\nSELECT :'tenant';\n", "-- variables = [\"tenant\"]\n");
    const MigrationPlan one = plan_of({text}, graph::Direction::upgrade, {{"tenant", "x"}});
    const MigrationPlan other =
        plan_of({text}, graph::Direction::upgrade, {{"tenant", "x"}, {"unused", "y"}});
    const MigrationPlan third = plan_of({text}, graph::Direction::upgrade, {{"tenant", "z"}});
    CHECK(one.digest == other.digest);
    CHECK(one.digest != third.digest);
    CHECK(other.variables == Variables{{"tenant", "x"}});
    CHECK(one.steps[0].statements[0].text == "SELECT 'x'");
    CHECK_FALSE(Project({text}).everything(graph::Direction::upgrade));
}

TEST_CASE("a server's position is found in the file, in every section") {
    const MigrationPlan plan =
        plan_of({file("a", "", "-- [upgrade]\nSELECT 1;\n\n-- [verify]\nSELECT 'ä', oops;\n")});
    const PlanStep& step = plan.steps[0];
    const SourceLocation at =
        locate(step, script::SectionKind::verify, step.verify.at(0), 13, plan.variables);
    CHECK(at.file == "m/0.sql");
    CHECK(at.line == 8);
    CHECK(at.column == 13);
    const SourceLocation whole = locate(step, step.verify.at(0));
    CHECK(whole.line == 8);
    CHECK(whole.column == 0);
    CHECK(whole.line_text == "SELECT 'ä', oops;");
    CHECK(locate(step, step.statements.at(0)).line_text == "SELECT 1;");
}
