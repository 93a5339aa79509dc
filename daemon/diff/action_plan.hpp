// Actions and what orders them. Internal to the room.
//
// An action is what happens to one object in one go: its drop, its creation or its change. What is
// part of something larger has no action of its own but shares the larger one's: a column is
// created by its table's CREATE TABLE, an index goes with its table. An edge says which of two
// actions is first; the sort is Kahn's with a fixed priority, so that equal inputs give equal
// scripts.
#pragma once

#include <cstdint>
#include <vector>

#include "diff/pairing.hpp"

namespace revisiond::diff {

using ActionIndex = std::uint32_t;
constexpr ActionIndex no_action = UINT32_MAX;

enum class Verb : std::uint8_t { drop, alter, create };

// What is done to one object.
struct Action {
    Verb verb = Verb::alter;
    ObjectIndex object = no_object;  // in `from` of a drop, else in `to`
};

// All actions, and who does what to whom.
struct ActionPlan {
    std::vector<Action> actions;
    std::vector<ActionIndex> drop_of;    // by index of `from`
    std::vector<ActionIndex> alter_of;   // by index of `to`
    std::vector<ActionIndex> create_of;  // by index of `to`
    std::vector<bool> inlined;           // by index of `to`: said by its parent's statement
    std::vector<std::vector<ActionIndex>> later;  // by action: those that wait for it
};

// `apart`: constraints between tables that are both dropped get actions of their own, which is what
// breaks a circle of them.
ActionPlan plan_actions(const Pairing& pairing, bool apart);

// The order, or what is left in circles when there is none.
struct Order {
    std::vector<ActionIndex> actions;
    std::vector<ActionIndex> circles;
};
Order sort_actions(const Pairing& pairing, const ActionPlan& plan);

}  // namespace revisiond::diff
