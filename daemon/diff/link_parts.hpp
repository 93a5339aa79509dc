// Parts of link_actions(), one a subject. Internal to the room.
#pragma once

#include "diff/action_plan.hpp"

namespace revisiond::diff {

// An operator that names a partner gives the partner the link back, unless it comes first.
void link_operators(const Pairing& pairing, ActionPlan& plan);

// While a partition is attached its columns are its parent's business, so where it is detached and
// attached again, both tables change their columns in between.
void link_columns_of_partitions(const Pairing& pairing, ActionPlan& plan);

// A column whose index tells rows apart keeps its NOT NULL until another does.
void link_replica_identities(const Pairing& pairing, ActionPlan& plan);

// What calls a routine waits for what the routine's text names. Nobody vouches for that order: it
// may make circles where there are none.
void link_bodies(const Pairing& pairing, ActionPlan& plan);

// A logged table may only refer to logged ones.
void link_persistence(const Pairing& pairing, ActionPlan& plan);

// While it is of a type, a table's columns are the type's business.
void link_typings(const Pairing& pairing, ActionPlan& plan);

// New attributes of a type come in their order.
void link_attributes(const Pairing& pairing, ActionPlan& plan);

// A routine that answers with a relation's rows comes when those have the columns that they shall
// have.
void link_givers_of_rows(const Pairing& pairing, ActionPlan& plan);

// A sequence that another goes on with is there until that has its position.
void link_positions(const Pairing& pairing, ActionPlan& plan);
// What takes its name from it meanwhile; no_action: it keeps it to its end.
ActionIndex sets_aside(const Pairing& pairing, const ActionPlan& plan, ObjectIndex sequence);

// A column leaves its type before that changes, and has it again when that is whole.
void link_detours(const Pairing& pairing, ActionPlan& plan);

// What an extension owns has its name until the extension goes, or from its coming on.
void link_extension_members(const Pairing& pairing, ActionPlan& plan);

// A NOT NULL that a child has by itself, and one that it has from its parent (PostgreSQL 18).
void link_not_nulls(const Pairing& pairing, ActionPlan& plan);

// What would see a column's values being written again.
void link_watchers(const Pairing& pairing, ActionPlan& plan);

// What a child has of parents that leave it goes, or is made again, once they have left.
void link_columns_of_children(const Pairing& pairing, ActionPlan& plan);

}  // namespace revisiond::diff
