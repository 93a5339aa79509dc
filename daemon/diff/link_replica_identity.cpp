#include "diff/link_parts.hpp"

namespace revisiond::diff {

void link_replica_identities(const Pairing& pairing, ActionPlan& plan) {
    for (ObjectIndex index = 0; index < pairing.from.size(); ++index) {
        const Object& identity = pairing.from.at(index);
        if (identity.kind != Kind::replica_identity || !pairing.dropped(index)) continue;
        const ObjectIndex kept = pairing.to_of_from[index];
        const ActionIndex other = kept == no_object ? plan.drop_of[index] : plan.create_of[kept];
        for (const ObjectIndex key : identity.depends_on) {
            for (const ObjectIndex column : pairing.from.at(key).depends_on) {
                const ObjectIndex after = pairing.to_of_from[column];
                if (pairing.from.at(column).kind != Kind::column || after == no_object) continue;
                if (pairing.to.at(after).has(Property::not_null)) continue;
                plan.put_in_order(other, plan.alter_of[after]);
            }
        }
    }
}

}  // namespace revisiond::diff
