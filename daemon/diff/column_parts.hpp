// What the files about columns share. Internal to the room.
#pragma once

#include <string>
#include <vector>

#include "diff/rules.hpp"
#include "diff/writer.hpp"

namespace revisiond::diff {

constexpr Hazards scans_rows{false, false, true, true};

const Object& table_object(const Object& column, const Catalog& catalog);
// Comes and goes with the parent's.
bool only_inherited(const Object& column);
// "ALTER TABLE ONLY app.users ", and that with "ALTER COLUMN phone ".
std::string alter_table(const Object& column, const Catalog& catalog, bool only = true);
std::string alter_column(const Object& column, const Catalog& catalog, bool only = true);
// Of a column of `to`; null: it has none.
const Object* child_of_kind(const Object& column, Kind kind, const Writer& writer);
// " NOT NULL" with the name of the constraint, where it has one; empty for none.
std::string not_null_text(const Object& column, const Writer& writer);

// SET NOT NULL or DROP NOT NULL, where that is the difference.
void alter_not_null(const Pair& pair, Writer& writer, bool set);

// An identity needs its column's NOT NULL all its life, so the column writes both.
bool identity_comes_or_goes(ObjectIndex column, const Writer& writer);
void write_new_not_null(const Object& constraint, Writer& writer);
void write_dropped_not_null(const Object& constraint, Writer& writer);

// What the parent's new column brings along, and the table does not have, or has more of.
void write_beyond_parent(const Object& column, Writer& writer);
// Of what comes_with_link(). The column that was the table's own has its rows brought along.
void take_from_parents(const Object& column, Writer& writer);
// The triggers and rules that see rows of the column's table, and of those that inherit it, being
// written.
std::vector<ObjectIndex> watchers_of(const Catalog& catalog, ObjectIndex column);

}  // namespace revisiond::diff
