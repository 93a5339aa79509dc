// Where a statement ends.
#pragma once

#include "sql/token.hpp"

namespace revisiond::sql {

// Watches the tokens of a script go by and says which semicolon ends a statement: one outside
// parentheses (a rule's actions stand in them) and outside the body BEGIN ATOMIC … END of a
// function or procedure. psql counts BEGIN, CASE and END, and is led astray by columns of such
// names. The server's grammar allows an exact rule: statements in a body end with a semicolon, so
// the END that closes it is the one that follows a semicolon or ATOMIC.
class StatementBoundary {
  public:
    // Takes the next token that is no white space and no comment; true when it is the semicolon
    // that ends a statement, after which the next one begins.
    bool ends_with(const Token& token);
    bool in_parentheses() const { return parentheses_ > 0; }
    bool in_body() const { return in_body_; }

  private:
    // How much of CREATE [OR REPLACE] {FUNCTION | PROCEDURE} has been seen.
    enum class Prefix { nothing, create, create_or, create_or_replace, routine, other };
    // What the last token was, as far as it matters.
    enum class Last { other, semicolon, begin, atomic };

    void word(std::string_view text);
    void read_prefix(std::string_view text);

    Prefix prefix_ = Prefix::nothing;
    Last last_ = Last::other;
    std::size_t parentheses_ = 0;
    bool in_body_ = false;
};

}  // namespace revisiond::sql
