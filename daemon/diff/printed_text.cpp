#include "diff/printed_text.hpp"

namespace revisiond::diff {

PrintedText::PrintedText(std::string_view text) : text_(text) {
    std::vector<std::size_t> open;
    for (sql::Lexer lexer(text); !lexer.at_end();) {
        const sql::Token token = lexer.next();
        if (token.kind == sql::TokenKind::white_space) continue;
        if (token.text == "(" || token.text == "[") open.push_back(tokens_.size());
        closes_.push_back(nowhere);
        if ((token.text == ")" || token.text == "]") && !open.empty()) {
            closes_[open.back()] = tokens_.size();
            open.pop_back();
        }
        tokens_.push_back(token);
    }
}

std::string_view type_of_number(std::string_view number) {
    return number.find_first_of(".eE") == std::string_view::npos ? "integer" : "numeric";
}

}  // namespace revisiond::diff
