// Where the order of statements does not suffice, and a dependent must be made again. Internal to
// the room.
#pragma once

#include "diff/pairing.hpp"

namespace revisiond::diff {

// Whether an object of `from` that is altered needs this other one, which goes, no more once it is:
// then it is altered first, and stays.
bool lets_go(const Pairing& pairing, ObjectIndex dependent, ObjectIndex gone);

// Whether a routine in SQL answers with rows of this relation, as wide as that is when it is made.
bool gives_rows_of(const Object& routine, const Object& relation);

// Whether a domain of `from` has a new condition, and values where the server cannot check them: it
// looks into columns of the domain, not into arrays and rows.
bool is_checked_in_containers(const Pairing& pairing, ObjectIndex domain);

}  // namespace revisiond::diff
