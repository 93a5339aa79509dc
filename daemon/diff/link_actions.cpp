#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "diff/action_plan.hpp"
#include "diff/index_parts.hpp"
#include "diff/link_parts.hpp"
#include "diff/renamed.hpp"
#include "diff/rules.hpp"

namespace revisiond::diff {
namespace {

class Linker {
  public:
    Linker(const Pairing& pairing, const Circles& circles, ActionPlan& plan)
        : pairing_(pairing), from_(pairing.from), to_(pairing.to), circles_(circles), plan_(plan) {}

    void run() {
        plan_.later.resize(plan_.actions.size());
        link_drops();
        link_changes();
        link_slots();
        link_partitions();
        link_typings(pairing_, plan_);
        link_attributes(pairing_, plan_);
        link_givers_of_rows(pairing_, plan_);
        link_attachments();
        link_persistence(pairing_, plan_);
        link_replica_identities(pairing_, plan_);
        link_operators(pairing_, plan_);
        link_columns_of_partitions(pairing_, plan_);
        link_columns_of_children(pairing_, plan_);
        link_watchers(pairing_, plan_);
        link_not_nulls(pairing_, plan_);
        link_positions(pairing_, plan_);
        link_detours(pairing_, plan_);
        link_extension_members(pairing_, plan_);
    }

  private:
    void edge(ActionIndex first, ActionIndex second) { plan_.put_in_order(first, second); }

    void link_drops() {
        for (ObjectIndex index = 0; index < from_.size(); ++index) {
            const ActionIndex drop = plan_.drop_of[index];
            edge(plan_.empty_of[index], drop);
            const ObjectIndex mine = pairing_.to_of_from[index];
            for (const ObjectIndex on : from_.at(index).depends_on) {
                if (goes_with_set_aside(index)) continue;
                if (from_.at(index).kind == Kind::domain && plan_.empty_of[index] != no_action) {
                    edge(plan_.empty_of[index], plan_.drop_of[on]);
                    edge(plan_.empty_of[index], plan_.alter_of[mine]);
                    continue;
                }
                if (merged_into(from_, index, on)) {
                    link_merged(from_, index, on);
                    continue;
                }
                if (plan_.empty_of[index] != no_action && circles_.holds_from(on)) {
                    edge(plan_.empty_of[index], plan_.drop_of[on]);
                } else if (drop != no_action) {
                    link_drop(drop, on);
                } else if (mine != no_object && pairing_.dropped(on) && !held_by_link(index, on) &&
                           !pairing_.leaves[mine]) {
                    edge(plan_.alter_of[mine], plan_.drop_of[on]);
                }
            }
            if (from_.at(index).kind == Kind::index_partition) link_detached(index);
            if (drop == no_action || mine == no_object) continue;
            // A shifted type's old self goes last, under another name.
            const bool shifted = pairing_.from_fate[plan_.actions[drop].object] == Fate::shift;
            const ActionIndex create = plan_.create_of[mine];
            edge(shifted ? create : drop, shifted ? drop : create);
        }
    }

    // The check of a child that is the child's own as well comes before its parent's, which would
    // make another, and cannot go before it. So does its column, where both tables stay.
    bool merged_into(const Catalog& catalog, ObjectIndex index, ObjectIndex on) const {
        const Object& object = catalog.at(index);
        const Object& other = catalog.at(on);
        if (!object.is(Property::local, "t") || object.kind != other.kind ||
            object.name != other.name) {
            return false;
        }
        if (object.kind == Kind::constraint) return object.is(Property::constraint_type, "c");
        if (object.kind != Kind::column || object.parent == other.parent) return false;
        const auto& actions = &catalog == &to_ ? plan_.create_of : plan_.drop_of;
        return actions[index] != no_action && actions[on] != no_action &&
               actions[object.parent] == no_action && actions[other.parent] == no_action;
    }

    // What comes at the parent's comes from the parent's own parents.
    void link_merged(const Catalog& catalog, ObjectIndex index, ObjectIndex on) {
        if (&catalog == &to_) {
            edge(plan_.create_of[index], plan_.create_of[on]);
        } else {
            edge(plan_.drop_of[on], plan_.drop_of[index]);
        }
        for (const ObjectIndex above : catalog.at(on).depends_on) {
            if (merged_into(catalog, index, above)) link_merged(catalog, index, above);
        }
    }

    // The owner of a sequence that is set aside is altered before that goes.
    bool goes_with_set_aside(ObjectIndex index) const {
        return from_.at(index).kind == Kind::sequence_owner &&
               sets_aside(pairing_, plan_, from_.at(index).parent) != no_action;
    }

    // A column lets go of its parent's, and a table of its type, with the link between the tables
    // or to the type.
    bool held_by_link(ObjectIndex index, ObjectIndex on) const {
        const Object& object = from_.at(index);
        const Object& other = from_.at(on);
        if (object.kind == Kind::column) {
            return other.kind == Kind::column && object.parent != other.parent;
        }
        return object.kind == Kind::table && other.kind == Kind::composite_type;
    }

    // An attached index can only go when its table has been detached.
    void link_detached(ObjectIndex attachment) {
        const ObjectIndex index = from_.at(attachment).parent;
        for (const ObjectIndex child : from_.children(from_.at(index).parent)) {
            if (from_.at(child).kind == Kind::partition) {
                edge(plan_.drop_of[child], plan_.drop_of[index]);
            }
        }
    }

    void link_drop(ActionIndex drop, ObjectIndex on) {
        edge(drop, plan_.drop_of[on]);
        const ObjectIndex theirs = pairing_.to_of_from[on];
        if (theirs == no_object) return;
        // A schema and an enum are altered with whoever uses them around, and a shifted type is
        // around until its users have left it.
        const Kind altered = from_.at(on).kind;
        const ObjectIndex dropped = plan_.actions[drop].object;
        const bool shifted = pairing_.from_fate[dropped] == Fate::shift;
        // A view that lets go of a function over its own rows does so first.
        const bool lets_go = std::ranges::binary_search(from_.at(on).depends_on, dropped);
        // A composite type is nothing but its attributes, and those who need it need those they
        // use.
        if (altered == Kind::composite_type && from_.at(dropped).parent == on) return;
        if (altered != Kind::schema && altered != Kind::enum_type && !shifted && !lets_go) {
            edge(drop, plan_.alter_of[theirs]);
        }
        // Whose DROP names the type must be gone before that name means the new one; not so another
        // type, which knows what it is made of.
        const Kind kind = from_.at(dropped).kind;
        if (pairing_.to_fate[theirs] == Fate::shift && kind != Kind::composite_type &&
            kind != Kind::domain && kind != Kind::range_type) {
            edge(drop, plan_.create_of[theirs]);
        }
    }

    void link_changes() {
        for (ObjectIndex index = 0; index < to_.size(); ++index) {
            const ActionIndex fill = plan_.fill_of[index];
            edge(plan_.create_of[index], fill);
            edge(plan_.alter_of[index], fill);
            if (to_.at(index).kind == Kind::column) link_finish(index);
            for (const ObjectIndex on : to_.at(index).depends_on) {
                if (merged_into(to_, index, on)) {
                    link_merged(to_, index, on);
                    continue;
                }
                const bool whole = !circles_.holds_to(index) || !circles_.holds_to(on);
                if (whole || fill == no_action) {
                    link_change(plan_.create_of[index], on, whole);
                    link_change(plan_.alter_of[index], on, whole);
                }
                link_change(fill, on, whole);
                if (to_.at(on).kind == Kind::composite_type) link_to_attributes(index, on);
            }
        }
    }

    // The server takes TOAST options of a table that has a column for them, and else forgets them.
    void link_finish(ObjectIndex column) {
        const ActionIndex finish = plan_.finish_of[to_.at(column).parent];
        edge(plan_.create_of[column], finish);
        edge(plan_.alter_of[column], finish);
    }

    void link_change(ActionIndex mine, ObjectIndex on, bool whole) {
        if (mine == no_action) return;
        edge(plan_.create_of[on], mine);
        edge(plan_.alter_of[on], mine);
        if (whole) edge(plan_.fill_of[view_of(on)], mine);
    }

    // A view's columns are filled with it.
    ObjectIndex view_of(ObjectIndex index) const {
        const Object& object = to_.at(index);
        return object.kind == Kind::column ? object.parent : index;
    }

    // A column that is altered may give up, or take, the name of its identity's sequence; and a
    // sequence, an index or a constraint may be renamed.
    ActionIndex frees_name(ObjectIndex index) const {
        const Object& object = from_.at(index);
        const bool numbers = object.kind == Kind::sequence || object.has(Property::sequence_name);
        if (numbers) {
            const ActionIndex aside = sets_aside(pairing_, plan_, index);
            if (aside != no_action) return aside;
        }
        if (plan_.drop_of[index] != no_action) return plan_.drop_of[index];
        const ObjectIndex mine = pairing_.to_of_from[index];
        if (mine != no_object && is_renamed(object, to_.at(mine))) return plan_.alter_of[mine];
        return numbers && mine != no_object ? plan_.alter_of[mine] : no_action;
    }

    // Where a name must be free before it is taken.
    void link_slots() {
        std::unordered_map<std::string, ActionIndex> freed;
        for (ObjectIndex index = 0; index < from_.size(); ++index) {
            const ActionIndex action = frees_name(index);
            if (action == no_action || pairing_.from_fate[index] == Fate::shift) continue;
            std::string slot = name_slot(from_.at(index));
            if (!slot.empty()) freed.emplace(std::move(slot), action);
        }
        if (freed.empty()) return;
        for (ObjectIndex index = 0; index < to_.size(); ++index) {
            const ActionIndex action = plan_.create_of[index] != no_action ? plan_.create_of[index]
                                                                           : plan_.alter_of[index];
            if (action == no_action) continue;
            const auto found = freed.find(name_slot(to_.at(index)));
            if (found != freed.end()) edge(found->second, action);
        }
    }

    // A partition is attached when it has all that its parent has, and then its indexes are.
    void link_partitions() {
        for (ObjectIndex index = 0; index < to_.size(); ++index) {
            const Object& object = to_.at(index);
            const bool link = object.kind == Kind::partition || object.kind == Kind::inheritance ||
                              object.kind == Kind::typing;
            if (!link || plan_.create_of[index] == no_action) continue;
            if (plan_.inlined[index]) continue;  // it comes with its table
            for (const ObjectIndex child : to_.children(object.parent)) link_child(index, child);
            if (object.kind == Kind::inheritance) link_later_parents(index);
        }
    }

    // A table's parents have an order, which is that of their coming.
    void link_later_parents(ObjectIndex link) {
        for (const ObjectIndex other : to_.children(to_.at(link).parent)) {
            if (other > link && to_.at(other).kind == Kind::inheritance) {
                edge(plan_.create_of[link], plan_.create_of[other]);
            }
        }
    }

    void link_child(ObjectIndex attachment, ObjectIndex child) {
        const ActionIndex attach = plan_.create_of[attachment];
        const Object& object = to_.at(child);
        switch (object.kind) {
            case Kind::constraint:
                if (object.is(Property::constraint_type, "f")) {
                    edge(attach, plan_.create_of[child]);
                    break;
                }
                [[fallthrough]];
            case Kind::index:
                if (to_.at(attachment).kind == Kind::partition && doubles_part(pairing_, child)) {
                    edge(attach, plan_.create_of[child]);
                    break;
                }
                edge(plan_.create_of[child], attach);
                for (const ObjectIndex grandchild : to_.children(child)) {
                    if (to_.at(grandchild).kind == Kind::index_partition) {
                        edge(attach, plan_.create_of[grandchild]);
                    }
                }
                break;
            case Kind::column:
                edge(plan_.create_of[child], attach);
                edge(plan_.alter_of[child], attach);
                for (const ObjectIndex grandchild : to_.children(child)) {
                    if (to_.at(grandchild).kind != Kind::not_null) continue;
                    edge(plan_.create_of[grandchild], attach);
                    edge(plan_.alter_of[grandchild], attach);
                }
                break;
            default:
                break;
        }
    }

    // A type that stays is whole when its new attributes are there.
    void link_to_attributes(ObjectIndex index, ObjectIndex type) {
        if (!pairing_.altered(type) || to_.at(index).parent == type) return;
        for (const ObjectIndex attribute : to_.children(type)) {
            edge(plan_.create_of[attribute], plan_.create_of[index]);
            edge(plan_.create_of[attribute], plan_.alter_of[index]);
        }
    }

    // The attachments of indexes to each index of a partitioned table.
    std::unordered_map<ObjectIndex, std::vector<ObjectIndex>> attachments() {
        std::unordered_map<ObjectIndex, std::vector<ObjectIndex>> parts;
        for (ObjectIndex index = 0; index < to_.size(); ++index) {
            const Object& object = to_.at(index);
            if (object.kind != Kind::index_partition || plan_.create_of[index] == no_action) {
                continue;
            }
            for (const ObjectIndex on : object.depends_on) {
                if (on == object.parent) continue;
                parts[on].push_back(index);
                // What is said of the whole reaches all parts that are there.
                edge(plan_.alter_of[on], plan_.create_of[object.parent]);
            }
        }
        return parts;
    }

    // An index of a partitioned table is whole when all its parts are attached. Not earlier may
    // anybody need it, nor may the table become a part itself: the server would make another index.
    void link_attachments() {
        const auto parts = attachments();
        if (parts.empty()) return;
        for (const auto& [whole, attached] : parts) {
            for (const ObjectIndex link : to_.children(to_.at(whole).parent)) {
                if (to_.at(link).kind == Kind::partition) wait_for(attached, link);
            }
        }
        for (ObjectIndex index = 0; index < to_.size(); ++index) {
            const Object& object = to_.at(index);
            for (const ObjectIndex on : object.depends_on) {
                const auto found = parts.find(on);
                const bool part = object.kind == Kind::index_partition && object.parent != on;
                if (found != parts.end() && !part) wait_for(found->second, index);
            }
        }
    }

    void wait_for(const std::vector<ObjectIndex>& attached, ObjectIndex index) {
        for (const ObjectIndex part : attached) {
            edge(plan_.create_of[part], plan_.create_of[index]);
        }
    }

    const Pairing& pairing_;
    const Catalog& from_;
    const Catalog& to_;
    const Circles& circles_;
    ActionPlan& plan_;
};

}  // namespace

void link_actions(const Pairing& pairing, const Circles& circles, ActionPlan& plan) {
    Linker(pairing, circles, plan).run();
}

}  // namespace revisiond::diff
