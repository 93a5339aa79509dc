// text[] as PostgreSQL prints it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace revisiond::database {

// {a,"b c",NULL} as a list; NULL becomes an empty text. REQUIRES: one dimension, as all arrays of
// ours have.
std::vector<std::string> parse_text_array(std::string_view text);

}  // namespace revisiond::database
