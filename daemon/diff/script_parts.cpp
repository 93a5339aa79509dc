#include "diff/script_parts.hpp"

#include <algorithm>

namespace revisiond::diff {
namespace {

constexpr const char* unchecked_bodies = "SET check_function_bodies = off";

bool makes_routine(const Statement& statement) {
    return statement.text.starts_with("CREATE OR REPLACE FUNCTION") ||
           statement.text.starts_with("CREATE OR REPLACE PROCEDURE");
}

}  // namespace

void allow_forward_references(std::vector<Statement>& statements) {
    std::erase_if(statements,
                  [](const Statement& statement) { return statement.text == unchecked_bodies; });
    if (std::ranges::none_of(statements, makes_routine)) return;
    Statement statement;
    statement.text = unchecked_bodies;
    statement.object = statements.front().object;
    statements.insert(statements.begin(), std::move(statement));
}

std::vector<ScriptPart> split_into_parts(const std::vector<Statement>& statements) {
    std::vector<ScriptPart> parts(1);
    for (const Statement& statement : statements) {
        ScriptPart& last = parts.back();
        const bool other_mode = last.transaction == statement.outside_transaction;
        const bool cut = other_mode || (statement.commit_before && last.transaction);
        if (cut && !last.statements.empty()) parts.emplace_back();
        parts.back().transaction = !statement.outside_transaction;
        parts.back().statements.push_back(statement);
    }
    for (ScriptPart& part : parts) allow_forward_references(part.statements);
    return parts;
}

bool fits_one_transaction(const std::vector<Statement>& statements) {
    return std::ranges::none_of(statements, [](const Statement& statement) {
        return statement.outside_transaction || statement.commit_before;
    });
}

}  // namespace revisiond::diff
