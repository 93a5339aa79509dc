// How psql's lexer reads, and where we leave it.
//
// psqlscan.l is a copy of the server's scan.l that keeps only what a statement's end depends on.
// The functions below are its rules by hand, each from the byte after a token's beginning to the
// token's end. Four things are easy to get wrong:
//  - An operator is the longest run of operator characters, but stops before a -- or /* inside it,
//  and then may
//    not end in + or - unless it holds one of ~ ! @ # % ^ & | ` ?.
//  - A \r ends a -- comment as a \n does: hiding a statement behind a lone \r must not work.
//  - E'…' goes on after white space with a line end in it and another ', still with backslash
//  escapes. psql
//    forgets this because it reads line by line; the server does not, and it has the last word.
//  - $tag$ is no dollar quote directly after a word, since $ may stand in a word.
// Numbers end where a letter begins; servers from 15 on call that an error, older ones read a
// number and a name.
#include "sql/token.hpp"

#include <cstring>

#include "sql/characters.hpp"

namespace revisiond::sql {
namespace {

// The end of a token, and whether it is a real one.
struct End {
    std::size_t offset = 0;
    bool found = true;
};

std::size_t skip(std::string_view text, std::size_t at, CharacterClass wanted) {
    while (at < text.size() && is_byte(text[at], wanted)) ++at;
    return at;
}

bool byte_is(std::string_view text, std::size_t at, char c) {
    return at < text.size() && text[at] == c;
}

std::size_t line_comment_end(std::string_view text, std::size_t at) {
    while (at < text.size() && text[at] != '\n' && text[at] != '\r') ++at;
    return at;
}

End block_comment_end(std::string_view text, std::size_t at) {
    std::size_t depth = 1;
    while (at + 1 < text.size()) {
        if (text[at] == '*' && text[at + 1] == '/') {
            at += 2;
            if (--depth == 0) return {at};
        } else if (text[at] == '/' && text[at + 1] == '*') {
            at += 2;
            ++depth;
        } else {
            ++at;
        }
    }
    return {text.size(), false};
}

// The end of '…' or "…", where a doubled quote stands for itself; `at` is behind the first quote.
End quoted_end(std::string_view text, std::size_t at, char quote) {
    while (at < text.size()) {
        const void* found = std::memchr(text.data() + at, quote, text.size() - at);
        if (found == nullptr) break;
        at = static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + 1;
        if (!byte_is(text, at, quote)) return {at};
        ++at;
    }
    return {text.size(), false};
}

// The offset behind the quote that continues a string which ended at `at`, or 0 when it does not go
// on.
std::size_t continuation(std::string_view text, std::size_t at) {
    bool line_end = false;
    while (at < text.size()) {
        if (is_byte(text[at], white_space_byte)) {
            line_end = line_end || text[at] == '\n' || text[at] == '\r';
            ++at;
        } else if (text[at] == '-' && byte_is(text, at + 1, '-')) {
            at = line_comment_end(text, at);
        } else {
            return text[at] == '\'' && line_end ? at + 1 : 0;
        }
    }
    return 0;
}

End escape_string_end(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        const bool quote = text[at] == '\'';
        if (text[at] == '\\' || (quote && byte_is(text, at + 1, '\''))) {
            at += 2;
        } else if (!quote) {
            ++at;
        } else {
            const std::size_t next = continuation(text, at + 1);
            if (next == 0) return {at + 1};
            at = next;
        }
    }
    return {text.size(), false};
}

std::size_t digits_end(std::string_view text, std::size_t at) {
    at = skip(text, at, digit_byte);
    while (byte_is(text, at, '_') && at + 1 < text.size() && is_byte(text[at + 1], digit_byte))
        at = skip(text, at + 1, digit_byte);
    return at;
}

bool is_digit_of(char c, char radix) {
    switch (lower(radix)) {
        case 'x':
            return is_byte(c, digit_byte) || (lower(c) >= 'a' && lower(c) <= 'f');
        case 'o':
            return c >= '0' && c <= '7';
        default:
            return c == '0' || c == '1';
    }
}

// The end of the digits of 0x…, 0o… and 0b…, which begin at `at`; `at` when there are none.
std::size_t radix_digits_end(std::string_view text, std::size_t at, char radix) {
    while (at < text.size()) {
        const std::size_t digit = text[at] == '_' ? at + 1 : at;
        if (digit >= text.size() || !is_digit_of(text[digit], radix)) break;
        at = digit + 1;
    }
    return at;
}

std::size_t number_end(std::string_view text, std::size_t at) {
    if (text[at] == '0' && at + 1 < text.size()) {
        const char radix = lower(text[at + 1]);
        if (radix == 'x' || radix == 'o' || radix == 'b') {
            const std::size_t end = radix_digits_end(text, at + 2, radix);
            if (end > at + 2) return end;
        }
    }
    at = digits_end(text, at);
    if (byte_is(text, at, '.') && !byte_is(text, at + 1, '.')) at = digits_end(text, at + 1);
    if (byte_is(text, at, 'e') || byte_is(text, at, 'E')) {
        const bool sign = byte_is(text, at + 1, '+') || byte_is(text, at + 1, '-');
        const std::size_t exponent = at + (sign ? 2 : 1);
        if (exponent < text.size() && is_byte(text[exponent], digit_byte))
            at = digits_end(text, exponent);
    }
    return at;
}

bool starts_comment(std::string_view text, std::size_t at) {
    return (text[at] == '-' && byte_is(text, at + 1, '-')) ||
           (text[at] == '/' && byte_is(text, at + 1, '*'));
}

std::size_t operator_end(std::string_view text, std::size_t begin) {
    // No operator has more than 63 bytes; without a limit a run of + would be read once for each of
    // them.
    constexpr std::size_t longest = 128;
    bool wordy = false;
    std::size_t at = begin;
    while (at < text.size() && at - begin < longest && is_byte(text[at], operator_byte) &&
           !starts_comment(text, at)) {
        wordy = wordy || is_byte(text[at], wordy_operator_byte);
        ++at;
    }
    if (!wordy)
        while (at - begin > 1 && (text[at - 1] == '+' || text[at - 1] == '-')) --at;
    return at;
}

// The end of the variable whose colon stands before `at`, or `at` when that colon is only a colon.
std::size_t variable_end(std::string_view text, std::size_t at) {
    if (at >= text.size()) return at;
    const char first = text[at];
    if (is_byte(first, word_start_byte)) return skip(text, at, tag_byte);
    const bool test = first == '{' && byte_is(text, at + 1, '?');
    if (first != '\'' && first != '"' && !test) return at;
    const std::size_t name = at + (test ? 2 : 1);
    const std::size_t end = skip(text, name, tag_byte);
    return end > name && byte_is(text, end, test ? '}' : first) ? end + 1 : at;
}

}  // namespace

Lexer::Lexer(std::string_view text, bool variables) : text_(text), variables_(variables) {}

Token Lexer::token(TokenKind kind, std::size_t end) {
    const Token result{kind, position_, text_.substr(position_, end - position_)};
    position_ = end;
    return result;
}

Token Lexer::token(TokenKind kind, std::size_t end, bool ended, Unterminated otherwise) {
    if (!ended) unterminated_ = otherwise;
    return token(kind, end);
}

Token Lexer::next() {
    unterminated_ = Unterminated::no;
    const char first = text_[position_];
    if (is_byte(first, word_start_byte)) return word_or_prefix();
    if (is_byte(first, white_space_byte))
        return token(TokenKind::white_space, skip(text_, position_ + 1, white_space_byte));
    if (is_byte(first, digit_byte)) return token(TokenKind::number, number_end(text_, position_));
    if (is_byte(first, operator_byte)) return operator_or_comment();
    switch (first) {
        case '\'':
            return quoted(position_ + 1, '\'');
        case '"':
            return quoted(position_ + 1, '"');
        case '$':
            return dollar();
        case ':':
            return colon();
        case '\\':
            return token(TokenKind::backslash, line_comment_end(text_, position_));
        case '.':
            return dot();
        default:
            return token(TokenKind::punctuation, position_ + 1);
    }
}

Token Lexer::quoted(std::size_t inside, char quote) {
    const End end = quoted_end(text_, inside, quote);
    if (quote == '"')
        return token(TokenKind::quoted_identifier, end.offset, end.found,
                     Unterminated::quoted_identifier);
    return token(TokenKind::string, end.offset, end.found, Unterminated::quote);
}

Token Lexer::word_or_prefix() {
    const std::size_t second = position_ + 1;
    const char letter = lower(text_[position_]);
    if (byte_is(text_, second, '\'')) {
        if (letter == 'e') {
            const End end = escape_string_end(text_, second + 1);
            return token(TokenKind::string, end.offset, end.found, Unterminated::quote);
        }
        if (letter == 'b' || letter == 'x' || letter == 'n') return quoted(second + 1, '\'');
    }
    if (letter == 'u' && byte_is(text_, second, '&')) {
        if (byte_is(text_, second + 1, '\'')) return quoted(second + 2, '\'');
        if (byte_is(text_, second + 1, '"')) return quoted(second + 2, '"');
    }
    return token(TokenKind::word, skip(text_, second, word_byte));
}

Token Lexer::operator_or_comment() {
    if (!starts_comment(text_, position_))
        return token(TokenKind::operator_, operator_end(text_, position_));
    if (text_[position_] == '-')
        return token(TokenKind::comment, line_comment_end(text_, position_));
    const End end = block_comment_end(text_, position_ + 2);
    return token(TokenKind::comment, end.offset, end.found, Unterminated::comment);
}

Token Lexer::dollar() {
    const std::size_t second = position_ + 1;
    if (second < text_.size() && is_byte(text_[second], digit_byte))
        return token(TokenKind::parameter, skip(text_, second, digit_byte));
    const std::size_t tag_end = skip(text_, second, tag_byte);
    if (!byte_is(text_, tag_end, '$')) return token(TokenKind::punctuation, second);
    const std::string_view tag = text_.substr(position_, tag_end + 1 - position_);
    const std::size_t closing = text_.find(tag, tag_end + 1);
    const bool found = closing != std::string_view::npos;
    return token(TokenKind::dollar_string, found ? closing + tag.size() : text_.size(), found,
                 Unterminated::dollar_quote);
}

Token Lexer::colon() {
    const std::size_t second = position_ + 1;
    if (byte_is(text_, second, ':') || byte_is(text_, second, '='))
        return token(TokenKind::operator_, second + 1);
    const std::size_t end = variables_ ? variable_end(text_, second) : second;
    return token(end > second ? TokenKind::variable : TokenKind::operator_, end);
}

Token Lexer::dot() {
    const std::size_t second = position_ + 1;
    if (byte_is(text_, second, '.')) return token(TokenKind::punctuation, second + 1);
    if (second < text_.size() && is_byte(text_[second], digit_byte))
        return token(TokenKind::number, number_end(text_, position_));
    return token(TokenKind::punctuation, second);
}

}  // namespace revisiond::sql
