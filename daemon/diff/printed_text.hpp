// A text that the server prints, by its tokens. Internal to the room.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "sql/token.hpp"

namespace revisiond::diff {

constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

// What can be told of a text by its parentheses and brackets. Places are numbers of tokens, white
// space left out; a place beyond the text is an empty word.
class PrintedText {
  public:
    explicit PrintedText(std::string_view text);

    std::size_t size() const { return tokens_.size(); }
    std::string_view word(std::size_t at) const {
        return at < tokens_.size() ? tokens_[at].text : std::string_view();
    }
    sql::TokenKind kind(std::size_t at) const { return tokens_[at].kind; }
    // Of the parenthesis or bracket that opens there; nowhere: none does.
    std::size_t close_of(std::size_t at) const {
        return at < tokens_.size() ? closes_[at] : nowhere;
    }
    std::size_t offset_of(std::size_t at) const { return tokens_[at].offset; }
    std::size_t end_of(std::size_t at) const {
        return tokens_[at].offset + tokens_[at].text.size();
    }
    std::string_view text() const { return text_; }

  private:
    std::string_view text_;
    std::vector<sql::Token> tokens_;
    std::vector<std::size_t> closes_;
};

// A stretch of a text, by its offsets, and what is to stand there instead.
struct Edit {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text;
};

// "integer" or "numeric", as the server reads a number without a sign.
std::string_view type_of_number(std::string_view number);

}  // namespace revisiond::diff
