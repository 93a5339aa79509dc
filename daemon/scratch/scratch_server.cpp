// A name's lock is taken before its database is made and stands in pg_locks whatever database the
// holder is connected to. So what has a name of ours and no lock belongs to nobody.
#include "scratch/scratch_server.hpp"

#include <cstdint>
#include <random>
#include <set>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "database/session.hpp"
#include "scratch/private_cluster.hpp"
#include "sql/identifier.hpp"

namespace revisiond::scratch {
namespace {

using database::ConnectionParameters;
using database::Session;
using database::SqlError;

constexpr const char* prefix = "revisiond_scratch_";
constexpr int lock_class = 0x72657673;
constexpr const char* default_search_path = "\"$user\", public";

// A schema of thousands of tables is one transaction; nothing runs but what we ask for; a
// subscription that a script makes stays without its worker.
const std::vector<std::string>& private_settings() {
    static const std::vector<std::string> settings = {
        "max_locks_per_transaction=1024", "autovacuum=off", "jit=off", "wal_level=logical",
        "max_logical_replication_workers=0"};
    return settings;
}

std::string random_name() {
    std::random_device random;
    std::uniform_int_distribution<std::uint64_t> digits;
    return fmt::format("{}{:016x}", prefix, digits(random));
}

int lock_key(const std::string& name) {
    const Sha256Bytes hash = sha256(name);
    return ((hash[0] & 0x7f) << 24) | (hash[1] << 16) | (hash[2] << 8) | hash[3];
}

Diagnostic failure(const std::string& what, const SqlError& error, std::string hint = {}) {
    return make_error("scratch.server", fmt::format("{}: {}", what, error.text()), std::move(hint));
}

// Who may not, and what then.
Diagnostic create_failure(const std::string& server, const SqlError& error) {
    const bool forbidden = error.server.sqlstate == "42501";
    return failure(fmt::format("cannot make a scratch database on {}", server), error,
                   forbidden ? "grant the role CREATEDB, set scratch_url to a server where it may "
                               "create databases, or install the PostgreSQL server here"
                             : "");
}

void set(ConnectionParameters& parameters, const std::string& keyword, std::string value) {
    for (auto& [name, current] : parameters) {
        if (name != keyword) continue;
        current = std::move(value);
        return;
    }
    parameters.emplace_back(keyword, std::move(value));
}

// "-c search_path=…" in the way that libpq's options keyword wants blanks and backslashes.
std::string search_path_option(const ConnectionParameters& parameters, const std::string& path) {
    std::string options;
    for (const auto& [keyword, value] : parameters) {
        if (keyword == "options") options = value + " ";
    }
    options += "-c search_path=";
    for (const char c : path) {
        if (c == ' ' || c == '\\') options += '\\';
        options += c;
    }
    return options;
}

// Drops what a process that was killed has left behind. Nothing of this is worth an error: what
// cannot be dropped stays for the next one.
void sweep(Session& admin) {
    const auto found = admin.run(fmt::format(
        "SELECT datname FROM pg_catalog.pg_database WHERE datname ~ '^{}[0-9a-f]{{16}}$'"
        " AND pg_catalog.pg_has_role(datdba, 'USAGE');"
        "SELECT objid::bigint FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND classid = {}"
        " AND objsubid = 2",
        prefix, lock_class));
    if (!found) return;
    std::set<std::string> held;
    for (const auto& row : found->at(1).rows) held.insert(row.at(0).value_or(""));
    for (const auto& row : found->at(0).rows) {
        const std::string& name = row.at(0).value();
        if (held.contains(std::to_string(lock_key(name)))) continue;
        [[maybe_unused]] const auto ignored =
            admin.run("DROP DATABASE IF EXISTS " + sql::quote_identifier(name));
    }
}

ConnectionParameters parameters_of(const PrivateCluster& cluster) {
    return {{"host", cluster.socket_directory().string()},
            {"port", "5432"},
            {"user", "postgres"},
            {"dbname", "postgres"}};
}

}  // namespace

struct ScratchServer::State {
    std::optional<PrivateCluster> cluster;
    ConnectionParameters parameters;
    std::string name;
    std::optional<Session> admin;
    std::size_t databases = 0;

    Expected<Done, SqlError> create(const std::string& database, const std::string& how);
    void drop(const std::string& database);
    void drop_roles();
};

struct ScratchDatabase::State {
    std::shared_ptr<ScratchServer::State> server;
    std::string name;
    ConnectionParameters parameters;
};

// `how`: what stands behind TEMPLATE.
Expected<Done, SqlError> ScratchServer::State::create(const std::string& database,
                                                      const std::string& how) {
    // Two messages: CREATE DATABASE refuses to share one.
    auto locked = admin->run(fmt::format("SELECT pg_catalog.pg_try_advisory_lock({}, {})",
                                         lock_class, lock_key(database)));
    if (!locked) return unexpected(std::move(locked.error()));
    auto created = admin->run(
        fmt::format("CREATE DATABASE {} TEMPLATE {}", sql::quote_identifier(database), how));
    if (!created) return unexpected(std::move(created.error()));
    ++databases;
    return Done{};
}

void ScratchServer::State::drop(const std::string& database) {
    [[maybe_unused]] const auto dropped = admin->run(
        fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", sql::quote_identifier(database)));
    [[maybe_unused]] const auto unlocked = admin->run(fmt::format(
        "SELECT pg_catalog.pg_advisory_unlock({}, {})", lock_class, lock_key(database)));
    if (--databases == 0 && cluster) drop_roles();
}

// The next script on a private cluster finds it as the first one did: CREATE ROLE works again.
void ScratchServer::State::drop_roles() {
    const auto roles = admin->run(
        "SELECT rolname FROM pg_catalog.pg_roles WHERE oid >= 16384 AND rolname <> current_user");
    if (!roles) return;
    for (const auto& row : roles->at(0).rows) {
        const std::string role = sql::quote_identifier(row.at(0).value());
        [[maybe_unused]] const auto ignored =
            admin->run(fmt::format("DROP OWNED BY {0}; DROP ROLE {0}", role));
    }
}

ScratchServer::ScratchServer(std::shared_ptr<State> state) : state_(std::move(state)) {}

Expected<ScratchServer> ScratchServer::start(const ScratchOptions& options) {
    auto state = std::make_shared<State>();
    state->name = options.server ? options.server_name : "a private PostgreSQL server";
    if (options.server) {
        state->parameters = *options.server;
    } else {
        auto binaries =
            options.major == 0 ? find_server_binaries({}) : find_server_binaries_of(options.major);
        if (!binaries) return unexpected(std::move(binaries.error()));
        auto cluster = PrivateCluster::start({*binaries, {}, private_settings(), false, true});
        if (!cluster) return unexpected(std::move(cluster.error()));
        state->parameters = parameters_of(*cluster);
        state->cluster = std::move(*cluster);
    }
    auto admin = Session::open(state->parameters, options.stop);
    if (!admin) {
        return unexpected(failure("cannot connect to " + state->name, admin.error(),
                                  "scratch databases are made there: check scratch_url"));
    }
    const int major = admin->server_version() / 10000;
    if (options.major != 0 && options.major != major) {
        return unexpected(make_error(
            "scratch.version",
            fmt::format("{} is PostgreSQL {}, and the database is PostgreSQL {}", state->name,
                        major, options.major),
            "schemas are compared as the server prints them, so scratch_url must have the same "
            "major version"));
    }
    state->admin = std::move(*admin);
    if (!state->cluster) sweep(*state->admin);
    return ScratchServer(std::move(state));
}

Expected<ScratchDatabase> ScratchServer::create_database(const DatabaseLocale& locale) {
    auto database = std::make_unique<ScratchDatabase::State>();
    database->name = random_name();
    const auto from_nothing = [this](const DatabaseLocale& wanted) {
        return "template0" + locale_clauses(wanted, server_version());
    };
    auto created = state_->create(database->name, from_nothing(locale));
    if (!created && state_->cluster && !created.error().connection_lost) {
        created = state_->create(database->name, from_nothing(plain_locale(locale)));
    }
    if (!created) return unexpected(create_failure(state_->name, created.error()));
    database->server = state_;
    database->parameters = state_->parameters;
    set(database->parameters, "dbname", database->name);
    if (!locale.search_path.empty() && locale.search_path != default_search_path) {
        set(database->parameters, "options",
            search_path_option(database->parameters, locale.search_path));
    }
    return ScratchDatabase(std::move(database));
}

Expected<ScratchDatabase> ScratchServer::clone_database(const ScratchDatabase& original) {
    auto database = std::make_unique<ScratchDatabase::State>(*original.state_);
    database->name = random_name();
    auto created = state_->create(database->name, sql::quote_identifier(original.name()));
    if (!created) return unexpected(create_failure(state_->name, created.error()));
    set(database->parameters, "dbname", database->name);
    return ScratchDatabase(std::move(database));
}

bool ScratchServer::make_role(const std::string& name) {
    return state_->admin->run("CREATE ROLE " + sql::quote_identifier(name)).has_value();
}

bool ScratchServer::is_private() const {
    return state_->cluster.has_value();
}

int ScratchServer::server_version() const {
    return state_->admin->server_version();
}

const std::string& ScratchServer::name() const {
    return state_->name;
}

ScratchDatabase::ScratchDatabase(std::unique_ptr<State> state) : state_(std::move(state)) {}
ScratchDatabase::ScratchDatabase(ScratchDatabase&&) noexcept = default;

ScratchDatabase& ScratchDatabase::operator=(ScratchDatabase&& other) noexcept {
    if (this == &other) return *this;
    if (state_) state_->server->drop(state_->name);
    state_ = std::move(other.state_);
    return *this;
}

ScratchDatabase::~ScratchDatabase() {
    if (state_) state_->server->drop(state_->name);
}

const std::string& ScratchDatabase::name() const {
    return state_->name;
}

const ConnectionParameters& ScratchDatabase::parameters() const {
    return state_->parameters;
}

}  // namespace revisiond::scratch
