#include "service/listing.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "graph/planner.hpp"
#include "service/database_view.hpp"

namespace revisiond::service {

namespace {

bool is_reversible(const script::RevisionScript& script) {
    return script.downgrade || !script.upgrade || trim(script.upgrade->text).empty();
}

std::vector<RevisionView> views_of(const Project& project,
                                   const std::vector<graph::RevisionIndex>& indices) {
    std::vector<RevisionView> views;
    views.reserve(indices.size());
    for (const graph::RevisionIndex index : indices) views.push_back(view_of(project, index));
    return views;
}

void mark_current(std::vector<RevisionView>& views, const std::vector<std::string>& rows) {
    for (RevisionView& view : views) {
        view.current = std::binary_search(rows.begin(), rows.end(), view.id);
    }
}

bool range_needs_rows(const graph::TargetRange& range) {
    return (range.lower && needs_rows(*range.lower)) || (range.upper && needs_rows(*range.upper));
}

}  // namespace

bool needs_rows(const graph::Target& target) {
    if (const auto* symbol = std::get_if<graph::Symbol>(&target.where)) {
        return *symbol == graph::Symbol::current;
    }
    const auto* relative = std::get_if<graph::Relative>(&target.where);
    if (relative == nullptr) return false;
    if (!relative->anchor) return true;
    const auto* anchor = std::get_if<graph::Symbol>(&*relative->anchor);
    return anchor != nullptr && *anchor == graph::Symbol::current;
}

RevisionView view_of(const Project& project, graph::RevisionIndex index) {
    const graph::RevisionMap& map = project.map();
    const graph::Node& node = map[index];
    const auto script = project.script(index);
    RevisionView view;
    view.id = node.revision.id;
    view.parents = map.ids(node.parents);
    view.depends_on = node.revision.depends_on;
    view.dependencies = map.ids(node.dependencies);
    view.children = map.ids(node.children);
    view.own_labels = node.revision.branch_labels;
    view.labels = node.labels;
    view.message = node.revision.message;
    view.long_message = script->long_message;
    view.created = script->created;
    view.file = script->file();
    view.transaction = script->transaction;
    view.reversible = is_reversible(*script);
    view.head = map.is_real_head(index);
    view.effective_head = map.is_head(index) && !view.head;
    view.base = map.is_base(index);
    view.branch_point = map.is_branch_point(index);
    view.merge_point = map.is_merge_point(index);
    return view;
}

std::vector<RevisionView> heads(const Project& project, bool resolve_dependencies) {
    const graph::RevisionMap& map = project.map();
    return views_of(project, resolve_dependencies ? map.real_heads() : map.heads());
}

std::vector<Branch> branches(const Project& project) {
    const graph::RevisionMap& map = project.map();
    std::vector<Branch> result;
    for (const graph::RevisionIndex index : map.order()) {
        if (!map.is_branch_point(index)) continue;
        result.push_back({view_of(project, index), views_of(project, map[index].children)});
    }
    return result;
}

Expected<std::vector<RevisionView>, Problem> history(const Project& project,
                                                     const std::string& range,
                                                     bool indicate_current) {
    auto parsed = graph::parse_range(range.empty() ? ":" : range);
    if (!parsed) return unexpected(to_problem(std::move(parsed.error())));
    DatabaseView view;
    if (indicate_current || range_needs_rows(*parsed)) {
        auto read = read_database(project);
        if (!read) return unexpected(std::move(read.error()));
        view = std::move(*read);
    }
    auto indices = graph::history_range(project.map(), view.rows, *parsed);
    if (!indices) return unexpected(to_problem(std::move(indices.error())));
    std::vector<RevisionView> views = views_of(project, *indices);
    if (indicate_current) mark_current(views, view.state.rows);
    return views;
}

Expected<std::vector<RevisionView>, Problem> show(const Project& project, const std::string& text) {
    auto target = graph::parse_target(text);
    if (!target) return unexpected(to_problem(std::move(target.error())));
    DatabaseView view;
    if (needs_rows(*target)) {
        auto read = read_database(project);
        if (!read) return unexpected(std::move(read.error()));
        view = std::move(*read);
    }
    auto indices = graph::resolve(project.map(), view.rows, *target);
    if (!indices) return unexpected(to_problem(std::move(indices.error())));
    std::vector<RevisionView> views = views_of(project, *indices);
    if (needs_rows(*target)) mark_current(views, view.state.rows);
    return views;
}

Expected<Current, Problem> current(const Project& project) {
    auto view = read_database(project);
    if (!view) return unexpected(std::move(view.error()));
    const graph::RevisionMap& map = project.map();
    // What an unknown row stands on is passed by it, whichever way.
    const std::vector<bool> below = map.ancestors(view->rows.below_unknown, true);
    Current current;
    for (const graph::RevisionIndex index : map.order()) {
        const auto& children = map[index].children;
        const bool passed = std::any_of(children.begin(), children.end(),
                                        [&](auto child) { return view->applied[child]; });
        if (view->applied[index] && !passed && !below[index])
            current.revisions.push_back(view_of(project, index));
    }
    mark_current(current.revisions, view->state.rows);
    current.unknown_rows = view->rows.unknown;
    // A row that no file knows is fine as long as the database tells that it stands on all of these
    // files: the answer is that of `check`.
    current.at_heads = view->rows.unrecorded.empty() &&
                       std::all_of(map.real_heads().begin(), map.real_heads().end(),
                                   [&](auto head) { return view->applied[head]; });
    current.warnings = warnings_of(project, *view);
    return current;
}

}  // namespace revisiond::service
