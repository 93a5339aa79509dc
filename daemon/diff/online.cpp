#include "diff/online.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diff/conversion.hpp"
#include "diff/free_name.hpp"
#include "diff/simple.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

constexpr Hazards fails_on_rows{false, false, false, true};

bool is_table(Kind kind) {
    return kind == Kind::table || kind == Kind::foreign_table || kind == Kind::materialized_view;
}

// As the server spells it in an address. REQUIRES: no word of SQL, which our endings see to.
std::string spelled(const std::string& name) {
    const bool plain =
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos &&
        (name.front() < '0' || name.front() > '9');
    return plain ? name : sql::quote_identifier(name);
}

std::string with_concurrently(const std::string& text) {
    constexpr std::string_view word = "INDEX ";
    std::string result = text;
    return result.insert(text.find(word) + word.size(), "CONCURRENTLY ");
}

// "UNIQUE (a) INCLUDE (b) DEFERRABLE": what an index takes over, and what the constraint adds.
struct KeyDefinition {
    std::string_view words;  // UNIQUE or PRIMARY KEY
    std::string columns;     // (a) INCLUDE (b)
    bool distinct_nulls = true;
    std::string_view deferral;
};

KeyDefinition read_key(std::string_view definition) {
    KeyDefinition key;
    key.words = definition.starts_with("PRIMARY KEY") ? "PRIMARY KEY" : "UNIQUE";
    definition.remove_prefix(key.words.size() + 1);
    constexpr std::string_view not_distinct = "NULLS NOT DISTINCT ";
    if (definition.starts_with(not_distinct)) {
        key.distinct_nulls = false;
        definition.remove_prefix(not_distinct.size());
    }
    const auto end = definition.rfind(')') + 1;
    key.columns = definition.substr(0, end);
    key.deferral = definition.substr(end);
    return key;
}

}  // namespace

OnlineForms::OnlineForms(const Catalog& from, const Catalog& to, const MigrationScript& script)
    : from_(from), to_(to), script_(script) {
    for (const Change& change : script.changes) {
        const bool made = change.type == ChangeType::create || change.type == ChangeType::replace;
        if (made && is_table(change.object.kind)) made_.insert(change.object.address);
    }
    note_what_stays_together();
    for (std::size_t i = 0; i < script.statements.size(); ++i) {
        const Statement& statement = script.statements[i];
        const Kind kind = statement.object.kind;
        if (!together_[i]) {
            if (statement.form == StatementForm::drop_index)
                drops_.emplace(statement.object.address, i);
            if (statement.form == StatementForm::create_index)
                creates_.emplace(statement.object.address, i);
        }
        if (kind != Kind::partition && kind != Kind::inheritance) continue;
        for (const Catalog* catalog : {&from_, &to_}) {
            const ObjectIndex index = catalog->find(kind, statement.object.address);
            if (index != no_object)
                attached_.insert(catalog->at(catalog->at(index).parent).address);
        }
    }
    for (std::size_t i = 0; i < script.statements.size(); ++i) rewrite(i);
}

// A foster parent that outlived its part would be a table of the catalog between two revisions.
void OnlineForms::note_what_stays_together() {
    std::size_t fosters = 0;
    for (const Statement& statement : script_.statements) {
        if (statement.form == StatementForm::make_foster) ++fosters;
        together_.push_back(fosters > 0);
        if (statement.form == StatementForm::drop_foster) --fosters;
    }
}

void OnlineForms::rewrite(std::size_t position) {
    const Statement& statement = script_.statements[position];
    if (together_[position]) {
        keep(statement);
        statements.back().together = true;
        return;
    }
    switch (statement.form) {
        case StatementForm::create_index:
            return create_index(position);
        case StatementForm::drop_index:
            return drop_index(position);
        case StatementForm::add_constraint:
            return add_constraint(statement);
        case StatementForm::set_not_null:
            return set_not_null(statement);
        case StatementForm::other:
        case StatementForm::make_foster:
        case StatementForm::drop_foster:
            keep(statement);
    }
}

// What is said of something that is made without a transaction is said there too.
void OnlineForms::keep(const Statement& statement) {
    const bool of_last =
        statement.form == StatementForm::other && statement.object == last_concurrent_;
    const Stage stage = of_last || statement.outside_transaction ? Stage::concurrent : Stage::plain;
    statements.push_back({statement, stage, {}});
    if (!of_last) last_concurrent_ = {};
    Statement& kept = statements.back().statement;
    kept.no_online_form = kept.hazards.blocks_writers || kept.hazards.rewrites_table;
}

void OnlineForms::add(const Statement& like, std::string text, Stage stage, Hazards hazards) {
    OnlineStatement made{like, stage, {}};
    made.statement.text = std::move(text);
    made.statement.hazards = hazards;
    made.statement.outside_transaction = stage == Stage::concurrent;
    statements.push_back(std::move(made));
    last_concurrent_ = stage == Stage::concurrent ? like.object : ObjectName{};
}

const Object* OnlineForms::in_to(const ObjectName& name) const {
    const ObjectIndex index = to_.find(name.kind, name.address);
    return index == no_object ? nullptr : &to_.at(index);
}

const Object* OnlineForms::in_from(const ObjectName& name) const {
    const ObjectIndex index = from_.find(name.kind, name.address);
    return index == no_object ? nullptr : &from_.at(index);
}

bool OnlineForms::in_use(const Object& table) const {
    return from_.find(table.kind, table.address) != no_object && !made_.contains(table.address);
}

bool OnlineForms::is_attached(const std::string& table) const {
    return attached_.contains(table);
}

bool OnlineForms::can_outlive(const Object& old, std::size_t first, std::size_t last) const {
    for (std::size_t i = first + 1; i < last; ++i) {
        const ObjectName& name = script_.statements[i].object;
        for (const ObjectIndex on : old.depends_on) {
            const Object& needed = from_.at(on);
            if (needed.kind == name.kind && needed.address == name.address) return false;
        }
    }
    return true;
}

// Indexes

void OnlineForms::create_index(std::size_t position) {
    const Statement& statement = script_.statements[position];
    const Object* index = in_to(statement.object);
    if (index == nullptr) return keep(statement);
    const Object& table = to_.at(index->parent);
    if (!in_use(table)) return keep(statement);
    // On the parent alone, without its partitions, it is only declared.
    if (index->has(Property::is_partition)) {
        keep(statement);
        statements.back().statement.hazards = {};
        statements.back().statement.no_online_form = false;
        return;
    }
    const auto dropped = drops_.find(statement.object.address);
    if (dropped != drops_.end() &&
        can_outlive(*in_from(statement.object), dropped->second, position)) {
        return swap_index(statement, *index);
    }
    add(statement, with_concurrently(statement.text), Stage::concurrent);
}

// The old one serves until the new one is there.
void OnlineForms::swap_index(const Statement& create, const Object& index) {
    const std::string fresh =
        spelled(diff::free_name(from_, to_, index.schema, index.name, "_new"));
    const std::string schema =
        index.address.substr(0, index.address.size() - last_part(index.address).size());
    std::string text = with_concurrently(create.text);
    const auto at = text.find(" ON ", text.find("CONCURRENTLY "));
    const auto begin = text.find("CONCURRENTLY ") + std::string_view("CONCURRENTLY ").size();
    text.replace(begin, at - begin, fresh);
    add(create, std::move(text), Stage::concurrent);
    add(create, "DROP INDEX CONCURRENTLY " + index.address, Stage::concurrent);
    add(create,
        fmt::format("ALTER INDEX {}{} RENAME TO {}", schema, fresh, last_part(index.address)),
        Stage::concurrent);
    statements.back().statement.outside_transaction = false;
}

void OnlineForms::drop_index(std::size_t position) {
    const Statement& statement = script_.statements[position];
    const Object* index = in_from(statement.object);
    if (index == nullptr || index->has(Property::is_partition)) return keep(statement);
    const Object& table = from_.at(index->parent);
    if (to_.find(table.kind, table.address) == no_object || made_.contains(table.address)) {
        return keep(statement);
    }
    const auto created = creates_.find(statement.object.address);
    const Object* fresh = in_to(statement.object);
    if (created != creates_.end() && fresh != nullptr && !fresh->has(Property::is_partition) &&
        to_.at(fresh->parent).address == table.address && created->second > position &&
        can_outlive(*index, position, created->second)) {
        return;  // when the new one is there
    }
    add(statement, "DROP INDEX CONCURRENTLY " + index->address, Stage::concurrent);
}

// Constraints

void OnlineForms::add_constraint(const Statement& statement) {
    const Object* constraint = in_to(statement.object);
    if (constraint == nullptr || constraint->is(Property::validated, "f")) return keep(statement);
    const Object& owner = to_.at(constraint->parent);
    const Object& table = owner.kind == Kind::column ? to_.at(owner.parent) : owner;
    if (!in_use(table) || is_attached(table.address)) return keep(statement);
    const std::string& type = constraint->get(Property::constraint_type);
    if (type == "p" || type == "u") return add_by_index(statement, *constraint, table);
    const bool partitioned = table.has(Property::partition_key);
    const bool refused = partitioned && (type == "f" || constraint->kind == Kind::not_null);
    if (type == "x" || refused) return keep(statement);
    add(statement, statement.text + " NOT VALID", Stage::plain);
    const std::string name = constraint->kind == Kind::not_null ? constraint->get(Property::name_)
                                                                : own_name(*constraint);
    add(statement,
        fmt::format("ALTER {} {} VALIDATE CONSTRAINT {}", catalog::sql_words(table.kind),
                    table.address, name),
        Stage::validate, fails_on_rows);
    checked.push_back(statement.object);
}

void OnlineForms::add_by_index(const Statement& statement, const Object& constraint,
                               const Object& table) {
    if (table.has(Property::partition_key)) {
        keep(statement);
        statements.back().statement.hazards = {};
        statements.back().statement.no_online_form = false;
        return;
    }
    const std::string& definition = constraint.get(Property::definition);
    if (table.kind != Kind::table || definition.find("WITHOUT OVERLAPS") != std::string::npos) {
        return keep(statement);
    }
    const KeyDefinition key = read_key(definition);
    const std::string name = own_name(constraint);
    std::string options = option_list(constraint.get(Property::options));
    if (!options.empty()) options = fmt::format(" WITH ({})", options);
    // NULLS NOT DISTINCT stands behind INCLUDE, and before WITH.
    add(statement,
        fmt::format("CREATE UNIQUE INDEX CONCURRENTLY {} ON {} USING btree {}{}{}", name,
                    table.address, key.columns, key.distinct_nulls ? "" : " NULLS NOT DISTINCT",
                    options),
        Stage::concurrent, fails_on_rows);
    add(statement,
        fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {} USING INDEX {}{}", table.address, name,
                    key.words, name, key.deferral),
        Stage::concurrent);
    statements.back().statement.outside_transaction = false;
}

// NOT NULL: a check constraint that has been validated proves it, and no row is looked at again.

void OnlineForms::set_not_null(const Statement& statement) {
    const Object* column = in_to(statement.object);
    if (column == nullptr) return keep(statement);
    const Object& table = to_.at(column->parent);
    if (!in_use(table) || table.kind != Kind::table || is_attached(table.address)) {
        return keep(statement);
    }
    // With the parent's, which has been set by then, this is said already.
    for (const ObjectIndex on : column->depends_on) {
        const Object& parent = to_.at(on);
        if (parent.kind != Kind::column || !parent.has(Property::not_null)) continue;
        if (!to_.at(parent.parent).has(Property::partition_key)) continue;
        statements.push_back({statement, Stage::plain, {}});
        statements.back().statement.hazards = {};
        return;
    }
    const bool partitioned = table.has(Property::partition_key);
    const std::string name = free_name(table, table.name + "_" + column->name + "_is_not_null");
    const std::string alter =
        fmt::format("ALTER TABLE {}{} ", partitioned ? "" : "ONLY ", table.address);
    const std::string drop = fmt::format("{}DROP CONSTRAINT IF EXISTS {}", alter, spelled(name));
    add(statement,
        fmt::format("{}ADD CONSTRAINT {} CHECK ({} IS NOT NULL){} NOT VALID", alter, spelled(name),
                    own_name(*column), partitioned ? "" : " NO INHERIT"),
        Stage::plain);
    Statement undo = statement;
    undo.text = drop;
    undo.hazards = {};
    statements.back().undo.push_back(undo);
    add(statement,
        fmt::format("ALTER TABLE {} VALIDATE CONSTRAINT {}", table.address, spelled(name)),
        Stage::validate_now, fails_on_rows);
    add(statement, statement.text, Stage::plain);
    add(statement, drop, Stage::plain);
    aids.push_back({Kind::constraint, fmt::format("{} ON {}", spelled(name), table.address)});
}

std::string OnlineForms::free_name(const Object& table, std::string_view wanted) const {
    return unused_name(wanted, "", [&](const std::string& name) {
        const std::string address = fmt::format("{} ON {}", spelled(name), table.address);
        const ObjectName aid{Kind::constraint, address};
        return in_from(aid) != nullptr || in_to(aid) != nullptr ||
               std::ranges::find(aids, aid) != aids.end();
    });
}

}  // namespace revisiond::diff
