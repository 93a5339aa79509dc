// What a table's constraints and links have to say in CREATE TABLE. Internal to the room.
#pragma once

#include <string>

#include "diff/rules.hpp"
#include "diff/writer.hpp"

namespace revisiond::diff {

// Whether a table of `from` is no partition while its columns change: detached, if only to be
// attached again, or yet to be attached. What it has is its own meanwhile.
bool is_detached(const Pairing& pairing, ObjectIndex from_table);
// Whether this constraint stands in its table's CREATE TABLE.
bool in_create_table(ObjectIndex index, const Object& constraint, const Writer& writer);
// "CONSTRAINT name CHECK (…)"
std::string constraint_clause(const Object& constraint);
// What remains to be said of a constraint that was inlined: all of it, when CREATE TABLE has no
// words for it.
void write_inlined_constraint(ObjectIndex index, const Object& constraint, Writer& writer);

// TOAST options of a table that stays are set when it has its columns: the server forgets them
// while no column needs them, also when it rewrites the table for one column after the other.
bool needs_finish(const Pairing& pairing, ObjectIndex table);
void finish_table(const Pair& pair, Writer& writer);

}  // namespace revisiond::diff
