#include "plan/hazards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sql/token.hpp"

namespace revisiond::plan {
namespace {

// Words in upper case and punctuation; everything else, names between quotes too, as "?".
std::vector<std::string> words_of(const std::string& sql) {
    std::vector<std::string> words;
    sql::Lexer lexer(sql);
    while (!lexer.at_end()) {
        const sql::Token token = lexer.next();
        using Kind = sql::TokenKind;
        if (token.kind == Kind::white_space || token.kind == Kind::comment) continue;
        std::string word = "?";
        if (token.kind == Kind::word || token.kind == Kind::punctuation) word = token.text;
        std::ranges::transform(word, word.begin(), [](unsigned char c) {
            return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
        });
        words.push_back(std::move(word));
    }
    return words;
}

// ALTER TABLE … DROP [COLUMN] name: any action of the list that begins with DROP and drops neither
// a constraint nor an expression, identity, default or NOT NULL (which stand behind ALTER).
bool drops_column(const std::vector<std::string>& words) {
    int depth = 0;
    for (std::size_t i = 2; i + 1 < words.size(); ++i) {
        if (words[i] == "(") ++depth;
        if (words[i] == ")") --depth;
        if (depth != 0 || words[i] != "DROP" || words[i + 1] == "CONSTRAINT") continue;
        const bool of_column = words[i + 1] == "DEFAULT" || words[i + 1] == "NOT" ||
                               words[i + 1] == "EXPRESSION" || words[i + 1] == "IDENTITY";
        if (!of_column) return true;
    }
    return false;
}

struct Kind {
    const char* code;
    const char* text;
};

std::optional<Kind> kind_of(const std::vector<std::string>& words) {
    const std::string first = words.empty() ? "" : words[0];
    const std::string second = words.size() < 2 ? "" : words[1];
    if (first == "TRUNCATE") return Kind{"truncates", "empties a table"};
    if (first == "DROP" && second == "TABLE") return Kind{"drops_table", "drops a table"};
    if (first == "DROP" && second == "SCHEMA") return Kind{"drops_schema", "drops a schema"};
    if (first == "ALTER" && second == "TABLE" && drops_column(words)) {
        return Kind{"drops_column", "drops a column"};
    }
    return std::nullopt;
}

}  // namespace

std::vector<Hazard> hazards_of(const MigrationPlan& plan) {
    std::vector<Hazard> hazards;
    for (const PlanStep& step : plan.steps) {
        for (const sql::Statement& statement : step.statements) {
            const auto kind = kind_of(words_of(statement.text));
            if (!kind) continue;
            hazards.push_back({kind->code,
                               fmt::format("{} of revision {} {}", graph::to_string(step.direction),
                                           step.revision, kind->text),
                               step.revision, statement.line});
        }
    }
    return hazards;
}

}  // namespace revisiond::plan
