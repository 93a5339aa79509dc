// Small facts about text that several rooms need: UTF-8, lines, lists.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace revisiond {

// The offset of the first byte that is not well-formed UTF-8 (RFC 3629), or nothing.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

// `text` with U+FFFD for every byte that is not part of well-formed UTF-8.
std::string as_valid_utf8(std::string text);

// The number of code points in well-formed UTF-8.
std::size_t count_code_points(std::string_view text);

// The byte offset of the code point number `index` (from 0), or text.size() when there are fewer.
std::size_t offset_of_code_point(std::string_view text, std::size_t index);

// "a, b and c": for messages.
std::string join_words(std::span<const std::string> words);

std::string join(std::span<const std::string> words, std::string_view separator);

// `text` with every \r\n and lone \r as \n: what checksums are taken of.
std::string normalise_line_ends(std::string_view text);

// `text` with a blank for every control character: what may stand on one line of a list.
std::string one_line(std::string_view text);

std::string_view trim(std::string_view text);

}  // namespace revisiond
