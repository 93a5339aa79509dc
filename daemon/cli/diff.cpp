// diff: what leads from one schema to another.
#include <fmt/format.h>

#include <optional>

#include "cli/commands.hpp"
#include "cli/stop_signals.hpp"
#include "service/rename_requests.hpp"
#include "service/schema_comparison.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {
namespace {

std::string hazard_words(const diff::Statement& statement) {
    const diff::Hazards& hazards = statement.hazards;
    std::vector<std::string> words;
    if (hazards.loses_data) words.emplace_back("loses data");
    if (hazards.rewrites_table) words.emplace_back("rewrites the table");
    if (hazards.blocks_writers) {
        words.emplace_back(diff::blocks_readers(statement) ? "blocks readers and writers"
                                                           : "blocks writers");
    }
    if (hazards.may_fail) words.emplace_back("may fail, depending on the rows");
    return fmt::format("{}", fmt::join(words, ", "));
}

// Transaction blocks are written out: what needs a commit before it gets one, however it is run.
std::string sql_text(const diff::MigrationScript& script) {
    std::string out = "BEGIN;\n";
    for (const diff::Statement& statement : script.statements) {
        if (statement.commit_before) out += "COMMIT;\nBEGIN;\n";
        if (statement.hazards.any()) out += "-- " + hazard_words(statement) + "\n";
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

std::string change_text(const service::SchemaComparison& comparison) {
    std::string out;
    for (const diff::Rename& rename : comparison.renames) {
        out += fmt::format("= {} is {} now\n", rename.from, rename.to);
    }
    for (const diff::Change& change : comparison.script.changes) {
        std::vector<std::string_view> properties;
        for (const catalog::Property property : change.properties) {
            properties.push_back(catalog::name_of(property));
        }
        out += fmt::format("{} {}", sign_of(change.type), change.object.display());
        if (!properties.empty()) out += fmt::format(" ({})", fmt::join(properties, ", "));
        if (change.rebuilt) out += " rebuilt for what it depends on";
        out += "\n";
    }
    for (const diff::RenameCandidate& candidate : comparison.script.rename_candidates) {
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
    request.no_privileges = command.no_privileges;
    request.no_owners = command.no_owners;
    request.tablespaces = command.tablespaces;
    request.include = command.include;
    request.exclude = command.exclude;
    auto renames = service::parse_renames(command.renames);
    if (!renames) return console.fail(renames.error());
    request.renames = std::move(*renames);
    std::optional<service::Project> project;
    if (!console.globals().config.empty() || needs_project(request.from) ||
        needs_project(request.to)) {
        auto opened = open_project(console);
        if (!opened) return console.fail(opened.error());
        project = std::move(*opened);
    }
    const StopSignals signals("stopping: the scratch databases go (again: at once)\n");
    auto comparison =
        service::compare_schemas(project ? &*project : nullptr, request, signals.token());
    if (!comparison) return console.fail(comparison.error());
    if (!comparison->script.inexpressible.empty()) {
        Diagnostics errors;
        for (const std::string& what : comparison->script.inexpressible) {
            errors.push_back(make_error("diff.inexpressible", what));
        }
        return console.fail(errors);
    }
    for (const std::string& note : comparison->notes) console.info(note);
    // The text names them among the changes.
    if (command.sql) console.warn(service::rename_warnings(comparison->script.rename_candidates));
    if (console.globals().json) {
        console.print_line(wire::to_json(*comparison));
    } else if (!comparison->found()) {
        console.info("No differences.");
    } else {
        console.print(command.sql ? sql_text(comparison->script) : change_text(*comparison));
    }
    return Exit::done;
}

}  // namespace revisiond::cli
