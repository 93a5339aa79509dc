// dev: a private PostgreSQL with the project and a daemon on it.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/database_printer.hpp"
#include "cli/new_token.hpp"
#include "cli/progress.hpp"
#include "cli/stop_signals.hpp"
#include "scratch/private_cluster.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {
namespace {

constexpr const char* default_migrations = "migrations";

bool has_configuration(const Globals& globals) {
    std::error_code ignored;
    return !globals.config.empty() || config::process_environment().contains("REVISIOND_CONFIG") ||
           std::filesystem::exists("config.toml", ignored);
}

Expected<config::Config, Diagnostics> project_config(const Globals& globals) {
    if (has_configuration(globals))
        return config::load(globals.config, config::process_environment());
    config::Config config;
    config.databases.emplace_back();
    config.databases.back().name = "dev";
    config.databases.back().migrations = {default_migrations};
    return config;
}

// The same project, on the private server.
Expected<std::shared_ptr<const config::Config>, Diagnostics> config_on(
    config::Config config, const std::string& name, const scratch::PrivateCluster& cluster,
    const std::string& token_sha256, bool json) {
    auto settings = config.database(name);
    if (!settings) return unexpected(Diagnostics{settings.error()});
    config::DatabaseSettings chosen = **settings;
    chosen.connection.parameters = {{"host", cluster.socket_directory().string()},
                                    {"port", "5432"},
                                    {"user", "postgres"},
                                    {"dbname", "postgres"}};
    chosen.unresolved.clear();
    chosen.production = false;
    chosen.mode = config::ApplyMode::automatic;
    config.databases = {std::move(chosen)};
    // Whatever the project's own daemon is like: this one is for one person on this machine.
    config.server = {};
    config.server.tokens = {{"dev", token_sha256, "admin", std::nullopt}};
    if (json) config.server.log_format = config::LogFormat::json;
    return std::make_shared<const config::Config>(std::move(config));
}

// What the first upgrade did and where the database is.
struct Upgraded {
    std::vector<std::string> applied;
    std::vector<std::string> rows;
};

std::string upgraded_text(const Progress& progress, const std::vector<std::string>& rows,
                          const Style& style) {
    std::string out;
    for (const Progress::StepTime& step : progress.times()) {
        out += fmt::format("  applied {}  {}\n", style.yellow(step.revision),
                           duration_text(step.elapsed.count()));
    }
    if (progress.times().empty()) out += "  nothing to apply\n";
    return out + fmt::format("\nCurrent revisions: {}\n", rows.empty() ? "none" : join(rows, ", "));
}

// To heads, before anybody is served: a failing revision ends it here.
Expected<Upgraded, Exit> upgrade(Console& console,
                                 const std::shared_ptr<const config::Config>& config) {
    const StopSignals signals("stopping PostgreSQL\n");
    auto project = service::Project::open(config, {}, console.globals().variables);
    if (!project) return unexpected(console.fail(project.error()));
    console.warn(project->warnings());
    Progress progress(console, Progress::Keep::nothing);
    service::RunContext context{project->apply_options(), service::this_process("dev"), progress,
                                signals.token()};
    auto outcome =
        service::migrate(*project, {graph::Direction::upgrade, {"heads"}}, std::nullopt, context);
    if (signals.stopped()) return unexpected(Exit::done);
    if (!outcome) return unexpected(console.fail(outcome.error()));
    console.warn(outcome->warnings);
    Upgraded upgraded{std::move(outcome->result.applied), outcome->nothing_to_do
                                                              ? std::move(outcome->plan.to)
                                                              : std::move(outcome->result.rows)};
    if (!console.globals().json) {
        console.print(upgraded_text(progress, upgraded.rows, console.style()));
    }
    return upgraded;
}

std::string started_text(const std::string& url, const std::string& token, const std::string& dsn,
                         const Style& style) {
    // In the fragment, which browsers send to nobody.
    return fmt::format(
        "\nDashboard and API, with a token for this run:\n\n    {}\n"
        "\nPostgreSQL is ready:\n\n    psql '{}'\n\n"
        "Files that change are applied. Not for production. Ctrl-C stops it.\n",
        style.bold(fmt::format("{}/#token={}", url, token)), style.bold(dsn));
}

Exit serve_until_stopped(Console& console, scratch::PrivateCluster& cluster,
                         const std::string& token, const Upgraded& upgraded,
                         const std::shared_ptr<const config::Config>& config, Serve serve) {
    ServeRequest request;
    request.config = config;
    request.any_port = true;
    request.started = [&](const std::vector<std::string>& addresses) {
        const std::string url = "http://" + addresses.front();
        if (console.globals().json) {
            console.print_line(
                wire::dev_json(cluster.dsn(), url, token, upgraded.applied, upgraded.rows));
        } else {
            console.print(started_text(url, token, cluster.dsn(), console.style()));
        }
        std::fflush(stdout);
    };
    request.fatal = [&cluster]() -> std::optional<Diagnostic> {
        if (cluster.running()) return std::nullopt;
        return make_error("dev.server-died", "the private PostgreSQL has ended",
                          "start revisiond dev again");
    };
    const Exit exit = serve(request, console);
    if (exit == Exit::done) cluster.stop();
    return exit;
}

}  // namespace

Exit run(const DevCommand& command, Console& console, Serve serve) {
    auto loaded = project_config(console.globals());
    if (!loaded) return console.fail(loaded.error());
    auto binaries = scratch::find_server_binaries(command.binaries);
    if (!binaries) return console.fail(binaries.error());
    console.info(fmt::format("Starting PostgreSQL {} from {}", binaries->major,
                             binaries->directory.string()));
    scratch::ClusterOptions options;
    options.binaries = *binaries;
    options.data_directory = command.data_directory;
    auto cluster = scratch::PrivateCluster::start(options);
    if (!cluster) return console.fail(cluster.error());
    NewToken token = make_token();
    auto config = config_on(*std::move(loaded), console.globals().database, *cluster, token.sha256,
                            console.globals().json);
    if (!config) return console.fail(config.error());
    auto upgraded = upgrade(console, *config);
    if (!upgraded) return upgraded.error();
    return serve_until_stopped(console, *cluster, token.token, *upgraded, *config, serve);
}

}  // namespace revisiond::cli
