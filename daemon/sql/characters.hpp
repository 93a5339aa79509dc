// Which part a byte plays in SQL text, looked up in one table: the lexer's inner loops are these
// look-ups.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace revisiond::sql {

// What a byte may be; several at once.
enum CharacterClass : std::uint8_t {
    white_space_byte = 1,
    word_start_byte = 2,  // letters, _ and everything above ASCII
    word_byte = 4,        // the same, digits and $
    digit_byte = 8,
    operator_byte = 16,        // what operators are made of
    tag_byte = 32,             // a word without $: dollar-quote tags and psql's variable names
    wordy_operator_byte = 64,  // an operator with one of these may end in + or -
};

constexpr std::array<std::uint8_t, 256> make_character_classes() {
    std::array<std::uint8_t, 256> table{};
    const auto mark = [&table](const char* bytes, unsigned classes) {
        for (; *bytes != '\0'; ++bytes) {
            auto& entry = table[static_cast<std::uint8_t>(*bytes)];
            entry = static_cast<std::uint8_t>(entry | classes);
        }
    };
    mark(" \t\n\r\f\v", white_space_byte);
    mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_",
         word_start_byte | word_byte | tag_byte);
    mark("0123456789", word_byte | digit_byte | tag_byte);
    mark("$", word_byte);
    mark("+-*/<>=", operator_byte);
    mark("~!@#%^&|`?", operator_byte | wordy_operator_byte);
    for (std::size_t byte = 0x80; byte < table.size(); ++byte)
        table[byte] = word_start_byte | word_byte | tag_byte;
    return table;
}

inline constexpr std::array<std::uint8_t, 256> character_classes = make_character_classes();

constexpr bool is_byte(char c, CharacterClass wanted) {
    return (character_classes[static_cast<std::uint8_t>(c)] & wanted) != 0;
}

// Keywords fold by ASCII only, as in PostgreSQL.
constexpr char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Whether `text` is the keyword `upper_case`, in any case.
constexpr bool is_keyword(std::string_view text, std::string_view upper_case) {
    if (text.size() != upper_case.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (upper(text[i]) != upper_case[i]) return false;
    return true;
}

}  // namespace revisiond::sql
