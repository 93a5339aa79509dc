#include "diff/link_parts.hpp"

namespace revisiond::diff {
namespace {

void link_reference(const Pairing& pairing, ObjectIndex constraint, ObjectIndex on,
                    ActionPlan& plan) {
    const ObjectIndex table = pairing.to.at(constraint).parent;
    const ObjectIndex other = pairing.to.at(on).parent;
    if (other == no_object || other == table) return;
    if (!pairing.has_changed(other, Property::persistence)) return;
    const bool logged = pairing.to.at(other).is(Property::persistence, "p");
    const ActionIndex theirs = plan.alter_of[other];
    const ActionIndex mine = plan.alter_of[table];
    plan.put_in_order(logged ? theirs : mine, logged ? mine : theirs);
}

}  // namespace

void link_persistence(const Pairing& pairing, ActionPlan& plan) {
    for (ObjectIndex index = 0; index < pairing.to.size(); ++index) {
        const Object& object = pairing.to.at(index);
        if (object.kind != Kind::constraint || pairing.created(index)) continue;
        if (!pairing.has_changed(object.parent, Property::persistence)) continue;
        for (const ObjectIndex on : object.depends_on) link_reference(pairing, index, on, plan);
    }
}

}  // namespace revisiond::diff
