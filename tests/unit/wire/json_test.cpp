#include "wire/json.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <nlohmann/json.hpp>

using namespace revisiond;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

json parsed(const std::string& text) {
    INFO(text);
    CHECK(text.find('\n') == std::string::npos);
    return json::parse(text);
}

sql::Statement statement(const std::string& text, std::uint32_t line) {
    sql::Statement result;
    result.text = text;
    result.line = line;
    return result;
}

plan::PlanStep step(const std::string& id, const std::string& text, graph::RowChange change) {
    plan::PlanStep result;
    result.revision = id;
    result.message = "make " + id;
    result.statements = {statement(text, 7)};
    result.verify = {statement("SELECT true", 9)};
    result.row_changes = {std::move(change)};
    return result;
}

plan::MigrationPlan two_steps() {
    plan::MigrationPlan plan;
    plan.digest = "v1:00";
    plan.from = {"z"};
    plan.to = {"b", "z"};
    plan.steps = {step("a", "SELECT 1", {graph::RowChange::Kind::insert, "", "a"}),
                  step("b", "SELECT 2", {graph::RowChange::Kind::update, "a", "b"})};
    plan.steps[1].transaction = false;
    return plan;
}

}  // namespace

TEST_CASE("a plan has exactly the promised shape") {
    CHECK(wire::to_json(two_steps()) ==
          R"({"digest":"v1:00","from":["z"],"to":["b","z"],"steps":[)"
          R"({"revision":"a","direction":"upgrade","message":"make a","transaction":true,)"
          R"("rows":["a","z"],"parents":[],"file":"","statements":[{"line":7,"sql":"SELECT 1"}],)"
          R"("verify":[{"line":9,"sql":"SELECT true"}]},)"
          R"({"revision":"b","direction":"upgrade","message":"make b","transaction":false,)"
          R"("rows":["b","z"],"parents":[],"file":"","statements":[{"line":7,"sql":"SELECT 2"}],)"
          R"("verify":[{"line":9,"sql":"SELECT true"}]}]})");
}

TEST_CASE("passwords in SQL do not leave") {
    plan::MigrationPlan plan = two_steps();
    plan.steps[0].statements[0].text = "CREATE ROLE r PASSWORD 'hunter2'";
    CHECK_THAT(wire::to_json(plan), !Contains("hunter2") && Contains("CREATE ROLE r PASSWORD"));

    apply::StatementReport report;
    report.sql = "ALTER ROLE r PASSWORD 'hunter2'";
    service::Outcome outcome;
    outcome.dry_run = true;
    CHECK_THAT(wire::to_json(outcome, {report}), !Contains("hunter2"));

    database::HistoryRow row;
    row.error = "CREATE USER MAPPING FOR u SERVER s OPTIONS (password 'hunter2')";
    CHECK_THAT(wire::to_json(std::vector{row}), !Contains("hunter2"));

    database::LockHolder holder;
    holder.query = "ALTER ROLE r PASSWORD 'hunter2'";
    CHECK_THAT(wire::to_json(std::optional(holder)), !Contains("hunter2"));

    apply::RunFailure failure;
    failure.failure.kind = apply::FailureKind::sql;
    failure.failure.diagnostic = make_error("apply.statement-failed", "syntax error");
    failure.failure.diagnostic.at.line_text = "ALTER ROLE r PASSWORD 'hunter2' oops;";
    failure.failure.server.emplace();
    failure.failure.server->internal_query = "ALTER ROLE r PASSWORD 'hunter2' oops";
    CHECK_THAT(wire::to_json(service::to_problem(failure, {})), !Contains("hunter2"));
}

TEST_CASE("what is not UTF-8 is replaced, and the JSON stays JSON") {
    service::NewFile file;
    file.text = "caf\xe9 \x01 ü";
    CHECK(parsed(wire::to_json(file))["text"] == "caf\xef\xbf\xbd \x01 ü");
    CHECK(parsed(wire::sql_to_json("\xff"))["sql"] == "\xef\xbf\xbd");
}

TEST_CASE("a problem is its first error, where it is and what the server sent") {
    apply::RunFailure failure;
    failure.failure.kind = apply::FailureKind::sql;
    failure.failure.revision = "b";
    failure.failure.diagnostic = make_error("apply.statement-failed", "it failed", "mend it");
    failure.failure.diagnostic.at = {"m/b.sql", 7, 4, 2, "an oops"};
    failure.failure.server.emplace();
    failure.failure.server->sqlstate = "42P01";
    failure.failure.server->detail = "more";
    failure.result.applied = {"a"};
    const json problem = parsed(wire::to_json(service::to_problem(failure, {})));
    const json& error = problem["error"];
    CHECK(error["code"] == "apply.statement-failed");
    CHECK(error["message"] == "it failed");
    CHECK(error["file"] == "m/b.sql");
    CHECK(error["line"] == 7);
    CHECK(error["column"] == 4);
    CHECK(error["text"] == "an oops");
    CHECK(error["width"] == 2);
    CHECK(error["hint"] == "mend it");
    CHECK(error["kind"] == "sql");
    CHECK(error["revision"] == "b");
    CHECK(error["sqlstate"] == "42P01");
    CHECK(error["server"]["detail"] == "more");
    CHECK(problem["applied"] == json{"a"});
    CHECK(problem["diagnostics"].size() == 1);
}

TEST_CASE("the error is the first error among warnings") {
    const json problem = parsed(wire::to_json(Diagnostics{
        make_warning("w", "careful"), make_error("e", "broken"), make_error("f", "x")}));
    CHECK(problem["error"]["code"] == "e");
    CHECK(problem["diagnostics"].size() == 3);
    CHECK(problem["diagnostics"][0]["severity"] == "warning");
    CHECK_FALSE(problem.contains("applied"));
    CHECK_FALSE(problem["error"].contains("line"));
    CHECK_FALSE(problem["error"].contains("text"));
}

TEST_CASE("an outcome says done, dry_run or nothing_to_do") {
    service::Outcome outcome;
    outcome.plan = two_steps();
    outcome.result.applied = {"a", "b"};
    outcome.result.rows = {"b", "z"};
    json shape = parsed(wire::to_json(outcome));
    CHECK(shape["outcome"] == "done");
    CHECK(shape["digest"] == "v1:00");
    CHECK(shape["applied"] == json{"a", "b"});
    CHECK_FALSE(shape.contains("statements"));

    outcome.dry_run = true;
    outcome.result.not_run = {"b"};
    apply::StatementReport report;
    report.elapsed = std::chrono::microseconds(1500);
    report.rows = 3;
    shape = parsed(wire::to_json(outcome, {report}));
    CHECK(shape["outcome"] == "dry_run");
    CHECK(shape["not_run"] == json{"b"});
    CHECK(shape["statements"][0]["microseconds"] == 1500);
    CHECK(shape["statements"][0]["rows"] == 3);

    outcome.nothing_to_do = true;
    CHECK(parsed(wire::to_json(outcome))["outcome"] == "nothing_to_do");
}

TEST_CASE("a lock without a holder is not held") {
    CHECK(wire::to_json(std::optional<database::LockHolder>()) ==
          R"({"held":false,"holder":null})");
    database::LockHolder holder;
    holder.host = "web-1";
    const json shape = parsed(wire::to_json(std::optional(holder)));
    CHECK(shape["held"] == true);
    CHECK(shape["holder"]["host"] == "web-1");
    CHECK(shape["holder"]["url"].is_null());
}

TEST_CASE("status and check carry the state by name") {
    service::Status status;
    status.database = "main";
    status.state = service::StateKind::ahead;
    status.pending = {{"a", "make a"}};
    status.modified = {{"b", "m/b.sql", true, false}};
    json shape = parsed(wire::to_json(status));
    CHECK(shape["state"] == "ahead");
    CHECK(shape["pending"][0]["message"] == "make a");
    CHECK(shape["modified"][0]["upgrade"] == true);
    CHECK(shape["lock"].is_null());

    service::CheckResult check;
    check.reasons = {make_error("check.pending", "1 of 1")};
    shape = parsed(wire::to_json(check));
    CHECK(shape["ok"] == false);
    CHECK(shape["status"].is_null());
    CHECK(shape["reasons"][0]["code"] == "check.pending");
    check.status = status;
    CHECK(parsed(wire::to_json(check))["status"]["state"] == "ahead");
}

TEST_CASE("revisions are listed with everything a line says of them") {
    service::RevisionView view;
    view.id = "m";
    view.parents = {"a", "b"};
    view.merge_point = true;
    const json one = parsed(wire::to_json(std::vector{view}))[0];
    CHECK(one["revision"] == "m");
    CHECK(one["down_revisions"] == json{"a", "b"});
    CHECK(one["merge_point"] == true);
    CHECK(one["created"].is_null());
    const json branch = parsed(wire::to_json(std::vector{service::Branch{view, {view, view}}}))[0];
    CHECK(branch["next"].size() == 2);
    CHECK(wire::to_json(std::vector<service::RevisionView>()) == "[]");
}
