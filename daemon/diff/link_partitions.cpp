#include "diff/foster.hpp"
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
                if (is_column(pairing_.from, child)) order(detach, plan_.drop_of[child]);
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

}  // namespace

void link_columns_of_children(const Pairing& pairing, ActionPlan& plan) {
    for (ObjectIndex index = 0; index < pairing.from.size(); ++index) {
        const Object& link = pairing.from.at(index);
        if (link.kind != Kind::inheritance || !pairing.dropped(index)) continue;
        const ActionIndex leave = plan.drop_of[index];
        for (const ObjectIndex child : pairing.from.children(link.parent)) {
            if (!pairing.from.at(child).has(Property::local)) continue;
            if (!pairing.dropped(child)) continue;
            const ObjectIndex kept = pairing.to_of_from[child];
            if (stays_behind(pairing, child)) plan.put_in_order(leave, plan.drop_of[child]);
            if (kept != no_object) plan.put_in_order(leave, plan.create_of[kept]);
        }
    }
}

void link_columns_of_partitions(const Pairing& pairing, ActionPlan& plan) {
    PartitionLinker(pairing, plan).run();
}

}  // namespace revisiond::diff
