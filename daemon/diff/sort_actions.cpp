#include <algorithm>
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
        of_from(action.verb) ? pairing.from.at(action.object) : pairing.to.at(action.object);
    // One that is switched off no longer judges what follows.
    if (object.kind == Kind::event_trigger && object.is(Property::enabled, "D")) {
        return {0, object.address, index};
    }
    const auto kind = static_cast<std::uint32_t>(object.kind);
    const auto kinds = static_cast<std::uint32_t>(catalog::kind_count);
    // Nothing says that it needs a cast, only what the cast itself does.
    const bool first = object.kind == Kind::cast && !of_from(action.verb);
    const std::uint32_t rank = of_from(action.verb) ? kinds - kind
                               : first              ? 2 * kinds
                                                    : 2 * kinds + kind;
    return {rank, object.address, index};
}

// Takes away what only waits for a circle without being part of one.
void leave_circles(const ActionPlan& plan, std::vector<ActionIndex>& left) {
    std::vector<bool> inside(plan.actions.size(), false);
    for (const ActionIndex action : left) inside[action] = true;
    const auto is_end = [&](ActionIndex action) {
        return std::ranges::none_of(plan.later[action],
                                    [&](ActionIndex later) { return inside[later]; });
    };
    for (bool changed = true; changed;) {
        changed = std::erase_if(left, [&](ActionIndex action) {
                      if (!is_end(action)) return false;
                      inside[action] = false;
                      return true;
                  }) > 0;
    }
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
    leave_circles(plan, order.circles);
    return order;
}

Circles circles_of(const ActionPlan& plan, const Order& order) {
    std::vector<bool> inside(plan.actions.size(), false);
    for (const ActionIndex action : order.circles) inside[action] = true;
    const auto holds = [&](ActionIndex action) { return action != no_action && inside[action]; };
    Circles circles;
    for (const ActionIndex drop : plan.drop_of) circles.from.push_back(holds(drop));
    for (std::size_t i = 0; i < plan.create_of.size(); ++i) {
        circles.to.push_back(holds(plan.create_of[i]) || holds(plan.alter_of[i]));
    }
    return circles;
}

}  // namespace revisiond::diff
