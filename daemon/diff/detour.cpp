#include "diff/detour.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "diff/column_parts.hpp"
#include "diff/conversion.hpp"
#include "diff/link_parts.hpp"
#include "diff/simple.hpp"

namespace revisiond::diff {
namespace {

bool is_relation(Kind kind) {
    return kind == Kind::table || kind == Kind::foreign_table || kind == Kind::view ||
           kind == Kind::materialized_view || kind == Kind::composite_type;
}

bool is_type(Kind kind) {
    return is_relation(kind) || kind == Kind::domain || kind == Kind::range_type ||
           kind == Kind::base_type || kind == Kind::extension;
}

bool holds_rows(Kind kind) {
    return kind == Kind::table || kind == Kind::materialized_view;
}

// Whether values of the type are rows, and no arrays of them.
bool is_row_type(const Catalog& catalog, const std::string& type) {
    for (const Kind kind : {Kind::table, Kind::foreign_table, Kind::view, Kind::materialized_view,
                            Kind::composite_type}) {
        if (catalog.find(kind, type) != no_object) return true;
    }
    const ObjectIndex domain = catalog.find(Kind::domain, type);
    return domain != no_object && is_row_type(catalog, catalog.at(domain).get(Property::type));
}

void add_columns(const Catalog& catalog, ObjectIndex relation, std::vector<ObjectIndex>& to) {
    for (const ObjectIndex child : catalog.children(relation)) {
        if (catalog.at(child).kind == Kind::column) to.push_back(child);
    }
}

bool goes_as_json(const Object& column, const Writer& writer) {
    const std::string& type = column.get(Property::type);
    return is_row_type(writer.from(), type) && is_row_type(writer.to(), type);
}

// All that a column's type is made of.
std::set<ObjectIndex> types_of(const Catalog& catalog, ObjectIndex column) {
    std::set<ObjectIndex> types;
    std::vector<ObjectIndex> waiting{column};
    while (!waiting.empty()) {
        const ObjectIndex next = waiting.back();
        waiting.pop_back();
        for (const ObjectIndex on : catalog.at(next).depends_on) {
            if (on == catalog.at(next).parent || !is_type(catalog.at(on).kind)) continue;
            if (!types.insert(on).second) continue;
            // What a view looks at is not what its rows are made of.
            if (!is_relation(catalog.at(on).kind)) waiting.push_back(on);
            if (is_relation(catalog.at(on).kind)) add_columns(catalog, on, waiting);
        }
    }
    return types;
}

bool is_of_server(const Object& column) {
    return column.get(Property::type).find('.') == std::string::npos;
}

bool has_default(const Catalog& catalog, ObjectIndex column) {
    return std::ranges::any_of(catalog.children(column), [&](ObjectIndex child) {
        return catalog.at(child).kind == Kind::column_default;
    });
}

// A domain with something to check, or with a default that each row has its own of; or over one.
bool is_checked(const Catalog& catalog, const std::string& type) {
    const ObjectIndex index = catalog.find(Kind::domain, type);
    if (index == no_object) return false;
    const Object& domain = catalog.at(index);
    return !catalog.children(index).empty() || domain.has(Property::not_null) ||
           domain.has(Property::volatile_) || is_checked(catalog, domain.get(Property::type));
}

class DetourLinker {
  public:
    DetourLinker(const Pairing& pairing, ActionPlan& plan) : pairing_(pairing), plan_(plan) {}

    void run() {
        for (ObjectIndex index = 0; index < pairing_.from.size(); ++index) {
            const ActionIndex leave = end_of_type(index);
            if (leave == no_action) continue;
            if (leave == plan_.leave_of[index]) order_around(index);
            for (const ObjectIndex type : types_of(pairing_.from, index)) leave_first(leave, type);
        }
        for (ObjectIndex index = 0; index < pairing_.to.size(); ++index) {
            if (is_routine(pairing_.to.at(index).kind)) read_last(index);
            if (pairing_.to.at(index).kind != Kind::column) continue;
            const ActionIndex action = plan_.create_of[index] != no_action ? plan_.create_of[index]
                                                                           : plan_.alter_of[index];
            if (action == no_action) continue;
            for (const ObjectIndex type : types_of(pairing_.to, index)) come_last(type, action);
        }
    }

  private:
    void order_around(ObjectIndex column) {
        const ActionIndex leave = plan_.leave_of[column];
        plan_.put_in_order(leave, plan_.alter_of[pairing_.to_of_from[column]]);
        for (const ObjectIndex dependent : pairing_.dependents[column]) {
            plan_.put_in_order(plan_.drop_of[dependent], leave);
        }
    }

    // What a column of `from` ceases to hold its type by.
    ActionIndex end_of_type(ObjectIndex index) const {
        if (plan_.leave_of[index] != no_action) return plan_.leave_of[index];
        const ObjectIndex to = pairing_.to_of_from[index];
        if (pairing_.from.at(index).kind != Kind::column || to == no_object) return no_action;
        const bool changed = pairing_.has_changed(to, Property::type);
        return changed && is_of_server(pairing_.to.at(to)) ? plan_.alter_of[to] : no_action;
    }

    void leave_first(ActionIndex leave, ObjectIndex type) {
        for_parts(pairing_.from, type, [&](ObjectIndex part) {
            plan_.put_in_order(leave, plan_.drop_of[part]);
            if (part != type) plan_.put_in_order(leave, plan_.leave_of[part]);
            const ObjectIndex kept = pairing_.to_of_from[part];
            if (kept != no_object) plan_.put_in_order(leave, plan_.alter_of[kept]);
        });
        const ObjectIndex kept = pairing_.to_of_from[type];
        if (kept == no_object) return;
        for_parts(pairing_.to, kept,
                  [&](ObjectIndex part) { plan_.put_in_order(leave, plan_.create_of[part]); });
    }

    // A routine that takes rows may read columns that come, and be called while the next one does.
    void read_last(ObjectIndex routine) {
        const ActionIndex action = plan_.create_of[routine] != no_action ? plan_.create_of[routine]
                                                                         : plan_.alter_of[routine];
        for (const ObjectIndex on : pairing_.to.at(routine).depends_on) {
            if (!is_relation(pairing_.to.at(on).kind)) continue;
            for (const ObjectIndex column : pairing_.to.children(on)) {
                if (pairing_.to.at(column).kind != Kind::column || calls_routine(column)) continue;
                plan_.put_in_order(plan_.create_of[column], action);
                plan_.put_in_order(plan_.alter_of[column], action);
            }
        }
    }

    bool calls_routine(ObjectIndex index) const {
        const auto is_called = [&](ObjectIndex on) {
            return is_routine(pairing_.to.at(on).kind) && pairing_.to_fate[on] != Fate::keep;
        };
        return std::ranges::any_of(pairing_.to.at(index).depends_on, is_called) ||
               std::ranges::any_of(pairing_.to.children(index),
                                   [&](ObjectIndex child) { return calls_routine(child); });
    }

    // What holds values of a relation's type comes when that has all its columns.
    void come_last(ObjectIndex type, ActionIndex action) {
        if (!is_relation(pairing_.to.at(type).kind)) return;
        for_parts(pairing_.to, type, [&](ObjectIndex part) {
            plan_.put_in_order(plan_.create_of[part], action);
            plan_.put_in_order(plan_.alter_of[part], action);
        });
    }

    template <class Visit>
    static void for_parts(const Catalog& catalog, ObjectIndex type, const Visit& visit) {
        std::vector<ObjectIndex> parts{type};
        if (is_relation(catalog.at(type).kind)) add_columns(catalog, type, parts);
        for (const ObjectIndex part : parts) visit(part);
    }

    const Pairing& pairing_;
    ActionPlan& plan_;
};

}  // namespace

std::vector<ObjectIndex> columns_that_hold(const Pairing& pairing, ObjectIndex type) {
    std::vector<ObjectIndex> columns;
    std::set<ObjectIndex> seen{type};
    std::vector<ObjectIndex> waiting{type};
    while (!waiting.empty()) {
        const ObjectIndex next = waiting.back();
        waiting.pop_back();
        for (const ObjectIndex dependent : pairing.dependents[next]) {
            const Object& object = pairing.from.at(dependent);
            if (object.parent == next || !seen.insert(dependent).second) continue;
            if (object.kind == Kind::domain || object.kind == Kind::range_type) {
                waiting.push_back(dependent);
            }
            if (object.kind != Kind::column) continue;
            if (holds_rows(pairing.from.at(object.parent).kind)) {
                columns.push_back(dependent);
            } else if (seen.insert(object.parent).second) {
                waiting.push_back(object.parent);
            }
        }
    }
    return columns;
}

bool goes_under_columns(const Pairing& pairing, ObjectIndex index) {
    const ObjectIndex to = pairing.to_of_from[index];
    // A base type begins as a shell, before anything is renamed.
    const bool by_another = to == no_object || pairing.to.at(to).kind == Kind::base_type;
    switch (pairing.from.at(index).kind) {
        case Kind::table:
        case Kind::foreign_table:
        case Kind::view:
        case Kind::materialized_view:
        case Kind::base_type:
        case Kind::extension:
            return true;
        case Kind::composite_type:
        case Kind::enum_type:
        case Kind::domain:
            return by_another;
        case Kind::range_type:
            return by_another || pairing.from.at(index).has(Property::canonical);
        default:
            return false;
    }
}

bool rewrites_rows(const Catalog& catalog, ObjectIndex column) {
    const Object& object = catalog.at(column);
    if (object.has(Property::identity) || object.is(Property::generated, "STORED")) return true;
    for (const ObjectIndex child : catalog.children(column)) {
        if (catalog.at(child).has(Property::volatile_)) return true;
    }
    return is_checked(catalog, without_modifiers(object.get(Property::type)));
}

ObjectIndex relation_filled_by(const Pairing& pairing, ObjectIndex to) {
    const Object& object = pairing.to.at(to);
    const bool column = object.kind == Kind::column && pairing.created(to) &&
                        (rewrites_rows(pairing.to, to) || has_default(pairing.to, to));
    const bool table =
        object.kind == Kind::table && (pairing.has_changed(to, Property::persistence) ||
                                       pairing.has_changed(to, Property::access_method));
    if (!column && !table) return no_object;
    return pairing.from_of_to[column ? object.parent : to];
}

void leave_type(const Object& column, Writer& writer) {
    const bool rows = goes_as_json(column, writer);
    const std::string name = own_name(column);
    const std::string value =
        rows ? fmt::format("pg_catalog.to_json({})", name) : fmt::format("{}::text", name);
    writer.add(fmt::format("{}TYPE {} USING {}", alter_column(column, writer.from(), false),
                           rows ? "json" : "text", value),
               Hazards{false, true, true, true});
}

std::string return_expression(const Object& column, const Writer& writer) {
    const std::string& type = column.get(Property::type);
    if (goes_as_json(column, writer)) {
        return fmt::format("pg_catalog.json_populate_record(NULL::{}, {})", type, own_name(column));
    }
    return fmt::format("{}::{}", own_name(column), type);
}

void link_detours(const Pairing& pairing, ActionPlan& plan) {
    DetourLinker(pairing, plan).run();
}

}  // namespace revisiond::diff
