// What the journal of half applied revisions allows a plan to do.
#pragma once

#include <optional>

#include "apply/run.hpp"

namespace revisiond::apply {

// A revision that began statement by statement must be finished that way, before anything goes the
// other way.
std::optional<Failure> check_journal(const plan::MigrationPlan& plan,
                                     const database::DatabaseState& state);

// Commands that may simply run again: the second run does what the first would have done.
bool is_repeatable(const sql::StatementTraits& traits);

// Whether a person must say what became of this statement: it was begun, nothing tells that it
// ended, the catalog cannot, and to run it again may do it twice.
bool waits_for_person(const database::JournalEntry& entry);

}  // namespace revisiond::apply
