#include "diff/column_parts.hpp"
#include "diff/foster.hpp"
#include "diff/in_the_way.hpp"
#include "diff/index_parts.hpp"
#include "diff/link_parts.hpp"

namespace revisiond::diff {
namespace {

class PartitionLinker {
  public:
    PartitionLinker(const Pairing& pairing, ActionPlan& plan) : pairing_(pairing), plan_(plan) {}

    void run() {
        for (ObjectIndex index = 0; index < pairing_.from.size(); ++index) {
            if (!pairing_.dropped(index)) continue;
            if (pairing_.from.at(index).kind == Kind::partition) link_detached(index);
        }
        for (ObjectIndex index = 0; index < pairing_.to.size(); ++index) {
            if (!pairing_.created(index)) continue;
            if (pairing_.to.at(index).kind == Kind::partition) link_attached(index);
        }
    }

  private:
    // Its own table and the one that it is a part of are what an attachment needs.
    void link_detached(ObjectIndex attachment) {
        const ActionIndex detach = plan_.drop_of[attachment];
        for (const ObjectIndex table : pairing_.from.at(attachment).depends_on) {
            for (const ObjectIndex child : pairing_.from.children(table)) {
                if (!is_column(pairing_.from, child)) continue;
                order(detach, plan_.drop_of[child]);
                const ObjectIndex not_null = not_null_of(pairing_.from, child);
                if (not_null != no_object) order(detach, plan_.drop_of[not_null]);
            }
            if (pairing_.to_of_from[table] == no_object) continue;
            for (const ObjectIndex child : pairing_.to.children(pairing_.to_of_from[table])) {
                if (!is_column(pairing_.to, child)) continue;
                order(detach, plan_.create_of[child]);
                order(detach, plan_.alter_of[child]);
                for (const ObjectIndex not_null : pairing_.to.children(child)) {
                    order(detach, plan_.alter_of[not_null]);
                }
            }
        }
        // What it had from its parent is the table's own from then on.
        if (detach == plan_.drop_of[pairing_.from.at(attachment).parent]) return;
        for (const ObjectIndex child :
             pairing_.from.children(pairing_.from.at(attachment).parent)) {
            if (pairing_.from.at(child).kind == Kind::constraint) {
                order(detach, plan_.drop_of[child]);
            }
            keep_index(detach, child);
        }
    }

    // An index that is part of another would go with that while the table is attached.
    void keep_index(ActionIndex detach, ObjectIndex part) {
        for (const ObjectIndex child : pairing_.from.children(part)) {
            if (pairing_.from.at(child).kind != Kind::index_partition) continue;
            for (const ObjectIndex whole : pairing_.from.at(child).depends_on) {
                if (whole != part) order(detach, plan_.drop_of[whole]);
            }
        }
    }

    void link_attached(ObjectIndex attachment) {
        const ActionIndex attach = plan_.create_of[attachment];
        for (const ObjectIndex key : keys_without_part(pairing_, attachment)) {
            order(attach, plan_.create_of[key]);
        }
        for (const ObjectIndex key : pairing_.to.children(pairing_.to.at(attachment).parent)) {
            const ObjectIndex before = pairing_.from_of_to[key];
            if (before != no_object && doubles_part(pairing_, key)) {
                order(plan_.drop_of[before], attach);
            }
        }
        for (const ObjectIndex table : pairing_.to.at(attachment).depends_on) {
            for (const ObjectIndex child : pairing_.to.children(table)) {
                if (!is_column(pairing_.to, child)) continue;
                order(plan_.create_of[child], attach);
                order(plan_.alter_of[child], attach);
            }
            if (pairing_.from_of_to[table] == no_object) continue;
            for (const ObjectIndex child : pairing_.from.children(pairing_.from_of_to[table])) {
                if (is_column(pairing_.from, child)) order(plan_.drop_of[child], attach);
            }
        }
    }

    static bool is_column(const Catalog& catalog, ObjectIndex index) {
        return catalog.at(index).kind == Kind::column;
    }

    void order(ActionIndex first, ActionIndex second) { plan_.put_in_order(first, second); }

    const Pairing& pairing_;
    ActionPlan& plan_;
};

// Nobody changes the type of a column from above that another parent has too.
void link_above(const Pairing& pairing, ActionIndex leave, ObjectIndex column, ActionPlan& plan) {
    for (const ObjectIndex on : pairing.from.at(column).depends_on) {
        const ObjectIndex kept = pairing.to_of_from[on];
        if (pairing.from.at(on).kind != Kind::column || kept == no_object) continue;
        plan.put_in_order(leave, plan.alter_of[kept]);
    }
}

void link_left(const Pairing& pairing, ActionIndex leave, ObjectIndex part, ActionPlan& plan) {
    const ObjectIndex kept = pairing.to_of_from[part];
    if (!pairing.from.at(part).has(Property::local)) return;
    if (kept != no_object) plan.put_in_order(leave, plan.alter_of[kept]);
    if (!pairing.dropped(part)) return;
    if (stays_behind(pairing, part)) plan.put_in_order(leave, plan.drop_of[part]);
    if (kept != no_object) plan.put_in_order(leave, plan.create_of[kept]);
}

// What a foster parent gives comes when the old parents have left.
void link_given(const Pairing& pairing, ObjectIndex check, ActionPlan& plan) {
    if (pairing.to.at(check).kind != Kind::constraint || !comes_with_link(pairing, check)) return;
    const ObjectIndex table = pairing.from_of_to[pairing.to.at(check).parent];
    for (const ObjectIndex link : pairing.from.children(table)) {
        if (pairing.from.at(link).kind != Kind::inheritance) continue;
        plan.put_in_order(plan.drop_of[link], plan.create_of[check]);
    }
}

}  // namespace

void link_columns_of_children(const Pairing& pairing, ActionPlan& plan) {
    for (ObjectIndex index = 0; index < pairing.from.size(); ++index) {
        const Object& link = pairing.from.at(index);
        if (link.kind != Kind::inheritance || !pairing.dropped(index)) continue;
        for (const ObjectIndex child : pairing.from.children(link.parent)) {
            link_left(pairing, plan.drop_of[index], child, plan);
            if (pairing.from.at(child).kind == Kind::column) {
                link_above(pairing, plan.drop_of[index], child, plan);
            }
            const ObjectIndex not_null = not_null_of(pairing.from, child);
            if (not_null != no_object) link_left(pairing, plan.drop_of[index], not_null, plan);
        }
    }
    for (ObjectIndex index = 0; index < pairing.to.size(); ++index)
        link_given(pairing, index, plan);
}

// A column that becomes its parents' has its values written again, past the triggers and rules that
// stay; others go before and come after.
void link_watchers(const Pairing& pairing, ActionPlan& plan) {
    for (ObjectIndex index = 0; index < pairing.to.size(); ++index) {
        const ObjectIndex before = pairing.from_of_to[index];
        if (pairing.to.at(index).kind != Kind::column || before == no_object) continue;
        if (!comes_with_link(pairing, index)) continue;
        const ActionIndex written = plan.create_of[index];
        // Until then the old type is there.
        for (const ObjectIndex on : pairing.from.at(before).depends_on) {
            const Fate fate = pairing.from_fate[on];
            if (on == pairing.from.at(before).parent) continue;
            if (fate != Fate::drop && fate != Fate::shift) continue;
            if (pairing.from.at(on).kind != Kind::column) {
                plan.put_in_order(written, plan.drop_of[on]);
            }
        }
        for (const ObjectIndex watcher : watchers_of(pairing.from, before)) {
            plan.put_in_order(plan.drop_of[watcher], written);
        }
        for (const ObjectIndex watcher : watchers_of(pairing.to, index)) {
            plan.put_in_order(written, plan.create_of[watcher]);
        }
    }
}

// A child's goes before its parent's comes, which it would keep as its own; and one of its own
// comes when its parent's has gone, which takes it along.
void link_not_nulls(const Pairing& pairing, ActionPlan& plan) {
    for (ObjectIndex above = 0; above < pairing.from.size(); ++above) {
        const Object& parent = pairing.from.at(above);
        if (parent.kind != Kind::column || pairing.to.server_version < 180000) continue;
        for (const ObjectIndex column : heirs_of(pairing, above)) {
            const ObjectIndex old = not_null_of(pairing.from, above);
            const ObjectIndex own = not_null_of(pairing.from, column);
            if (own == no_object) continue;
            const ObjectIndex kept = pairing.to_of_from[own];
            if (old != no_object && kept != no_object) {
                plan.put_in_order(plan.drop_of[old], plan.create_of[kept]);
            }
            const ObjectIndex after = pairing.to_of_from[above];
            const ObjectIndex fresh =
                after == no_object ? no_object : not_null_of(pairing.to, after);
            if (fresh != no_object) plan.put_in_order(plan.drop_of[own], plan.create_of[fresh]);
        }
    }
}

void link_columns_of_partitions(const Pairing& pairing, ActionPlan& plan) {
    PartitionLinker(pairing, plan).run();
}

}  // namespace revisiond::diff
