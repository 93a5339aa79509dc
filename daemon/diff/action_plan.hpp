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

enum class Verb : std::uint8_t {
    drop,
    alter,
    create,
    empty,    // a view that goes gives up all that it looks at
    outline,  // a view begins with its columns alone,
    fill,     // and has its definition when what that needs is there
    leave,    // a column gives up a type that changes under it
    finish,   // a table that stays has what it can only have once its columns are there
};

constexpr bool of_from(Verb verb) {
    return verb == Verb::drop || verb == Verb::empty || verb == Verb::leave;
}

// What is done to one object.
struct Action {
    Verb verb = Verb::alter;
    ObjectIndex object = no_object;  // in `from` or in `to`, see of_from()
};

// All actions, and who does what to whom.
struct ActionPlan {
    std::vector<Action> actions;
    std::vector<ActionIndex> drop_of;    // by index of `from`
    std::vector<ActionIndex> alter_of;   // by index of `to`
    std::vector<ActionIndex> create_of;  // by index of `to`
    std::vector<ActionIndex> empty_of;   // by index of `from`
    std::vector<ActionIndex> leave_of;   // by index of `from`
    std::vector<ActionIndex> fill_of;    // by index of `to`; create or alter are then the outline
    std::vector<ActionIndex> finish_of;  // by index of `to`
    std::vector<bool> inlined;           // by index of `to`: said by its parent's statement
    std::vector<std::vector<ActionIndex>> later;  // by action: those that wait for it

    // Nothing where one of them is no_action.
    void put_in_order(ActionIndex first, ActionIndex second) {
        if (first == no_action || second == no_action || first == second) return;
        later[first].push_back(second);
    }
};

// What was found in circles of dependencies, of each side by index. Empty: nothing yet.
struct Circles {
    std::vector<bool> from;
    std::vector<bool> to;
    bool known() const { return !from.empty() || !to.empty(); }
    bool holds_from(ObjectIndex index) const { return known() && from[index]; }
    bool holds_to(ObjectIndex index) const { return known() && to[index]; }
};

// Whether what is called waits for what the texts of routines name.
enum class Bodies : std::uint8_t { heeded, ignored };

// Known circles are broken: constraints between tables that are both dropped, policies and rules
// that read each other's tables, and what of a table calls a function that needs the table, get
// actions of their own, and views in circles come and go in two steps.
ActionPlan plan_actions(const Pairing& pairing, const Circles& circles, Bodies bodies);

// Says of all actions which must be first: fills `later`.
void link_actions(const Pairing& pairing, const Circles& circles, ActionPlan& plan);

// The order, or what is left in circles when there is none.
struct Order {
    std::vector<ActionIndex> actions;
    std::vector<ActionIndex> circles;
};
Order sort_actions(const Pairing& pairing, const ActionPlan& plan);
Circles circles_of(const ActionPlan& plan, const Order& order);

}  // namespace revisiond::diff
