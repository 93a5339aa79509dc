// Where the rules of the kinds put their statements. Internal to the room.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "diff/pairing.hpp"

namespace revisiond::diff {

// What the extensions of a catalog own.
class ExtensionMembers {
  public:
    explicit ExtensionMembers(const Catalog& catalog);
    // no_object: it belongs to none.
    ObjectIndex extension_of(const Object& object) const;

  private:
    std::unordered_map<std::string, ObjectIndex> extensions_;  // by the member's identity
};

// Collects the statements of one action after the other.
class Writer {
  public:
    Writer(const Pairing& pairing, MigrationScript& script)
        : pairing_(pairing),
          script_(script),
          members_of_from_(pairing.from),
          members_of_to_(pairing.to) {}

    const Pairing& pairing() const { return pairing_; }
    const Catalog& from() const { return pairing_.from; }
    const Catalog& to() const { return pairing_.to; }
    const DiffOptions& options() const { return pairing_.options; }
    const ExtensionMembers& members_of_from() const { return members_of_from_; }
    const ExtensionMembers& members_of_to() const { return members_of_to_; }
    // Of a type that changes its kind: the other one.
    ObjectIndex index_in_from(const Object& object) const {
        const ObjectIndex same = from().find(object.kind, object.address);
        const ObjectIndex mine = same == no_object ? index_in_to(object) : no_object;
        return mine == no_object ? same : pairing_.from_of_to[mine];
    }
    ObjectIndex index_in_to(const Object& object) const {
        return to().find(object.kind, object.address);
    }

    // The object that the next statements are about. What is done to a new relation, without rows
    // and users, costs nobody time.
    void begin(const Object& object, bool of_new_relation) {
        object_ = {object.kind, object.address};
        of_new_relation_ = of_new_relation;
    }
    Statement& add(std::string text, Hazards hazards = {});
    void refuse(std::string what) { script_.inexpressible.push_back(std::move(what)); }

    // Created inside the statement of its parent: said by the plan before anything is written.
    void set_inlined(const std::vector<bool>* inlined) { inlined_ = inlined; }
    bool inlined(ObjectIndex to_index) const { return (*inlined_)[to_index]; }

    // Of a table with a foster parent: how many of its links are still to be written.
    std::size_t& links_left(ObjectIndex to_table) { return links_left_[to_table]; }

    // A new enum label cannot be used before a commit.
    void note_new_label(const std::string& literal);

  private:
    const Pairing& pairing_;
    MigrationScript& script_;
    ExtensionMembers members_of_from_;
    ExtensionMembers members_of_to_;
    ObjectName object_;
    bool of_new_relation_ = false;
    const std::vector<bool>* inlined_ = nullptr;
    std::set<std::string> new_labels_;
    std::map<ObjectIndex, std::size_t> links_left_;
};

// Owner, comment and privileges of an object that was just created…
void write_common(const Object& object, Writer& writer);
// …or that stays.
void write_common_changes(const Object& from, const Object& to, Writer& writer);
// GRANT and REVOKE from one set of privileges to another; see Property::privileges.
void write_privileges(const Object& from, const Object& to, bool fresh, Writer& writer);

// The same of the sequence behind an identity column; no `from`: it was just created.
void write_sequence_privileges(const Object* from, const Object& column, Writer& writer);

// One "a\nb\n" value as its lines.
std::vector<std::string> lines_of(std::string_view text);
// SET (…) and RESET (…) that lead from one list of "name=value" lines to another, each behind
// `prefix` ("ALTER TABLE app.users "); option names get `name_prefix` ("toast.").
void write_option_changes(const std::string& prefix, std::string_view from, std::string_view to,
                          std::string_view name_prefix, Writer& writer);
// "name = 'value', …" of such lines, empty for none: what stands in WITH (…).
std::string option_list(std::string_view lines, std::string_view name_prefix = {});
// OPTIONS (…) of foreign objects: for a CREATE (with a leading blank; empty for none) and for
// ALTER.
std::string foreign_options(std::string_view lines);
std::string foreign_option_changes(std::string_view from, std::string_view to);

}  // namespace revisiond::diff
