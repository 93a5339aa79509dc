#include <nlohmann/json.hpp>
#include <set>

#include "sql/redact.hpp"
#include "wire/json.hpp"
#include "wire/shapes.hpp"

namespace revisiond::wire {

namespace {

Json statements_of(const std::vector<sql::Statement>& statements) {
    Json json = Json::array();
    for (const sql::Statement& statement : statements) {
        json.push_back({{"line", statement.line}, {"sql", sql::redact_sql(statement.text)}});
    }
    return json;
}

void follow(std::set<std::string>& rows, const std::vector<graph::RowChange>& changes) {
    for (const graph::RowChange& change : changes) {
        if (change.kind != graph::RowChange::Kind::insert) rows.erase(change.from);
        if (change.kind != graph::RowChange::Kind::remove) rows.insert(change.to);
    }
}

}  // namespace

std::string to_json(const plan::MigrationPlan& plan) {
    Json steps = Json::array();
    std::set<std::string> rows(plan.from.begin(), plan.from.end());
    for (const plan::PlanStep& step : plan.steps) {
        follow(rows, step.row_changes);
        steps.push_back({{"revision", step.revision},
                         {"direction", graph::to_string(step.direction)},
                         {"message", step.message},
                         {"transaction", step.transaction},
                         {"rows", rows},
                         {"parents", step.parents},
                         {"file", step.file},
                         {"statements", statements_of(step.statements)},
                         {"verify", statements_of(step.verify)}});
    }
    return dump({{"digest", plan.digest},
                 {"from", plan.from},
                 {"to", plan.to},
                 {"steps", std::move(steps)}});
}

std::string sql_to_json(const std::string& sql) {
    return dump({{"sql", sql}});
}

std::string token_json(const std::string& token, const std::string& name, const std::string& sha256,
                       const std::string& scope, const std::string& expires) {
    return dump({{"token", token},
                 {"name", name},
                 {"sha256", sha256},
                 {"scope", scope},
                 {"expires", text_or_null(expires)}});
}

std::string dev_json(const std::string& dsn, const std::string& url, const std::string& token,
                     const std::vector<std::string>& applied,
                     const std::vector<std::string>& rows) {
    return dump(
        {{"dsn", dsn}, {"url", url}, {"token", token}, {"applied", applied}, {"rows", rows}});
}

std::string templates_to_json(const std::vector<std::string>& init,
                              const std::vector<std::string>& revision) {
    return dump({{"init", init}, {"revision", revision}});
}

std::string names_to_json(const std::vector<std::string>& names) {
    return dump(names);
}

}  // namespace revisiond::wire
