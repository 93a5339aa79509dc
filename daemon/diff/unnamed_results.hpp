// Results of a query that have no name, in texts that the server prints.
#pragma once

#include <string>

namespace revisiond::diff {

// `EXISTS (SELECT 'x' ...)` is printed as `SELECT 'x'::text`, and so is a literal in a later branch
// of a UNION. The server names what it reads there after the cast and prints `AS text` from then
// on, so the object would differ from its model ever after. A cast without a name, which the server
// prints only where nobody asks for the name, gets the name that it had: "?column?" (ruleutils.c,
// get_target_list).
std::string with_unnamed_results(std::string statement);

}  // namespace revisiond::diff
