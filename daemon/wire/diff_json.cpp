#include <nlohmann/json.hpp>

#include "sql/redact.hpp"
#include "wire/json.hpp"
#include "wire/shapes.hpp"

namespace revisiond::wire {

namespace {

std::string_view word_of(diff::ChangeType type) {
    switch (type) {
        case diff::ChangeType::create:
            return "create";
        case diff::ChangeType::drop:
            return "drop";
        case diff::ChangeType::alter:
            return "alter";
        case diff::ChangeType::replace:
            return "replace";
    }
    return "";
}

Json change_of(const diff::Change& change) {
    Json properties = Json::array();
    for (const catalog::Property property : change.properties) {
        properties.push_back(catalog::name_of(property));
    }
    return {{"type", word_of(change.type)},
            {"kind", catalog::name_of(change.object.kind)},
            {"object", change.object.address},
            {"properties", std::move(properties)},
            {"rebuilt", change.rebuilt}};
}

Json statement_of(const diff::Statement& statement) {
    Json hazards = Json::array();
    if (statement.hazards.loses_data) hazards.push_back("loses_data");
    if (statement.hazards.rewrites_table) hazards.push_back("rewrites_table");
    if (statement.hazards.blocks_writers) hazards.push_back("blocks_writers");
    if (statement.hazards.may_fail) hazards.push_back("may_fail");
    return {{"sql", sql::redact_sql(statement.text)},
            {"kind", catalog::name_of(statement.object.kind)},
            {"object", statement.object.address},
            {"hazards", std::move(hazards)},
            {"outside_transaction", statement.outside_transaction},
            {"commit_before", statement.commit_before}};
}

}  // namespace

std::string to_json(const diff::MigrationScript& script) {
    Json changes = Json::array();
    for (const diff::Change& change : script.changes) changes.push_back(change_of(change));
    Json statements = Json::array();
    for (const diff::Statement& statement : script.statements) {
        statements.push_back(statement_of(statement));
    }
    Json candidates = Json::array();
    for (const diff::RenameCandidate& candidate : script.rename_candidates) {
        candidates.push_back({{"kind", catalog::name_of(candidate.kind)},
                              {"from", candidate.from},
                              {"to", candidate.to}});
    }
    return dump({{"changes", std::move(changes)},
                 {"statements", std::move(statements)},
                 {"rename_candidates", std::move(candidates)}});
}

}  // namespace revisiond::wire
