// Casts of arrays that the server would print otherwise when it has read what it printed.
#pragma once

#include <string>

namespace revisiond::diff {

// Where the server casts an array as a whole it prints `(ARRAY['a'::character varying,
// …])::text[]`. Read again, the cast goes to each element, and that is printed ever after: the
// object would differ from its model for good. `x IN ('a', 'b')` of a varchar is such an array, and
// the numbers that percentile_cont() is given. With the type that it has before,
// `((ARRAY[…])::character varying[])::text[]`, the cast stays what it was. Behind ANY and ALL of a
// varchar there is a shorter way: without the cast the server adds it again. Strings, bodies of
// routines among them, are left as they are.
std::string with_array_casts(std::string statement);

}  // namespace revisiond::diff
