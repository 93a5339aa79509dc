#include "diff/action_plan.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "diff/column_parts.hpp"
#include "diff/index_parts.hpp"
#include "diff/link_parts.hpp"
#include "diff/rules.hpp"
#include "diff/table_parts.hpp"

namespace revisiond::diff {
namespace {

class Planner {
  public:
    Planner(const Pairing& pairing, const Circles& circles)
        : pairing_(pairing), from_(pairing.from), to_(pairing.to), circles_(circles) {
        plan_.drop_of.assign(from_.size(), no_action);
        plan_.alter_of.assign(to_.size(), no_action);
        plan_.create_of.assign(to_.size(), no_action);
        plan_.empty_of.assign(from_.size(), no_action);
        plan_.leave_of.assign(from_.size(), no_action);
        plan_.fill_of.assign(to_.size(), no_action);
        plan_.finish_of.assign(to_.size(), no_action);
        plan_.inlined.assign(to_.size(), false);
    }

    ActionPlan run() && {
        make_drops();
        make_changes();
        link_actions(pairing_, circles_, plan_);
        return std::move(plan_);
    }

  private:
    ActionIndex make(Verb verb, ObjectIndex object) {
        plan_.actions.push_back({verb, object});
        return static_cast<ActionIndex>(plan_.actions.size() - 1);
    }

    // Whose drop takes this object with it; no_object: nobody's.
    ObjectIndex taken_along(ObjectIndex index) const {
        const Object& object = from_.at(index);
        if (object.parent != no_object && pairing_.dropped(object.parent) && !stands_apart(index)) {
            return object.parent;
        }
        if (object.kind == Kind::index_partition || object.kind == Kind::partition)
            return no_object;
        if (object.kind == Kind::sequence) return owner_of_sequence(index);
        if (object.kind == Kind::function) return type_of_function(index);
        if (object.is(Property::constraint_type, "f")) return dropped_whole_of_key(index);
        if (object.kind == Kind::index || object.kind == Kind::constraint) {
            return parent_index(index);
        }
        return no_object;
    }

    bool stands_apart(ObjectIndex index) const {
        const Object& object = from_.at(index);
        if (object.kind == Kind::partition) return is_part_of_referred(object);
        if (!circles_.known()) return false;
        if (object.is(Property::constraint_type, "f")) return true;
        return may_call(object) && circles_.holds_from(index) && needs_dropped_other(object);
    }

    // What is part of something larger and has an expression, without which the larger one can be.
    static bool may_call(const Object& object) {
        switch (object.kind) {
            case Kind::column:
                return object.has(Property::generated);
            case Kind::column_default:
            case Kind::constraint:
            case Kind::domain_constraint:
            case Kind::index:
            case Kind::policy:
            case Kind::rule:
            case Kind::trigger:
                return true;
            default:
                return false;
        }
    }

    // A routine, or of one that is a query anything but its own table, that in turn may need that.
    bool needs_dropped_other(const Object& object) const {
        const bool queries = object.kind == Kind::policy || object.kind == Kind::rule;
        return std::ranges::any_of(object.depends_on, [&](ObjectIndex on) {
            const Object& other = from_.at(on);
            const ObjectIndex whole = other.kind == Kind::column ? other.parent : on;
            if (!pairing_.dropped(whole) || whole == object.parent) return false;
            return queries || is_routine(other.kind);
        });
    }

    // A partition that goes is in the way of those who refer to the table that it is a part of,
    // until it is detached.
    bool is_part_of_referred(const Object& attachment) const {
        return std::ranges::any_of(attachment.depends_on, [&](ObjectIndex whole) {
            return whole != attachment.parent && !pairing_.dropped(whole) && is_referred_to(whole);
        });
    }

    bool is_referred_to(ObjectIndex table) const {
        return std::ranges::any_of(from_.children(table), [&](ObjectIndex column) {
            return std::ranges::any_of(pairing_.dependents[column], [&](ObjectIndex dependent) {
                const Object& object = from_.at(dependent);
                return object.is(Property::constraint_type, "f") && object.parent != table;
            });
        });
    }

    // A partition's part of a foreign key goes with the whole, while it is attached.
    ObjectIndex dropped_whole_of_key(ObjectIndex part) const {
        const ObjectIndex whole = whole_of_key(from_, part);
        if (whole == no_object || !pairing_.dropped(whole)) return no_object;
        return pairing_.dropped(from_.at(part).parent) || !detached(part) ? whole : no_object;
    }

    // A type and the functions that it is made of need each other, and go together.
    ObjectIndex type_of_function(ObjectIndex index) const {
        for (const ObjectIndex type : pairing_.dependents[index]) {
            const Kind kind = from_.at(type).kind;
            if (kind != Kind::base_type && kind != Kind::range_type) continue;
            if (!pairing_.dropped(type)) continue;
            const ObjectIndex shell = from_.find(Kind::shell_type, from_.at(type).address);
            if (std::ranges::binary_search(from_.at(index).depends_on, shell)) return type;
        }
        return no_object;
    }

    // A sequence goes with the column that owns it.
    ObjectIndex owner_of_sequence(ObjectIndex index) const {
        for (const ObjectIndex child : from_.children(index)) {
            if (from_.at(child).kind != Kind::sequence_owner) continue;
            for (const ObjectIndex on : from_.at(child).depends_on) {
                if (from_.at(on).kind == Kind::column && pairing_.dropped(on)) return on;
            }
        }
        return no_object;
    }

    // An attached index goes with the index that it is attached to.
    ObjectIndex parent_index(ObjectIndex index) const {
        for (const ObjectIndex child : from_.children(index)) {
            if (from_.at(child).kind != Kind::index_partition) continue;
            for (const ObjectIndex on : from_.at(child).depends_on) {
                if (on != index && pairing_.dropped(on) && !detached(index)) return on;
            }
        }
        return no_object;
    }

    bool detached(ObjectIndex index) const {
        const ObjectIndex table = from_.at(index).parent;
        return std::ranges::any_of(from_.children(table), [&](ObjectIndex child) {
            return from_.at(child).kind == Kind::partition && pairing_.dropped(child);
        });
    }

    ActionIndex drop_action(ObjectIndex index) {
        ActionIndex& action = plan_.drop_of[index];
        if (action != no_action) return action;
        const ObjectIndex larger = taken_along(index);
        action = larger == no_object ? make(Verb::drop, index) : drop_action(larger);
        return plan_.drop_of[index] = action;
    }

    void make_drops() {
        for (ObjectIndex index = 0; index < from_.size(); ++index) {
            const ObjectIndex kept = pairing_.to_of_from[index];
            if (kept != no_object && pairing_.altered(kept) && pairing_.redefaulted[kept]) {
                plan_.empty_of[index] = make(Verb::empty, index);
            }
            if (!pairing_.dropped(index)) continue;
            drop_action(index);
            if (from_.at(index).kind == Kind::view && circles_.holds_from(index)) {
                plan_.empty_of[index] = make(Verb::empty, index);
            }
        }
    }

    void make_changes() {
        for (ObjectIndex index = 0; index < to_.size(); ++index) {
            if (to_.at(index).kind == Kind::view && circles_.holds_to(index)) {
                make_in_two_steps(index);
                continue;
            }
            if (pairing_.altered(index)) plan_.alter_of[index] = make(Verb::alter, index);
            if (pairing_.leaves[index] && !only_inherited(to_.at(index))) {
                const ObjectIndex column = pairing_.from_of_to[index];
                plan_.leave_of[column] = make(Verb::leave, column);
            }
            if (needs_finish(pairing_, index)) {
                plan_.finish_of[index] = make(Verb::finish, index);
            }
            if (!pairing_.created(index)) continue;
            const ObjectIndex parent = to_.at(index).parent;
            const bool with_parent =
                parent != no_object && pairing_.created(parent) && part_of_parent(index);
            plan_.inlined[index] = with_parent;
            plan_.create_of[index] =
                with_parent ? plan_.create_of[parent] : make(Verb::create, index);
        }
    }

    void make_in_two_steps(ObjectIndex view) {
        auto& first = pairing_.created(view) ? plan_.create_of : plan_.alter_of;
        first[view] = make(Verb::outline, view);
        plan_.fill_of[view] = make(Verb::fill, view);
    }

    // Of several keys over the same columns CREATE TABLE makes one.
    bool repeats_key(ObjectIndex index) const {
        const Object& key = to_.at(index);
        if (!key.is(Property::constraint_type, "u")) return false;
        const auto columns = [](const Object& constraint) {
            const std::string_view definition = constraint.get(Property::definition);
            return definition.substr(std::min(definition.find('('), definition.size()));
        };
        return std::ranges::any_of(to_.children(key.parent), [&](ObjectIndex other) {
            const Object& object = to_.at(other);
            const bool first = object.is(Property::constraint_type, "p") ||
                               (object.is(Property::constraint_type, "u") && other < index);
            return object.kind == Kind::constraint && first && columns(object) == columns(key);
        });
    }

    // Whether the parent's CREATE can say it without waiting for something that waits for it.
    bool part_of_parent(ObjectIndex index) const {
        const Object& object = to_.at(index);
        const ObjectIndex parent = object.parent;
        switch (object.kind) {
            case Kind::column:
                return true;
            case Kind::domain_constraint:
                return free_of(index, parent);
            case Kind::column_default: {
                const ObjectIndex table = to_.at(parent).parent;
                return plain_table(table) && said_by_create(parent) &&
                       free_of(index, plan_.inlined[parent] ? table : parent);
            }
            case Kind::constraint:
                return to_.at(parent).kind != Kind::view &&
                       !object.is(Property::constraint_type, "f") && !repeats_key(index) &&
                       free_of(index, parent) && !comes_after_attachment(index);
            case Kind::not_null:
            case Kind::typing:
            case Kind::inheritance:
                return true;
            default:
                return false;
        }
    }

    bool comes_after_attachment(ObjectIndex key) const {
        return is_partition(to_.at(key).parent) && doubles_part(pairing_, key);
    }

    bool plain_table(ObjectIndex index) const {
        const Kind kind = to_.at(index).kind;
        return kind == Kind::table || kind == Kind::foreign_table;
    }

    bool said_by_create(ObjectIndex column) const {
        const ObjectIndex table = to_.at(column).parent;
        if (follows_type(to_, pairing_.to_fate, column)) return false;
        if (!to_.at(column).is(Property::local, "f")) return true;
        if (pairing_.created(table)) return is_partition(table);
        return is_detached(pairing_, pairing_.from_of_to[table]);
    }

    bool is_partition(ObjectIndex table) const {
        return to_.at(table).is(Property::is_partition, "t");
    }

    // Nothing that this object needs, nor what that needs in turn, needs `table` to be there.
    bool free_of(ObjectIndex index, ObjectIndex table) const {
        std::vector<ObjectIndex> waiting(to_.at(index).depends_on);
        std::unordered_set<ObjectIndex> seen;
        while (!waiting.empty()) {
            const ObjectIndex next = waiting.back();
            waiting.pop_back();
            if (belongs(next, table) || !pairing_.created(next) || !seen.insert(next).second) {
                continue;
            }
            for (const ObjectIndex on : to_.at(next).depends_on) {
                if (belongs(on, table)) return false;
                waiting.push_back(on);
            }
        }
        return true;
    }

    bool belongs(ObjectIndex index, ObjectIndex table) const {
        while (index != no_object && index != table) index = to_.at(index).parent;
        return index == table;
    }

    const Pairing& pairing_;
    const Catalog& from_;
    const Catalog& to_;
    const Circles& circles_;
    ActionPlan plan_;
};

}  // namespace

ActionPlan plan_actions(const Pairing& pairing, const Circles& circles, Bodies bodies) {
    ActionPlan plan = Planner(pairing, circles).run();
    if (bodies == Bodies::heeded) link_bodies(pairing, plan);
    return plan;
}

}  // namespace revisiond::diff
