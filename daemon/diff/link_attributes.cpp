#include "diff/letting_go.hpp"
#include "diff/link_parts.hpp"

namespace revisiond::diff {
namespace {

class TypingLinker {
  public:
    TypingLinker(const Pairing& pairing, ActionPlan& plan)
        : pairing_(pairing), from_(pairing.from), to_(pairing.to), plan_(plan) {}

    void run() {
        link_old();
        link_new();
    }

  private:
    void link_old() {
        for (ObjectIndex index = 0; index < from_.size(); ++index) {
            const Object& object = from_.at(index);
            if (object.kind != Kind::typing) continue;
            const ObjectIndex mine = pairing_.to_of_from[index];
            for (const ObjectIndex column : from_.children(object.parent)) {
                if (from_.at(column).kind != Kind::column) continue;
                const ActionIndex drop = plan_.drop_of[column];
                const ObjectIndex kept = pairing_.to_of_from[column];
                edge(plan_.drop_of[index], drop);
                if (kept != no_object) edge(plan_.drop_of[index], plan_.alter_of[kept]);
                if (mine == no_object) continue;
                edge(drop, plan_.create_of[mine]);
                if (!pairing_.dropped(index)) edge(drop, drop_of_attribute(mine, column));
            }
        }
    }

    void link_new() {
        for (ObjectIndex index = 0; index < to_.size(); ++index) {
            const Object& object = to_.at(index);
            if (object.kind != Kind::typing || pairing_.from_of_to[index] == no_object) continue;
            const ActionIndex untyped = plan_.drop_of[pairing_.from_of_to[index]];
            for (const ObjectIndex column : to_.children(object.parent)) {
                if (to_.at(column).kind != Kind::column) continue;
                edge(untyped, plan_.create_of[column]);
                if (pairing_.created(index)) continue;
                const ActionIndex attribute = create_of_attribute(index, column);
                edge(attribute, plan_.create_of[column]);
                edge(attribute, plan_.alter_of[column]);
            }
        }
    }

    // What an attribute's end takes along must be gone before…
    ActionIndex drop_of_attribute(ObjectIndex typing, ObjectIndex column) const {
        const ObjectIndex attribute = attribute_of(from_, to_.at(typing), from_.at(column));
        return attribute == no_object ? no_action : plan_.drop_of[attribute];
    }

    // …and what stands on a new one comes after.
    ActionIndex create_of_attribute(ObjectIndex typing, ObjectIndex column) const {
        const ObjectIndex attribute = attribute_of(to_, to_.at(typing), to_.at(column));
        return attribute == no_object ? no_action : plan_.create_of[attribute];
    }

    static ObjectIndex attribute_of(const Catalog& catalog, const Object& typing,
                                    const Object& column) {
        const std::string& table = catalog.at(column.parent).address;
        return catalog.find(Kind::column,
                            typing.get(Property::definition) + column.address.substr(table.size()));
    }

    void edge(ActionIndex first, ActionIndex second) { plan_.put_in_order(first, second); }

    const Pairing& pairing_;
    const Catalog& from_;
    const Catalog& to_;
    ActionPlan& plan_;
};

void wait_for_columns(const Pairing& pairing, ObjectIndex relation, ActionIndex routine,
                      ActionPlan& plan) {
    for (const ObjectIndex column : pairing.to.children(relation)) {
        if (pairing.to.at(column).kind != Kind::column) continue;
        plan.put_in_order(plan.create_of[column], routine);
        plan.put_in_order(plan.alter_of[column], routine);
    }
    const ObjectIndex before = pairing.from_of_to[relation];
    if (before == no_object) return;
    for (const ObjectIndex column : pairing.from.children(before)) {
        if (pairing.from.at(column).kind == Kind::column)
            plan.put_in_order(plan.drop_of[column], routine);
    }
}

}  // namespace

void link_typings(const Pairing& pairing, ActionPlan& plan) {
    TypingLinker(pairing, plan).run();
}

void link_attributes(const Pairing& pairing, ActionPlan& plan) {
    const Catalog& to = pairing.to;
    for (ObjectIndex index = 0; index < to.size(); ++index) {
        if (to.at(index).kind != Kind::composite_type || !pairing.altered(index)) continue;
        ActionIndex last = no_action;
        for (const ObjectIndex child : to.children(index)) {
            plan.put_in_order(last, plan.create_of[child]);
            if (plan.create_of[child] != no_action) last = plan.create_of[child];
        }
    }
}

void link_givers_of_rows(const Pairing& pairing, ActionPlan& plan) {
    const Catalog& to = pairing.to;
    for (ObjectIndex index = 0; index < to.size(); ++index) {
        if (to.at(index).kind != Kind::function) continue;
        for (const ObjectIndex on : to.at(index).depends_on) {
            if (!gives_rows_of(to.at(index), to.at(on))) continue;
            wait_for_columns(pairing, on, plan.create_of[index], plan);
            wait_for_columns(pairing, on, plan.alter_of[index], plan);
        }
    }
}

}  // namespace revisiond::diff
