#include "cli/revision_printer.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace revisiond::cli {
namespace {

std::string comma(const std::vector<std::string>& words) {
    return join(words, ", ");
}

// Alembic's docstring: message, prose and the three lines of its template.
std::string docstring(const service::RevisionView& revision) {
    std::string text = revision.message;
    if (!revision.long_message.empty()) text += "\n\n" + revision.long_message;
    text += fmt::format("\n\nRevision ID: {}\nRevises: {}\n", revision.id, comma(revision.parents));
    if (revision.created) text += fmt::format("Create Date: {}\n", python_date(*revision.created));
    return text;
}

std::string indented_lines(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = text.find('\n');
        out += "    ";
        out += text.substr(0, end);
        out += '\n';
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

}  // namespace

std::string parents_text(const std::vector<std::string>& parents) {
    return parents.empty() ? "<base>" : comma(parents);
}

std::string python_date(const std::string& created) {
    std::string text = created;
    if (const auto t = text.find('T'); t != std::string::npos) text[t] = ' ';
    if (text.ends_with('Z')) text.pop_back();
    return text;
}

std::string revision_line(const service::RevisionView& revision, LineParts parts,
                          const Style& style) {
    std::string text;
    if (parts.parents) {
        text = parents_text(revision.parents);
        if (!revision.depends_on.empty()) text += fmt::format(" ({})", comma(revision.depends_on));
        text += " -> ";
    }
    text += style.yellow(revision.id);
    if (parts.labels && !revision.labels.empty())
        text += fmt::format(" ({})", comma(revision.labels));
    if (revision.effective_head) {
        text += style.green(" (effective head)");
    } else if (revision.head) {
        text += style.green(" (head)");
    }
    if (revision.current) text += style.bold(" (current)");
    if (parts.tree && revision.branch_point) text += " (branchpoint)";
    if (parts.tree && revision.merge_point) text += " (mergepoint)";
    if (parts.message) text += ", " + one_line(revision.message);
    return text;
}

std::string revision_block(const service::RevisionView& revision) {
    std::string out = fmt::format(
        "Rev: {}{}{}{}{}\n", revision.id, revision.head || revision.effective_head ? " (head)" : "",
        revision.branch_point ? " (branchpoint)" : "", revision.merge_point ? " (mergepoint)" : "",
        revision.current ? " (current)" : "");
    out += fmt::format("{}: {}\n", revision.merge_point ? "Merges" : "Parent",
                       parents_text(revision.parents));
    if (!revision.depends_on.empty()) {
        out += fmt::format("Also depends on: {}\n", comma(revision.depends_on));
    }
    if (revision.branch_point) out += fmt::format("Branches into: {}\n", comma(revision.children));
    if (!revision.labels.empty()) out += fmt::format("Branch names: {}\n", comma(revision.labels));
    out += fmt::format("Path: {}\n\n{}", revision.file, indented_lines(docstring(revision)));
    return out;
}

}  // namespace revisiond::cli
