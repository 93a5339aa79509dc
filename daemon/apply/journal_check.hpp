// What the journal of half applied revisions allows a plan to do.
#pragma once

#include <optional>

#include "apply/run.hpp"

namespace revisiond::apply {

// A revision that began statement by statement must be finished that way, before anything goes the
// other way.
std::optional<Failure> check_journal(const plan::MigrationPlan& plan,
                                     const database::DatabaseState& state);

// What became of a statement that the journal tells of.
enum class JournalVerdict {
    done,     // its effect is there
    again,    // it is not, or a second run does what the first would have done
    catalog,  // the catalog shows it, see probe.hpp
    person,   // it was begun, nothing tells whether it ended, and a second run may do it twice
};
JournalVerdict judge(const database::JournalEntry& entry);

// Of those that only a person can settle.
bool waits_for_person(const database::JournalEntry& entry);

}  // namespace revisiond::apply
