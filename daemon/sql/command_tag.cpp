#include "sql/command_tag.hpp"

#include <array>
#include <string_view>

namespace revisiond::sql {
namespace {

// Kinds of object whose names are more than one word.
constexpr std::array<std::array<std::string_view, 3>, 16> long_kinds = {{
    {"ACCESS", "METHOD", ""},
    {"DEFAULT", "PRIVILEGES", ""},
    {"EVENT", "TRIGGER", ""},
    {"FOREIGN", "DATA", "WRAPPER"},
    {"FOREIGN", "TABLE", ""},
    {"FOREIGN", "SCHEMA", ""},
    {"LARGE", "OBJECT", ""},
    {"MATERIALIZED", "VIEW", ""},
    {"OPERATOR", "CLASS", ""},
    {"OPERATOR", "FAMILY", ""},
    {"PROPERTY", "GRAPH", ""},
    {"TEXT", "SEARCH", "CONFIGURATION"},
    {"TEXT", "SEARCH", "DICTIONARY"},
    {"TEXT", "SEARCH", "PARSER"},
    {"TEXT", "SEARCH", "TEMPLATE"},
    {"USER", "MAPPING", ""},
}};

// Words between CREATE and the kind of object.
constexpr std::array<std::string_view, 12> modifiers = {
    "GLOBAL",    "LOCAL",   "TEMP",       "TEMPORARY",  "UNLOGGED", "UNIQUE",
    "RECURSIVE", "TRUSTED", "PROCEDURAL", "CONSTRAINT", "OR",       "REPLACE"};

std::string upper_case(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = upper(c);
    return result;
}

bool take_words(Cursor& cursor, const std::array<std::string_view, 3>& words) {
    Cursor ahead = cursor;
    for (const std::string_view word : words)
        if (!word.empty() && !ahead.take(word)) return false;
    cursor = ahead;
    return true;
}

bool take_modifier(Cursor& cursor) {
    for (const std::string_view modifier : modifiers)
        if (cursor.take(modifier)) return true;
    return false;
}

std::string take_object_kind(Cursor& cursor) {
    while (take_modifier(cursor)) {
    }
    for (const auto& words : long_kinds) {
        if (!take_words(cursor, words)) continue;
        std::string kind;
        for (const std::string_view word : words)
            if (!word.empty()) kind += ' ' + std::string(word);
        return kind;
    }
    if (cursor.at_end() || cursor.token().kind != TokenKind::word) return "";
    std::string kind = ' ' + upper_case(cursor.token().text);
    cursor.advance();
    return kind;
}

// What the common table expressions are for.
std::string take_main_verb(Cursor& cursor) {
    for (; !cursor.at_end(); cursor.skip_group())
        for (const std::string_view verb : {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"})
            if (cursor.take(verb)) return std::string(verb);
    return "SELECT";
}

// Commands of two words that take no object.
std::string take_pair(Cursor& cursor, const std::string& first) {
    struct Pair {
        std::string_view first;
        std::string_view second;
    };
    static constexpr std::array<Pair, 9> pairs = {{{"REFRESH", "MATERIALIZED"},
                                                   {"IMPORT", "FOREIGN"},
                                                   {"SECURITY", "LABEL"},
                                                   {"START", "TRANSACTION"},
                                                   {"COMMIT", "PREPARED"},
                                                   {"ROLLBACK", "PREPARED"},
                                                   {"REASSIGN", "OWNED"},
                                                   {"LOCK", "TABLE"},
                                                   {"DISCARD", "ALL"}}};
    for (const Pair& pair : pairs) {
        if (first != pair.first || !cursor.take(pair.second)) continue;
        std::string tag = first + ' ' + std::string(pair.second);
        if (pair.second == "MATERIALIZED" && cursor.take("VIEW")) tag += " VIEW";
        if (pair.second == "FOREIGN" && cursor.take("SCHEMA")) tag += " SCHEMA";
        return tag;
    }
    return first;
}

}  // namespace

std::string take_command_tag(Cursor& cursor) {
    while (cursor.is_punctuation('(')) cursor.advance();
    if (cursor.at_end() || cursor.token().kind != TokenKind::word) return "";
    std::string tag = upper_case(cursor.token().text);
    cursor.advance();
    if (tag == "CREATE" || tag == "ALTER" || tag == "DROP") return tag + take_object_kind(cursor);
    if (tag == "WITH") return take_main_verb(cursor);
    return take_pair(cursor, tag);
}

}  // namespace revisiond::sql
