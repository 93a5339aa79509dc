#include "cli/alembic_file.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/revision_printer.hpp"
#include "script/render.hpp"

namespace revisiond::cli {
namespace {

constexpr std::string_view indent = "    ";

std::string escaped(char c) {
    switch (c) {
        case '\\':
            return "\\\\";
        case '"':
            return "\\\"";
        case '\t':
            return "\\t";
        case '\r':
            return "\\r";
        default:
            return static_cast<unsigned char>(c) < 0x20 || c == 0x7f
                       ? fmt::format("\\x{:02x}", static_cast<unsigned char>(c))
                       : std::string(1, c);
    }
}

std::string tuple_or_none(const std::vector<std::string>& words) {
    if (words.empty()) return "None";
    if (words.size() == 1) return python_literal(words.front());
    std::string out = "(";
    for (const std::string& word : words) out += python_literal(word) + ", ";
    out.resize(out.size() - 2);
    return out + ")";
}

// DDL elements are filled in with %: a percent sign of the SQL is doubled.
std::string without_formatting(std::string_view sql) {
    std::string out;
    for (const char c : sql) {
        out += c;
        if (c == '%') out += c;
    }
    return out;
}

std::string execute(const sql::Statement& statement, bool transaction) {
    const std::string call =
        fmt::format("op.execute(DDL({}))\n", python_literal(without_formatting(statement.text)));
    if (transaction) return fmt::format("{}{}", indent, call);
    return fmt::format("{0}with op.get_context().autocommit_block():\n{0}{0}{1}", indent, call);
}

// The body of upgrade() or downgrade().
std::string body(const script::RevisionScript& script, script::SectionKind kind,
                 const std::map<std::string, std::string>& variables, Diagnostics& problems) {
    sql::SplitScript split = script::split_section(script, kind, variables);
    std::string out;
    for (const sql::Statement& statement : split.statements) {
        if (statement.copy) {
            Diagnostic problem =
                make_error("export.copy", "COPY data cannot be expressed in an Alembic file",
                           "write the rows as INSERT before exporting");
            problem.at.file = script.file();
            problem.at.line = statement.line;
            problem.at.line_text = statement.text.substr(0, statement.text.find('\n'));
            problems.push_back(std::move(problem));
        }
        out += execute(statement, script.transaction);
    }
    for (Diagnostic& diagnostic : split.diagnostics) problems.push_back(std::move(diagnostic));
    return out.empty() ? fmt::format("{}pass\n", indent) : out;
}

std::string verify_comment(const script::RevisionScript& script) {
    if (!script.verify || trim(script.verify->text).empty()) return {};
    std::string out = fmt::format("{}# Checked by revisiond after the upgrade:\n", indent);
    std::string_view rest = trim(script.verify->text);
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        out += fmt::format("{}# {}\n", indent, line.substr(0, line.find('\r')));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return out;
}

std::string downgrade_body(const script::RevisionScript& script,
                           const std::map<std::string, std::string>& variables,
                           Diagnostics& problems) {
    const bool nothing_to_undo = !script.upgrade || trim(script.upgrade->text).empty();
    if (!script.downgrade && !nothing_to_undo) {
        const std::string words = fmt::format("revision {} is irreversible", script.revision.id);
        return fmt::format("{}raise NotImplementedError({})\n", indent, python_literal(words));
    }
    return body(script, script::SectionKind::downgrade, variables, problems);
}

std::string docstring(const script::RevisionScript& script,
                      const std::vector<std::string>& parents) {
    std::string text = script.revision.message;
    if (!script.long_message.empty()) text += "\n\n" + script.long_message;
    text +=
        fmt::format("\n\nRevision ID: {}\nRevises: {}\n", script.revision.id, join(parents, ", "));
    if (script.created) text += fmt::format("Create Date: {}\n", python_date(*script.created));
    return python_literal(text + "\n");
}

}  // namespace

std::string python_literal(std::string_view text) {
    const bool lines = text.find('\n') != std::string_view::npos;
    std::string out = lines ? "\"\"\"" : "\"";
    for (const char c : text) out += c == '\n' ? "\n" : escaped(c);
    return out + (lines ? "\"\"\"" : "\"");
}

Expected<std::string, Diagnostics> alembic_file(
    const graph::RevisionMap& map, graph::RevisionIndex index, const script::RevisionScript& script,
    const std::map<std::string, std::string>& variables) {
    const graph::Node& node = map[index];
    const std::vector<std::string> parents = map.ids(node.parents);
    Diagnostics problems;
    const std::string upgrade = body(script, script::SectionKind::upgrade, variables, problems);
    const std::string downgrade = downgrade_body(script, variables, problems);
    if (has_errors(problems)) return unexpected(std::move(problems));
    std::string out = docstring(script, parents);
    out += "\nfrom alembic import op\nfrom sqlalchemy import DDL\n\n";
    out += fmt::format("revision = {}\n", python_literal(node.revision.id));
    out += fmt::format("down_revision = {}\n", tuple_or_none(parents));
    out += fmt::format("branch_labels = {}\n", tuple_or_none(node.revision.branch_labels));
    out += fmt::format("depends_on = {}\n", tuple_or_none(map.ids(node.dependencies)));
    out += fmt::format("\n\ndef upgrade():\n{}{}", upgrade, verify_comment(script));
    out += fmt::format("\n\ndef downgrade():\n{}", downgrade);
    return out;
}

}  // namespace revisiond::cli
