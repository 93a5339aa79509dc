#include "service/schema_comparison.hpp"

#include <fmt/format.h>

#include <optional>

#include "config/config.hpp"
#include "database/database_state.hpp"
#include "database/session.hpp"
#include "directory/read_file.hpp"
#include "introspection/read_catalog.hpp"
#include "scratch/private_cluster.hpp"
#include "sql/splitter.hpp"

namespace revisiond::service {
namespace {

constexpr std::uint64_t longest_file = 256ULL << 20U;

bool is_url(const std::string& end) {
    return end.starts_with("postgresql://") || end.starts_with("postgres://");
}

// The server on which files are loaded, started when the first one is.
class Loader {
  public:
    Expected<config::ConnectionSettings, Problem> load(const std::string& file) {
        std::string text;
        auto read = directory::read_file({file, -1, file}, longest_file, text);
        if (!read) return unexpected(to_problem(std::move(read).error()));
        sql::SplitOptions options;
        options.file = file;
        const sql::SplitScript script = sql::split(text, options);
        if (has_errors(script.diagnostics)) return unexpected(to_problem(script.diagnostics));
        if (auto started = start(); !started) return unexpected(std::move(started).error());
        const std::string name = fmt::format("side_{}", ++databases_);
        auto created = run_on("postgres", "CREATE DATABASE " + name + " TEMPLATE template0");
        if (!created) return unexpected(std::move(created).error());
        const config::ConnectionSettings connection = connection_to(name);
        auto session = database::Session::open(connection.parameters);
        if (!session) return unexpected(to_problem(session.error(), connection));
        for (const sql::Statement& statement : script.statements) {
            if (auto error = execute(*session, statement)) {
                Diagnostic diagnostic = make_error("diff.load", error->text(), error->server.hint);
                diagnostic.at = sql::locate_position(
                    text, options, statement, std::max<std::size_t>(error->server.position, 1));
                return unexpected(to_problem(std::move(diagnostic)));
            }
        }
        return connection;
    }

  private:
    Expected<Done, Problem> start() {
        if (cluster_) return Done{};
        auto binaries = scratch::find_server_binaries({});
        if (!binaries) return unexpected(to_problem(std::move(binaries).error()));
        scratch::ClusterOptions options;
        options.binaries = *binaries;
        auto cluster = scratch::PrivateCluster::start(options);
        if (!cluster) return unexpected(to_problem(std::move(cluster).error()));
        cluster_.emplace(*std::move(cluster));
        return Done{};
    }

    config::ConnectionSettings connection_to(const std::string& name) const {
        config::ConnectionSettings connection;
        connection.parameters = {{"host", cluster_->socket_directory().string()},
                                 {"port", "5432"},
                                 {"user", "postgres"},
                                 {"dbname", name}};
        return connection;
    }

    Expected<Done, Problem> run_on(const std::string& name, const std::string& sql) const {
        const config::ConnectionSettings connection = connection_to(name);
        auto session = database::Session::open(connection.parameters);
        if (!session) return unexpected(to_problem(session.error(), connection));
        auto done = session->execute(sql);
        if (!done) return unexpected(to_problem(done.error(), connection));
        return Done{};
    }

    // A role that is missing is made, and the statement tried again.
    static std::optional<database::SqlError> execute(database::Session& session,
                                                     const sql::Statement& statement) {
        database::ExecuteOptions options;
        if (statement.copy) options.copy_data = statement.copy->text;
        for (std::string last_role;;) {
            auto done = session.execute(statement.text, options);
            if (done) return std::nullopt;
            std::string role = missing_role(done.error());
            if (role.empty() || role == last_role) return done.error();
            last_role = role;
            auto made = session.execute("CREATE ROLE " + sql::quote_identifier(role));
            if (!made) return made.error();
        }
    }

    static std::string missing_role(const database::SqlError& error) {
        const std::string& message = error.server.message;
        const std::string_view before = "role \"";
        const std::string_view after = "\" does not exist";
        if (error.server.sqlstate != "42704" || !message.starts_with(before) ||
            !message.ends_with(after)) {
            return {};
        }
        return message.substr(before.size(), message.size() - before.size() - after.size());
    }

    std::optional<scratch::PrivateCluster> cluster_;
    int databases_ = 0;
};

Expected<catalog::Catalog, Problem> read_end(const std::string& end, Loader& loader) {
    config::ConnectionSettings connection;
    if (is_url(end)) {
        std::vector<std::string> notes;
        auto parsed = config::parse_connection(end, notes);
        if (!parsed) return unexpected(to_problem(std::move(parsed).error()));
        connection = *std::move(parsed);
    } else {
        auto loaded = loader.load(end);
        if (!loaded) return unexpected(std::move(loaded).error());
        connection = *std::move(loaded);
    }
    auto session = database::Session::open(connection.parameters);
    if (!session) return unexpected(to_problem(session.error(), connection));
    auto catalog = introspection::read_catalog(database::query_of(*session), {{"revisiond"}, {}});
    if (!catalog) return unexpected(to_problem(catalog.error(), connection));
    return *std::move(catalog);
}

}  // namespace

Expected<diff::MigrationScript, Problem> compare_schemas(const ComparisonRequest& request) {
    Loader loader;
    auto from = read_end(request.from, loader);
    if (!from) return unexpected(std::move(from).error());
    auto to = read_end(request.to, loader);
    if (!to) return unexpected(std::move(to).error());
    if (from->server_version / 10000 != to->server_version / 10000) {
        return unexpected(to_problem(make_error(
            "diff.server-version",
            fmt::format("{} is on PostgreSQL {} and {} on {}: they print definitions differently",
                        is_url(request.from) ? "the database of --from" : request.from,
                        from->server_version / 10000,
                        is_url(request.to) ? "the database of --to" : request.to,
                        to->server_version / 10000),
            "compare schemas on servers of one major version")));
    }
    return diff::compare(*from, *to, request.options);
}

}  // namespace revisiond::service
