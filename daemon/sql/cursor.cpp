#include "sql/cursor.hpp"

namespace revisiond::sql {

Cursor::Cursor(std::string_view statement) : statement_(statement), lexer_(statement) {
    advance();
}

bool Cursor::is_word(std::string_view upper_case) const {
    return !at_end_ && token_.kind == TokenKind::word && is_keyword(token_.text, upper_case);
}

bool Cursor::is_punctuation(char c) const {
    return !at_end_ && token_.kind == TokenKind::punctuation && token_.text.size() == 1 &&
           token_.text.front() == c;
}

void Cursor::advance() {
    while (!lexer_.at_end()) {
        token_ = lexer_.next();
        if (token_.kind == TokenKind::white_space || token_.kind == TokenKind::comment) continue;
        if (is_punctuation('(')) ++depth_;
        if (is_punctuation(')') && depth_ > 0) --depth_;
        at_end_ = at_end_ || (depth_ == 0 && is_punctuation(';'));
        return;
    }
    at_end_ = true;
}

bool Cursor::take(std::string_view upper_case) {
    if (!is_word(upper_case)) return false;
    advance();
    return true;
}

bool Cursor::take(std::string_view first, std::string_view second) {
    if (!is_word(first)) return false;
    Cursor ahead = *this;
    ahead.advance();
    if (!ahead.take(second)) return false;
    *this = ahead;
    return true;
}

void Cursor::skip_group() {
    if (!is_punctuation('(')) return advance();
    const int outside = depth_ - 1;
    while (!at_end_ && depth_ > outside) advance();
    advance();
}

std::string_view Cursor::take_name() {
    const std::size_t begin = token_.offset;
    std::size_t end = begin;
    while (!at_end_ &&
           (token_.kind == TokenKind::word || token_.kind == TokenKind::quoted_identifier)) {
        end = token_.offset + token_.text.size();
        advance();
        if (!is_punctuation('.')) break;
        advance();
    }
    return statement_.substr(begin, end - begin);
}

bool Cursor::seek(std::string_view upper_case) {
    while (!at_end_ && !is_word(upper_case)) skip_group();
    return !at_end_;
}

}  // namespace revisiond::sql
