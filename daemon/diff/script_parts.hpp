// Statements into the revisions that hold them: as few as PostgreSQL allows, or as many as it takes
// to block nobody.
#pragma once

#include <vector>

#include "catalog/catalog.hpp"
#include "diff/compare.hpp"

namespace revisiond::diff {

// Statements that one revision can hold.
struct ScriptPart {
    std::vector<Statement> statements;
    bool transaction = true;
    // Of an online part: what undoes those statements that the catalog behind the part, compared
    // with the one before it, does not show since both are looked at without `OnlineScript::aids`.
    std::vector<Statement> undo;
};

// Cut where PostgreSQL wants a commit between two statements (a new enum label before its use), and
// around those that it refuses in a transaction. Never empty.
std::vector<ScriptPart> split_into_parts(const std::vector<Statement>& statements);

// Whether all can run in one transaction.
bool fits_one_transaction(const std::vector<Statement>& statements);

// A script in its online form.
struct OnlineScript {
    std::vector<ScriptPart> parts;    // never empty
    std::vector<ObjectName> aids;     // constraints that come and go within the parts
    std::vector<ObjectName> checked;  // constraints that one part adds and a later one validates
};

// Indexes CONCURRENTLY, UNIQUE and PRIMARY KEY from such an index, constraints NOT VALID and then
// validated, NOT NULL by way of a check constraint: whatever is done to a table that has rows.
// CONCURRENTLY has parts of its own, without a transaction; what is validated has a part of its own
// too, so that nothing else is locked meanwhile. A statement goes into the first part that what it
// depends on allows. What blocks and has no such form is marked.
// `before`: statements that come first (renames). `from`: what they lead to.
OnlineScript online_script(const catalog::Catalog& from, const catalog::Catalog& to,
                           const std::vector<Statement>& before, const MigrationScript& script);

// The same for what is to run in a part that has no transaction already: as one list.
std::vector<Statement> online_statements(const catalog::Catalog& from, const catalog::Catalog& to,
                                         const MigrationScript& script);

// Function bodies may speak of what comes later: puts the setting that allows it in front.
void allow_forward_references(std::vector<Statement>& statements);

}  // namespace revisiond::diff
