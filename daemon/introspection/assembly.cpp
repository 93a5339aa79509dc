#include "introspection/assembly.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "sql/identifier.hpp"

namespace revisiond::introspection {

using catalog::Kind;
using catalog::no_object;
using catalog::ObjectIndex;

namespace {

constexpr std::size_t fixed_columns = 10;

std::int64_t number(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::int64_t number(const std::optional<std::string>& field) {
    return field ? number(std::string_view(*field)) : 0;
}

// A key, which is a part of its parent's by its index.
std::uint64_t packed(std::int64_t class_oid, std::int64_t oid) {
    return static_cast<std::uint64_t>(class_oid) << 32 | static_cast<std::uint64_t>(oid);
}

}  // namespace

// A relation's row type, an array, an index of a constraint, a view's rule, a range's constructors:
// the server's rows that are no object of their own here. Extension members stand for their
// extension.
const char* const alias_sql =
    "SELECT t.tableoid, t.oid, 0, c.tableoid, c.oid, 0 FROM pg_type t JOIN pg_class c"
    " ON c.oid = t.typrelid WHERE c.relkind <> 'c' AND t.oid >= 16384"
    " UNION ALL SELECT c.tableoid, c.oid, 0, t.tableoid, t.oid, 0 FROM pg_class c JOIN pg_type t"
    " ON t.oid = c.reltype WHERE c.relkind = 'c' AND c.oid >= 16384"
    " UNION ALL SELECT t.tableoid, a.oid, 0, t.tableoid, t.oid, 0 FROM pg_type t JOIN pg_type a"
    " ON a.oid = t.typarray LEFT JOIN pg_class c ON c.oid = t.typrelid"
    " WHERE coalesce(c.relkind, 'c') = 'c' AND a.oid >= 16384"
    " UNION ALL SELECT t.tableoid, a.oid, 0, c.tableoid, c.oid, 0 FROM pg_type t JOIN pg_type a"
    " ON a.oid = t.typarray JOIN pg_class c ON c.oid = t.typrelid WHERE c.relkind <> 'c'"
    " AND a.oid >= 16384"
    " UNION ALL SELECT w.tableoid, w.oid, 0, 'pg_class'::regclass, w.ev_class, 0 FROM pg_rewrite w"
    " WHERE w.rulename = '_RETURN' AND w.oid >= 16384"
    " UNION ALL SELECT 'pg_class'::regclass, k.conindid, 0, k.tableoid, k.oid, 0"
    " FROM pg_constraint k WHERE k.contype IN ('p', 'u', 'x')"
    " UNION ALL SELECT d.classid, d.objid, 0, d.refclassid, d.refobjid, 0 FROM pg_depend d"
    " WHERE d.deptype = 'e' AND d.refobjid >= 16384"
    " UNION ALL SELECT t.tableoid, a.oid, 0, d.refclassid, d.refobjid, 0 FROM pg_depend d"
    " JOIN pg_type t ON t.tableoid = d.classid AND t.oid = d.objid JOIN pg_type a"
    " ON a.oid = t.typarray WHERE d.deptype = 'e' AND d.refobjid >= 16384"
    " UNION ALL SELECT d.classid, d.objid, 0, d.refclassid, d.refobjid, d.refobjsubid"
    " FROM pg_depend d WHERE d.deptype = 'i' AND d.classid = 'pg_class'::regclass"
    " AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0"
    " UNION ALL SELECT d.classid, d.objid, 0, d.refclassid, d.refobjid, 0 FROM pg_depend d"
    " WHERE d.deptype IN ('i', 'a') AND d.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass)"
    " AND d.objid >= 16384 AND d.refclassid IN ('pg_opclass'::regclass, 'pg_opfamily'::regclass)"
    " UNION ALL SELECT a.tableoid, a.oid, 0, 'pg_class'::regclass, a.adrelid, a.adnum"
    " FROM pg_attrdef a JOIN pg_attribute c ON c.attrelid = a.adrelid AND c.attnum = a.adnum"
    " WHERE c.attgenerated <> ''"
    " UNION ALL SELECT t.tableoid, t.oid, 0, 'pg_constraint'::regclass, t.tgconstraint, 0"
    " FROM pg_trigger t WHERE t.tgisinternal AND t.tgconstraint <> 0"
    " UNION ALL SELECT d.classid, d.objid, 0, d.refclassid, d.refobjid, 0 FROM pg_depend d"
    " JOIN pg_range r ON r.rngtypid = d.refobjid WHERE d.deptype = 'i' AND d.objid >= 16384"
    " AND d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_type'::regclass";

// The same of multiranges, from 14 on.
const char* const multirange_alias_sql =
    "SELECT t.tableoid, r.rngmultitypid, 0, t.tableoid, r.rngtypid, 0"
    " FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid WHERE r.rngtypid >= 16384"
    " UNION ALL SELECT t.tableoid, t.typarray, 0, t.tableoid, r.rngtypid, 0"
    " FROM pg_range r JOIN pg_type t ON t.oid = r.rngmultitypid WHERE r.rngtypid >= 16384"
    " UNION ALL SELECT d.classid, d.objid, 0, d.refclassid, r.rngtypid, 0 FROM pg_depend d"
    " JOIN pg_range r ON r.rngmultitypid = d.refobjid WHERE d.deptype = 'i' AND d.objid >= 16384"
    " AND d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_type'::regclass";

// Left out: schemas (known by name), what a sequence needs of its owning column, what one table has
// of another (inheritance and partition are objects of their own), and the insides of the server.
const char* const dependency_sql =
    "SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid"
    " FROM pg_depend d WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype <> 'e'"
    " AND d.refclassid <> 'pg_namespace'::regclass"
    " AND NOT (d.classid = 'pg_type'::regclass AND d.deptype = 'i')"
    " AND NOT (d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass"
    " AND d.objsubid = 0 AND (d.deptype IN ('P', 'S') OR d.refobjsubid = 0 AND EXISTS (SELECT FROM"
    " pg_inherits i WHERE i.inhrelid = d.objid AND i.inhparent = d.refobjid)))"
    " AND NOT (d.classid = 'pg_constraint'::regclass AND d.refclassid = 'pg_constraint'::regclass)"
    " AND NOT (d.classid = 'pg_class'::regclass AND d.deptype = 'a' AND d.refobjsubid > 0"
    " AND EXISTS (SELECT FROM pg_sequence s WHERE s.seqrelid = d.objid))";

const char* const comment_sql =
    "SELECT d.classoid, d.objoid, d.objsubid, d.description FROM pg_description d"
    " WHERE d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass";

const char* const extension_dependency_sql =
    "SELECT d.classid, d.objid, 0, quote_ident(e.extname) FROM pg_depend d JOIN pg_extension e"
    " ON e.oid = d.refobjid WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x'"
    " ORDER BY d.ctid";

Assembly::Assembly(const ReadOptions& options, int server_version, std::string user)
    : options_(options) {
    catalog_.server_version = server_version;
    catalog_.user = std::move(user);
}

std::size_t Assembly::KeyHash::operator()(const Key& key) const {
    return std::hash<std::uint64_t>()(key.object * 0x9e3779b97f4a7c15ULL +
                                      static_cast<std::uint32_t>(key.sub));
}

Assembly::Key Assembly::key_at(const Row& row, std::size_t column) {
    return {packed(number(row[column]), number(row[column + 1])),
            static_cast<std::int32_t>(number(row[column + 2]))};
}

ObjectIndex Assembly::find_exactly(Key key) const {
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) return found->second;
    const auto alias = aliases_.find(key);
    return alias == aliases_.end() ? no_object : alias->second;
}

// A column that is no object (of an index, of the system's own) stands for its relation.
ObjectIndex Assembly::find(Key key) const {
    const ObjectIndex found = find_exactly(key);
    return found == no_object && key.sub != 0 ? find_exactly({key.object, 0}) : found;
}

bool Assembly::ignored(const catalog::Object& object) const {
    if (std::ranges::find(options_.ignored_schemas, object.schema) !=
        options_.ignored_schemas.end()) {
        return true;
    }
    if (object.kind == Kind::schema) {
        return std::ranges::find(options_.ignored_schemas, object.name) !=
               options_.ignored_schemas.end();
    }
    return object.kind == Kind::table &&
           std::ranges::find(options_.ignored_tables, object.schema + "." + object.name) !=
               options_.ignored_tables.end();
}

void Assembly::note_needs(ObjectIndex index, std::string_view words) {
    const auto slash = words.find('/');
    const auto second = words.find('/', slash + 1);
    needs_.emplace_back(index, Key{packed(number(words.substr(0, slash)),
                                          number(words.substr(slash + 1, second - slash - 1))),
                                   static_cast<std::int32_t>(number(words.substr(second + 1)))});
}

void Assembly::add(const KindQuery& query, Row& row) {
    catalog::Object object;
    object.kind = query.kind;
    object.schema = std::move(row[6]).value_or("");
    object.name = std::move(row[7]).value_or("");
    object.address = std::move(row[8]).value_or("");
    if (ignored(object)) return;
    if (number(row[4]) != 0) {
        object.parent = find_exactly(key_at(row, 3));
        if (object.parent == no_object) return;
    }
    for (std::size_t i = 0; i < query.properties.size(); ++i) {
        auto& value = row[fixed_columns + i];
        if (value) object.attributes.push_back({query.properties[i], *std::move(value)});
    }
    const ObjectIndex index = catalog_.add(std::move(object));
    if (index == no_object) return;
    if (number(row[1]) != 0) by_key_.emplace(key_at(row, 0), index);
    if (row[9]) note_needs(index, *row[9]);
}

void Assembly::add_alias(const Row& row) {
    const ObjectIndex target = find(key_at(row, 3));
    if (target != no_object) aliases_.emplace(key_at(row, 0), target);
}

void Assembly::add_dependency(const Row& row) {
    const ObjectIndex object = find(key_at(row, 0));
    const ObjectIndex on = find(key_at(row, 3));
    if (object != no_object && on != no_object) catalog_.add_dependency(object, on);
}

// The attribute, empty when it was not there.
std::string& Assembly::attribute_of(ObjectIndex object, catalog::Property property) {
    auto& attributes = catalog_.mutable_at(object).attributes;
    auto place = std::ranges::lower_bound(attributes, property, {}, &catalog::Attribute::property);
    if (place == attributes.end() || place->property != property) {
        place = attributes.insert(place, {property, {}});
    }
    return place->value;
}

void Assembly::add_comment(Row& row) {
    const auto found = by_key_.find(key_at(row, 0));
    if (found == by_key_.end()) return;
    attribute_of(found->second, catalog::Property::comment) = std::move(row[3]).value_or("");
}

void Assembly::add_extension_dependency(const Row& row) {
    const ObjectIndex object = find_exactly(key_at(row, 0));
    if (object == no_object) return;
    std::string& names = attribute_of(object, catalog::Property::extension_dependencies);
    if (!names.empty()) names += '\n';
    names += row[3].value_or("");
}

void Assembly::set_unknown(std::vector<catalog::Unknown> unknown) {
    catalog_.unknown = std::move(unknown);
}

void Assembly::link_schemas() {
    for (ObjectIndex index = 0; index < catalog_.size(); ++index) {
        const catalog::Object& object = catalog_.at(index);
        if (object.schema.empty() || object.parent != no_object) continue;
        // quote_ident's spelling is the address; a plain name is its own.
        ObjectIndex schema = catalog_.find(Kind::schema, object.schema);
        if (schema == no_object) {
            schema = catalog_.find(Kind::schema, sql::quote_identifier(object.schema));
        }
        if (schema != no_object) catalog_.add_dependency(index, schema);
    }
}

// An inherited column or constraint comes from its parent's.
void Assembly::link_inherited(ObjectIndex child, ObjectIndex parent) {
    std::map<std::pair<Kind, std::string_view>, ObjectIndex> theirs;
    for (const ObjectIndex index : catalog_.children(parent)) {
        const catalog::Object& object = catalog_.at(index);
        theirs.emplace(std::pair(object.kind, std::string_view(object.name)), index);
    }
    for (const ObjectIndex index : catalog_.children(child)) {
        const catalog::Object& object = catalog_.at(index);
        if (object.kind != Kind::column && object.kind != Kind::constraint) continue;
        if (!object.is(catalog::Property::inherited, "t") || has_index(object)) continue;
        const auto found = theirs.find(std::pair(object.kind, std::string_view(object.name)));
        if (found != theirs.end()) catalog_.add_dependency(index, found->second);
    }
}

// The functions that a type is made of are made of its shell.
void Assembly::break_type_circles() {
    for (ObjectIndex type = 0; type < catalog_.size(); ++type) {
        const Kind kind = catalog_.at(type).kind;
        if (kind != Kind::base_type && kind != Kind::range_type) continue;
        const ObjectIndex shell = catalog_.find(Kind::shell_type, catalog_.at(type).address);
        if (shell == no_object) continue;
        const std::vector<ObjectIndex> functions = catalog_.at(type).depends_on;
        for (const ObjectIndex function : functions) {
            std::ranges::replace(catalog_.mutable_at(function).depends_on, type, shell);
        }
    }
}

catalog::Catalog Assembly::finish() && {
    for (const auto& [index, key] : needs_) {
        const ObjectIndex on = find(key);
        if (on != no_object) catalog_.add_dependency(index, on);
    }
    link_schemas();
    catalog_.finish();
    break_type_circles();
    for (ObjectIndex index = 0; index < catalog_.size(); ++index) {
        const catalog::Object& object = catalog_.at(index);
        if (object.kind != Kind::inheritance && object.kind != Kind::partition) continue;
        for (const Kind kind : {Kind::table, Kind::foreign_table}) {
            const auto parent = catalog_.find(kind, object.get(catalog::Property::parent_name));
            if (parent != no_object) link_inherited(object.parent, parent);
        }
    }
    catalog_.finish();
    return std::move(catalog_);
}

}  // namespace revisiond::introspection
