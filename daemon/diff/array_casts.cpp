#include "diff/array_casts.hpp"

#include <optional>
#include <string_view>

#include "sql/token.hpp"

namespace revisiond::diff {
namespace {

bool take(std::string_view& text, std::string_view expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(expected.size());
    return true;
}

bool take_string(std::string_view& text) {
    sql::Lexer lexer(text);
    if (lexer.at_end()) return false;
    const sql::Token token = lexer.next();
    if (token.kind != sql::TokenKind::string) return false;
    text.remove_prefix(token.text.size());
    return true;
}

// What stands in the brackets of the array, and what is behind it all.
struct CastArray {
    std::string_view elements;
    std::string_view rest;
};

// Of a text that begins behind ANY or ALL.
std::optional<CastArray> cast_array(std::string_view text) {
    if (!take(text, " ((ARRAY[")) return std::nullopt;
    const std::string_view begin = text;
    do {
        if (!take_string(text) || !take(text, "::character varying")) return std::nullopt;
    } while (take(text, ", "));
    const std::string_view elements = begin.substr(0, begin.size() - text.size());
    if (!take(text, "])::text[])")) return std::nullopt;
    return CastArray{elements, text};
}

}  // namespace

std::string without_array_casts(std::string statement) {
    if (statement.find(" ((ARRAY[") == std::string::npos) return statement;
    const std::string_view text = statement;
    std::string out;
    std::size_t copied = 0;
    sql::Lexer lexer(text);
    while (!lexer.at_end()) {
        const sql::Token token = lexer.next();
        if (token.offset < copied || (token.text != "ANY" && token.text != "ALL")) continue;
        const std::size_t behind = token.offset + token.text.size();
        const auto array = cast_array(text.substr(behind));
        if (!array) continue;
        out += text.substr(copied, behind - copied);
        out += " (ARRAY[";
        out += array->elements;
        out += "])";
        copied = text.size() - array->rest.size();
    }
    out += text.substr(copied);
    return out;
}

}  // namespace revisiond::diff
