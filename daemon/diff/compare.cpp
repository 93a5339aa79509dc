#include "diff/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "diff/action_plan.hpp"
#include "diff/candidates.hpp"
#include "diff/detour.hpp"
#include "diff/foster.hpp"
#include "diff/membership.hpp"
#include "diff/pairing.hpp"
#include "diff/positions.hpp"
#include "diff/propagation.hpp"
#include "diff/rules.hpp"
#include "diff/script_parts.hpp"
#include "diff/selection.hpp"
#include "diff/table_parts.hpp"
#include "diff/view.hpp"
#include "diff/writer.hpp"

namespace revisiond::diff {
namespace {

// Part of something that the script itself makes: empty, and nobody else sees it yet.
bool is_of_new_relation(const Pairing& pairing, ObjectIndex to_index) {
    while (pairing.to.at(to_index).parent != no_object) to_index = pairing.to.at(to_index).parent;
    return pairing.from_of_to[to_index] == no_object;
}

void run_action(const Pairing& pairing, const Action& action, Writer& writer) {
    const bool old = of_from(action.verb);
    const Object& object = (old ? pairing.from : pairing.to).at(action.object);
    const KindRules& rules = rules_of(object.kind);
    writer.begin(object, !old && is_of_new_relation(pairing, action.object));
    switch (action.verb) {
        case Verb::drop:
            if (join_extension(object, writer)) return;
            return rules.drop(object, writer);
        case Verb::create:
            if (!leave_extension(object, writer)) return;
            return rules.create(object, writer);
        case Verb::leave:
            return leave_type(object, writer);
        case Verb::empty:
            if (object.kind == Kind::domain) return drop_default_of_domain(object, writer);
            [[fallthrough]];
        case Verb::outline:
            return outline_view(object, writer);
        case Verb::fill:
            if (pairing.created(action.object)) return fill_view(object, writer);
            [[fallthrough]];
        case Verb::alter:
        case Verb::finish:
            const Object& from = pairing.from.at(pairing.from_of_to[action.object]);
            const Pair pair{from, object, pairing.changed[action.object]};
            return action.verb == Verb::finish ? finish_table(pair, writer)
                                               : rules.alter(pair, writer);
    }
}

// Whether the same part of the column that this part's column is inherited from is another.
bool child_changes_above(const Pairing& pairing, ObjectIndex part) {
    const Object& object = pairing.to.at(part);
    return std::ranges::any_of(pairing.to.at(object.parent).depends_on, [&](ObjectIndex column) {
        return std::ranges::any_of(pairing.to.children(column), [&](ObjectIndex other) {
            return pairing.to.at(other).kind == object.kind && pairing.to_fate[other] != Fate::keep;
        });
    });
}

// What a table has from a parent changes with the parent's, or with the link to it.
bool follows_parent(const Pairing& pairing, ObjectIndex index) {
    const Object& object = pairing.to.at(index);
    const bool above = std::ranges::any_of(object.depends_on, [&](ObjectIndex on) {
        return pairing.to.at(on).kind == object.kind && pairing.to_fate[on] != Fate::keep;
    });
    if (above || object.parent == no_object) return above;
    if (pairing.to.at(object.parent).kind == Kind::column) {
        return follows_parent(pairing, object.parent) || child_changes_above(pairing, index);
    }
    return std::ranges::any_of(pairing.to.children(object.parent), [&](ObjectIndex child) {
        const Kind kind = pairing.to.at(child).kind;
        const bool link = kind == Kind::partition || kind == Kind::inheritance;
        return link && pairing.created(child);
    });
}

// A sequence that is a column's has its owner with the table.
bool follows_table(const Pairing& pairing, ObjectIndex index) {
    return std::ranges::equal(pairing.changed[index], std::array{Property::owner}) &&
           stays_with_column(pairing, pairing.from_of_to[index]);
}

// What it is like by its parts, which have statements of their own: a composite type by its
// attributes, a column by its NOT NULL where that is a constraint, a table by what is said at last.
bool follows_parts(const Pairing& pairing, ObjectIndex index) {
    const Kind kind = pairing.to.at(index).kind;
    if (kind == Kind::table) return needs_finish(pairing, index);
    const bool not_null =
        kind == Kind::column && pairing.to.server_version >= 180000 &&
        std::ranges::equal(pairing.changed[index], std::array{Property::not_null});
    if (kind != Kind::composite_type) return not_null;
    const auto& before = pairing.from.children(pairing.from_of_to[index]);
    const auto& after = pairing.to.children(index);
    return std::ranges::any_of(before, [&](ObjectIndex on) { return pairing.dropped(on); }) ||
           std::ranges::any_of(after, [&](ObjectIndex on) { return pairing.created(on); });
}

// A difference must not pass for none.
void expect_statement(const Pairing& pairing, const Action& action, Writer& writer) {
    if (action.verb != Verb::alter || follows_parent(pairing, action.object)) return;
    if (follows_parts(pairing, action.object) || follows_table(pairing, action.object)) return;
    std::vector<std::string_view> properties;
    for (const Property property : pairing.changed[action.object]) {
        properties.push_back(catalog::name_of(property));
    }
    const Object& object = pairing.to.at(action.object);
    writer.refuse(fmt::format("{} {} differs ({}), and no statement is known that changes it",
                              catalog::name_of(object.kind), object.address,
                              fmt::join(properties, ", ")));
}

// Neither may one of what comes or goes.
void expect_any_statement(MigrationScript& script) {
    if (!script.statements.empty() || !script.inexpressible.empty()) return;
    for (const Change& change : script.changes) {
        script.inexpressible.push_back(fmt::format(
            "{} differs, and no statement is known that changes it", change.object.display()));
    }
}

struct OrderedPlan {
    ActionPlan plan;
    Order order;
};

OrderedPlan ordered(const Pairing& pairing, const Circles& circles, Bodies bodies) {
    OrderedPlan found{plan_actions(pairing, circles, bodies), {}};
    found.order = sort_actions(pairing, found.plan);
    return found;
}

// The texts of routines are heeded where that makes no circle.
OrderedPlan ordered(const Pairing& pairing, const Circles& circles) {
    OrderedPlan found = ordered(pairing, circles, Bodies::heeded);
    if (found.order.circles.empty()) return found;
    return ordered(pairing, circles, Bodies::ignored);
}

OrderedPlan ordered(const Pairing& pairing) {
    OrderedPlan found = ordered(pairing, {});
    if (found.order.circles.empty()) return found;
    return ordered(pairing, circles_of(found.plan, found.order));
}

// What a circle holds because CREATE OR REPLACE lets a view or a routine stay where it is, by index
// of `from`.
std::vector<ObjectIndex> replaced_in_place(const Pairing& pairing, const OrderedPlan& found) {
    std::vector<ObjectIndex> objects;
    for (const ActionIndex index : found.order.circles) {
        const Action& action = found.plan.actions[index];
        if (of_from(action.verb) || !pairing.altered(action.object)) continue;
        const Kind kind = pairing.to.at(action.object).kind;
        if (kind == Kind::view || is_routine(kind))
            objects.push_back(pairing.from_of_to[action.object]);
    }
    return objects;
}

void write_statements(const Pairing& pairing, const OrderedPlan& found, MigrationScript& script) {
    const auto& [plan, order] = found;
    Writer writer(pairing, script);
    writer.set_inlined(&plan.inlined);
    for (const ActionIndex action : order.actions) {
        const auto written = script.statements.size() + script.inexpressible.size();
        run_action(pairing, plan.actions[action], writer);
        if (script.statements.size() + script.inexpressible.size() > written) continue;
        expect_statement(pairing, plan.actions[action], writer);
    }
    allow_forward_references(script.statements);
    for (const ActionIndex index : order.circles) {
        const Action& action = plan.actions[index];
        const Object& object = (of_from(action.verb) ? pairing.from : pairing.to).at(action.object);
        const ObjectName name{object.kind, object.address};
        script.inexpressible.push_back(
            fmt::format("{} is part of a circle of dependencies", name.display()));
    }
    if (!order.circles.empty())
        script.inexpressible.back() +=
            "; change the target in two steps, the first without one of those in the circle";
    expect_any_statement(script);
}

bool part_of_new_parent(const Pairing& pairing, ObjectIndex index, bool of_from) {
    const ObjectIndex parent = (of_from ? pairing.from : pairing.to).at(index).parent;
    if (parent == no_object) return false;
    return of_from ? pairing.dropped(parent) : pairing.created(parent);
}

void list_changes(const Pairing& pairing, MigrationScript& script) {
    for (ObjectIndex index = 0; index < pairing.from.size(); ++index) {
        if (pairing.from_fate[index] != Fate::drop || part_of_new_parent(pairing, index, true)) {
            continue;
        }
        const Object& object = pairing.from.at(index);
        script.changes.push_back({ChangeType::drop, {object.kind, object.address}, {}, false});
    }
    for (ObjectIndex index = 0; index < pairing.to.size(); ++index) {
        const Fate fate = pairing.to_fate[index];
        if (fate == Fate::keep || fate == Fate::ignore) continue;
        if (part_of_new_parent(pairing, index, false)) continue;
        const Object& object = pairing.to.at(index);
        const ChangeType type = fate == Fate::create  ? ChangeType::create
                                : fate == Fate::alter ? ChangeType::alter
                                                      : ChangeType::replace;
        script.changes.push_back(
            {type,
             {object.kind, object.address},
             pairing.changed[index],
             pairing.rebuilt[index] || (fate == Fate::alter && pairing.changed[index].empty())});
    }
    std::ranges::sort(script.changes, {}, [](const Change& change) {
        return std::tie(change.object.kind, change.object.address, change.type);
    });
}

// Where nothing else opens a circle, what would stay goes and comes.
OrderedPlan opened(Pairing& pairing, MigrationScript& script) {
    OrderedPlan found = ordered(pairing);
    const auto objects = replaced_in_place(pairing, found);
    if (objects.empty()) return found;
    make_again(pairing, objects);
    script.changes.clear();
    list_changes(pairing, script);
    return ordered(pairing);
}

// The column of the child becomes its own when the links to its parents, or the parents' columns,
// go.
bool loses_parents(const Pairing& pairing, ObjectIndex column) {
    const bool alone = std::ranges::all_of(pairing.from.at(column).depends_on, [&](ObjectIndex on) {
        return pairing.from.at(on).kind != Kind::column || pairing.dropped(on);
    });
    return alone || stays_behind(pairing, column);
}

// Whether an inherited column is also the child's own decides what happens to it when the parent
// goes, and no statement changes that of a column that stays.
void list_own_columns(const Pairing& pairing, MigrationScript& script) {
    for (ObjectIndex index = 0; index < pairing.to.size(); ++index) {
        const Object& to = pairing.to.at(index);
        const ObjectIndex other = pairing.from_of_to[index];
        if (to.kind != Kind::column || other == no_object || pairing.created(index)) continue;
        const Object& from = pairing.from.at(other);
        if (!from.has(Property::local) || from.parent == no_object) continue;
        if (pairing.to_fate[index] == Fate::ignore) continue;
        if (pairing.to.at(to.parent).has(Property::is_partition) ||
            pairing.from.at(from.parent).has(Property::is_partition)) {
            continue;
        }
        const bool own = from.is(Property::local, "t") ||
                         (!is_fostered(pairing, index) && loses_parents(pairing, other));
        if (own == to.is(Property::local, "t")) continue;
        script.inexpressible.push_back(
            fmt::format("column {} is {} in the target, and no statement makes it so", to.address,
                        own ? "inherited and not the table's own" : "the table's own"));
    }
}

void list_unknown(const Catalog& from, const Catalog& to, MigrationScript& script) {
    for (const Catalog* catalog : {&from, &to}) {
        for (const catalog::Unknown& unknown : catalog->unknown) {
            std::string text = fmt::format("{} (as {}) is not known to this version of revisiond",
                                           unknown.what, unknown.name);
            if (std::ranges::find(script.inexpressible, text) == script.inexpressible.end()) {
                script.inexpressible.push_back(std::move(text));
            }
        }
    }
}

// What this role may only know the names of is not compared, so it must not pass for equal.
void list_hidden(const Pairing& pairing, MigrationScript& script) {
    const Selection selection(pairing.options);
    for (const Catalog* catalog : {&pairing.from, &pairing.to}) {
        for (ObjectIndex index = 0; index < catalog->size(); ++index) {
            const Object& object = catalog->at(index);
            if (!object.has(Property::hidden) || !selection.holds(*catalog, index)) continue;
            const std::string_view kind = catalog::name_of(object.kind);
            script.inexpressible.push_back(
                fmt::format("{0} {1} cannot be read by {2}: ask as a superuser, or exclude "
                            "\"{0}:{3}\"",
                            kind, object.address, catalog->user, object.name));
        }
    }
}

}  // namespace

bool blocks_readers(const Statement& statement) {
    if (!statement.hazards.blocks_writers) return false;
    const bool foreign_key = statement.form == StatementForm::add_constraint &&
                             statement.text.find(" FOREIGN KEY ") != std::string::npos;
    return statement.form != StatementForm::create_index && !foreign_key;
}

std::string ObjectName::display() const {
    return fmt::format("{} {}", catalog::name_of(kind), address);
}

MigrationScript compare(const Catalog& from, const Catalog& to, const DiffOptions& options) {
    MigrationScript script;
    Pairing pairing = pair(from, to, options);
    list_unknown(from, to, script);
    list_hidden(pairing, script);
    list_own_columns(pairing, script);
    list_changes(pairing, script);
    if (script.changes.empty()) return script;
    const OrderedPlan found = opened(pairing, script);
    write_statements(pairing, found, script);
    script.rename_candidates = rename_candidates(pairing);
    return script;
}

}  // namespace revisiond::diff
