#include "diff/nested_conditions.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "sql/token.hpp"

namespace revisiond::diff {
namespace {

constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

struct Comparison {
    std::string_view left, sign, right;
};

// What can be told of a text by its parentheses. Places are numbers of tokens.
class Conditions {
  public:
    explicit Conditions(std::string_view text) : text_(text) {
        std::vector<std::size_t> open;
        for (sql::Lexer lexer(text); !lexer.at_end();) {
            const sql::Token token = lexer.next();
            if (token.kind == sql::TokenKind::white_space) continue;
            if (token.text == "(") open.push_back(tokens_.size());
            closes_.push_back(nowhere);
            if (token.text == ")" && !open.empty()) {
                closes_[open.back()] = tokens_.size();
                open.pop_back();
            }
            tokens_.push_back(token);
        }
    }

    std::string rewritten() const {
        std::string out;
        std::size_t copied = 0;
        for (std::size_t at = 0; at < tokens_.size(); ++at) {
            if (close_of(at) == nowhere || tokens_[at].offset < copied) continue;
            const std::size_t close = close_of(at + 1);
            const auto pair = close == nowhere ? std::nullopt : between(at + 1, word(close + 1));
            if (!pair) continue;
            out += text_.substr(copied, tokens_[at + 1].offset - copied);
            out += *pair;
            copied = end_of(close);
        }
        out += text_.substr(copied);
        return out;
    }

  private:
    std::string_view word(std::size_t at) const {
        return at < tokens_.size() ? tokens_[at].text : std::string_view();
    }
    // Of the parenthesis that opens there.
    std::size_t close_of(std::size_t at) const {
        return at < tokens_.size() ? closes_[at] : nowhere;
    }
    std::size_t end_of(std::size_t at) const {
        return tokens_[at].offset + tokens_[at].text.size();
    }

    // `(left sign right)`, with nothing else but casts between its parentheses.
    std::optional<Comparison> comparison(std::size_t open) const {
        const std::size_t close = close_of(open);
        if (close == nowhere) return std::nullopt;
        std::size_t sign = nowhere;
        for (std::size_t at = open + 1; at < close; ++at) {
            if (close_of(at) != nowhere) {
                at = close_of(at);
            } else if (tokens_[at].kind == sql::TokenKind::operator_ && word(at) != "::") {
                if (sign != nowhere) return std::nullopt;
                sign = at;
            }
        }
        if (sign == nowhere) return std::nullopt;
        const std::size_t left = end_of(open);
        const std::size_t right = end_of(sign);
        return Comparison{trim(text_.substr(left, tokens_[sign].offset - left)), word(sign),
                          trim(text_.substr(right, tokens_[close].offset - right))};
    }

    // What the two comparisons in these parentheses were, when `joint` is between them too.
    std::optional<std::string> between(std::size_t open, std::string_view joint) const {
        const std::size_t second = close_of(open + 1) == nowhere ? nowhere : close_of(open + 1) + 2;
        if (second == nowhere || close_of(second) == nowhere) return std::nullopt;
        if (close_of(second) + 1 != close_of(open) || word(second - 1) != joint)
            return std::nullopt;
        const auto low = comparison(open + 1);
        const auto high = comparison(second);
        if (!low || !high || low->left != high->left) return std::nullopt;
        const bool within = joint == "AND" && low->sign == ">=" && high->sign == "<=";
        const bool beyond = joint == "OR" && low->sign == "<" && high->sign == ">";
        if (!within && !beyond) return std::nullopt;
        return fmt::format("({} {} ({}) AND ({}))", low->left, within ? "BETWEEN" : "NOT BETWEEN",
                           low->right, high->right);
    }

    std::string_view text_;
    std::vector<sql::Token> tokens_;
    std::vector<std::size_t> closes_;
};

}  // namespace

std::string with_between(std::string statement) {
    const bool possible =
        statement.find(" <= ") != std::string::npos || statement.find(" < ") != std::string::npos;
    return possible ? Conditions(statement).rewritten() : statement;
}

}  // namespace revisiond::diff
