// Lexer, splitter, classification and redaction on any bytes. The first byte chooses whether
// variables are on.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "sql/redact.hpp"
#include "sql/splitter.hpp"
#include "sql/token.hpp"

using namespace revisiond::sql;

namespace {

void require(bool law) {
    if (!law) std::abort();
}

void tokens_are_the_text(std::string_view text, bool variables) {
    std::size_t at = 0;
    for (Lexer lexer(text, variables); !lexer.at_end();) {
        const Token token = lexer.next();
        require(token.offset == at && !token.text.empty());
        require(token.text == text.substr(at, token.text.size()));
        at += token.text.size();
        require(lexer.position() == at);
    }
    require(at == text.size());
}

void splitting_is_stable(std::string_view text) {
    const SplitScript first = split(text, {});
    for (const Statement& statement : first.statements) {
        require(text.substr(statement.offset, statement.text.size()) == statement.text);
        require(!statement.text.empty());
    }
    if (!first.diagnostics.empty()) return;
    std::string joined;
    for (const Statement& statement : first.statements) {
        joined += statement.text + "\n;\n";
        if (statement.copy) joined += statement.copy->text + "\\.\n";
    }
    const SplitScript second = split(joined, {});
    require(second.diagnostics.empty());
    require(second.statements.size() == first.statements.size());
    for (std::size_t i = 0; i < first.statements.size(); ++i)
        require(second.statements[i].text == first.statements[i].text);
}

// An expanded statement is one statement still, and its positions lie in the script.
void expansion_stays_inside(std::string_view text) {
    const SplitOptions options{
        "f", 1,
        std::map<std::string, std::string>{
            {"a", "x y"}, {"b", "-1"}, {"c", ""}, {"d", "it's\\"}, {"e", "E"}, {"f", "$"}}};
    const SplitScript script = split(text, options);
    for (const Statement& statement : script.statements) {
        locate_position(text, options, statement, statement.text.size() / 2);
        if (!script.diagnostics.empty()) continue;
        const SplitScript alone = split(statement.text, {});
        // A variable without a value may leave blanks at either end.
        require(alone.statements.size() == 1 &&
                revisiond::trim(alone.statements[0].text) == revisiond::trim(statement.text));
    }
}

// A password stays hidden, whatever comes behind it.
void secrets_are_gone(const std::string& text) {
    if (text.find("hush") != std::string::npos) return;
    const auto hidden = [](const std::string& shown) {
        require(shown.find("hush") == std::string::npos);
    };
    hidden(redact_sql("ALTER ROLE a PASSWORD 'hush';" + text));
    hidden(redact_sql("SELECT dblink('password=hush " + text));
    hidden(redact_urls("postgresql://u:hush@h/" + text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text(data + 1, data + size);
    const bool variables = data[0] % 2 == 0;
    tokens_are_the_text(text, variables);
    if (variables)
        expansion_stays_inside(text);
    else
        splitting_is_stable(text);
    secrets_are_gone(text);
    return 0;
}
