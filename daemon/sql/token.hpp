// The room sql: what can be told of SQL text without a server and without a grammar. Pure.
// The lexer follows psql's (src/fe_utils/psqlscan.l), because psql is what decides where a
// statement ends in a script; so it works for every PostgreSQL version. standard_conforming_strings
// is on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace revisiond::sql {

// What a stretch of SQL is.
enum class TokenKind {
    word,               // an unquoted identifier or keyword
    quoted_identifier,  // "…" and U&"…"
    string,             // '…', E'…', B'…', X'…', N'…', U&'…'
    dollar_string,      // $tag$…$tag$
    number,
    parameter,    // $1
    operator_,    // + <= := ::
    punctuation,  // ( ) [ ] , ; .
    comment,      // -- … and /* … */, nested
    backslash,    // \ outside everything: a psql command up to the line's end
    white_space,  // a run of blanks and line ends
    variable,     // :name :'name' :"name" :{?name}, only when variables are on
};

// A token is a view into the text that was lexed.
struct Token {
    TokenKind kind = TokenKind::white_space;
    std::size_t offset = 0;
    std::string_view text;
};

// A token that has a beginning and no end.
enum class Unterminated {
    no,
    quote,              // '…
    quoted_identifier,  // "…
    dollar_quote,
    comment,
};

// Reads one token after another. Never fails: what is unterminated reaches to the end and is said.
class Lexer {
  public:
    explicit Lexer(std::string_view text, bool variables = false);

    bool at_end() const { return position_ >= text_.size(); }
    // The next token, white space and comments included. REQUIRES: not at_end().
    Token next();
    std::size_t position() const { return position_; }
    // Goes on at `offset`: how COPY data is stepped over.
    void skip_to(std::size_t offset) { position_ = offset; }
    // Whether the last token was cut off by the end of the text.
    Unterminated unterminated() const { return unterminated_; }

  private:
    Token token(TokenKind kind, std::size_t end);
    Token token(TokenKind kind, std::size_t end, bool ended, Unterminated otherwise);
    Token word_or_prefix();
    Token quoted(std::size_t inside, char quote);
    Token operator_or_comment();
    Token dollar();
    Token colon();
    Token dot();

    std::string_view text_;
    std::size_t position_ = 0;
    bool variables_ = false;
    Unterminated unterminated_ = Unterminated::no;
};

}  // namespace revisiond::sql
