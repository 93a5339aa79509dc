// dev: a private PostgreSQL with the project on it.
#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/database_printer.hpp"
#include "cli/progress.hpp"
#include "cli/stop_signals.hpp"
#include "scratch/private_cluster.hpp"

namespace revisiond::cli {
namespace {

constexpr const char* default_migrations = "migrations";
// How often the server is looked after.
constexpr std::chrono::milliseconds watch_interval{200};

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
    config::Config config, const std::string& name, const scratch::PrivateCluster& cluster) {
    auto settings = config.database(name);
    if (!settings) return unexpected(Diagnostics{settings.error()});
    config::DatabaseSettings chosen = **settings;
    chosen.connection.parameters = {{"host", cluster.socket_directory().string()},
                                    {"port", "5432"},
                                    {"user", "postgres"},
                                    {"dbname", "postgres"}};
    chosen.unresolved.clear();
    chosen.production = false;
    config.databases = {std::move(chosen)};
    return std::make_shared<const config::Config>(std::move(config));
}

std::string banner(const service::Outcome& outcome, const Progress& progress,
                   const scratch::PrivateCluster& cluster, const Style& style) {
    std::string out;
    for (const Progress::StepTime& step : progress.times()) {
        out += fmt::format("  applied {}  {}\n", style.yellow(step.revision),
                           duration_text(step.elapsed.count()));
    }
    if (progress.times().empty()) out += "  nothing to apply\n";
    const auto& rows = outcome.nothing_to_do ? outcome.plan.to : outcome.result.rows;
    out += fmt::format("\nCurrent revisions: {}\n", rows.empty() ? "none" : join(rows, ", "));
    out += fmt::format("\nPostgreSQL is ready:\n\n    psql '{}'\n\n", style.bold(cluster.dsn()));
    return out + "Ctrl-C stops it.\n";
}

// Until a stop is asked for, or the server is gone.
Exit keep(Console& console, scratch::PrivateCluster& cluster, const StopSignals& signals) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    while (!signals.stopped()) {
        wake.wait_for(lock, signals.token(), watch_interval, [] { return false; });
        if (signals.stopped() || cluster.running()) continue;
        return console.fail(make_error("dev.server-died", "the private PostgreSQL has ended",
                                       "start revisiond dev again"));
    }
    cluster.stop();
    return Exit::done;
}

Exit upgrade_and_keep(Console& console, scratch::PrivateCluster& cluster,
                      const std::shared_ptr<const config::Config>& config) {
    StopSignals signals("stopping PostgreSQL\n");
    auto project = service::Project::open(config, {}, console.globals().variables);
    if (!project) return console.fail(project.error());
    console.warn(project->warnings());
    Progress progress(console, Progress::Keep::nothing);
    service::RunContext context{project->apply_options(), service::this_process("dev"), progress,
                                signals.token()};
    auto outcome =
        service::migrate(*project, {graph::Direction::upgrade, {"heads"}}, std::nullopt, context);
    if (!outcome && signals.stopped()) return Exit::done;
    if (!outcome) return console.fail(outcome.error());
    console.warn(outcome->warnings);
    console.print(banner(*outcome, progress, cluster, console.style()));
    std::fflush(stdout);
    return keep(console, cluster, signals);
}

}  // namespace

Exit run(const DevCommand& command, Console& console) {
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
    auto config = config_on(*std::move(loaded), console.globals().database, *cluster);
    if (!config) return console.fail(config.error());
    return upgrade_and_keep(console, *cluster, *config);
}

}  // namespace revisiond::cli
