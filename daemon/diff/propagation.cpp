#include "diff/propagation.hpp"

#include <algorithm>

#include "diff/column_parts.hpp"
#include "diff/detour.hpp"
#include "diff/foster.hpp"
#include "diff/in_the_way.hpp"
#include "diff/index_parts.hpp"
#include "diff/letting_go.hpp"
#include "diff/positions.hpp"
#include "diff/rules.hpp"

namespace revisiond::diff {
namespace {

bool is_type(Kind kind) {
    switch (kind) {
        case Kind::enum_type:
        case Kind::range_type:
        case Kind::composite_type:
        case Kind::base_type:
        case Kind::domain:
        case Kind::collation:
            return true;
        default:
            return false;
    }
}

// What a partition key can be made of besides columns.
bool is_of_key(Kind kind) {
    return kind == Kind::operator_class || kind == Kind::function || kind == Kind::collation;
}

class Propagation {
  public:
    explicit Propagation(Pairing& pairing) : pairing_(pairing) {}

    void run() {
        for (ObjectIndex index = 0; index < pairing_.from.size(); ++index) {
            if (pairing_.dropped(index)) waiting_.push_back(index);
            if (pairing_.from_fate[index] == Fate::alter) touch(index);
            if (from(index).kind != Kind::column) continue;
            for (const ObjectIndex own : not_nulls_that_give_way(pairing_, index)) rebuild(own);
            rename_given(index);
        }
        for (ObjectIndex index = 0; index < pairing_.to.size(); ++index) leave_filled(index);
        rebuild_domains_in_containers();
        for (ObjectIndex index = 0; index < pairing_.to.size(); ++index) {
            if (pairing_.to_fate[index] == Fate::create) rebuild_doubles(index);
        }
        for (ObjectIndex index = 0; index < pairing_.to.size(); ++index) change_ownership(index);
        spread_all();
    }

    void make_again(const std::vector<ObjectIndex>& objects) {
        for (const ObjectIndex index : objects) rebuild(index);
        spread_all();
    }

  private:
    const Object& from(ObjectIndex index) const { return pairing_.from.at(index); }

    // A NOT NULL has its name from those who give it.
    void rename_given(ObjectIndex column) {
        const ObjectIndex own = not_null_of(pairing_.from, column);
        if (own == no_object || !changes_givers(pairing_, own)) return;
        if (pairing_.has_changed(pairing_.to_of_from[own], Property::name_)) rebuild(own);
    }

    // The server checks rows for a domain's new condition, and cannot look into arrays of it.
    void rebuild_domains_in_containers() {
        for (ObjectIndex index = 0; index < pairing_.from.size(); ++index) {
            if (from(index).kind != Kind::domain || !stays(index)) continue;
            if (is_checked_in_containers(pairing_, index)) rebuild(index);
        }
    }

    // An inherited column is the child's own as well when it once was without parents, and is not
    // when it came from them. So the links are made again, and a column that shall be the child's
    // no more is too.
    void change_ownership(ObjectIndex to) {
        const ObjectIndex index = pairing_.from_of_to[to];
        if (index == no_object || !stays(index) || !can_change_ownership(index)) return;
        const Object& object = pairing_.to.at(to);
        const bool own = from(index).is(Property::local, "t") ||
                         from(from(index).parent).has(Property::is_partition);
        const bool merged = object.kind == Kind::constraint &&
                            from(index).has(Property::inherited) &&
                            !from(from(index).parent).has(Property::is_partition);
        if (merged || own == object.is(Property::local, "t")) return;
        for (const ObjectIndex link : pairing_.from.children(from(index).parent)) {
            if (from(link).kind == Kind::inheritance) rebuild(link);
        }
        if (own) rebuild_with_heirs(index);
    }

    bool can_change_ownership(ObjectIndex index) const {
        const Object& object = from(index);
        const ObjectIndex table = object.parent;
        if (object.kind != Kind::column && !object.is(Property::constraint_type, "c")) return false;
        if (!object.has(Property::local) || pairing_.dropped(table)) return false;
        return !pairing_.to.at(pairing_.to_of_from[table]).has(Property::is_partition);
    }

    // What inherits the column loses it meanwhile.
    void rebuild_with_heirs(ObjectIndex index) {
        rebuild(index);
        for (const ObjectIndex dependent : pairing_.dependents[index]) {
            const Object& object = from(dependent);
            const bool heir = object.kind == from(index).kind && object.name == from(index).name &&
                              object.is(Property::local, "f");
            if (heir && stays(dependent)) rebuild_with_heirs(dependent);
        }
    }

    // Survives on both sides and is not yet on its way out.
    bool stays(ObjectIndex index) const {
        const Fate fate = pairing_.from_fate[index];
        return pairing_.to_of_from[index] != no_object &&
               (fate == Fate::keep || fate == Fate::alter || fate == Fate::ignore);
    }

    void rebuild(ObjectIndex index) {
        if (!stays(index)) return;
        const ObjectIndex to = pairing_.to_of_from[index];
        pairing_.rebuilt[to] = pairing_.from_fate[index] != Fate::alter;
        pairing_.from_fate[index] = pairing_.to_fate[to] = Fate::replace;
        waiting_.push_back(index);
    }

    void spread_all() {
        while (!waiting_.empty()) {
            const ObjectIndex index = waiting_.back();
            waiting_.pop_back();
            spread(index);
        }
    }

    void spread(ObjectIndex index) {
        if (goes_under_columns(pairing_, index)) send_holders_off(index);
        for (const ObjectIndex child : pairing_.from.children(index)) rebuild(child);
        for (const ObjectIndex dependent : pairing_.dependents[index]) react(dependent, index);
        if (from(index).kind == Kind::index_partition) rebuild_attached(index);
        const Kind kind = from(index).kind;
        if (kind == Kind::column) keep_old_types(index);
        if (is_type(kind)) {
            for (const ObjectIndex dependent : pairing_.dependents[index])
                keep_old_types(dependent);
        }
        if (kind == Kind::base_type || kind == Kind::range_type) rebuild_shell(index);
        if (kind == Kind::constraint) rebuild_merged(index);
        if (pairing_.to_of_from[index] != no_object) rebuild_doubles(pairing_.to_of_from[index]);
        if (kind == Kind::not_null) {
            for (const ObjectIndex below : not_nulls_that_go_with(pairing_, index)) rebuild(below);
        }
    }

    // Where a check that a parent has too becomes the table's own as well, or is it no more, or is
    // no longer valid, they are made again in the order that makes it so.
    void rebuild_merged(ObjectIndex constraint) {
        const ObjectIndex to = pairing_.to_of_from[constraint];
        if (to == no_object) return;
        const bool unlike_parents =
            pairing_.has_changed(to, Property::local) ||
            (only_inherited(pairing_.to.at(to)) && pairing_.has_changed(to, Property::validated));
        if (!unlike_parents) return;
        for (const ObjectIndex on : from(constraint).depends_on) {
            if (from(on).kind == Kind::constraint) rebuild(on);
        }
    }

    // Such a type takes its functions along, which need its shell again.
    void rebuild_shell(ObjectIndex type) {
        const ObjectIndex shell = pairing_.from.find(Kind::shell_type, from(type).address);
        if (shell != no_object) rebuild(shell);
    }

    void react(ObjectIndex dependent, ObjectIndex gone) {
        if (!stays(dependent)) return;
        const Object& object = from(dependent);
        if (object.has(Property::partition_key) && is_of_key(from(gone).kind)) {
            return rebuild(dependent);
        }
        if (object.kind == Kind::table || object.kind == Kind::sequence ||
            object.kind == Kind::extension || object.kind == Kind::schema) {
            return;
        }
        if (object.kind == Kind::column) {
            react_column(dependent, gone);
            return;
        }
        if (object.kind == Kind::domain && is_for_default(dependent, gone)) {
            const ObjectIndex to = pairing_.to_of_from[dependent];
            pairing_.redefaulted[to] = true;
            pairing_.from_fate[dependent] = pairing_.to_fate[to] = Fate::alter;
            return;
        }
        // A changed definition may just have let go of what is dropped; then the order suffices.
        if (pairing_.from_fate[dependent] == Fate::alter && lets_go(pairing_, dependent, gone)) {
            return;
        }
        rebuild(dependent);
    }

    // A domain is of another type, and all else is needed by its default: its checks are objects of
    // their own.
    bool is_for_default(ObjectIndex domain, ObjectIndex other) const {
        const Kind kind = from(other).kind;
        return from(domain).has(Property::default_value) && !is_type(kind) &&
               kind != Kind::extension && kind != Kind::schema &&
               pairing_.from.find(kind, from(domain).get(Property::type)) != other;
    }

    // A column that becomes its parents' has its values brought along, so both types are there.
    void keep_old_types(ObjectIndex column) {
        const ObjectIndex to = pairing_.to_of_from[column];
        if (from(column).kind != Kind::column || to == no_object) return;
        if (pairing_.from_fate[column] != Fate::replace || !comes_with_link(pairing_, to)) return;
        shift_parts(column);
    }

    void shift(ObjectIndex type) {
        pairing_.from_fate[type] = pairing_.to_fate[pairing_.to_of_from[type]] = Fate::shift;
        outlive(type);
    }

    // While columns leave a type, the types that it is made of must be there too.
    void outlive(ObjectIndex type) {
        shift_parts(type);
        for (const ObjectIndex child : pairing_.from.children(type)) shift_parts(child);
    }

    void shift_parts(ObjectIndex index) {
        for (const ObjectIndex on : from(index).depends_on) {
            if (is_type(from(on).kind) && pairing_.from_fate[on] == Fate::replace) shift(on);
        }
    }

    void react_column(ObjectIndex column, ObjectIndex gone) {
        const Object& object = from(column);
        const Kind parent = from(object.parent).kind;
        if (parent == Kind::composite_type) rebuild(object.parent);
        if (parent != Kind::table && parent != Kind::foreign_table) return;
        if (is_type(from(gone).kind)) {
            const ObjectIndex to = pairing_.to_of_from[column];
            if (pairing_.leaves[to]) return;
            if (is_computed_anew(column, gone)) return rebuild(column);
            if (pairing_.from_fate[gone] == Fate::replace) shift(gone);
            if (pairing_.from_fate[gone] == Fate::shift) pairing_.retyped[to] = true;
            if (pairing_.from_fate[gone] == Fate::drop) outlive(gone);
            pairing_.from_fate[column] = pairing_.to_fate[to] = Fate::alter;
            touch(column);
            return;
        }
        if (object.has(Property::generated) && gone != object.parent) rebuild(column);
    }

    // A generated column has no rows of its own to bring along to the type's successor.
    bool is_computed_anew(ObjectIndex column, ObjectIndex type) const {
        return pairing_.from_fate[type] != Fate::drop && from(column).has(Property::generated) &&
               pairing_.to.at(pairing_.to_of_from[column]).has(Property::generated);
    }

    // A column whose type changes is in the way of those who look at it.
    void touch(ObjectIndex index) {
        const Object& object = from(index);
        const ObjectIndex to = pairing_.to_of_from[index];
        if (object.kind == Kind::trigger) rebuild_states(index);
        if (object.kind != Kind::column) return;
        for (const ObjectIndex user : users_of_lost_identity(pairing_, index)) rebuild(user);
        for (const ObjectIndex link : links_that_hold_not_null(pairing_, index)) rebuild(link);
        const bool type = pairing_.retyped[to] || pairing_.has_changed(to, Property::type) ||
                          pairing_.has_changed(to, Property::collation);
        if (!type) return;
        if (partitions_by(pairing_.from, object)) return rebuild(object.parent);
        for (const ObjectIndex link : links_beside_first_parent(pairing_, index)) rebuild(link);
        for (const ObjectIndex link : links_of_foreign_heirs(pairing_, index)) rebuild(link);
        for (const ObjectIndex dependent : pairing_.dependents[index]) {
            if (in_the_way(pairing_, dependent, index)) rebuild(dependent);
        }
        if (pairing_.from.at(object.parent).kind != Kind::composite_type) {
            send_holders_off(object.parent);
        }
    }

    // What a relation's new column says of its rows, it would have to say of those in columns too.
    void leave_filled(ObjectIndex to) {
        const ObjectIndex relation = relation_filled_by(pairing_, to);
        if (relation != no_object && stays(relation)) send_holders_off(relation);
    }

    void send_holders_off(ObjectIndex type) {
        for (const ObjectIndex column : columns_that_hold(pairing_, type)) send_off(column);
    }

    // Of a column that has a type of the same name afterwards.
    void send_off(ObjectIndex column) {
        const Object& object = from(column);
        const ObjectIndex to = pairing_.to_of_from[column];
        if (!stays(column) || pairing_.leaves[to]) return;
        if (from(object.parent).kind != Kind::table) return rebuild(object.parent);
        const std::string& type = object.get(Property::type);
        if (type != pairing_.to.at(to).get(Property::type)) return;
        if (type.find('.') == std::string::npos) return;  // one of the server's own
        if (partitions_by(pairing_.from, object)) return rebuild(object.parent);
        if (object.has(Property::generated)) return rebuild(column);
        pairing_.leaves[to] = true;
        pairing_.from_fate[column] = pairing_.to_fate[to] = Fate::alter;
        for (const ObjectIndex dependent : pairing_.dependents[column]) {
            const bool heir = from(dependent).kind == Kind::column &&
                              from(dependent).name == object.name &&
                              from(dependent).parent != object.parent;
            const Kind kind = from(dependent).kind;
            if (heir) send_off(dependent);
            if (!heir && kind != Kind::not_null && kind != Kind::sequence_owner) rebuild(dependent);
        }
        send_holders_off(object.parent);
    }

    // A trigger that is enabled or disabled takes those of all partitions along.
    void rebuild_states(ObjectIndex trigger) {
        if (!pairing_.has_changed(pairing_.to_of_from[trigger], Property::enabled)) return;
        for (const ObjectIndex dependent : pairing_.dependents[trigger]) {
            if (from(dependent).kind == Kind::trigger_state) rebuild(dependent);
        }
    }

    // A key that is part of a mere index holds that while its table is attached.
    void rebuild_link(ObjectIndex table) {
        for (const ObjectIndex child : pairing_.from.children(table)) {
            if (from(child).kind == Kind::partition) rebuild(child);
        }
    }

    // What would be attached with the table instead of another, or would be given a part that is
    // not wanted, is not there meanwhile.
    void rebuild_doubles(ObjectIndex attachment) {
        if (pairing_.to.at(attachment).kind != Kind::partition) return;
        for (const ObjectIndex key : pairing_.to.children(pairing_.to.at(attachment).parent)) {
            const ObjectIndex before = pairing_.from_of_to[key];
            if (before != no_object && doubles_part(pairing_, key)) rebuild(before);
        }
        for (const ObjectIndex key : keys_without_part(pairing_, attachment)) {
            if (pairing_.from_of_to[key] != no_object) rebuild(pairing_.from_of_to[key]);
        }
    }

    // The index of a partition that stays attached goes and comes only with its parent's.
    void rebuild_attached(ObjectIndex attachment) {
        const Object& object = from(attachment);
        const ObjectIndex table = from(object.parent).parent;
        if (table == no_object || pairing_.dropped(table)) return;
        for (const ObjectIndex child : pairing_.from.children(table)) {
            if (from(child).kind == Kind::partition && pairing_.dropped(child)) return;
        }
        const bool key = from(object.parent).kind == Kind::constraint;
        for (const ObjectIndex on : object.depends_on) {
            if (on == object.parent) continue;
            if (key && from(on).kind == Kind::index) return rebuild_link(table);
            rebuild(on);
        }
        rebuild(object.parent);
    }

    Pairing& pairing_;
    std::vector<ObjectIndex> waiting_;
};

}  // namespace

void propagate(Pairing& pairing) {
    Propagation(pairing).run();
}

void make_again(Pairing& pairing, const std::vector<ObjectIndex>& objects) {
    Propagation(pairing).make_again(objects);
}

}  // namespace revisiond::diff
