#include "diff/unnamed_results.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "sql/token.hpp"

namespace revisiond::diff {
namespace {

constexpr std::string_view unnamed = " AS \"?column?\"";

// What stands between two parentheses or brackets, or from CASE to END.
struct Level {
    bool is_case = false;
    bool in_results = false;  // behind SELECT
    bool has_cast = false;    // of the result that is being read, as has_name
    bool has_name = false;
};

bool ends_results(std::string_view word) {
    constexpr std::array<std::string_view, 13> words{
        "FROM",   "WHERE",     "GROUP", "HAVING", "WINDOW", "UNION", "ORDER",
        "EXCEPT", "INTERSECT", "LIMIT", "OFFSET", "FETCH",  "FOR"};
    return std::ranges::find(words, word) != words.end();
}

class Results {
  public:
    explicit Results(std::string_view text) : text_(text) {}

    std::string named() {
        for (sql::Lexer lexer(text_); !lexer.at_end();) {
            const sql::Token token = lexer.next();
            if (token.kind == sql::TokenKind::white_space) continue;
            read(token);
            previous_ = token;
        }
        end_result();
        out_ += text_.substr(copied_);
        return std::move(out_);
    }

  private:
    Level& level() { return levels_.back(); }

    void read(const sql::Token& token) {
        const std::string_view text = token.text;
        if (text == "(" || text == "[") {
            levels_.emplace_back();
        } else if (text == ")" || text == "]") {
            leave();
        } else if (text == "," || text == ";") {
            end_result();
            level().in_results = level().in_results && text == ",";
        } else if (text == "::") {
            level().has_cast = true;
        } else if (token.kind == sql::TokenKind::word) {
            read_word(text);
        }
    }

    void read_word(std::string_view word) {
        if (word == "CASE") {
            levels_.push_back({.is_case = true});
        } else if (word == "END" && level().is_case) {
            leave();
        } else if (word == "AS") {
            level().has_name = true;
        } else if (word == "SELECT") {
            level() = {.is_case = level().is_case, .in_results = true};
        } else if (ends_results(word) && previous_.text != "WITHIN") {
            end_result();
            level().in_results = false;
        }
    }

    void leave() {
        end_result();
        if (levels_.size() > 1) levels_.pop_back();
    }

    void end_result() {
        if (level().in_results && level().has_cast && !level().has_name) {
            const std::size_t end = previous_.offset + previous_.text.size();
            out_ += text_.substr(copied_, end - copied_);
            out_ += unnamed;
            copied_ = end;
        }
        level().has_cast = level().has_name = false;
    }

    std::string_view text_;
    std::vector<Level> levels_{Level{}};
    sql::Token previous_;
    std::string out_;
    std::size_t copied_ = 0;
};

}  // namespace

std::string with_unnamed_results(std::string statement) {
    const bool possible =
        statement.find("SELECT ") != std::string::npos && statement.find("::") != std::string::npos;
    return possible ? Results(statement).named() : statement;
}

}  // namespace revisiond::diff
