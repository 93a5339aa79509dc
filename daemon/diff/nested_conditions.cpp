#include "diff/nested_conditions.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "base/text.hpp"
#include "diff/printed_text.hpp"

namespace revisiond::diff {
namespace {

struct Comparison {
    std::string_view left, sign, right;
};

class Conditions {
  public:
    explicit Conditions(std::string_view text) : text_(text), printed_(text) {}

    std::string rewritten() const {
        std::string out;
        std::size_t copied = 0;
        for (std::size_t at = 0; at < printed_.size(); ++at) {
            if (word(at) != "(" || close_of(at) == nowhere) continue;
            if (printed_.offset_of(at) < copied) continue;
            const std::size_t close = close_of(at + 1);
            const auto pair = close == nowhere ? std::nullopt : between(at + 1, word(close + 1));
            if (!pair) continue;
            out += text_.substr(copied, printed_.offset_of(at + 1) - copied);
            out += *pair;
            copied = printed_.end_of(close);
        }
        out += text_.substr(copied);
        return out;
    }

  private:
    std::string_view word(std::size_t at) const { return printed_.word(at); }
    std::size_t close_of(std::size_t at) const { return printed_.close_of(at); }

    // `(left sign right)`, with nothing else but casts between its parentheses.
    std::optional<Comparison> comparison(std::size_t open) const {
        const std::size_t close = close_of(open);
        if (close == nowhere) return std::nullopt;
        std::size_t sign = nowhere;
        for (std::size_t at = open + 1; at < close; ++at) {
            if (close_of(at) != nowhere) {
                at = close_of(at);
            } else if (printed_.kind(at) == sql::TokenKind::operator_ && word(at) != "::") {
                if (sign != nowhere) return std::nullopt;
                sign = at;
            }
        }
        if (sign == nowhere) return std::nullopt;
        const std::size_t left = printed_.end_of(open);
        const std::size_t right = printed_.end_of(sign);
        return Comparison{trim(text_.substr(left, printed_.offset_of(sign) - left)), word(sign),
                          trim(text_.substr(right, printed_.offset_of(close) - right))};
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
    PrintedText printed_;
};

}  // namespace

std::string with_between(std::string statement) {
    const bool possible =
        statement.find(" <= ") != std::string::npos || statement.find(" < ") != std::string::npos;
    return possible ? Conditions(statement).rewritten() : statement;
}

}  // namespace revisiond::diff
