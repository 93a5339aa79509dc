#include "service/project.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "directory/script_directory.hpp"
#include "sql/identifier.hpp"

namespace revisiond::service {

namespace {

Expected<database::TableNames, Diagnostic> table_names(const config::DatabaseSettings& settings) {
    auto version_table = sql::parse_qualified_name(settings.version_table);
    if (!version_table) {
        return unexpected(
            make_error("service.version-table",
                       fmt::format("databases.{}.version_table is no table name: \"{}\"",
                                   settings.name, settings.version_table),
                       "write name, schema.name or \"Quoted\".\"name\""));
    }
    return database::TableNames{std::move(*version_table), settings.state_schema};
}

// A folder that is not there is the fault of the setting that names it, if there is one.
void blame_setting(const config::DatabaseSettings& settings, Diagnostics& diagnostics) {
    if (settings.migrations_at.file.empty()) return;
    for (Diagnostic& diagnostic : diagnostics) {
        if (diagnostic.code != "directory.cannot-open") continue;
        diagnostic.code = "config.migrations";
        diagnostic.message =
            fmt::format("databases.{}.migrations: {}", settings.name, diagnostic.message);
        diagnostic.at = settings.migrations_at;
    }
}

}  // namespace

Expected<Project, Problem> Project::open(std::shared_ptr<const config::Config> config,
                                         const std::string& name,
                                         const plan::Variables& variables) {
    auto settings = config->database(name);
    if (!settings) return unexpected(to_problem(settings.error()));
    auto loaded = directory::load_directory({(*settings)->migrations, config->max_file_bytes});
    if (!loaded.snapshot) blame_setting(**settings, loaded.diagnostics);
    return open(std::move(config), name, variables, loaded);
}

Expected<Project, Problem> Project::open(std::shared_ptr<const config::Config> config,
                                         const std::string& name, const plan::Variables& variables,
                                         const directory::LoadedDirectory& loaded) {
    auto settings = config->database(name);
    if (!settings) return unexpected(to_problem(settings.error()));
    auto names = table_names(**settings);
    if (!names) return unexpected(to_problem(names.error()));
    if (!loaded.snapshot) return unexpected(to_problem(loaded.diagnostics));

    Project project;
    project.settings_ = *settings;
    project.names_ = std::move(*names);
    project.files_ = loaded.snapshot;
    project.variables_ = variables;
    project.variables_.insert((*settings)->variables.begin(), (*settings)->variables.end());
    project.warnings_ = config->warnings;
    project.warnings_.insert(project.warnings_.end(), loaded.diagnostics.begin(),
                             loaded.diagnostics.end());
    project.config_ = std::move(config);
    return project;
}

Expected<Project, Problem> Project::open_without_files(std::shared_ptr<const config::Config> config,
                                                       const std::string& name) {
    return open(std::move(config), name, {}, directory::load_directory({}));
}

const graph::RevisionMap& Project::map() const {
    return files_->map;
}

std::shared_ptr<const script::RevisionScript> Project::script(graph::RevisionIndex index) const {
    return std::make_shared<const script::RevisionScript>(files_->script(index));
}

script::Checksums Project::checksums(graph::RevisionIndex index) const {
    return files_->checksums(index);
}

plan::ScriptLookup Project::scripts() const {
    return [files = files_](graph::RevisionIndex index) {
        return std::make_shared<const script::RevisionScript>(files->script(index));
    };
}

database::ConnectionParameters Project::connection_parameters() const {
    database::ConnectionParameters parameters = settings_->connection.parameters;
    const auto set_unless_given = [&parameters](const char* keyword, const char* value) {
        const bool given =
            std::any_of(parameters.begin(), parameters.end(),
                        [keyword](const auto& pair) { return pair.first == keyword; });
        if (!given) parameters.emplace_back(keyword, value);
    };
    set_unless_given("connect_timeout", "10");
    set_unless_given("fallback_application_name", "revisiond");
    return parameters;
}

apply::ApplyOptions Project::apply_options() const {
    const config::ApplySettings& settings = settings_->apply;
    apply::ApplyOptions options;
    options.one_transaction = settings.transaction == config::TransactionMode::all;
    options.lock_timeout = settings.lock_timeout;
    options.row_lock_timeout = settings.row_lock_timeout;
    options.statement_timeout = settings.statement_timeout;
    options.lock_retry_for = settings.lock_retry_for;
    options.concurrently_timeout = settings.concurrently_timeout;
    options.holder_timeout = settings.holder_timeout;
    options.refuse_modified = settings.modified == config::ModifiedPolicy::refuse;
    return options;
}

}  // namespace revisiond::service
