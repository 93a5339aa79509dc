#include <queue>
#include <string_view>
#include <tuple>

#include "diff/action_plan.hpp"

namespace revisiond::diff {
namespace {

// Smaller goes first when both could: drops in the reverse order of kinds, then all others in the
// order of kinds, then by address.
struct Priority {
    std::uint32_t rank;
    std::string_view address;
    ActionIndex action;
    bool operator>(const Priority& other) const {
        return std::tie(rank, address, action) > std::tie(other.rank, other.address, other.action);
    }
};

Priority priority_of(const Pairing& pairing, const ActionPlan& plan, ActionIndex index) {
    const Action& action = plan.actions[index];
    const Object& object =
        action.verb == Verb::drop ? pairing.from.at(action.object) : pairing.to.at(action.object);
    const auto kind = static_cast<std::uint32_t>(object.kind);
    const auto kinds = static_cast<std::uint32_t>(catalog::kind_count);
    const std::uint32_t rank = action.verb == Verb::drop ? kinds - kind : 2 * kinds + kind;
    return {rank, object.address, index};
}

}  // namespace

Order sort_actions(const Pairing& pairing, const ActionPlan& plan) {
    std::vector<std::uint32_t> waits_for(plan.actions.size(), 0);
    for (const auto& later : plan.later) {
        for (const ActionIndex action : later) ++waits_for[action];
    }
    std::priority_queue<Priority, std::vector<Priority>, std::greater<>> ready;
    for (ActionIndex action = 0; action < plan.actions.size(); ++action) {
        if (waits_for[action] == 0) ready.push(priority_of(pairing, plan, action));
    }
    Order order;
    order.actions.reserve(plan.actions.size());
    while (!ready.empty()) {
        const ActionIndex action = ready.top().action;
        ready.pop();
        order.actions.push_back(action);
        for (const ActionIndex later : plan.later[action]) {
            if (--waits_for[later] == 0) ready.push(priority_of(pairing, plan, later));
        }
    }
    for (ActionIndex action = 0; action < plan.actions.size(); ++action) {
        if (waits_for[action] > 0) order.circles.push_back(action);
    }
    return order;
}

}  // namespace revisiond::diff
