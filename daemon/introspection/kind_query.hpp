// What is asked of the server for each kind of object. Internal to the room.
//
// Every query answers the same ten columns, then one a property:
//   class, oid, sub       the object as pg_depend and pg_description name it
//   parent class, oid, sub  zeros: none; an object whose parent was left out is left out too
//   schema, name, address
//   needs                 "class/oid/sub" words: dependencies that pg_depend does not have; or NULL
// The text is SQL with a few macros, so that it can be read as SQL: see expand().
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.hpp"

namespace revisiond::introspection {

struct KindQuery {
    catalog::Kind kind;
    std::vector<catalog::Property> properties;
    const char* sql;
    int since = 0;  // major version
};

// In the order in which they must be read: parents before children.
std::vector<KindQuery> schema_queries();
std::vector<KindQuery> type_queries();
std::vector<KindQuery> routine_queries();
std::vector<KindQuery> operator_queries();
std::vector<KindQuery> text_search_queries();
std::vector<KindQuery> foreign_queries();
std::vector<KindQuery> relation_queries();
std::vector<KindQuery> constraint_queries();
std::vector<KindQuery> index_queries();
std::vector<KindQuery> behaviour_queries();
std::vector<KindQuery> publication_queries();

// Replaces, for a server of this major version:
//   $user_schema(n)           n is a pg_namespace row that belongs to the user
//   $loose(c)                 no extension owns the row c
//   $by_itself(c)             the same, and it is no inner part of another object
//   $owner(c.relowner)        the role's quoted name
//   $acl(acl,'r',owner)       the privileges as lines, NULL when they are the default
//   $lines(array)             a text[] as sorted lines
//   $column_options(array)    attoptions as lines, without what the server keeps there for itself
//   $identity(expression)     of the sequence s (relation sc, schema sn) of identity column a of c
//   $volatile(adbin)          't' of an expression that may be another for each row
//   $since(14,a,b)            a from version 14 on, else b
std::string expand(const char* sql, int major);

}  // namespace revisiond::introspection
