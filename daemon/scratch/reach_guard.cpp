#include "scratch/reach_guard.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace revisiond::scratch {
namespace {

using sql::TokenKind;
using Words = std::vector<Word>;

bool is(const Words& words, std::size_t at, std::string_view text) {
    return at < words.size() && words[at].text == text;
}

template <std::size_t N>
bool is_one_of(const Words& words, std::size_t at, const std::array<std::string_view, N>& list) {
    return at < words.size() && std::ranges::find(list, words[at].text) != list.end();
}

// What is defined by a CREATE: the place of the word for it.
std::size_t defined_at(const Words& words) {
    static constexpr std::array<std::string_view, 12> fillers = {
        "CREATE",    "OR",    "REPLACE", "TEMP",       "TEMPORARY", "UNLOGGED",
        "RECURSIVE", "LOCAL", "GLOBAL",  "CONSTRAINT", "TRUSTED",   "PROCEDURAL"};
    std::size_t at = 0;
    while (is_one_of(words, at, fillers)) ++at;
    return at;
}

bool defines_routine(const Words& words) {
    const std::size_t at = defined_at(words);
    return is(words, 0, "CREATE") &&
           (is(words, at, "FUNCTION") || is(words, at, "PROCEDURE") || is(words, at, "AGGREGATE"));
}

// The name before the arguments.
std::string routine_name(const Words& words) {
    for (std::size_t at = defined_at(words) + 1; at + 1 < words.size(); ++at) {
        if (is(words, at + 1, "(")) return words[at].bare_name();
    }
    return {};
}

// ALTER FUNCTION f(integer) RENAME TO g
std::string new_name(const Words& words) {
    for (std::size_t at = 0; at + 2 < words.size(); ++at) {
        if (is(words, at, "RENAME") && is(words, at + 1, "TO")) return words[at + 2].bare_name();
    }
    return {};
}

bool has_pair(const Words& words, std::string_view first, std::string_view second) {
    return std::ranges::adjacent_find(words, [&](const Word& one, const Word& next) {
               return one.text == first && next.text == second;
           }) != words.end();
}

// A word that stands in no parentheses.
bool has_outside(const Words& words, std::string_view text) {
    int depth = 0;
    return std::ranges::any_of(words, [&](const Word& word) {
        depth += word.text == "(" ? 1 : word.text == ")" ? -1 : 0;
        return depth == 0 && word.text == text;
    });
}

bool without_data(const Words& words) {
    std::size_t end = words.size();
    if (is(words, end - 1, ";")) --end;
    return end > 3 && is(words, end - 3, "WITH") && is(words, end - 2, "NO") &&
           is(words, end - 1, "DATA");
}

// Of a CREATE TABLE: bounds, keys and the conditions of indexes are looked at there and then.
bool evaluates_nothing(const Words& words) {
    static constexpr std::array<std::string_view, 3> outside = {"AS", "OF", "PARTITION"};
    return std::ranges::none_of(words, [](const Word& word) { return word.text == "EXCLUDE"; }) &&
           std::ranges::none_of(outside,
                                [&](std::string_view word) { return has_outside(words, word); });
}

// What evaluates nothing when it is said, and something when rows are read or written.
bool hooks(const Words& words) {
    if (is(words, 0, "ALTER")) {
        return is(words, 1, "TABLE") && has_pair(words, "SET", "DEFAULT") &&
               !has_outside(words, ",") && !has_outside(words, "ADD");
    }
    if (!is(words, 0, "CREATE")) return false;
    const std::size_t at = defined_at(words);
    if (is(words, at, "MATERIALIZED")) return without_data(words);
    if (is(words, at, "TABLE")) return evaluates_nothing(words);
    static constexpr std::array<std::string_view, 4> kinds = {"VIEW", "RULE", "TRIGGER", "POLICY"};
    return is_one_of(words, at, kinds);
}

// What evaluates nothing, now or later.
bool is_inert(const Words& words) {
    static constexpr std::array<std::string_view, 5> verbs = {"COMMENT", "GRANT", "REVOKE", "DROP",
                                                              "SECURITY"};
    static constexpr std::array<std::string_view, 10> altered = {
        "FUNCTION", "PROCEDURE", "ROUTINE", "AGGREGATE", "OPERATOR",
        "VIEW",     "TRIGGER",   "DEFAULT", "EXTENSION", "EVENT"};
    if (is_one_of(words, 0, verbs)) return true;
    if (!is(words, 0, "ALTER")) return false;
    if (is_one_of(words, 1, altered)) return true;
    static constexpr std::array<std::string_view, 4> states = {"ENABLE", "DISABLE", "ALWAYS",
                                                               "REPLICA"};
    return !has_outside(words, ",") && (has_pair(words, "OWNER", "TO") ||
                                        std::ranges::any_of(states, [&](std::string_view state) {
                                            return has_pair(words, state, "TRIGGER");
                                        }));
}

// SELECT pg_catalog.set_config('search_path', '', false), and setval, as pg_dump writes them.
bool is_setting(const Words& words) {
    const bool known = is(words, 4, "(") && is(words, 1, "PG_CATALOG") && is(words, 2, ".") &&
                       (is(words, 3, "SET_CONFIG") || is(words, 3, "SETVAL"));
    return known && std::all_of(words.begin() + 5, words.end(), [](const Word& word) {
               return !word.is_name() || word.text == "TRUE" || word.text == "FALSE";
           });
}

bool touches_rows(const Words& words) {
    static constexpr std::array<std::string_view, 20> verbs = {
        "SELECT", "INSERT",  "UPDATE",  "DELETE",  "MERGE",   "TRUNCATE", "CALL",
        "DO",     "EXECUTE", "WITH",    "VALUES",  "TABLE",   "EXPLAIN",  "DECLARE",
        "FETCH",  "REFRESH", "ANALYZE", "CLUSTER", "REINDEX", "COPY"};
    if (is(words, 0, "(") || is(words, 0, "VACUUM")) return true;
    if (is_one_of(words, 0, verbs)) return !is_setting(words);
    if (!is(words, 0, "CREATE")) return false;
    const std::size_t at = defined_at(words);
    return (is(words, at, "TABLE") && has_outside(words, "AS")) ||
           (is(words, at, "MATERIALIZED") && !without_data(words));
}

// Whether the name at this place could be that of a routine that is called.
bool may_be_called(const Words& words, std::size_t at) {
    static constexpr std::array<std::string_view, 7> before = {
        ".", "=", "FUNCTION", "PROCEDURE", "ROUTINE", "EXECUTE", "CALL"};
    return is(words, at + 1, "(") || (at > 0 && is_one_of(words, at - 1, before));
}

using Names = std::map<std::string, Reaching>;

// U&"…", which could be any name.
bool is_escaped(const Word& word) {
    return word.kind == TokenKind::quoted_identifier && !word.text.starts_with('"');
}

// In strings, which may be run or become names, any word counts.
std::optional<Reaching> named_in(const Words& words, const Names& names, int depth) {
    if (names.empty()) return std::nullopt;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const Word& word = words[at];
        if (word.is_string() && depth > 0) {
            if (auto found = named_in(words_of(inside(word)), names, depth - 1)) return found;
        }
        if (!word.is_name()) continue;
        if (is_escaped(word)) return names.begin()->second;
        const auto found = names.find(word.bare_name());
        const bool counts = depth < deepest_string || may_be_called(words, at);
        if (found != names.end() && counts) return found->second;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Reaching> ReachGuard::counted(std::optional<Reaching> reaching) const {
    if (reaching && reaching->reach == Reach::cluster && private_server_) return std::nullopt;
    return reaching;
}

// By what it reaches out itself, when all that it says is run.
std::optional<Reaching> ReachGuard::said_by(const Words& words) const {
    if (auto found = counted(calls_beyond(words))) return found;
    if (!defines_routine(words) && !is(words, 0, "DO")) return std::nullopt;
    return counted(body_reaches_beyond(words));
}

// Whether there was something to learn.
bool ReachGuard::learn(const Words& words) {
    const std::string name = defines_routine(words) ? routine_name(words) : new_name(words);
    const bool hook = !hooked_ && hooks(words);
    const bool routine = !name.empty() && !routines_.contains(name);
    if (!hook && !routine) return false;
    auto reached = said_by(words);
    if (!reached) reached = named_in(words, routines_, deepest_string);
    if (!reached) return false;
    if (hook) hooked_ = reached;
    if (routine) routines_.emplace(name, *reached);
    return true;
}

std::optional<Reaching> ReachGuard::refused(const Words& words) const {
    if (auto found = counted(reaches_at_once(words))) return found;
    if (defines_routine(words) || hooks(words) || is_inert(words)) return std::nullopt;
    if (auto found = said_by(words)) return found;
    auto found = named_in(words, routines_, deepest_string);
    if (!found && touches_rows(words)) found = hooked_;
    if (found) found->what = fmt::format("{} that may call {}", words.front().text, found->what);
    return found;
}

std::vector<std::optional<Reaching>> ReachGuard::judge(
    const std::vector<std::string_view>& statements) {
    std::vector<std::optional<Reaching>> answers(statements.size());
    for (bool again = true; again;) {
        again = false;
        for (std::size_t i = 0; i < statements.size(); ++i) {
            const Words words = words_of(statements[i]);
            again |= learn(words);
            answers[i] = words.empty() ? std::nullopt : refused(words);
        }
    }
    return answers;
}

}  // namespace revisiond::scratch
