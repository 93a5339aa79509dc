// What a change of a column cannot be made beside. Internal to the room.
#pragma once

#include <vector>

#include "diff/pairing.hpp"

namespace revisiond::diff {

// Whether the table is partitioned by this column: the server changes the type of none.
bool partitions_by(const Catalog& catalog, const Object& column);
// Whether a dependent of a column of `from` must go while the column gets another type.
bool in_the_way(const Pairing& pairing, ObjectIndex dependent, ObjectIndex column);

// The type of an inherited column is changed from above, and not while the column is of another
// parent too: where a column of `from` changes it, the links to be made again. Those to its first
// parent, and to others that have it from the same table, stay.
std::vector<ObjectIndex> links_beside_first_parent(const Pairing& pairing, ObjectIndex column);

// A type that changes from above with USING is refused where a foreign table inherits the column:
// where one of `from` changes it so, the links of such tables, to be made again.
std::vector<ObjectIndex> links_of_foreign_heirs(const Pairing& pairing, ObjectIndex column);

// DROP NOT NULL reaches all partitions, and is refused by one that has a key of its own with the
// column: the attachments to be made again where a column of `from` loses its NOT NULL.
std::vector<ObjectIndex> links_that_hold_not_null(const Pairing& pairing, ObjectIndex column);
// What a column's NOT NULL is, where it is a constraint; no_object: it has none.
ObjectIndex not_null_of(const Catalog& catalog, ObjectIndex column);
// The columns of other tables that inherit a column of `from`.
std::vector<ObjectIndex> heirs_of(const Pairing& pairing, ObjectIndex column);
// Those that partitions have from a NOT NULL of `from` that goes, and shall have by themselves; of
// one that a key holds, the attachment.
std::vector<ObjectIndex> not_nulls_that_go_with(const Pairing& pairing, ObjectIndex above);

// The same of their own that shall be their parent's, which a column of `from` gets.
std::vector<ObjectIndex> not_nulls_that_give_way(const Pairing& pairing, ObjectIndex column);

}  // namespace revisiond::diff
