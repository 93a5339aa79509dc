// Statements in the forms that block nobody. Internal to the room.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "diff/script_parts.hpp"

namespace revisiond::diff {

// Where a statement may stand.
enum class Stage {
    plain,         // in a transaction
    validate,      // in a transaction with nothing but its like; at the end
    validate_now,  // the same, and what follows on its table waits for it
    concurrent,    // in none
};

// A statement in its online form.
struct OnlineStatement {
    Statement statement;
    Stage stage = Stage::plain;
    std::vector<Statement> undo;  // see ScriptPart::undo
    bool together = false;        // in one part with the statements around it that are so too
};

// Rewrites the statements of one script.
class OnlineForms {
  public:
    OnlineForms(const catalog::Catalog& from, const catalog::Catalog& to,
                const MigrationScript& script);

    std::vector<OnlineStatement> statements;
    std::vector<ObjectName> aids;
    std::vector<ObjectName> checked;

  private:
    void note_what_stays_together();
    void rewrite(std::size_t position);
    void keep(const Statement& statement);
    void add(const Statement& like, std::string text, Stage stage, Hazards hazards = {});
    void create_index(std::size_t position);
    void drop_index(std::size_t position);
    void swap_index(const Statement& create, const catalog::Object& index);
    void add_constraint(const Statement& statement);
    void add_by_index(const Statement& statement, const catalog::Object& constraint,
                      const catalog::Object& table);
    void set_not_null(const Statement& statement);

    const catalog::Object* in_to(const ObjectName& name) const;
    const catalog::Object* in_from(const ObjectName& name) const;
    // Whether the table of this child has rows that somebody may be writing.
    bool in_use(const catalog::Object& table) const;
    bool is_attached(const std::string& table) const;
    // Whether nothing that this index of `from` stands on changes between these statements.
    bool can_outlive(const catalog::Object& old, std::size_t first, std::size_t last) const;
    std::string free_name(const catalog::Object& table, std::string_view wanted) const;

    const catalog::Catalog& from_;
    const catalog::Catalog& to_;
    const MigrationScript& script_;
    std::unordered_set<std::string> made_;                  // tables that this script creates
    std::unordered_set<std::string> attached_;              // tables that it attaches to a parent
    std::vector<bool> together_;                            // by position
    std::unordered_map<std::string, std::size_t> drops_;    // of indexes, by address
    std::unordered_map<std::string, std::size_t> creates_;  // the same
    ObjectName last_concurrent_;  // what is being made without a transaction
};

}  // namespace revisiond::diff
