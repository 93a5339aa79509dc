#include "service/schema_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "scratch/private_cluster.hpp"
#include "service/catalog_cache.hpp"
#include "service/drift.hpp"
#include "service/migrate.hpp"
#include "service/plan_refusals.hpp"
#include "target/target_scripts.hpp"

namespace revisiond::service {
namespace {

// Missing roles are found one by one; a script that names more is no script of a person.
constexpr int roles_at_most = 500;
// Of a file, where no max_file_size can be set: a dump may hold its rows.
constexpr std::uint64_t bytes_without_configuration = 256U << 20U;

Expected<Schema, Problem> known_only(Schema schema, const std::string& name) {
    if (schema.catalog.unknown.empty()) return schema;
    Diagnostics diagnostics;
    for (const catalog::Unknown& unknown : schema.catalog.unknown) {
        diagnostics.push_back(make_error(
            "schema.unknown-kind",
            fmt::format("{} holds {} ({}), a kind of object that this version does not know", name,
                        unknown.name, unknown.what),
            "what is not seen cannot be compared: use a newer revisiond"));
    }
    return unexpected(to_problem(std::move(diagnostics)));
}

config::ConnectionSettings settings_of(const database::ConnectionParameters& parameters) {
    config::ConnectionSettings settings;
    settings.parameters = parameters;
    return settings;
}

Expected<config::ConnectionSettings, Problem> parse_url(const std::string& url) {
    std::vector<std::string> ignored;
    auto settings = config::parse_connection(url, ignored);
    if (settings) return std::move(*settings);
    return unexpected(to_problem(std::move(settings.error())));
}

// A second session for a large catalog.
introspection::OpenBeside beside(const auto& parameters, const std::stop_token& stop) {
    return [&parameters, &stop] { return database::query_of_new_session(parameters, stop); };
}

std::string table_display(const sql::QualifiedName& table) {
    return (table.schema.empty() ? "public" : table.schema) + "." + table.name;
}

}  // namespace

Expected<Project, Problem> project_on(const Project& project,
                                      const database::ConnectionParameters& parameters,
                                      const std::vector<std::filesystem::path>& more_migrations) {
    config::Config config = project.config();
    config::DatabaseSettings settings = project.settings();
    settings.connection.parameters = parameters;
    settings.unresolved.clear();
    settings.apply.transaction = config::TransactionMode::per_revision;
    settings.migrations.insert(settings.migrations.end(), more_migrations.begin(),
                               more_migrations.end());
    config.databases = {std::move(settings)};
    return Project::open(std::make_shared<const config::Config>(std::move(config)), {},
                         project.variables());
}

SchemaReader::SchemaReader(const Project* project, std::stop_token stop)
    : project_(project), stop_(std::move(stop)) {
    read_options_.ignored_schemas = {config::DatabaseSettings().state_schema};
    if (project == nullptr) return;
    read_options_.ignored_schemas = {project->names().state_schema};
    read_options_.ignored_tables = {table_display(project->names().version_table)};
}

Expected<SchemaReader, Problem> SchemaReader::open(const Project* project,
                                                   const std::vector<SchemaSource>& sources,
                                                   std::stop_token stop) {
    SchemaReader reader(project, std::move(stop));
    auto connected = reader.connect_all(sources);
    if (!connected) return unexpected(std::move(connected.error()));
    return reader;
}

Expected<Done, Problem> SchemaReader::connect_all(const std::vector<SchemaSource>& sources) {
    bool own = false;
    bool of_project = false;
    for (const SchemaSource& source : sources) {
        own |= std::holds_alternative<DatabaseSource>(source);
        of_project |= std::holds_alternative<TargetSource>(source) ||
                      std::holds_alternative<RevisionSource>(source);
        if (const auto* url = std::get_if<UrlSource>(&source)) {
            auto settings = parse_url(url->url);
            if (!settings) return unexpected(std::move(settings.error()));
            if (auto done = connect(*settings, false); !done) return done;
        }
    }
    if (!own && !of_project) return Done{};
    if (project_ == nullptr) {
        return unexpected(to_problem(make_error("schema.no-project",
                                                "there is no configuration to take this from",
                                                "give -c, or compare files and URLs")));
    }
    if (own && !project_->settings().unresolved.empty()) {
        return unexpected(refusal(project_->settings().unresolved));
    }
    auto settings = settings_of(project_->connection_parameters());
    return connect(settings, !own);
}

// `quiet`: a database that cannot be reached is no error; nobody asked for it.
Expected<Done, Problem> SchemaReader::connect(const config::ConnectionSettings& settings,
                                              bool quiet) {
    auto session = database::Session::open(settings.parameters, stop_);
    if (!session && quiet) return Done{};
    if (!session) return unexpected(to_problem(session.error(), settings));
    const int major = session->server_version() / 10000;
    if (server_version_ != 0 && server_version_ / 10000 != major) {
        return unexpected(
            to_problem(make_error("schema.version",
                                  fmt::format("{} is PostgreSQL {}, and {} is PostgreSQL {}",
                                              connected_.front().settings.display(),
                                              server_version_ / 10000, settings.display(), major),
                                  "schemas are compared as the server prints them, so both must "
                                  "have one major version")));
    }
    auto locale = scratch::read_locale(database::query_of(*session));
    if (!locale) return unexpected(to_problem(locale.error(), settings));
    if (!locale_) locale_ = std::move(*locale);
    server_version_ = session->server_version();
    connected_.push_back({std::move(*session), settings});
    return Done{};
}

Expected<Schema, Problem> SchemaReader::read(const SchemaSource& source) {
    if (std::holds_alternative<DatabaseSource>(source)) {
        return read_connected(settings_of(project_->connection_parameters()));
    }
    if (const auto* url = std::get_if<UrlSource>(&source)) {
        const auto settings = parse_url(url->url);
        return settings ? read_connected(*settings) : unexpected(settings.error());
    }
    if (const auto* file = std::get_if<FileSource>(&source)) {
        const std::uint64_t limit =
            project_ != nullptr ? project_->config().max_file_bytes : bytes_without_configuration;
        auto target = target::read_target_files({file->path}, limit);
        if (!target) return unexpected(to_problem(std::move(target.error())));
        return read_scripts(target->scripts);
    }
    if (std::holds_alternative<TargetSource>(source)) return read_target();
    auto database = replay({std::get<RevisionSource>(source).target});
    if (!database) return unexpected(std::move(database.error()));
    auto catalog = read_scratch(*database);
    if (!catalog) return unexpected(std::move(catalog.error()));
    return Schema{std::move(*catalog), {}, {}};
}

Expected<Schema, Problem> SchemaReader::read_connected(const config::ConnectionSettings& settings) {
    const auto found = std::ranges::find_if(connected_, [&settings](const Connected& connected) {
        return connected.settings.parameters == settings.parameters;
    });
    if (found == connected_.end()) {
        if (auto done = connect(settings, false); !done) return unexpected(std::move(done.error()));
        return read_connected(settings);
    }
    auto catalog = introspection::read_catalog(database::query_of(found->session), read_options_,
                                               beside(found->settings.parameters, stop_));
    if (!catalog) return unexpected(to_problem(catalog.error(), settings));
    return known_only({std::move(*catalog), {}, {}}, settings.display());
}

Expected<Schema, Problem> SchemaReader::read_target() {
    const config::TargetSettings& settings = project_->settings().target;
    if (!settings.given()) {
        return unexpected(to_problem(make_error(
            "schema.no-target",
            fmt::format("databases.{} has no target: nothing says what its schema should be",
                        project_->settings().name),
            "set target, target_command or target_url in the configuration")));
    }
    if (settings.database) return read_connected(*settings.database);
    const std::filesystem::path home = std::filesystem::absolute(project_->config().file);
    auto scripts =
        settings.command.empty()
            ? target::read_target_files(settings.files, project_->config().max_file_bytes)
            : target::run_target_command(settings, home.parent_path(), stop_);
    if (!scripts) return unexpected(to_problem(std::move(scripts.error())));
    auto schema = read_scripts(scripts->scripts);
    if (schema) {
        schema->notes.insert(schema->notes.end(), scripts->notes.begin(), scripts->notes.end());
    }
    return schema;
}

// Of the server that scratch databases are made on, with its minor version: what it prints may
// change with it.
Expected<std::string, Problem> SchemaReader::scratch_version() {
    auto options = scratch_options();
    if (!options) return unexpected(std::move(options.error()));
    if (options->server) {
        auto on = server();
        if (!on) return unexpected(std::move(on.error()));
        return std::to_string((*on)->server_version());
    }
    auto binaries = scratch::find_server_binaries_of(options->major);
    if (!binaries) return unexpected(to_problem(std::move(binaries.error())));
    return std::move(binaries->version);
}

Expected<std::string, Problem> SchemaReader::cache_key(
    const std::vector<scratch::ScriptText>& scripts) {
    auto version = scratch_version();
    if (!version) return version;
    DigestBuilder digest;
    digest.add(program_version()).add(*version);
    if (locale_) {
        for (const std::string* field :
             {&locale_->encoding, &locale_->provider, &locale_->collate, &locale_->ctype,
              &locale_->locale, &locale_->rules, &locale_->search_path}) {
            digest.add(*field);
        }
    }
    const bool has_server = project_ != nullptr && project_->settings().target.scratch_server;
    digest.add(has_server ? project_->settings().target.scratch_server->display() : "");
    for (const scratch::ScriptText& script : scripts) digest.add(script.file).add(script.text);
    return digest.finish();
}

// From the cache when it holds these scripts, else by loading them. Without a database that decides
// the version nothing is kept.
Expected<Schema, Problem> SchemaReader::read_scripts(
    const std::vector<scratch::ScriptText>& scripts) {
    auto marks = target::read_rename_marks(scripts);
    if (!marks) return unexpected(to_problem(std::move(marks.error())));
    std::string key;
    if (server_version_ != 0) {
        auto made = cache_key(scripts);
        if (!made) return unexpected(std::move(made.error()));
        key = std::move(*made);
    }
    auto schema = read_cached(key);
    if (!schema) {
        auto loaded = load_and_read(scripts, key);
        if (!loaded) return loaded;
        schema = std::move(*loaded);
    }
    auto known = known_only(*std::move(schema), "the target");
    if (known) known->marks = std::move(*marks);
    return known;
}

std::optional<Schema> SchemaReader::read_cached(const std::string& key) const {
    auto cached = key.empty() ? std::nullopt : CatalogCache().load(key);
    if (!cached) return std::nullopt;
    auto catalog =
        introspection::read_catalog(replaying(std::move(cached->answers)), read_options_);
    if (!catalog) return std::nullopt;
    return Schema{std::move(*catalog), {}, std::move(cached->notes)};
}

Expected<Schema, Problem> SchemaReader::load_and_read(
    const std::vector<scratch::ScriptText>& scripts, const std::string& key) {
    auto database = make_scratch();
    if (!database) return unexpected(std::move(database.error()));
    auto loaded = load(*database, scripts);
    if (!loaded) return unexpected(std::move(loaded.error()));
    CachedTarget target{{}, std::move(loaded->notes)};
    auto session = database::Session::open(database->parameters(), stop_);
    const auto settings = settings_of(database->parameters());
    if (!session) return unexpected(to_problem(session.error(), settings));
    auto catalog = introspection::read_catalog(
        recording(database::query_of(*session), target.answers), read_options_);
    if (!catalog) return unexpected(to_problem(catalog.error(), settings));
    if (!key.empty()) CatalogCache().store(key, target);
    return Schema{std::move(*catalog), {}, std::move(target.notes)};
}

Expected<scratch::ScratchOptions, Problem> SchemaReader::scratch_options() const {
    scratch::ScratchOptions options;
    options.major = server_version_ / 10000;
    options.stop = stop_;
    if (project_ == nullptr) return options;
    const config::TargetSettings& settings = project_->settings().target;
    if (!settings.unresolved.empty()) return unexpected(refusal(settings.unresolved));
    if (settings.scratch_server) {
        options.server = settings.scratch_server->parameters;
        options.server_name = "the server of scratch_url";
    } else if (settings.scratch == config::ScratchPlace::same_server) {
        options.server = project_->connection_parameters();
        options.server_name = "the database's own server";
    }
    return options;
}

Expected<scratch::ScratchServer*, Problem> SchemaReader::server() {
    if (server_) return &*server_;
    auto options = scratch_options();
    if (!options) return unexpected(std::move(options.error()));
    auto server = scratch::ScratchServer::start(*options);
    if (!server) return unexpected(to_problem(std::move(server.error())));
    server_ = std::move(*server);
    return &*server_;
}

Expected<scratch::ScratchDatabase, Problem> SchemaReader::make_scratch() {
    auto on = server();
    if (!on) return unexpected(std::move(on.error()));
    auto database = (*on)->create_database(locale_.value_or(scratch::DatabaseLocale()));
    if (!database) return unexpected(to_problem(std::move(database.error())));
    return std::move(*database);
}

Expected<scratch::ScratchDatabase, Problem> SchemaReader::clone(
    const scratch::ScratchDatabase& original) {
    auto database = server_->clone_database(original);
    if (!database) return unexpected(to_problem(std::move(database.error())));
    return std::move(*database);
}

scratch::LoadOptions SchemaReader::load_options() const {
    return {server_->is_private(), server_->name()};
}

scratch::ReachGuard& SchemaReader::guard() {
    if (!guard_) guard_.emplace(server_->is_private());
    return *guard_;
}

Expected<scratch::LoadNotes, Problem> SchemaReader::load(
    const scratch::ScratchDatabase& database, const std::vector<scratch::ScriptText>& scripts) {
    auto session = database::Session::open(database.parameters(), stop_);
    if (!session) {
        return unexpected(to_problem(session.error(), settings_of(database.parameters())));
    }
    auto notes = scratch::load_scripts(*session, scripts, load_options(), guard());
    if (!notes) return unexpected(to_problem(std::move(notes.error())));
    return std::move(*notes);
}

Expected<catalog::Catalog, Problem> SchemaReader::read_scratch(
    const scratch::ScratchDatabase& database) {
    const auto settings = settings_of(database.parameters());
    auto session = database::Session::open(database.parameters(), stop_);
    if (!session) return unexpected(to_problem(session.error(), settings));
    auto catalog = introspection::read_catalog(database::query_of(*session), read_options_,
                                               beside(database.parameters(), stop_));
    if (!catalog) return unexpected(to_problem(catalog.error(), settings));
    return std::move(*catalog);
}

Expected<scratch::ScratchDatabase, Problem> SchemaReader::replay(
    const std::vector<std::string>& wanted) {
    const auto targets = replay_targets(*project_, wanted);
    if (!targets) return unexpected(targets.error());
    auto database = make_scratch();
    if (!database || targets->empty()) return database;
    auto project = project_on(*project_, database->parameters(), {});
    if (!project) return unexpected(std::move(project.error()));
    auto done = migrate_scratch(*project, graph::Direction::upgrade, *targets);
    if (!done) return unexpected(problem_of_replay(std::move(done.error())));
    return database;
}

Expected<Done, Problem> SchemaReader::migrate_scratch(const Project& project,
                                                      graph::Direction direction,
                                                      const std::vector<std::string>& targets) {
    const PlanRequest request{direction, targets};
    auto work = plan(project, request);
    if (!work) return unexpected(std::move(work.error()));
    Diagnostics refused = refusals(work->plan, guard(), load_options());
    if (!refused.empty()) return unexpected(to_problem(std::move(refused)));
    apply::Listener silent;
    for (int roles = 0;; ++roles) {
        const RunContext context{project.apply_options(), this_process("a scratch database"),
                                 silent, stop_};
        auto outcome = migrate(project, request, std::nullopt, context);
        if (outcome) return Done{};
        const Problem& problem = outcome.error();
        const bool sql = problem.failure && problem.failure->server;
        database::SqlError error;
        if (sql) error.server = *problem.failure->server;
        const std::string role = scratch::missing_role(error);
        const bool may = server_->is_private() && roles < roles_at_most;
        if (!may || role.empty() || !server_->make_role(role)) {
            return unexpected(std::move(outcome.error()));
        }
    }
}

}  // namespace revisiond::service
