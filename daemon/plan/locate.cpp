#include <algorithm>

#include "plan/migration_plan.hpp"

namespace revisiond::plan {

namespace {

const std::optional<script::Section>& section_of(const script::RevisionScript& script,
                                                 script::SectionKind kind) {
    if (kind == script::SectionKind::upgrade) return script.upgrade;
    if (kind == script::SectionKind::downgrade) return script.downgrade;
    return script.verify;
}

// Sections do not overlap, so a line of the file is in one at most.
std::string line_text(const script::RevisionScript& script, std::uint32_t line) {
    for (const auto* section : {&script.upgrade, &script.downgrade, &script.verify}) {
        if (!*section || line < (*section)->line) continue;
        const std::string& text = (*section)->text;
        std::size_t begin = 0;
        for (std::uint32_t at = (*section)->line; at < line && begin != std::string::npos; ++at) {
            begin = text.find('\n', begin);
            if (begin != std::string::npos) ++begin;
        }
        if (begin == std::string::npos || begin >= text.size()) continue;
        std::string found = text.substr(begin, text.find('\n', begin) - begin);
        if (!found.empty() && found.back() == '\r') found.pop_back();
        return found;
    }
    return {};
}

}  // namespace

SourceLocation locate(const PlanStep& step, script::SectionKind kind,
                      const sql::Statement& statement, std::size_t position,
                      const Variables& variables) {
    const std::optional<script::Section>& section = section_of(*step.script, kind);
    if (!section || position == 0) return locate(step, statement);
    return sql::locate_position(section->text, script::split_options(*step.script, kind, variables),
                                statement, position);
}

SourceLocation locate(const PlanStep& step, const sql::Statement& statement) {
    SourceLocation at;
    at.file = step.file();
    at.line = statement.line;
    at.line_text = line_text(*step.script, statement.line);
    return at;
}

}  // namespace revisiond::plan
