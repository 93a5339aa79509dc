// Walks over the tokens of one statement that mean something.
#pragma once

#include <string_view>

#include "sql/characters.hpp"
#include "sql/token.hpp"

namespace revisiond::sql {

// A place in a statement; white space and comments are passed over, and a semicolon outside
// parentheses is the end. `take…` moves on when the token is the wanted one and says so.
class Cursor {
  public:
    explicit Cursor(std::string_view statement);

    bool at_end() const { return at_end_; }
    const Token& token() const { return token_; }
    bool is_word(std::string_view upper_case) const;
    bool is_punctuation(char c) const;
    void advance();
    bool take(std::string_view upper_case);
    // Moves on only when both words stand here.
    bool take(std::string_view first, std::string_view second);
    // Moves over one token, or over a whole ( … ) when one opens here.
    void skip_group();
    // Moves over a name with its schema; as written, empty when no name stands here.
    std::string_view take_name();
    // Moves on to this keyword outside parentheses; false, at the end, when there is none.
    bool seek(std::string_view upper_case);

  private:
    std::string_view statement_;
    Lexer lexer_;
    Token token_;
    int depth_ = 0;
    bool at_end_ = false;
};

}  // namespace revisiond::sql
