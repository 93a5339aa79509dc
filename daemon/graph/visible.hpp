// Names in messages. Internal to the room.
#pragma once

#include <string>
#include <string_view>

namespace revisiond::graph {

bool is_control(char c);
// On one line, whatever is in it: a control character becomes \x0a and the like.
std::string visible(std::string_view text);

}  // namespace revisiond::graph
