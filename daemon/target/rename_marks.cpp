#include "target/rename_marks.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sql/cursor.hpp"
#include "sql/splitter.hpp"

namespace revisiond::target {
namespace {

using sql::Token;
using sql::TokenKind;

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
    return std::ranges::equal(text, lower, [](unsigned char a, char b) {
        return static_cast<char>(std::tolower(a)) == b;
    });
}

// What stands behind "-- renamed from:"; nothing when the comment is another one.
std::optional<std::string_view> marked_name(std::string_view comment) {
    constexpr std::string_view words = "renamed from";
    if (!comment.starts_with("--")) return std::nullopt;
    std::string_view rest = trim(comment.substr(2));
    if (!equal_ignoring_case(rest.substr(0, words.size()), words)) return std::nullopt;
    rest = trim(rest.substr(words.size()));
    if (!rest.starts_with(':') && !rest.starts_with('=')) return std::nullopt;
    return trim(rest.substr(1));
}

// A mark whose object comes next.
struct OpenMark {
    std::size_t offset;
    std::size_t width;
    sql::QualifiedName old_name;
};

constexpr std::array<std::string_view, 7> constraint_words = {
    "CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE", "LIKE"};

bool is_constraint_word(const Token& token) {
    return token.kind == TokenKind::word &&
           std::ranges::any_of(constraint_words, [&token](std::string_view word) {
               return token.text.size() == word.size() &&
                      std::ranges::equal(token.text, word, [](unsigned char a, char b) {
                          return static_cast<char>(std::toupper(a)) == b;
                      });
           });
}

std::string column_name(std::string_view written) {
    const auto name = sql::parse_qualified_name(written);
    return name && name->schema.empty() ? name->name : "";
}

// Reads the marks of one script.
class MarkReader {
  public:
    explicit MarkReader(const scratch::ScriptText& script) : script_(script) {
        options_.file = script.file;
    }

    void read() {
        const sql::SplitScript split = sql::split(script_.text, options_);
        std::size_t end_of_last = 0;
        for (const sql::Statement& statement : split.statements) {
            between(end_of_last, statement.offset);
            look_at(statement);
            misplaced("stands above no table and no column");
            end_of_last =
                statement.copy ? behind_copy(statement) : statement.offset + statement.text.size();
        }
        between(end_of_last, script_.text.size());
        misplaced("stands above nothing");
    }

    std::vector<RenameMark> marks;
    Diagnostics diagnostics;

  private:
    std::size_t behind_copy(const sql::Statement& statement) const {
        const std::size_t end = script_.text.find("\n\\.", statement.offset);
        return end == std::string::npos ? script_.text.size() : end + 3;
    }

    void between(std::size_t begin, std::size_t end) {
        sql::Lexer lexer(std::string_view(script_.text).substr(0, end));
        for (lexer.skip_to(begin); !lexer.at_end();) {
            const Token token = lexer.next();
            if (token.kind == TokenKind::comment) comment(token.offset, token.text);
        }
    }

    void comment(std::size_t offset, std::string_view text) {
        const auto written = marked_name(text);
        if (!written) return;
        const std::size_t width = trim(text).size();
        const auto name = sql::parse_qualified_name(*written);
        if (!name || name->name.empty()) {
            return fail(offset, width, fmt::format("\"{}\" is not a name", *written));
        }
        const std::size_t line = script_.text.rfind('\n', offset) + 1;
        const std::string_view before = std::string_view(script_.text).substr(line, offset - line);
        if (!trim(before).empty()) {
            return fail(offset, width, "a rename mark must stand on a line of its own");
        }
        if (open_) return fail(offset, width, "a second rename mark for one object");
        open_ = OpenMark{offset, width, *name};
    }

    void look_at(const sql::Statement& statement) {
        sql::Cursor cursor(statement.text);
        if (cursor.take("ALTER", "TABLE")) return added_column(cursor);
        if (!cursor.take("CREATE")) return;
        while (cursor.is_word("UNLOGGED") || cursor.is_word("FOREIGN")) cursor.advance();
        if (!cursor.take("TABLE")) return;
        if (cursor.take("IF", "NOT")) cursor.take("EXISTS");
        const auto table = sql::parse_qualified_name(cursor.take_name());
        if (!table) return;
        if (open_) add(*table, {});
        columns(statement, *table);
    }

    void added_column(sql::Cursor& cursor) {
        if (!open_) return;
        cursor.take("IF", "EXISTS");
        cursor.take("ONLY");
        const auto table = sql::parse_qualified_name(cursor.take_name());
        if (!table || !cursor.take("ADD")) return;
        cursor.take("COLUMN");
        if (cursor.take("IF", "NOT")) cursor.take("EXISTS");
        const std::string column = column_name(cursor.take_name());
        if (!column.empty()) add(*table, column);
    }

    // The list of columns: a mark belongs to the column that begins behind it.
    void columns(const sql::Statement& statement, const sql::QualifiedName& table) {
        int depth = 0;
        bool item_begins = false;
        for (sql::Lexer lexer(statement.text); !lexer.at_end();) {
            const Token token = lexer.next();
            if (token.kind == TokenKind::white_space) continue;
            if (token.kind == TokenKind::comment) {
                if (marked_name(token.text) && !(depth == 1 && item_begins)) {
                    fail(statement.offset + token.offset, token.text.size(),
                         "a rename mark must stand above its column");
                } else {
                    comment(statement.offset + token.offset, token.text);
                }
                continue;
            }
            const char mark = token.kind == TokenKind::punctuation ? token.text.front() : ' ';
            if (depth == 1 && item_begins && open_ && mark != '(') column(table, token);
            if (mark == '(') ++depth;
            if (mark == ')') --depth;
            item_begins = depth == 1 && (mark == ',' || mark == '(');
        }
    }

    void column(const sql::QualifiedName& table, const Token& token) {
        const std::string name = column_name(token.text);
        if (name.empty() || is_constraint_word(token)) return misplaced("stands above no column");
        if (!open_->old_name.schema.empty()) return misplaced("names a column by two names");
        add(table, name);
    }

    void add(const sql::QualifiedName& table, const std::string& column) {
        RenameMark mark;
        mark.table = table;
        mark.column = column;
        mark.old_name = open_->old_name.name;
        mark.old_schema = open_->old_name.schema;
        mark.at = locate(script_.file, script_.text, open_->offset, open_->width);
        marks.push_back(std::move(mark));
        open_.reset();
    }

    void misplaced(const char* why) {
        if (!open_) return;
        fail(open_->offset, open_->width, fmt::format("this rename mark {}", why));
        open_.reset();
    }

    void fail(std::size_t offset, std::size_t width, std::string message) {
        Diagnostic error = make_error("target.rename-mark", std::move(message),
                                      "write `-- renamed from: old_name` on a line of its own "
                                      "above CREATE TABLE or a column");
        error.at = locate(script_.file, script_.text, offset, width);
        diagnostics.push_back(std::move(error));
    }

    const scratch::ScriptText& script_;
    sql::SplitOptions options_;
    std::optional<OpenMark> open_;
};

}  // namespace

Expected<std::vector<RenameMark>, Diagnostics> read_rename_marks(
    const std::vector<scratch::ScriptText>& scripts) {
    std::vector<RenameMark> marks;
    Diagnostics diagnostics;
    for (const scratch::ScriptText& script : scripts) {
        if (script.text.find("enamed") == std::string::npos &&
            script.text.find("ENAMED") == std::string::npos) {
            continue;
        }
        MarkReader reader(script);
        reader.read();
        marks.insert(marks.end(), reader.marks.begin(), reader.marks.end());
        diagnostics.insert(diagnostics.end(), reader.diagnostics.begin(), reader.diagnostics.end());
    }
    if (!diagnostics.empty()) return unexpected(std::move(diagnostics));
    return marks;
}

}  // namespace revisiond::target
