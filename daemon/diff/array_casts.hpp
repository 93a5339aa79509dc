// Expressions that the server would print otherwise when it has read what it printed.
#pragma once

#include <string>

namespace revisiond::diff {

// `x IN ('a', 'b')` of a varchar is printed as
// `(x)::text = ANY ((ARRAY['a'::character varying, …])::text[])`. Run as it stands, the cast goes
// to each element, and that is printed ever after. Without the cast the server adds it again where
// it was. Strings, bodies of routines among them, are left as they are.
std::string without_array_casts(std::string statement);

}  // namespace revisiond::diff
