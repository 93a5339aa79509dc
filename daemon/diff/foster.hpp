// Parents for the time being. A column that is a child's only by inheritance becomes the child's
// own when its last parent goes, also when another is about to come; and a new parent takes only a
// child that has its columns already. So where parents change, a foster parent holds the columns
// that stay inherited, and gives the child those that it is to have from the new ones. Internal to
// the room.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "diff/writer.hpp"

namespace revisiond::diff {

// The columns and constraints of `to` that a foster parent of this table must hold; none where no
// parent goes, or where one of them changes meanwhile into what the foster parent's cannot.
std::vector<ObjectIndex> fostered(const Pairing& pairing, ObjectIndex table);
bool is_fostered(const Pairing& pairing, ObjectIndex index);

// Whether this column, check or NOT NULL of `to` is to come from parents that are new to its table,
// and can only come from a foster parent then.
bool comes_with_link(const Pairing& pairing, ObjectIndex index);
// Whether the links go that a column of `from` is inherited by.
bool leaves_all_parents(const Pairing& pairing, ObjectIndex index);
// Whether this one of `from` stays behind as the table's own when its parents leave.
bool stays_behind(const Pairing& pairing, ObjectIndex index);
// Whether all parents that it is from leave, and others come that have it too.
bool changes_givers(const Pairing& pairing, ObjectIndex index);

// To be called around what is written of each link of the table: the foster parent comes with the
// first and goes with the last.
void begin_link(ObjectIndex table, Writer& writer);
void end_link(ObjectIndex table, Writer& writer);

// The foster parent of this table of `to`, as SQL names it.
constexpr std::string_view foster_ending = "_foster";
std::string foster_name(const Object& table, const Writer& writer);
// Gives the table, by way of its foster parent, what comes_with_link().
void add_by_foster(ObjectIndex index, const std::string& definition, Writer& writer);

}  // namespace revisiond::diff
