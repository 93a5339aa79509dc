// Where it cannot be told how far a secret reaches, more is taken out rather than less.
#include "sql/redact.hpp"

#include <algorithm>
#include <optional>

#include "sql/characters.hpp"
#include "sql/token.hpp"

namespace revisiond::sql {
namespace {

constexpr std::string_view mask = "***";
constexpr std::string_view blank = " \t\r\n\f\v";
// Dollar quotes inside dollar quotes, deeper than anybody writes them.
constexpr int deepest = 8;

std::size_t skip_blank(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of(blank, at), text.size());
}

// The next `password`, in any case, from `at` on.
std::size_t find_password(std::string_view text, std::size_t at) {
    constexpr std::string_view word = "PASSWORD";
    for (; at + word.size() <= text.size(); ++at)
        if (upper(text[at]) == 'P' && is_keyword(text.substr(at, word.size()), word)) return at;
    return std::string_view::npos;
}

// Behind the quoted value that opens at `at`: up to a quote that is neither doubled nor escaped.
std::size_t quoted_value_end(std::string_view text, std::size_t at) {
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '\'') {
            if (i + 1 >= text.size() || text[i + 1] != '\'') return i + 1;
            ++i;
        }
    }
    return text.size();
}

// An unquoted value reaches to the next blank; quotes and brackets at its end belong to the text
// around it.
std::size_t bare_value_end(std::string_view text, std::size_t at) {
    std::size_t end = std::min(text.find_first_of(blank, at), text.size());
    while (end > at && std::string_view("\"')]},").find(text[end - 1]) != std::string_view::npos)
        --end;
    return end;
}

// Where the secret stands that follows a `password` ending at `at`, if one does. `in_literal`: the
// text is the inside of an SQL string, where quotes are written in pairs or with backslashes.
struct Secret {
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::optional<Secret> secret_after(std::string_view text, std::size_t at, bool in_literal) {
    if (at < text.size() && text[at] == '"') ++at;
    std::size_t begin = skip_blank(text, at);
    const bool assigned = begin < text.size() && text[begin] == '=';
    if (assigned) begin = skip_blank(text, begin + 1);
    if (begin >= text.size()) return {};
    const bool quoted = text[begin] == '\'' || (in_literal && text[begin] == '\\');
    if (in_literal && quoted) return Secret{begin, text.size()};
    if (!assigned) return {};
    return Secret{begin, quoted ? quoted_value_end(text, begin) : bare_value_end(text, begin)};
}

std::string redact_passwords(std::string_view text, bool in_literal) {
    std::string result;
    std::size_t copied = 0;
    std::size_t at = find_password(text, 0);
    while (at != std::string_view::npos) {
        std::size_t next = at + 8;
        if (const auto secret = secret_after(text, next, in_literal)) {
            result += text.substr(copied, secret->begin - copied);
            result += mask;
            copied = next = std::max(secret->end, next);
        }
        at = find_password(text, next);
    }
    return result += text.substr(copied);
}

bool is_postgres_scheme(std::string_view before) {
    std::size_t begin = before.size();
    while (begin > 0 && (is_byte(before[begin - 1], tag_byte) || before[begin - 1] == '+')) --begin;
    constexpr std::string_view name = "POSTGRES";
    return is_keyword(before.substr(begin, name.size()), name);
}

// The password of the URL whose authority begins at `begin`. A database URL's may hold anything but
// blanks, since people forget to encode it.
std::optional<Secret> url_password(std::string_view text, std::size_t begin, bool postgres) {
    const std::string_view stops = postgres ? blank : std::string_view(" \t\r\n\f\v/?#'\"<>");
    const std::size_t end = std::min(text.find_first_of(stops, begin), text.size());
    const std::string_view authority = text.substr(begin, end - begin);
    const std::size_t colon = authority.find_first_of(":@");
    const std::size_t at = authority.rfind('@');
    if (at == std::string_view::npos || authority[colon] == '@') return {};
    return Secret{begin + colon + 1, begin + at};
}

std::string redact_authorities(std::string_view text) {
    constexpr std::string_view separator = "://";
    std::string result;
    std::size_t copied = 0;
    for (std::size_t at = text.find(separator); at != std::string_view::npos;) {
        const std::size_t begin = at + separator.size();
        std::size_t next = begin;
        if (const auto secret = url_password(text, begin, is_postgres_scheme(text.substr(0, at)))) {
            result += text.substr(copied, secret->begin - copied);
            result += mask;
            copied = next = secret->end;
        }
        at = text.find(separator, next);
    }
    return result += text.substr(copied);
}

std::string redact_text(std::string_view text, bool in_literal) {
    return redact_passwords(redact_authorities(text), in_literal);
}

// The quote that opens the secret after a `password` ending at `at`; npos when none does. Nothing
// is known of the quotes around, so only what stands between the two is lexed.
std::size_t opening_quote(std::string_view text, std::size_t at) {
    if (at < text.size() && text[at] == '"') ++at;
    Lexer lexer(text);
    lexer.skip_to(at);
    while (!lexer.at_end()) {
        const Token token = lexer.next();
        if (token.kind == TokenKind::dollar_string) return token.offset;
        // A backslash: a string in a string, \'…\'.
        if (token.kind == TokenKind::string || token.kind == TokenKind::backslash)
            return text.find('\'', token.offset);
        if (token.kind != TokenKind::white_space && token.kind != TokenKind::comment &&
            token.text != "=")
            break;
    }
    return std::string_view::npos;
}

std::string redact_quoted_passwords(std::string_view text) {
    std::size_t at = find_password(text, 0);
    for (; at != std::string_view::npos; at = find_password(text, at + 1)) {
        const std::size_t open = opening_quote(text, at + 8);
        if (open == std::string_view::npos) continue;
        const std::size_t close = text.rfind(text[open]);
        const std::string_view rest = close > open ? text.substr(close) : std::string_view();
        return std::string(text.substr(0, open + 1)) + std::string(mask) + std::string(rest);
    }
    return std::string(text);
}

// The parts of a string or dollar quote.
struct Quoted {
    std::string_view opening;
    std::string_view inside;
    std::string_view closing;
};

Quoted take_apart(const Token& token, bool terminated) {
    const bool dollar = token.kind == TokenKind::dollar_string;
    const char quote = dollar ? '$' : '\'';
    std::size_t open = token.text.find(quote) + 1;
    if (dollar) open = token.text.find(quote, open) + 1;
    const std::size_t close = terminated ? (dollar ? open : 1) : 0;
    return {token.text.substr(0, open), token.text.substr(open, token.text.size() - open - close),
            token.text.substr(token.text.size() - close)};
}

// What the tokens so far say about a string that comes next.
enum class Expectation { nothing, password, connection };

Expectation after(const Token& token, Expectation before) {
    if (token.kind == TokenKind::word && is_keyword(token.text, "PASSWORD"))
        return Expectation::password;
    if (token.kind == TokenKind::quoted_identifier && token.text.size() > 2 &&
        is_keyword(token.text.substr(1, token.text.size() - 2), "PASSWORD"))
        return Expectation::password;
    if (token.kind == TokenKind::word && is_keyword(token.text, "CONNECTION"))
        return Expectation::connection;
    // password = '…' and two strings one after another, which are one, go on meaning the same.
    return token.text == "=" || token.kind == TokenKind::string ? before : Expectation::nothing;
}

std::string redact_sql(std::string_view sql, int depth);

std::string redact_quoted(const Token& token, bool terminated, Expectation expected, int depth) {
    const Quoted parts = take_apart(token, terminated);
    const bool escapes =
        parts.opening.size() > 1 && parts.inside.find('\\') != std::string_view::npos;
    std::string inside;
    if (expected == Expectation::password || (expected == Expectation::connection && escapes))
        inside = mask;
    else if (token.kind == TokenKind::dollar_string && depth < deepest)
        inside = redact_text(redact_sql(parts.inside, depth + 1), false);
    else
        inside = redact_text(parts.inside, token.kind == TokenKind::string);
    return std::string(parts.opening) + inside + std::string(parts.closing);
}

std::string redact_sql(std::string_view sql, int depth) {
    std::string result;
    result.reserve(sql.size());
    Expectation expected = Expectation::nothing;
    Lexer lexer(sql);
    while (!lexer.at_end()) {
        const Token token = lexer.next();
        const bool terminated = lexer.unterminated() == Unterminated::no;
        if (token.kind == TokenKind::string || token.kind == TokenKind::dollar_string)
            result += redact_quoted(token, terminated, expected, depth);
        else if (token.kind == TokenKind::comment || token.kind == TokenKind::backslash)
            result += redact_text(token.text, false);
        else
            result += token.text;
        if (token.kind != TokenKind::white_space && token.kind != TokenKind::comment)
            expected = after(token, expected);
    }
    return result;
}

}  // namespace

std::string redact_sql(std::string_view sql) {
    return redact_sql(sql, 0);
}

std::string redact_message(std::string_view message) {
    return redact_sql(redact_urls(redact_quoted_passwords(message)));
}

std::string redact_urls(std::string_view text) {
    return redact_text(text, false);
}

}  // namespace revisiond::sql
