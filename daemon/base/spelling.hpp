// "Did you mean": the nearest known name to one that is not known.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace revisiond {

// Levenshtein distance with adjacent transposition, in bytes; stops counting above `limit` and
// answers limit + 1 then.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

// The candidate nearest to `word`, when it is near enough to be a slip (a third of the word's
// length, at most 3).
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace revisiond
