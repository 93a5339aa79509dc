#include "sql/variables.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/spelling.hpp"
#include "sql/identifier.hpp"

namespace revisiond::sql {
namespace {

// The name inside :name, :'name', :"name" and :{?name}.
std::string name_in(std::string_view token) {
    token.remove_prefix(1);
    if (token.front() == '{') return std::string(token.substr(2, token.size() - 3));
    if (token.front() == '\'' || token.front() == '"')
        return std::string(token.substr(1, token.size() - 2));
    return std::string(token);
}

Diagnostic unknown(const std::string& name, const Token& token, const Variables& variables) {
    std::vector<std::string> names;
    for (const auto& [known, value] : variables) names.push_back(known);
    std::string hint = "declare it in the header's variables and give it a value with -x " + name +
                       "=…, or in the config";
    if (const auto near = nearest(name, names)) hint = "did you mean \"" + *near + "\"?";
    if (token.text.size() == name.size() + 1)
        hint += " (an array slice is written with a blank after its colon)";
    return make_error("sql.unknown-variable", fmt::format("unknown variable \"{}\"", name), hint);
}

// What in a raw value would be read as more than a part of the statement; null when nothing would.
const char* what_breaks_out(std::string_view value) {
    std::size_t parentheses = 0;
    Lexer lexer(value);
    while (!lexer.at_end()) {
        const Token token = lexer.next();
        if (lexer.unterminated() != Unterminated::no) return "a quote or comment without an end";
        if (token.kind == TokenKind::comment) return "a comment";
        if (token.kind == TokenKind::backslash) return "a backslash";
        if (token.text == ";") return "a semicolon";
        if (token.text == "(") ++parentheses;
        if (token.text == ")" && parentheses-- == 0) return "a parenthesis that is not opened";
    }
    return parentheses > 0 ? "a parenthesis that is not closed" : nullptr;
}

bool may_grow_together(TokenKind kind) {
    return kind == TokenKind::word || kind == TokenKind::number || kind == TokenKind::white_space ||
           kind == TokenKind::parameter;
}

}  // namespace

Expected<std::string> expand_variable(const Token& token, const Variables& variables) {
    const std::string name = name_in(token.text);
    const auto found = variables.find(name);
    const char style = token.text[1];
    if (style == '{') return std::string(found == variables.end() ? "FALSE" : "TRUE");
    if (found == variables.end()) return unexpected(unknown(name, token, variables));
    const std::string& value = found->second;
    if (value.find('\0') != std::string::npos)
        return unexpected(make_error("sql.variable-value",
                                     fmt::format("the value of \"{}\" holds a NUL byte", name)));
    if (style == '\'') return quote_literal(value);
    if (style == '"') return quote_identifier(value);
    if (const char* what = what_breaks_out(value))
        return unexpected(
            make_error("sql.variable-value",
                       fmt::format("the value of \"{}\" holds {}, which would change the statement",
                                   name, what),
                       fmt::format("write :'{0}' for a text or :\"{0}\" for a name", name)));
    return value;
}

std::optional<std::size_t> first_glued_edge(std::string_view text,
                                            const std::vector<std::size_t>& edges) {
    auto edge = edges.begin();
    Lexer lexer(text);
    while (!lexer.at_end() && edge != edges.end()) {
        const Token token = lexer.next();
        while (edge != edges.end() && *edge <= token.offset) ++edge;
        const bool inside = edge != edges.end() && *edge < lexer.position();
        if (inside && !may_grow_together(token.kind)) return *edge;
    }
    return {};
}

}  // namespace revisiond::sql
