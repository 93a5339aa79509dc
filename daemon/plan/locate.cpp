#include <algorithm>

#include "plan/migration_plan.hpp"
#include "sql/redact.hpp"

namespace revisiond::plan {

namespace {

const std::optional<script::Section>& section_of(const script::RevisionScript& script,
                                                 script::SectionKind kind) {
    if (kind == script::SectionKind::upgrade) return script.upgrade;
    if (kind == script::SectionKind::downgrade) return script.downgrade;
    return script.verify;
}

// The line `number` of a text, counted from 0, without its end; empty behind the last.
std::string line_of(const std::string& text, std::size_t number) {
    std::size_t begin = 0;
    for (; number > 0 && begin != std::string::npos; --number) {
        begin = text.find('\n', begin);
        if (begin != std::string::npos) ++begin;
    }
    if (begin == std::string::npos || begin >= text.size()) return {};
    std::string found = text.substr(begin, text.find('\n', begin) - begin);
    if (!found.empty() && found.back() == '\r') found.pop_back();
    return found;
}

// A secret in the line that is shown would reach terminals and logs: a line that holds a part of
// one is shown without it, and without a column, since what follows has moved. The whole section is
// redacted, because PASSWORD may stand on one line and the secret on the next.
void redact_line(SourceLocation& at, const script::Section& section) {
    const std::string redacted = sql::redact_sql(section.text);
    if (redacted == section.text) return;
    const auto same_lines = std::count(redacted.begin(), redacted.end(), '\n') ==
                            std::count(section.text.begin(), section.text.end(), '\n');
    std::string shown = same_lines ? line_of(redacted, at.line - section.line) : std::string{};
    if (shown == at.line_text) return;
    at.line_text = std::move(shown);
    at.column = 0;
}

// Sections do not overlap, so a line of the file is in one at most.
const script::Section* section_at(const script::RevisionScript& script, std::uint32_t line) {
    const script::Section* found = nullptr;
    for (const auto* section : {&script.upgrade, &script.downgrade, &script.verify}) {
        if (!*section || line < (*section)->line) continue;
        if (found == nullptr || (*section)->line > found->line) found = &**section;
    }
    return found;
}

}  // namespace

SourceLocation locate(const PlanStep& step, script::SectionKind kind,
                      const sql::Statement& statement, std::size_t position,
                      const Variables& variables) {
    const std::optional<script::Section>& section = section_of(*step.script, kind);
    if (!section || position == 0) return locate(step, statement);
    SourceLocation at = sql::locate_position(
        section->text, script::split_options(*step.script, kind, variables), statement, position);
    redact_line(at, *section);
    return at;
}

SourceLocation locate(const PlanStep& step, const sql::Statement& statement) {
    SourceLocation at;
    at.file = step.file();
    at.line = statement.line;
    const script::Section* section = section_at(*step.script, statement.line);
    if (section == nullptr) return at;
    at.line_text = line_of(section->text, at.line - section->line);
    redact_line(at, *section);
    return at;
}

}  // namespace revisiond::plan
