// What destroys data is told by its first words, and nothing else is.
#include <catch2/catch.hpp>

#include "plan/hazards.hpp"

using namespace revisiond;
using namespace revisiond::plan;

namespace {

// The codes of the hazards of one statement.
std::vector<std::string> codes(const std::string& sql) {
    MigrationPlan plan;
    PlanStep& step = plan.steps.emplace_back();
    step.revision = "aaaa";
    sql::Statement& statement = step.statements.emplace_back();
    statement.text = sql;
    statement.line = 7;
    std::vector<std::string> found;
    for (const Hazard& hazard : hazards_of(plan)) {
        CHECK(hazard.revision == "aaaa");
        CHECK(hazard.line == 7);
        found.push_back(hazard.code);
    }
    return found;
}

}  // namespace

TEST_CASE("statements that destroy data") {
    using Codes = std::vector<std::string>;
    CHECK(codes("DROP TABLE a") == Codes{"drops_table"});
    CHECK(codes("/* c */ drop  table if exists \"a\".b, c") == Codes{"drops_table"});
    CHECK(codes("DROP SCHEMA s CASCADE") == Codes{"drops_schema"});
    CHECK(codes("TRUNCATE a") == Codes{"truncates"});
    CHECK(codes("ALTER TABLE a DROP COLUMN b") == Codes{"drops_column"});
    CHECK(codes("ALTER TABLE a DROP b") == Codes{"drops_column"});
    CHECK(codes("ALTER TABLE a ADD c int, DROP COLUMN IF EXISTS b") == Codes{"drops_column"});
}

TEST_CASE("statements that do not") {
    for (const char* sql :
         {"CREATE TABLE a (x int)", "DROP INDEX i", "DROP VIEW v",
          "ALTER TABLE a DROP CONSTRAINT c", "ALTER TABLE a ALTER x DROP NOT NULL",
          "ALTER TABLE a ALTER COLUMN x DROP DEFAULT", "ALTER TABLE a ALTER x DROP EXPRESSION",
          "ALTER TABLE a ALTER x DROP IDENTITY", "ALTER TABLE a ADD \"DROP\" int",
          "SELECT 'DROP TABLE a'", "ALTER TABLE a ADD CHECK (drop_it > 0)", ""}) {
        INFO(sql);
        CHECK(codes(sql).empty());
    }
}
