#include "mutator.hpp"

#include "sql/token.hpp"

namespace revisiond::oracle {
namespace {

std::vector<std::string> tokens_of(const std::string& text) {
    std::vector<std::string> tokens;
    for (sql::Lexer lexer(text); !lexer.at_end();) tokens.emplace_back(lexer.next().text);
    return tokens;
}

// What splitters stumble over; most of it changes nothing for a parser.
const std::vector<std::string> traps = {
    "/*;*/",   "/* /*;*/ */", "--;\n",   "--;\r",
    "--;\r\n", " ",           "\n",      "';'",
    "E'\\';'", "E''\n'\\';'", "$$;$$",   "$a$;$$$a$",
    "\";\"",   "U&';'",       "U&\";\"", "''",
    "+",       "-",           "*",       "/",
    "=",       "@",           "1",       ";",
    ";;",      "(",           ")",       "AS end",
    "AS case", "AS begin",    "end",     "begin",
    "atomic",  "case",        "a$b$",    "$1",
    "1.",      ".5",          "::text",  "BEGIN ATOMIC",
    "END",     "END;",        "; END",   ",",
    "\f",      "é",           "u&",      "CASE WHEN a THEN 1 END"};

}  // namespace

Mutator::Mutator(std::vector<std::string> statements, std::uint64_t seed)
    : statements_(std::move(statements)), pool_(traps), random_(seed) {
    for (const std::string& statement : statements_)
        for (std::string& token : tokens_of(statement))
            if (token.size() < 40) pool_.push_back(std::move(token));
}

std::string Mutator::next() {
    std::string text;
    for (std::size_t left = 1 + below(3); left > 0; --left) {
        auto tokens = tokens_of(statements_[below(statements_.size())]);
        for (std::size_t changes = below(3); changes > 0; --changes) mutate(tokens);
        for (const std::string& token : tokens) text += token;
        text += below(8) == 0 ? "" : below(4) == 0 ? "\n;" : ";";
    }
    return text;
}

void Mutator::mutate(std::vector<std::string>& tokens) {
    if (tokens.empty()) return;
    const std::size_t at = below(tokens.size());
    const auto place = tokens.begin() + static_cast<std::ptrdiff_t>(at);
    const std::string& piece =
        below(2) == 0 ? traps[below(traps.size())] : pool_[below(pool_.size())];
    switch (below(5)) {
        case 0:
            tokens.erase(place);
            break;
        case 1:
            *place = piece;
            break;
        case 2:
            std::swap(*place, tokens[below(tokens.size())]);
            break;
        default:
            tokens.insert(place, piece);
    }
}

}  // namespace revisiond::oracle
