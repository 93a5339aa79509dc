#include "script/outline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"
#include "script/header.hpp"
#include "sql/boundary.hpp"
#include "sql/characters.hpp"
#include "sql/classify.hpp"
#include "sql/copy_data.hpp"
#include "sql/token.hpp"

namespace revisiond::script {
namespace {

constexpr std::array<std::string_view, 3> section_names = {"upgrade", "downgrade", "verify"};

std::string lower_case(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

// The name in `[name]`, when `text` is that and nothing else.
std::string_view mark_name(std::string_view text) {
    if (text.size() < 3 || text.front() != '[' || text.back() != ']') return {};
    const std::string_view name = trim(text.substr(1, text.size() - 2));
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const bool plain = std::all_of(name.begin(), name.end(), [&](char c) {
        return letter(c) || c == '_' || c == '-' || (c >= '0' && c <= '9');
    });
    return plain && !name.empty() && letter(name.front()) ? name : std::string_view{};
}

// The section that a comment seems to mean, though it is not a mark: `--- [downgrade]`, `--
// [downgrade]: drop it`.
std::string_view meant_section(std::string_view comment) {
    const std::size_t open = comment.find_first_not_of("- \t");
    if (open == std::string_view::npos || comment[open] != '[') return {};
    const std::size_t close = comment.find(']', open);
    if (close == std::string_view::npos) return {};
    const std::string name = lower_case(trim(comment.substr(open + 1, close - open - 1)));
    const auto* found = std::find(section_names.begin(), section_names.end(), name);
    return found == section_names.end() ? std::string_view{} : *found;
}

// A statement with a word for each variable, so that it can be classified before the values are
// known.
std::string without_variables(std::string_view statement) {
    std::string result;
    for (sql::Lexer lexer(statement, true); !lexer.at_end();) {
        const sql::Token token = lexer.next();
        result +=
            token.kind == sql::TokenKind::variable ? std::string_view("variable") : token.text;
    }
    return result;
}

// One pass of the lexer over the file. Variables are not looked for: they move no end of a
// statement, quote or comment.
class OutlineReader {
  public:
    explicit OutlineReader(Reporter& reporter)
        : reporter_(reporter), text_(reporter.text()), lexer_(text_) {}

    Outline read() &&;

  private:
    void comment(const sql::Token& token);
    void mark(const CommentLine& line, std::string_view name);
    void code(const sql::Token& token);
    void copy_data(std::size_t begin);
    void unterminated(const sql::Token& token);
    std::optional<CommentLine> as_line(const sql::Token& token) const;

    Reporter& reporter_;
    std::string_view text_;
    sql::Lexer lexer_;
    Outline outline_;
    bool header_found_ = false;
    sql::StatementBoundary boundary_;
    std::optional<std::size_t> statement_;  // where the open one began
    bool copy_ = false;                     // its first word is COPY
};

std::optional<CommentLine> OutlineReader::as_line(const sql::Token& token) const {
    if (!token.text.starts_with("--")) return std::nullopt;
    CommentLine line;
    line.begin = token.offset;
    while (line.begin > 0 && (text_[line.begin - 1] == ' ' || text_[line.begin - 1] == '\t'))
        --line.begin;
    if (line.begin > 0 && text_[line.begin - 1] != '\n' && text_[line.begin - 1] != '\r')
        return std::nullopt;
    line.end = token.offset + token.text.size();
    if (line.end < text_.size() && text_[line.end] == '\r') ++line.end;
    if (line.end < text_.size() && text_[line.end] == '\n') ++line.end;
    line.offset = token.offset + (token.text.substr(2).starts_with(' ') ? 3 : 2);
    line.text = text_.substr(line.offset, token.offset + token.text.size() - line.offset);
    line.text = line.text.substr(0, line.text.find_last_not_of(" \t\f\v") + 1);
    return line;
}

void OutlineReader::comment(const sql::Token& token) {
    const auto line = as_line(token);
    const std::string_view name = line ? mark_name(trim(line->text)) : std::string_view{};
    // Prose above the header may hold a [word] of its own.
    if (!name.empty() && (header_found_ || is_section(name))) return mark(*line, name);
    const std::string_view meant = meant_section(token.text);
    if (!meant.empty() && (line || token.text.starts_with("--")))
        reporter_.error(token.offset, token.text.size(), "script.section-mark",
                        fmt::format("this comment is no section mark, though it names [{}]", meant),
                        fmt::format("a mark is a line of its own that reads -- [{}]", meant));
    if (!line || !outline_.marks.empty()) return;
    if (!header_found_ && key_of(line->text) == "revision") {
        header_found_ = true;
        outline_.header = outline_.preamble.size();
    }
    outline_.preamble.push_back(*line);
}

void OutlineReader::mark(const CommentLine& line, std::string_view name) {
    const auto offset = static_cast<std::size_t>(name.data() - text_.data());
    outline_.marks.push_back({line.begin, line.end, offset, name});
    boundary_ = {};
    statement_.reset();
}

void OutlineReader::code(const sql::Token& token) {
    if (outline_.marks.empty() && !outline_.stray)
        outline_.stray = Outline::Stray{token.offset, text_.size() - token.offset};
    if (token.kind == sql::TokenKind::backslash) return;  // belongs to no statement
    if (!statement_) {
        statement_ = token.offset;
        copy_ = sql::is_keyword(token.text, "COPY");
    }
    if (!boundary_.ends_with(token)) return;
    if (copy_) copy_data(*statement_);
    statement_.reset();
}

void OutlineReader::copy_data(std::size_t begin) {
    const std::size_t end = lexer_.position();
    const std::string statement = without_variables(text_.substr(begin, end - begin));
    if (!sql::classify(statement).copy_from_stdin) return;
    const sql::CopyBlock block = sql::find_copy_data(text_, end);
    if (!block.ended)
        reporter_.error(begin, end - begin, "script.copy-without-end",
                        "the data of this COPY … FROM stdin has no end",
                        "end it with a line that reads \\.");
    lexer_.skip_to(block.next);
}

void OutlineReader::unterminated(const sql::Token& token) {
    const char* what = nullptr;
    const char* hint = nullptr;
    switch (lexer_.unterminated()) {
        case sql::Unterminated::no:
            return;
        case sql::Unterminated::quote:
            what = "the quote that begins here has no end";
            hint = "close it with '; a quote inside a string is written twice";
            break;
        case sql::Unterminated::quoted_identifier:
            what = "the quoted name that begins here has no end";
            hint = "close it with \"";
            break;
        case sql::Unterminated::dollar_quote:
            what = "the dollar quote that begins here has no end";
            hint = "close it with the same $tag$, in the same case";
            break;
        case sql::Unterminated::comment:
            what = "the comment that begins here has no end";
            hint = "close it with */; comments nest, so each /* needs its own";
            break;
    }
    const std::size_t width = lexer_.unterminated() == sql::Unterminated::dollar_quote
                                  ? token.text.find('$', 1) + 1
                                  : std::min<std::size_t>(token.text.size(), 2);
    reporter_.error(token.offset, width, "script.unterminated", what, hint);
}

Outline OutlineReader::read() && {
    outline_.preamble.reserve(8);
    outline_.marks.reserve(3);
    while (!lexer_.at_end()) {
        const sql::Token token = lexer_.next();
        if (token.kind == sql::TokenKind::comment)
            comment(token);
        else if (token.kind != sql::TokenKind::white_space)
            code(token);
        if (lexer_.at_end()) unterminated(token);
    }
    if (!header_found_) outline_.header = outline_.preamble.size();
    return std::move(outline_);
}

}  // namespace

Outline read_outline(Reporter& reporter) {
    return OutlineReader(reporter).read();
}

bool is_section(std::string_view name) {
    return std::find(section_names.begin(), section_names.end(), name) != section_names.end();
}

}  // namespace revisiond::script
