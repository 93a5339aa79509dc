// Rows of the catalogs into objects of a Catalog. Internal to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/catalog.hpp"
#include "database/connection.hpp"
#include "introspection/kind_query.hpp"
#include "introspection/read_catalog.hpp"

namespace revisiond::introspection {

using Row = std::vector<std::optional<std::string>>;

// class, oid, sub → class, oid, sub: rows of the catalogs that are part of an object of ours.
extern const char* const alias_sql;
extern const char* const multirange_alias_sql;
// class, oid, sub, class, oid, sub: the first needs the second.
extern const char* const dependency_sql;
// class, oid, sub, text.
extern const char* const comment_sql;
// class, oid, sub, name of an extension: ALTER … DEPENDS ON EXTENSION.
extern const char* const extension_dependency_sql;

// Builds one catalog.
class Assembly {
  public:
    Assembly(const ReadOptions& options, int server_version, std::string user);

    void add(const KindQuery& query, Row& row);
    void add_alias(const Row& row);
    void add_dependency(const Row& row);
    void add_comment(Row& row);
    void add_extension_dependency(const Row& row);
    void set_unknown(std::vector<catalog::Unknown> unknown);
    catalog::Catalog finish() &&;

  private:
    // How the server names what is an object: class, oid and sub in one number.
    struct Key {
        std::uint64_t object = 0;
        std::int32_t sub = 0;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const;
    };

    static Key key_at(const Row& row, std::size_t column);
    catalog::ObjectIndex find_exactly(Key key) const;
    catalog::ObjectIndex find(Key key) const;
    bool ignored(const catalog::Object& object) const;
    std::string& attribute_of(catalog::ObjectIndex object, catalog::Property property);
    void note_needs(catalog::ObjectIndex index, std::string_view words);
    void link_schemas();
    void break_type_circles();
    void link_inherited(catalog::ObjectIndex child, catalog::ObjectIndex parent);

    const ReadOptions& options_;
    catalog::Catalog catalog_;
    std::unordered_map<Key, catalog::ObjectIndex, KeyHash> by_key_;
    std::unordered_map<Key, catalog::ObjectIndex, KeyHash> aliases_;
    std::vector<std::pair<catalog::ObjectIndex, Key>> needs_;
};

}  // namespace revisiond::introspection
