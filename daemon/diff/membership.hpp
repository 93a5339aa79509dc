// Objects that belong to an extension on one side and to nobody on the other. What belongs to an
// extension is not described, so joining is one statement whatever the object is, and of those that
// leave only routines can be given their definition. Internal to the room.
#pragma once

#include "diff/writer.hpp"

namespace revisiond::diff {

// ALTER EXTENSION … DROP, where the object to be created belongs to an extension that stays. False:
// the object could not be created then, which was refused.
bool leave_extension(const Object& object, Writer& writer);
// ALTER EXTENSION … ADD, where the object to be dropped belongs to an extension that stays. False:
// it belongs to none.
bool join_extension(const Object& object, Writer& writer);

}  // namespace revisiond::diff
