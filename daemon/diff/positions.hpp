// Where sequences stand. A column that has its numbers from another sequence than before goes on
// where the old one stood, or the next INSERT would meet a number that is there: the old sequence
// is renamed to the new one where it can be; else it is set aside under another name, asked for its
// position, and dropped. Nobody can draw a number from it meanwhile. Internal to the room.
#pragma once

#include <string>
#include <vector>

#include "diff/selection.hpp"
#include "diff/writer.hpp"

namespace revisiond::diff {

// Pairs sequences of either side alone that the same column owns, or has its default from.
void match_moved_sequences(Pairing& pairing, const Selection& selection);
// Fills Pairing::continued.
void continue_positions(Pairing& pairing);

// Who has numbers from the identity of this column of `from`, which has none in `to`.
std::vector<ObjectIndex> users_of_lost_identity(const Pairing& pairing, ObjectIndex column);

// Whether a sequence of `from` stays a column's: it has its table's owner then, and no other can be
// given to it.
bool stays_with_column(const Pairing& pairing, ObjectIndex sequence);

// Whether a sequence of `from` (for an identity: its column) is set aside.
bool is_set_aside(const Pairing& pairing, ObjectIndex sequence);
// Its name meanwhile, as SQL wants it.
std::string name_aside(const Object& sequence, const Writer& writer);

// Before and after what makes a sequence of `to` (an identity: its column).
void set_predecessors_aside(const Object& sequence, Writer& writer);
void take_position(const Object& sequence, Writer& writer);

}  // namespace revisiond::diff
