#include <catch2/catch.hpp>

#include "sql/token.hpp"

using namespace revisiond::sql;

namespace {

// One letter a token, so that a case fits on a line; white space is left out.
char letter(TokenKind kind) {
    switch (kind) {
        case TokenKind::word:
            return 'w';
        case TokenKind::quoted_identifier:
            return 'i';
        case TokenKind::string:
            return 's';
        case TokenKind::dollar_string:
            return 'd';
        case TokenKind::number:
            return 'n';
        case TokenKind::parameter:
            return 'p';
        case TokenKind::operator_:
            return 'o';
        case TokenKind::punctuation:
            return '.';
        case TokenKind::comment:
            return 'c';
        case TokenKind::backslash:
            return '\\';
        case TokenKind::variable:
            return 'v';
        default:
            return ' ';
    }
}

// "w:select n:1": every token but white space, with its kind.
std::vector<std::string> lexed(const std::string& text, bool variables = false) {
    std::vector<std::string> tokens;
    Lexer lexer(text, variables);
    while (!lexer.at_end()) {
        const Token token = lexer.next();
        if (token.kind != TokenKind::white_space)
            tokens.push_back(letter(token.kind) + (":" + std::string(token.text)));
    }
    return tokens;
}

using Tokens = std::vector<std::string>;

struct Case {
    std::string text;
    Tokens tokens;
};

Unterminated last_unterminated(const std::string& text) {
    Unterminated last = Unterminated::no;
    for (Lexer lexer(text); !lexer.at_end(); last = lexer.unterminated()) lexer.next();
    return last;
}

}  // namespace

TEST_CASE("tokens are psql's") {
    const std::vector<Case> cases = {
        {"a_1$b é x", {"w:a_1$b", "w:é", "w:x"}},
        {"'it''s' 'a\\'", {"s:'it''s'", "s:'a\\'"}},
        {R"(E'it\'s' e'\\' E'a''b')", {R"(s:E'it\'s')", R"(s:e'\\')", "s:E'a''b'"}},
        {"B'01' x'Ff' N'n' U&'\\0061' u&'x'",
         {"s:B'01'", "s:x'Ff'", "s:N'n'", "s:U&'\\0061'", "s:u&'x'"}},
        {"xe'a\\'", {"w:xe", "s:'a\\'"}},
        {"E'a'\n '\\';' ;", {"s:E'a'\n '\\';'", ".:;"}},
        {"E'a' -- c\n'\\''", {"s:E'a' -- c\n'\\''"}},
        {"E'a' '\\'", {"s:E'a'", "s:'\\'"}},
        {R"("a""b" U&"x;y" u&x)", {R"(i:"a""b")", R"(i:U&"x;y")", "w:u", "o:&", "w:x"}},
        {"$$a;$b$ $$ $t$ $$ $t $t$", {"d:$$a;$b$ $$", "d:$t$ $$ $t $t$"}},
        {"$a$ $b$a$", {"d:$a$ $b$a$"}},
        {"a$b$ c$$", {"w:a$b$", "w:c$$"}},
        {"$1 $2x $ $x", {"p:$1", "p:$2", "w:x", ".:$", ".:$", "w:x"}},
        {"1$a$;$a$", {"n:1", "d:$a$;$a$"}},
        {"$é1$ ; $é1$", {"d:$é1$ ; $é1$"}},
        {"1 1.5 .5 1. 1e5 1.5E-3 1e+ 1..10",
         {"n:1", "n:1.5", "n:.5", "n:1.", "n:1e5", "n:1.5E-3", "n:1", "w:e", "o:+", "n:1", ".:..",
          "n:10"}},
        {"0x1F 0b10 0o7 1_000 123abc 0xg 1END",
         {"n:0x1F", "n:0b10", "n:0o7", "n:1_000", "n:123", "w:abc", "n:0", "w:xg", "n:1", "w:END"}},
        {"a<=b :: := : => -> ->> @- =- +-",
         {"w:a", "o:<=", "w:b", "o:::", "o::=", "o::", "o:=>", "o:->", "o:->>", "o:@-",
          "o:=", "o:-", "o:+", "o:-"}},
        {"+--x\n*/*c*/ ", {"o:+", "c:--x", "o:*", "c:/*c*/"}},
        {"a @--b\nc", {"w:a", "o:@", "c:--b", "w:c"}},
        {"/* a /* b */ c */ d", {"c:/* a /* b */ c */", "w:d"}},
        {"/*/**/*/ /***/ x", {"c:/*/**/*/", "c:/***/", "w:x"}},
        {"-- a\rb -- c\r\nd", {"c:-- a", "w:b", "c:-- c", "w:d"}},
        {"a[1:x] ( ) , ; . ..",
         {"w:a", ".:[", "n:1", "o::", "w:x", ".:]", ".:(", ".:)", ".:,", ".:;", ".:.", ".:.."}},
        {"select 1 \\gset x\nb", {"w:select", "n:1", "\\:\\gset x", "w:b"}},
        {":a :'b'", {"o::", "w:a", "o::", "s:'b'"}},
    };
    for (const Case& c : cases) {
        INFO(c.text);
        CHECK(lexed(c.text) == c.tokens);
    }
}

TEST_CASE("variables are found where psql finds them") {
    const std::vector<Case> cases = {
        {":a_1$", {"v::a_1", ".:$"}},
        {":'a' :\"b\" :{?c}", {"v::'a'", "v::\"b\"", "v::{?c}"}},
        {"x::a :=b :::c", {"w:x", "o:::", "w:a", "o::=", "w:b", "o:::", "v::c"}},
        {"a[1:2] a[1:n]",
         {"w:a", ".:[", "n:1", "o::", "n:2", ".:]", "w:a", ".:[", "n:1", "v::n", ".:]"}},
        {":'a b' :'a", {"o::", "s:'a b'", "o::", "s:'a"}},
        {"':a' $$:a$$ /*:a*/", {"s:':a'", "d:$$:a$$", "c:/*:a*/"}},
        {":{a} :{?a b}", {"o::", ".:{", "w:a", ".:}", "o::", ".:{", "o:?", "w:a", "w:b", ".:}"}},
    };
    for (const Case& c : cases) {
        INFO(c.text);
        CHECK(lexed(c.text, true) == c.tokens);
    }
}

TEST_CASE("what has no end reaches to the end and is said") {
    CHECK(last_unterminated("a 'b") == Unterminated::quote);
    CHECK(last_unterminated("E'b\\'") == Unterminated::quote);
    CHECK(last_unterminated("E'b\\") == Unterminated::quote);
    CHECK(last_unterminated("E'b'\n'") == Unterminated::quote);
    CHECK(last_unterminated("'b''") == Unterminated::quote);
    CHECK(last_unterminated("\"b") == Unterminated::quoted_identifier);
    CHECK(last_unterminated("$a$ $A$") == Unterminated::dollar_quote);
    CHECK(last_unterminated("/* /* */") == Unterminated::comment);
    CHECK(last_unterminated("/*/") == Unterminated::comment);
    CHECK(last_unterminated("-- b") == Unterminated::no);
    CHECK(last_unterminated("'b' c") == Unterminated::no);
}

TEST_CASE("a long run of operator characters is read in linear time and with its comment") {
    const std::string run(1000000, '+');
    CHECK(lexed(run).size() == run.size());
    for (std::size_t length = 120; length < 140; ++length) {
        const auto tokens = lexed(std::string(length, '@') + "/*;*/");
        CHECK(tokens.back() == "c:/*;*/");
    }
}

TEST_CASE("a lexer goes on where it is sent") {
    Lexer lexer("a; 'data b");
    lexer.skip_to(9);
    CHECK(lexer.next().text == "b");
    CHECK(lexer.at_end());
}
