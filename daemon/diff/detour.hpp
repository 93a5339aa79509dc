// Columns that have another type for a while. The server changes no table whose row type a column
// of another has, and drops no type that one is of. Where the type's new self has the old one's
// name, the column leaves it, for json when it is made of rows, so that they find their columns
// again by name, else for text, and returns when all is done. Internal to the room.
#pragma once

#include <vector>

#include "diff/writer.hpp"

namespace revisiond::diff {

// The columns of tables and materialized views of `from` that hold values of this type, relation
// or extension, be it in arrays, domains or other rows.
std::vector<ObjectIndex> columns_that_hold(const Pairing& pairing, ObjectIndex type);

// Whether this type, relation or extension of `from` gives its name to another while columns have
// it. Types that are renamed away meanwhile are none: see shift_away().
bool goes_under_columns(const Pairing& pairing, ObjectIndex index);
// The relation of `from` whose rows get values by this new column of `to`, or are written again for
// this table of `to`; no_object: there is none.
ObjectIndex relation_filled_by(const Pairing& pairing, ObjectIndex to);
// Whether a new column has all rows written again: with values of their own, or to be checked.
bool rewrites_rows(const Catalog& catalog, ObjectIndex column);

// The column of `from` gives up its type.
void leave_type(const Object& column, Writer& writer);
// How the column of `to` gets its values back.
std::string return_expression(const Object& column, const Writer& writer);

}  // namespace revisiond::diff
