// The words of a statement, for those who look for some of them. Internal to the room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/token.hpp"

namespace revisiond::scratch {

// A token that means something; words in upper case.
struct Word {
    sql::TokenKind kind;
    std::string text;

    bool is_string() const {
        return kind == sql::TokenKind::string || kind == sql::TokenKind::dollar_string;
    }
    bool is_name() const {
        return kind == sql::TokenKind::word || kind == sql::TokenKind::quoted_identifier;
    }
    // Without quotes and in upper case: a name is never taken for less than it could be.
    std::string bare_name() const;
};

std::vector<Word> words_of(std::string_view text);

// What stands between the quotes of a string; a doubled quote or a backslash in it does not matter
// to who looks for words.
std::string_view inside(const Word& word);

// How deep strings stand in strings: DO $$ EXECUTE 'DO ''…''' $$ is as deep as it gets.
constexpr int deepest_string = 3;

}  // namespace revisiond::scratch
