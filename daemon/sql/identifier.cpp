#include "sql/identifier.hpp"

#include <algorithm>
#include <stdexcept>

#include "sql/characters.hpp"
#include "sql/token.hpp"

namespace revisiond::sql {
namespace {

void refuse_nul(std::string_view text) {
    if (text.find('\0') != std::string_view::npos)
        throw std::invalid_argument("a NUL byte cannot be part of SQL");
}

std::string doubled(std::string_view text, char quote) {
    std::string result;
    result.reserve(text.size() + 3);
    result += quote;
    for (const char c : text) {
        if (c == quote) result += quote;
        result += c;
    }
    result += quote;
    return result;
}

// The name that a word or a quoted identifier stands for; nothing for U&"…" and anything else.
std::optional<std::string> name_of(const Token& token) {
    std::string name;
    if (token.kind == TokenKind::word) {
        name.resize(token.text.size());
        std::transform(token.text.begin(), token.text.end(), name.begin(), lower);
        return name;
    }
    if (token.kind != TokenKind::quoted_identifier || token.text.front() != '"') return {};
    const std::string_view inside = token.text.substr(1, token.text.size() - 2);
    for (std::size_t i = 0; i < inside.size(); ++i) {
        name += inside[i];
        if (inside[i] == '"') ++i;
    }
    if (name.empty() || name.find('\0') != std::string::npos) return {};
    return name;
}

}  // namespace

std::string quote_identifier(std::string_view name) {
    refuse_nul(name);
    return doubled(name, '"');
}

std::string quote_literal(std::string_view text) {
    refuse_nul(text);
    std::string quoted = doubled(text, '\'');
    if (text.find('\\') == std::string_view::npos) return quoted;
    std::string result = "E";
    for (const char c : quoted) {
        if (c == '\\') result += '\\';
        result += c;
    }
    return result;
}

std::string quote_text_array(const std::vector<std::string>& values) {
    std::string result = "ARRAY[";
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) result += ',';
        result += quote_literal(values[i]);
    }
    return result + "]::text[]";
}

std::string QualifiedName::quoted() const {
    return schema.empty() ? quote_identifier(name)
                          : quote_identifier(schema) + '.' + quote_identifier(name);
}

std::string QualifiedName::display() const {
    return schema.empty() ? name : schema + '.' + name;
}

std::optional<QualifiedName> parse_qualified_name(std::string_view text) {
    std::vector<std::string> parts;
    bool name_is_next = true;
    Lexer lexer(text);
    while (!lexer.at_end()) {
        const Token token = lexer.next();
        if (token.kind == TokenKind::white_space) continue;
        if (name_is_next) {
            std::optional<std::string> name = name_of(token);
            if (!name || lexer.unterminated() != Unterminated::no) return {};
            parts.push_back(std::move(*name));
        } else if (token.text != ".") {
            return {};
        }
        name_is_next = !name_is_next;
    }
    if (name_is_next || parts.size() > 2) return {};
    if (parts.size() == 1) return QualifiedName{"", parts[0]};
    return QualifiedName{parts[0], parts[1]};
}

}  // namespace revisiond::sql
