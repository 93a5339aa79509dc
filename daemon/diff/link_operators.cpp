#include <string>
#include <string_view>
#include <utility>

#include "diff/link_parts.hpp"

namespace revisiond::diff {
namespace {

ObjectIndex partner_of(const Catalog& to, const Object& object, Property property) {
    if (!object.has(property)) return no_object;
    constexpr std::string_view words = "OPERATOR(";
    const std::string& quoted = object.get(property);
    std::string left = object.get(Property::left_type);
    std::string right = object.get(Property::right_type);
    if (left.empty()) left = "NONE";
    if (property == Property::commutator) std::swap(left, right);
    const std::string name = quoted.substr(words.size(), quoted.size() - words.size() - 1);
    return to.find(Kind::operator_, name + "(" + left + ", " + right + ")");
}

}  // namespace

void link_operators(const Pairing& pairing, ActionPlan& plan) {
    for (ObjectIndex index = 0; index < pairing.to.size(); ++index) {
        const Object& object = pairing.to.at(index);
        if (object.kind != Kind::operator_ || !pairing.created(index)) continue;
        for (const Property property : {Property::commutator, Property::negator}) {
            const ObjectIndex partner = partner_of(pairing.to, object, property);
            if (partner == no_object || pairing.to.at(partner).has(property)) continue;
            plan.put_in_order(plan.create_of[index], plan.create_of[partner]);
        }
    }
}

}  // namespace revisiond::diff
