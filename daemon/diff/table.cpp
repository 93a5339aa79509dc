#include <fmt/format.h>

#include <algorithm>

#include "diff/column.hpp"
#include "diff/simple.hpp"
#include "diff/table_parts.hpp"

namespace revisiond::diff {
namespace {

constexpr std::string_view standard_access_method = "heap";

bool is_partition(const Object& table) {
    return table.has(Property::is_partition);
}

// The lines between the parentheses of CREATE TABLE.
std::vector<std::string> parts_of(const Object& table, const Writer& writer) {
    std::vector<std::string> parts;
    const bool typed = table.has(Property::of_type);
    for (const ObjectIndex child : writer.to().children(writer.index_in_to(table))) {
        const Object& object = writer.to().at(child);
        if (object.kind == Kind::column) {
            if (typed && !has_column_options(object, writer)) continue;
            if (!is_partition(table) && object.is(Property::local, "f")) continue;
            parts.push_back(column_definition(object, writer, typed));
        } else if (object.kind == Kind::constraint && in_create_table(child, object, writer)) {
            parts.push_back(constraint_clause(object));
        }
    }
    return parts;
}

std::vector<std::string> parents_of(const Object& table, const Writer& writer) {
    std::vector<std::string> parents;
    for (const ObjectIndex child : writer.to().children(writer.index_in_to(table))) {
        const Object& object = writer.to().at(child);
        if (object.kind == Kind::inheritance) parents.push_back(object.get(Property::parent_name));
    }
    return parents;
}

std::string parenthesised(const std::vector<std::string>& parts) {
    if (parts.empty()) return "()";
    return fmt::format("(\n    {}\n)", fmt::join(parts, ",\n    "));
}

std::string storage_options(const Object& table) {
    std::string options = option_list(table.get(Property::options));
    const std::string toast = option_list(table.get(Property::toast_options), "toast.");
    if (!options.empty() && !toast.empty()) options += ", ";
    return options + toast;
}

std::string create_text(const Object& table, const Writer& writer) {
    const auto parts = parts_of(table, writer);
    std::string text = "CREATE ";
    if (table.is(Property::persistence, "u")) text += "UNLOGGED ";
    text += fmt::format("TABLE {} ", table.address);
    if (table.has(Property::of_type)) {
        text += "OF " + table.get(Property::of_type);
        if (!parts.empty()) text += " " + parenthesised(parts);
    } else {
        text += parenthesised(parts);
    }
    const auto parents = parents_of(table, writer);
    if (!parents.empty()) text += fmt::format("\nINHERITS ({})", fmt::join(parents, ", "));
    if (table.has(Property::partition_key)) {
        text += "\nPARTITION BY " + table.get(Property::partition_key);
    }
    const std::string& method = table.get(Property::access_method);
    if (!method.empty() && method != standard_access_method) text += "\nUSING " + method;
    const std::string options = storage_options(table);
    if (!options.empty()) text += fmt::format("\nWITH ({})", options);
    if (writer.options().tablespaces && table.has(Property::tablespace)) {
        text += "\nTABLESPACE " + table.get(Property::tablespace);
    }
    return text;
}

// A default that the parent has and the child has not.
void drop_inherited_default(const Object& table, const Object& column, Writer& writer) {
    if (!column.is(Property::local, "f") || is_partition(table)) return;
    bool here = false;
    for (const ObjectIndex child : writer.to().children(writer.index_in_to(column))) {
        here = here || writer.to().at(child).kind == Kind::column_default;
    }
    if (here) return;
    for (const ObjectIndex on : column.depends_on) {
        if (writer.to().at(on).kind != Kind::column) continue;
        for (const ObjectIndex child : writer.to().children(on)) {
            if (writer.to().at(child).kind != Kind::column_default) continue;
            writer.add(fmt::format("ALTER TABLE ONLY {} ALTER COLUMN {} DROP DEFAULT",
                                   table.address, own_name(column)));
        }
    }
}

void write_children(const Object& table, Writer& writer) {
    for (const ObjectIndex child : writer.to().children(writer.index_in_to(table))) {
        const Object& object = writer.to().at(child);
        if (object.kind == Kind::column) {
            drop_inherited_default(table, object, writer);
            write_column_extras(object, writer);
        } else if (object.kind == Kind::constraint && writer.inlined(child)) {
            write_inlined_constraint(child, object, writer);
        }
    }
}

void write_row_security(const Object& table, Writer& writer) {
    writer.add(fmt::format("ALTER TABLE {} {} ROW LEVEL SECURITY", table.address,
                           table.has(Property::row_security) ? "ENABLE" : "DISABLE"));
}

void write_forced_row_security(const Object& table, Writer& writer) {
    writer.add(fmt::format("ALTER TABLE {} {} ROW LEVEL SECURITY", table.address,
                           table.has(Property::force_row_security) ? "FORCE" : "NO FORCE"));
}

void create_table(const Object& table, Writer& writer) {
    writer.add(create_text(table, writer));
    if (table.has(Property::row_security)) write_row_security(table, writer);
    if (table.has(Property::force_row_security)) write_forced_row_security(table, writer);
    write_common(table, writer);
    write_children(table, writer);
}

// One that is partitioned has no file whose persistence could be changed: the statement does
// nothing.
bool can_alter_table(const Pair& pair) {
    const bool empty = pair.to.has(Property::partition_key);
    return !pair.has(Property::partition_key) && !(empty && pair.has(Property::persistence));
}

// A table takes the sequences of its columns along when it becomes UNLOGGED or LOGGED.
void bring_sequences_back(const Pair& pair, Writer& writer) {
    const Pairing& pairing = writer.pairing();
    if (writer.to().server_version < 150000) return;
    for (const ObjectIndex column : writer.from().children(writer.index_in_from(pair.from))) {
        for (const ObjectIndex link : pairing.dependents[column]) {
            const Object& owner = writer.from().at(link);
            if (owner.kind != Kind::sequence_owner || pairing.dropped(link)) continue;
            const ObjectIndex kept = pairing.to_of_from[owner.parent];
            if (kept == no_object) continue;
            const Object& sequence = writer.to().at(kept);
            const std::string& wanted = sequence.get(Property::persistence);
            if (wanted == pair.to.get(Property::persistence)) continue;
            writer.add(fmt::format("ALTER SEQUENCE {} SET {}", sequence.address,
                                   wanted == "u" ? "UNLOGGED" : "LOGGED"));
        }
    }
}

void alter_table(const Pair& pair, Writer& writer) {
    const std::string prefix = fmt::format("ALTER TABLE {} ", pair.to.address);
    constexpr Hazards rewrite{false, true, true, false};
    if (pair.has(Property::persistence)) {
        writer.add(
            prefix + (pair.to.is(Property::persistence, "u") ? "SET UNLOGGED" : "SET LOGGED"),
            rewrite);
        bring_sequences_back(pair, writer);
    }
    if (pair.has(Property::access_method)) {
        const std::string& method = pair.to.get(Property::access_method);
        if (writer.to().server_version < 150000) {
            writer.refuse(
                fmt::format("the access method of table {} can be changed from "
                            "PostgreSQL 15 on",
                            pair.to.address));
        }
        writer.add(prefix + "SET ACCESS METHOD " + (method.empty() ? "DEFAULT" : method), rewrite);
    }
    if (pair.has(Property::tablespace)) {
        const std::string& space = pair.to.get(Property::tablespace);
        writer.add(prefix + "SET TABLESPACE " + (space.empty() ? "pg_default" : space), rewrite);
    }
    write_option_changes(prefix, pair.from.get(Property::options), pair.to.get(Property::options),
                         "", writer);
    if (pair.has(Property::row_security)) write_row_security(pair.to, writer);
    if (pair.has(Property::force_row_security)) write_forced_row_security(pair.to, writer);
    write_common_changes(pair.from, pair.to, writer);
}

void create_foreign_table(const Object& table, Writer& writer) {
    std::string text = fmt::format("CREATE FOREIGN TABLE {} {}", table.address,
                                   parenthesised(parts_of(table, writer)));
    const auto parents = parents_of(table, writer);
    if (!parents.empty()) text += fmt::format("\nINHERITS ({})", fmt::join(parents, ", "));
    text += "\nSERVER " + table.get(Property::server);
    writer.add(text + foreign_options(table.get(Property::foreign_options)));
    write_common(table, writer);
    write_children(table, writer);
}

bool can_alter_foreign_table(const Pair& pair) {
    return !pair.has(Property::server);
}

void alter_foreign_table(const Pair& pair, Writer& writer) {
    if (pair.has(Property::foreign_options)) {
        writer.add(fmt::format("ALTER FOREIGN TABLE {} {}", pair.to.address,
                               foreign_option_changes(pair.from.get(Property::foreign_options),
                                                      pair.to.get(Property::foreign_options))));
    }
    write_common_changes(pair.from, pair.to, writer);
}

}  // namespace

bool is_detached(const Pairing& pairing, ObjectIndex from_table) {
    const auto is_link = [](const Catalog& catalog, ObjectIndex child) {
        return catalog.at(child).kind == Kind::partition;
    };
    const bool leaves = std::ranges::any_of(
        pairing.from.children(from_table),
        [&](ObjectIndex child) { return is_link(pairing.from, child) && pairing.dropped(child); });
    const ObjectIndex table = pairing.to_of_from[from_table];
    if (leaves || table == no_object) return leaves;
    return std::ranges::any_of(pairing.to.children(table), [&](ObjectIndex child) {
        return is_link(pairing.to, child) && pairing.created(child);
    });
}

bool needs_finish(const Pairing& pairing, ObjectIndex table) {
    const Object& object = pairing.to.at(table);
    const Fate fate = pairing.to_fate[table];
    if (object.kind != Kind::table || (fate != Fate::alter && fate != Fate::keep)) return false;
    if (pairing.has_changed(table, Property::toast_options)) return true;
    return object.has(Property::toast_options) &&
           std::ranges::any_of(pairing.to.children(table), [&](ObjectIndex child) {
               return pairing.to.at(child).kind == Kind::column &&
                      (pairing.retyped[child] || pairing.has_changed(child, Property::type));
           });
}

void finish_table(const Pair& pair, Writer& writer) {
    const bool same = !pair.has(Property::toast_options);
    write_option_changes(fmt::format("ALTER TABLE {} ", pair.to.address),
                         same ? "" : pair.from.get(Property::toast_options),
                         pair.to.get(Property::toast_options), "toast.", writer);
}

const KindRules table_rules{create_table, drop_with_data, can_alter_table, alter_table};
const KindRules foreign_table_rules{create_foreign_table, drop_plainly, can_alter_foreign_table,
                                    alter_foreign_table};

}  // namespace revisiond::diff
