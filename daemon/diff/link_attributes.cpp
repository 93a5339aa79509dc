#include "diff/link_parts.hpp"

namespace revisiond::diff {

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

}  // namespace revisiond::diff
