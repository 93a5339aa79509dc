// diff: what leads from one schema to another.
#include <fmt/format.h>

#include <optional>

#include "cli/commands.hpp"
#include "cli/stop_signals.hpp"
#include "service/schema_comparison.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {
namespace {

std::string hazard_words(const diff::Hazards& hazards) {
    std::vector<std::string> words;
    if (hazards.loses_data) words.emplace_back("loses data");
    if (hazards.rewrites_table) words.emplace_back("rewrites the table");
    if (hazards.blocks_writers) words.emplace_back("blocks writers");
    if (hazards.may_fail) words.emplace_back("may fail, depending on the rows");
    return fmt::format("{}", fmt::join(words, ", "));
}

// Transaction blocks are written out: what needs a commit before it gets one, however it is run.
std::string sql_text(const diff::MigrationScript& script) {
    std::string out = "BEGIN;\n";
    for (const diff::Statement& statement : script.statements) {
        if (statement.commit_before) out += "COMMIT;\nBEGIN;\n";
        if (statement.hazards.any()) out += "-- " + hazard_words(statement.hazards) + "\n";
        out += statement.text + ";\n";
    }
    return out + "COMMIT;\n";
}

std::string_view sign_of(diff::ChangeType type) {
    switch (type) {
        case diff::ChangeType::create:
            return "+";
        case diff::ChangeType::drop:
            return "-";
        case diff::ChangeType::alter:
            return "~";
        case diff::ChangeType::replace:
            return "!";
    }
    return "";
}

std::string change_text(const diff::MigrationScript& script) {
    std::string out;
    for (const diff::Change& change : script.changes) {
        std::vector<std::string_view> properties;
        for (const catalog::Property property : change.properties) {
            properties.push_back(catalog::name_of(property));
        }
        out += fmt::format("{} {}", sign_of(change.type), change.object.display());
        if (!properties.empty()) out += fmt::format(" ({})", fmt::join(properties, ", "));
        if (change.rebuilt) out += " rebuilt for what it depends on";
        out += "\n";
    }
    for (const diff::RenameCandidate& candidate : script.rename_candidates) {
        out += fmt::format("? {} {} may be {} with a new name\n", catalog::name_of(candidate.kind),
                           candidate.from, candidate.to);
    }
    return out;
}

// Files and URLs need no configuration.
bool needs_project(const service::SchemaSource& source) {
    return !std::holds_alternative<service::FileSource>(source) &&
           !std::holds_alternative<service::UrlSource>(source);
}

}  // namespace

Exit run(const DiffCommand& command, Console& console) {
    service::ComparisonRequest request;
    request.from = service::parse_schema_source(command.from);
    request.to = service::parse_schema_source(command.to);
    request.options.privileges = !command.no_privileges;
    request.options.owners = !command.no_owners;
    request.options.tablespaces = command.tablespaces;
    request.options.include = command.include;
    request.options.exclude = command.exclude;
    std::optional<service::Project> project;
    if (!console.globals().config.empty() || needs_project(request.from) ||
        needs_project(request.to)) {
        auto opened = open_project(console);
        if (!opened) return console.fail(opened.error());
        project = std::move(*opened);
    }
    const StopSignals signals("stopping: the scratch databases go (again: at once)\n");
    auto script = service::compare_schemas(project ? &*project : nullptr, request, signals.token());
    if (!script) return console.fail(script.error());
    if (!script->inexpressible.empty()) {
        Diagnostics errors;
        for (const std::string& what : script->inexpressible) {
            errors.push_back(make_error("diff.inexpressible", what));
        }
        return console.fail(errors);
    }
    if (console.globals().json) {
        console.print_line(wire::to_json(*script));
    } else if (script->empty()) {
        console.info("No differences.");
    } else {
        console.print(command.sql ? sql_text(*script) : change_text(*script));
    }
    return Exit::done;
}

}  // namespace revisiond::cli
