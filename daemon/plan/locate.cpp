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
    const auto script = step.script();
    const std::optional<script::Section>& section = section_of(*script, kind);
    if (!section || position == 0) return locate(step, statement);
    return sql::locate_position(section->text, script::split_options(*script, kind, variables),
                                statement, position);
}

SourceLocation locate(const PlanStep& step, const sql::Statement& statement) {
    SourceLocation at;
    at.file = step.file;
    at.line = statement.line;
    const auto script = step.script();
    const script::Section* section = section_at(*script, statement.line);
    if (section == nullptr) return at;
    at.line_text = sql::line_of(section->text, at.line - section->line);
    sql::redact_line(at, section->text, section->line);
    return at;
}

}  // namespace revisiond::plan
