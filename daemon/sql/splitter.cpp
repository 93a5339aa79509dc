#include "sql/splitter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "sql/backslash.hpp"
#include "sql/boundary.hpp"
#include "sql/copy_data.hpp"
#include "sql/redact.hpp"
#include "sql/token.hpp"
#include "sql/variables.hpp"

namespace revisiond::sql {
namespace {

// Counts lines forward from the last place it was asked about, so that asking for each statement
// reads the script once.
class LineCounter {
  public:
    LineCounter(std::string_view script, std::uint32_t first_line)
        : script_(script), line_(first_line), first_line_(first_line) {}

    std::uint32_t line_of(std::size_t offset) {
        if (offset < offset_) {
            offset_ = 0;
            line_ = first_line_;
        }
        const std::string_view between = script_.substr(offset_, offset - offset_);
        line_ += static_cast<std::uint32_t>(std::count(between.begin(), between.end(), '\n'));
        offset_ = offset;
        return line_;
    }

  private:
    std::string_view script_;
    std::size_t offset_ = 0;
    std::uint32_t line_;
    std::uint32_t first_line_;
};

const char* name_of(Unterminated what) {
    switch (what) {
        case Unterminated::quote:
            return "the quote";
        case Unterminated::quoted_identifier:
            return "the quoted name";
        case Unterminated::dollar_quote:
            return "the dollar quote";
        default:
            return "the comment";
    }
}

// Data lines as they are sent: \r\n becomes \n, a lone \r is data.
std::string data_lines(std::string_view block) {
    std::string data;
    data.reserve(block.size() + 1);
    for (std::size_t i = 0; i < block.size(); ++i)
        if (block[i] != '\r' || i + 1 == block.size() || block[i + 1] != '\n') data += block[i];
    if (!data.empty() && data.back() != '\n') data += '\n';
    return data;
}

// One pass over a script.
class Splitter {
  public:
    Splitter(std::string_view script, const SplitOptions& options)
        : script_(script),
          options_(options),
          lexer_(script, options.variables.has_value()),
          lines_(script, options.first_line) {}

    SplitScript run() &&;

  private:
    void significant(const Token& token);
    void open(const Token& token);
    void variable(const Token& token);
    void backslash(const Token& token);
    void finish(bool semicolon);
    void check(const Statement& statement, std::size_t end);
    void read_copy_data(Statement& statement, bool semicolon);
    void check_end();
    void report(Diagnostic diagnostic, std::size_t offset, std::size_t width);

    std::string_view script_;
    const SplitOptions& options_;
    Lexer lexer_;
    LineCounter lines_;
    StatementBoundary boundary_;
    SplitScript result_;

    // The statement at hand. Its text is put together up to `copied_`; what follows in the script
    // is taken over as it is.
    std::optional<Statement> statement_;
    std::size_t copied_ = 0;
    std::size_t end_ = 0;
    std::size_t parenthesis_ = 0;
    std::vector<std::size_t> edges_;
};

SplitScript Splitter::run() && {
    if (const std::size_t nul = script_.find('\0'); nul != std::string_view::npos)
        report(make_error("sql.nul-byte", "SQL cannot hold a NUL byte",
                          "save the file as UTF-8 without NUL bytes"),
               nul, 1);
    while (!lexer_.at_end()) {
        const Token token = lexer_.next();
        if (lexer_.unterminated() != Unterminated::no)
            report(make_error("sql.unterminated", fmt::format("{} that begins here has no end",
                                                              name_of(lexer_.unterminated()))),
                   token.offset, 1);
        if (token.kind == TokenKind::white_space || token.kind == TokenKind::comment) continue;
        if (token.kind == TokenKind::backslash)
            backslash(token);
        else
            significant(token);
    }
    check_end();
    finish(false);
    return std::move(result_);
}

void Splitter::significant(const Token& token) {
    if (token.kind == TokenKind::variable) return variable(token);
    const bool was_inside = boundary_.in_parentheses();
    if (boundary_.ends_with(token)) return finish(true);
    if (!was_inside && boundary_.in_parentheses()) parenthesis_ = token.offset;
    open(token);
}

void Splitter::open(const Token& token) {
    if (!statement_) {
        statement_.emplace();
        statement_->offset = copied_ = token.offset;
        statement_->line = lines_.line_of(token.offset);
    }
    end_ = lexer_.position();
}

void Splitter::variable(const Token& token) {
    open(token);
    auto value = expand_variable(token, *options_.variables);
    if (!value) return report(std::move(value.error()), token.offset, token.text.size());
    for (Lexer lexer(*value); !lexer.at_end();) {
        const Token inside = lexer.next();
        if (inside.kind != TokenKind::white_space) boundary_.ends_with(inside);
    }
    std::string& text = statement_->text;
    text += script_.substr(copied_, token.offset - copied_);
    for (const std::size_t offset : {token.offset, lexer_.position()}) {
        statement_->expansions.emplace_back(text.size(), offset);
        edges_.push_back(text.size());
        if (offset == token.offset) text += *value;
    }
    copied_ = lexer_.position();
}

void Splitter::backslash(const Token& token) {
    if (!statement_ && is_skipped_backslash(token.text)) return;
    report(refuse_backslash(token.text), token.offset, token.text.size());
}

void Splitter::finish(bool semicolon) {
    std::optional<Statement> statement = std::exchange(statement_, std::nullopt);
    const std::vector<std::size_t> edges = std::exchange(edges_, {});
    if (!statement) return;
    if (end_ > copied_) statement->text += script_.substr(copied_, end_ - copied_);
    if (trim(statement->text).empty()) return;
    if (const auto edge = first_glued_edge(statement->text, edges)) {
        const auto index = std::find(edges.begin(), edges.end(), *edge) - edges.begin();
        report(make_error("sql.variable-value",
                          "a variable's value runs into the text beside it and changes its meaning",
                          "put a blank or parentheses around the variable"),
               statement->expansions[static_cast<std::size_t>(index)].second, 1);
    }
    statement->traits = classify(statement->text);
    check(*statement, end_);
    if (statement->traits.copy_from_stdin) read_copy_data(*statement, semicolon);
    result_.statements.push_back(std::move(*statement));
}

void Splitter::check(const Statement& statement, std::size_t end) {
    if (statement.traits.transaction != TransactionRule::control) return;
    report(
        make_error("sql.transaction-control",
                   fmt::format("{} is transaction control, which a revision leaves to revisiond",
                               statement.traits.tag),
                   "remove it; SAVEPOINT, RELEASE and ROLLBACK TO are allowed, and `transaction = "
                   "false` in the header runs each statement alone"),
        statement.offset, end - statement.offset);
}

void Splitter::read_copy_data(Statement& statement, bool semicolon) {
    const CopyBlock block = find_copy_data(script_, lexer_.position());
    if (!semicolon || !block.ended)
        report(
            make_error("sql.copy-without-end", "the data of this COPY … FROM stdin has no end",
                       "put the data behind its semicolon and end it with a line that reads \\."),
            statement.offset, end_ - statement.offset);
    if (!semicolon) return;
    Lexer rest(script_.substr(0, block.begin));
    for (rest.skip_to(lexer_.position()); !rest.at_end();) {
        const Token token = rest.next();
        if (token.kind == TokenKind::white_space || token.text.starts_with("--")) continue;
        report(make_error("sql.text-before-copy-data",
                          "the data of a COPY begins on the next line; nothing may stand before it",
                          "move this behind the line that reads \\."),
               token.offset, token.text.size());
        break;
    }
    statement.copy = CopyData{data_lines(script_.substr(block.begin, block.end - block.begin)),
                              lines_.line_of(block.begin)};
    lexer_.skip_to(block.next);
}

void Splitter::check_end() {
    if (!statement_) return;
    if (boundary_.in_parentheses())
        report(
            make_error("sql.open-parenthesis", "the parenthesis that opens here is never closed"),
            parenthesis_, 1);
    else if (boundary_.in_body())
        report(make_error("sql.open-body", "the BEGIN ATOMIC of this routine has no END",
                          "end the body with END; after its last statement's semicolon"),
               statement_->offset, end_ - statement_->offset);
}

void Splitter::report(Diagnostic diagnostic, std::size_t offset, std::size_t width) {
    const std::size_t before =
        offset == 0 ? std::string_view::npos : script_.rfind('\n', offset - 1);
    const std::size_t line_start = before == std::string_view::npos ? 0 : before + 1;
    diagnostic.at = locate(options_.file, script_.substr(line_start), offset - line_start, width);
    diagnostic.at.line = lines_.line_of(offset);
    result_.diagnostics.push_back(std::move(diagnostic));
}

}  // namespace

SplitScript split(std::string_view script, const SplitOptions& options) {
    SplitScript result = Splitter(script, options).run();
    for (Diagnostic& diagnostic : result.diagnostics) {
        redact_line(diagnostic.at, script, options.first_line);
    }
    return result;
}

SourceLocation locate_position(std::string_view script, const SplitOptions& options,
                               const Statement& statement, std::size_t position) {
    const std::size_t in_text =
        offset_of_code_point(statement.text, position > 0 ? position - 1 : 0);
    std::size_t offset = statement.offset + in_text;
    for (std::size_t i = 0; i < statement.expansions.size(); ++i) {
        const auto& [text_offset, script_offset] = statement.expansions[i];
        if (text_offset > in_text) break;
        const bool inside_value = i % 2 == 0;
        offset = script_offset + (inside_value ? 0 : in_text - text_offset);
    }
    SourceLocation at = locate(options.file, script, offset);
    at.line += options.first_line - 1;
    redact_line(at, script, options.first_line);
    return at;
}

}  // namespace revisiond::sql
