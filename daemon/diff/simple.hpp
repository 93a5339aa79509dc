// What many kinds have in common. Internal to the room.
#pragma once

#include "diff/rules.hpp"

namespace revisiond::diff {

// What SET TABLESPACE costs.
constexpr Hazards writes_file_again{false, true, true, false};

// DROP <kind> <address>
void drop_plainly(const Object& object, Writer& writer);
// The same, of something that holds rows.
void drop_with_data(const Object& object, Writer& writer);
void drop_nothing(const Object& object, Writer& writer);
bool never_alterable(const Pair& pair);
// Owner, privileges and comment alone.
void alter_common(const Pair& pair, Writer& writer);

// The name that a type in use has while its users move to the new one.
std::string shifted_name(const Object& object, const Writer& writer);
// Whether this type is being shifted.
bool is_shifted(const Object& object, const Writer& writer);
// ALTER … RENAME TO its shifted name; to be written before the new one is created.
void shift_away(const Object& object, Writer& writer);
// DROP of the type, under the name that it has by then.
void drop_type(const Object& object, Writer& writer);

// How the state of a trigger, an event trigger or a rule is said in ALTER.
std::string_view enable_words(std::string_view state);

// The quoted last part of "app.users".
std::string own_name(const Object& object);
// The address of the table that a child belongs to, in whichever catalog the child is.
const std::string& table_of(const Object& child, const Catalog& catalog);

}  // namespace revisiond::diff
