// Conditions that the server would print otherwise when it has read what it printed.
#pragma once

#include <string>

namespace revisiond::diff {

// `x BETWEEN 1 AND 5 AND y` is printed as `(((x >= 1) AND (x <= 5)) AND y)`. The server reads that
// as one row of three conditions, prints them side by side, and so the object would differ from its
// model ever after. Where such a pair stands first in a row of its own kind, and only there, it
// becomes BETWEEN again (of OR: NOT BETWEEN). Strings, bodies of routines among them, are left as
// they are.
std::string with_between(std::string statement);

}  // namespace revisiond::diff
