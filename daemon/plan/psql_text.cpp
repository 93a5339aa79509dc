#include "plan/psql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "sql/token.hpp"

namespace revisiond::plan {

namespace {

std::string upper(std::string_view word) {
    std::string result(word);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return result;
}

bool is_ignored(const sql::Token& token) {
    return token.kind == sql::TokenKind::white_space || token.kind == sql::TokenKind::comment;
}

// A query that EXECUTE takes: SELECT, VALUES, TABLE, WITH or a parenthesis, without SELECT … INTO.
bool is_query(std::string_view text) {
    sql::Lexer lexer(text);
    bool first = true;
    int depth = 0;
    while (!lexer.at_end()) {
        const sql::Token token = lexer.next();
        if (is_ignored(token)) continue;
        const std::string word = token.kind == sql::TokenKind::word ? upper(token.text) : "";
        if (first && token.text != "(" && word != "SELECT" && word != "VALUES" && word != "TABLE" &&
            word != "WITH") {
            return false;
        }
        first = false;
        if (token.text == "(") ++depth;
        if (token.text == ")") --depth;
        if (depth == 0 && word == "INTO") return false;
    }
    return !first;
}

}  // namespace

std::string dollar_quoted(std::string_view body) {
    std::string tag = "$revisiond$";
    for (int number = 1; body.find(tag) != std::string_view::npos; ++number) {
        tag = fmt::format("$revisiond_{}$", number);
    }
    return fmt::format("{0}\n{1}{0}", tag, body);
}

std::string comment_line(std::string_view text) {
    std::string line = fmt::format("-- {}", text);
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return std::iscntrl(c) != 0; }, ' ');
    return line + "\n";
}

std::string psql_statement(const sql::Statement& statement) {
    std::string result;
    sql::Lexer lexer(statement.text, true);
    while (!lexer.at_end()) {
        const sql::Token token = lexer.next();
        if (token.kind != sql::TokenKind::variable) {
            result += token.text;
            continue;
        }
        result += ": ";
        result += token.text.substr(1);
    }
    result += ";\n";
    if (statement.copy) result += statement.copy->text + "\\.\n";
    return result;
}

std::string verify_statement(const sql::Statement& statement) {
    if (!is_query(statement.text)) return psql_statement(statement);
    // A query may have any columns, so its row is looked at as json; json does not tell a boolean
    // from others, so one that may be the refusal is asked for its type.
    const std::string body = fmt::format(
        "DECLARE\n"
        "    query text := {};\n"
        "    answer record;\n"
        "    answers bigint := 0;\n"
        "    refused boolean := false;\n"
        "BEGIN\n"
        "    FOR answer IN EXECUTE query LOOP\n"
        "        answers := answers + 1;\n"
        "        SELECT count(*) = 1 AND bool_and(value::text IN ('false', 'null')) INTO refused\n"
        "            FROM json_each(row_to_json(answer));\n"
        "    END LOOP;\n"
        "    IF answers = 1 AND refused THEN\n"
        "        EXECUTE 'SELECT pg_typeof(answer) = ''boolean''::regtype FROM (' || query ||\n"
        "                ') AS query (answer)' INTO refused;\n"
        "        IF refused THEN\n"
        "            RAISE EXCEPTION 'verify of line % did not answer true', {};\n"
        "        END IF;\n"
        "    END IF;\n"
        "END\n",
        dollar_quoted(statement.text + "\n"), statement.line);
    return fmt::format("DO {};\n", dollar_quoted(body));
}

SessionTraces traces_of(const std::vector<sql::Statement>& statements) {
    SessionTraces traces;
    for (const sql::Statement& statement : statements) {
        const sql::StatementTraits& traits = statement.traits;
        if (traits.session != sql::SessionEffect::none || traits.local_setting ||
            traits.transaction == sql::TransactionRule::in_doubt) {
            traces.settings = true;
        }
        sql::Lexer lexer(statement.text);
        while (!lexer.at_end()) {
            const sql::Token token = lexer.next();
            if (token.kind != sql::TokenKind::word) continue;
            const std::string word = upper(token.text);
            if (word == "SET_CONFIG") traces.settings = true;
            if (word == "TEMP" || word == "TEMPORARY" || word == "PG_TEMP") traces.temporary = true;
        }
    }
    return traces;
}

}  // namespace revisiond::plan
