// The room catalog: a schema as plain values. What a table, a view, a policy *is* to whoever
// compares or writes schemas, and no SQL that reads or makes one: `introspection` fills it, `diff`
// compares it. Pure.
//
// Every kind of object has the same shape: an identity, attributes as text in the server's own
// spelling, a parent, and the objects it cannot be without. A kind that is added is a query and a
// file of rules, not a type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/kind.hpp"
#include "catalog/property.hpp"

namespace revisiond::catalog {

// An object's place in its catalog.
using ObjectIndex = std::uint32_t;
constexpr ObjectIndex no_object = UINT32_MAX;

// One thing said of an object.
struct Attribute {
    Property property;
    std::string value;
    bool operator==(const Attribute&) const = default;
};

// One object of a schema.
struct Object {
    Kind kind = Kind::schema;
    std::string schema;   // unquoted; empty for objects outside schemas
    std::string name;     // unquoted; of a child, its own (a column's)
    std::string address;  // as SQL names it after the kind's words: app.users, app.f(integer),
                          // app.users.id, "x ON app.users"; with the kind, unique in a catalog
    ObjectIndex parent = no_object;
    std::vector<Attribute> attributes;    // by property
    std::vector<ObjectIndex> depends_on;  // sorted; the parent is among them

    bool has(Property property) const;
    // Empty when absent.
    const std::string& get(Property property) const;
    bool is(Property property, std::string_view value) const { return get(property) == value; }
};

// Whether a constraint has an index behind it, which is no object of its own.
bool has_index(const Object& constraint);

// Something that was seen and cannot be described: a kind of object that this version does not
// know, on a server that is newer than it.
struct Unknown {
    std::string what;  // "relation kind 'g'", "catalog pg_propgraph_element"
    std::string name;  // of one such object, for people
    bool operator==(const Unknown&) const = default;
};

// A database's schema at one moment.
class Catalog {
  public:
    int server_version = 0;  // 150018
    std::string user;        // who read it, quoted as SQL wants it: who owns what is created
    std::vector<Unknown> unknown;

    // Attributes are sorted here; an object whose kind and address are there already is refused
    // (no_object): the server has no two of them.
    ObjectIndex add(Object object);
    void add_dependency(ObjectIndex object, ObjectIndex on);
    // Sorts dependencies and links children. Call once, when all is added.
    void finish();

    const std::vector<Object>& objects() const { return objects_; }
    std::size_t size() const { return objects_.size(); }
    const Object& at(ObjectIndex index) const { return objects_[index]; }
    Object& mutable_at(ObjectIndex index) { return objects_[index]; }
    ObjectIndex find(Kind kind, std::string_view address) const;
    // Children in the order in which they were added (columns: of their positions).
    const std::vector<ObjectIndex>& children(ObjectIndex index) const { return children_[index]; }
    // The same catalog but for these objects, which have no children. REQUIRES: sorted.
    Catalog without(const std::vector<ObjectIndex>& left_out) const;

  private:
    std::vector<Object> objects_;
    std::vector<std::vector<ObjectIndex>> children_;
    std::unordered_map<std::string, ObjectIndex> by_key_;
};

}  // namespace revisiond::catalog
