// The sequence behind an identity column: it has no object of its own, so the column speaks for it.
// Internal to the room.
#pragma once

#include <string>

#include "diff/rules.hpp"

namespace revisiond::diff {

// "GENERATED … AS IDENTITY (…)"
std::string identity_text(const Object& column);
// What that cannot say, of the sequence of a new identity.
void write_identity_extras(const Object& column, Writer& writer);
// From one identity to another. `prefix`: "ALTER TABLE … ALTER COLUMN … ".
void write_identity_changes(const Pair& pair, const std::string& prefix, Writer& writer);

}  // namespace revisiond::diff
