#include "scratch/statement_words.hpp"

#include <algorithm>
#include <cctype>

namespace revisiond::scratch {

using sql::TokenKind;

namespace {

std::string in_capitals(std::string_view text) {
    std::string capitals(text);
    std::ranges::transform(capitals, capitals.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return capitals;
}

}  // namespace

std::string Word::bare_name() const {
    std::string name = in_capitals(text);
    std::erase(name, '"');
    return name;
}

std::vector<Word> words_of(std::string_view text) {
    std::vector<Word> words;
    for (sql::Lexer lexer(text); !lexer.at_end();) {
        const sql::Token token = lexer.next();
        if (token.kind == TokenKind::white_space || token.kind == TokenKind::comment) continue;
        words.push_back({token.kind, token.kind == TokenKind::word ? in_capitals(token.text)
                                                                   : std::string(token.text)});
    }
    return words;
}

std::string_view inside(const Word& word) {
    const std::string_view text = word.text;
    const char quote = word.kind == TokenKind::dollar_string ? '$' : '\'';
    const std::size_t begin = text.find(quote);
    if (begin == std::string_view::npos) return {};
    if (quote == '\'') return text.substr(begin + 1, text.size() - begin - 2);
    const std::size_t tag = text.find('$', begin + 1);
    if (tag == std::string_view::npos || text.size() < 2 * (tag + 1)) return {};
    return text.substr(tag + 1, text.size() - 2 * (tag + 1));
}

}  // namespace revisiond::scratch
