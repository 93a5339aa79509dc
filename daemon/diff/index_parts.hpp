// The indexes of partitions that are parts of their parent's. Internal to the room.
#pragma once

#include "diff/pairing.hpp"

namespace revisiond::diff {

// Whether the server, which makes an index of `from` again with all its parts when a column's type
// changes, would forget something of them (a name that it would not choose, options, what is said
// of one, what stands on one) or make one that is not there.
bool forgets_parts(const Pairing& pairing, ObjectIndex index);

// The indexes and keys of `to` that a table has and this partition of it has no part of: the server
// would make one when the partition is attached.
std::vector<ObjectIndex> keys_without_part(const Pairing& pairing, ObjectIndex attachment);

// Whether this index or key of `to` is like the one that is to be attached to the parent's, and so
// would be attached instead of it, were it there when the table is.
bool doubles_part(const Pairing& pairing, ObjectIndex index);

}  // namespace revisiond::diff
