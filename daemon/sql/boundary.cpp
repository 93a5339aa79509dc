#include "sql/boundary.hpp"

#include "sql/characters.hpp"

namespace revisiond::sql {

bool StatementBoundary::ends_with(const Token& token) {
    if (token.kind == TokenKind::word) {
        word(token.text);
        return false;
    }
    if (prefix_ != Prefix::routine) prefix_ = Prefix::other;
    last_ = Last::other;
    if (token.kind != TokenKind::punctuation) return false;
    const char c = token.text.front();
    if (c == '(') ++parentheses_;
    if (c == ')' && parentheses_ > 0) --parentheses_;
    if (c != ';' || parentheses_ > 0) return false;
    if (in_body_) {
        last_ = Last::semicolon;
        return false;
    }
    *this = {};
    return true;
}

void StatementBoundary::word(std::string_view text) {
    if (prefix_ != Prefix::routine) return read_prefix(text);
    const Last before = last_;
    last_ = Last::other;
    if (parentheses_ > 0) return;
    if (in_body_) {
        if ((before == Last::semicolon || before == Last::atomic) && is_keyword(text, "END"))
            in_body_ = false;
    } else if (is_keyword(text, "BEGIN")) {
        last_ = Last::begin;
    } else if (before == Last::begin && is_keyword(text, "ATOMIC")) {
        last_ = Last::atomic;
        in_body_ = true;
    }
}

void StatementBoundary::read_prefix(std::string_view text) {
    const auto routine = [text] {
        return is_keyword(text, "FUNCTION") || is_keyword(text, "PROCEDURE");
    };
    Prefix next = Prefix::other;
    switch (prefix_) {
        case Prefix::nothing:
            if (is_keyword(text, "CREATE")) next = Prefix::create;
            break;
        case Prefix::create:
            if (is_keyword(text, "OR")) next = Prefix::create_or;
            if (routine()) next = Prefix::routine;
            break;
        case Prefix::create_or:
            if (is_keyword(text, "REPLACE")) next = Prefix::create_or_replace;
            break;
        case Prefix::create_or_replace:
            if (routine()) next = Prefix::routine;
            break;
        case Prefix::routine:
        case Prefix::other:
            break;
    }
    prefix_ = next;
}

}  // namespace revisiond::sql
