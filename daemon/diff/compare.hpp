// The room diff: two catalogs into the statements that lead from one to the other. It decides; it
// reads no database and runs nothing. Pure.
//
// How it works: `comparison.hpp` finds what is created, dropped, altered or must be rebuilt;
// `rules.hpp` knows how each kind says so in SQL, one file a kind; `order.hpp` sorts by what each
// statement needs, gives and destroys.
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.hpp"

namespace revisiond::diff {

// What a statement costs whoever uses the database meanwhile, or the data.
struct Hazards {
    bool loses_data = false;
    bool rewrites_table = false;
    bool blocks_writers = false;
    bool may_fail = false;  // depending on the rows: a NOT NULL, a cast, a new constraint
    bool any() const { return loses_data || rewrites_table || blocks_writers || may_fail; }
};

// Which object a statement or a difference is about.
struct ObjectName {
    catalog::Kind kind = catalog::Kind::schema;
    std::string address;
    std::string display() const;  // "table app.users"
    bool operator==(const ObjectName&) const = default;
};

// What a statement does, where the same can be done otherwise so that nobody is blocked.
enum class StatementForm {
    other,
    create_index,
    drop_index,
    add_constraint,
    set_not_null,
    make_foster,  // up to its drop_foster everything stays together
    drop_foster,
};

// One statement of a migration.
struct Statement {
    std::string text;  // without semicolon
    ObjectName object;
    Hazards hazards;
    bool outside_transaction = false;  // PostgreSQL refuses it in a transaction block
    bool commit_before = false;  // uses what is visible only after a commit (a new enum label)
    StatementForm form = StatementForm::other;
    bool no_online_form = false;  // of an online script: blocks, and there is no other way
};

// Whether one that blocks writers keeps readers out as well: building an index and adding a foreign
// key do not.
bool blocks_readers(const Statement& statement);

enum class ChangeType { create, drop, alter, replace };

// One object that differs, as a person would say it.
struct Change {
    ChangeType type = ChangeType::alter;
    ObjectName object;
    std::vector<catalog::Property> properties;  // of alter and replace: what differs
    bool rebuilt = false;  // equal on both sides, but in the way of another change
};

// A drop and a create that may be one object with a new name.
struct RenameCandidate {
    catalog::Kind kind = catalog::Kind::table;
    std::string from;  // address
    std::string to;    // address
};

// How to get from one catalog to another.
struct MigrationScript {
    std::vector<Statement> statements;  // in order
    std::vector<Change> changes;        // by kind and address; empty: there is nothing to do
    std::vector<RenameCandidate> rename_candidates;
    // Differences for which there is no statement, in words that name the object. Not empty: the
    // script does not reach its goal, and the caller must stop and say so.
    std::vector<std::string> inexpressible;

    bool empty() const { return changes.empty() && inexpressible.empty(); }
};

// What counts as a difference.
struct DiffOptions {
    bool privileges = false;
    bool owners = false;
    bool tablespaces = false;
    // Patterns with * and ? against "schema" or "schema.name" of a top-level object (its children
    // follow it), or "kind:pattern". No include means all. Exclude wins.
    std::vector<std::string> include;
    std::vector<std::string> exclude;
};

// REQUIRES: both read from servers of one major version.
MigrationScript compare(const catalog::Catalog& from, const catalog::Catalog& to,
                        const DiffOptions& options = {});

}  // namespace revisiond::diff
