#include "config/database_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/spelling.hpp"
#include "base/text.hpp"
#include "config/keys.hpp"
#include "config/secret_file.hpp"
#include "sql/identifier.hpp"

namespace revisiond::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_identifier = 63;

fs::path resolved(const fs::path& folder, const std::string& path) {
    return (folder / path).lexically_normal();
}

void read_url(const Section& section, std::string_view key, const std::optional<std::string>& url,
              ConnectionSettings& connection) {
    if (!url) return;
    if (auto parsed = connection_of(section, key, *url)) connection = std::move(*parsed);
}

bool names_a_file(std::string_view keyword) {
    constexpr std::array files = {"sslrootcert", "sslcert",   "sslkey",
                                  "sslcrl",      "sslcrldir", "passfile"};
    return std::find(files.begin(), files.end(), keyword) != files.end();
}

ConnectionSettings read_connection(const Reading& reading, const Section& section,
                                   const fs::path& folder) {
    ConnectionSettings connection;
    for (const auto& [one, other] :
         {std::pair("url", "url_file"), std::pair("password", "password_file")}) {
        if (section.has(one) && section.has(other)) {
            section.fail(other, fmt::format("stands beside {}", one), "keep one of the two");
        }
    }
    if (section.has("url")) {
        read_url(section, "url", section.text("url", Embedding::connection), connection);
    } else if (section.has("url_file")) {
        if (auto secret = read_secret_file(reading, section, "url_file", folder)) {
            read_url(section, "url_file", secret->content, connection);
        }
    }
    for (const std::string& keyword : libpq_keywords()) {
        if (!section.has(keyword)) continue;
        auto value = section.text_or_number(keyword);
        if (!value) continue;
        const bool relative = names_a_file(keyword) && !value->empty() && *value != "system" &&
                              !fs::path(*value).is_absolute();
        if (keyword == "port" && !is_port_list(*value)) {
            section.fail(keyword, "is not a number from 1 to 65535",
                         "several hosts have their ports in a list: \"5432,5433\"");
        }
        connection.set(keyword, relative ? resolved(folder, *value).string() : std::move(*value));
    }
    if (section.has("password_file")) {
        if (auto secret = read_secret_file(reading, section, "password_file", folder)) {
            connection.set("password", std::move(secret->content));
        }
    }
    return connection;
}

bool is_identifier(std::string_view text) {
    return !text.empty() && text.size() <= longest_identifier;
}

void read_names(const Section& section, DatabaseSettings& database) {
    if (auto table = section.text("version_table")) {
        const auto name = sql::parse_qualified_name(*table);
        if (!name || !is_identifier(name->name) ||
            (!name->schema.empty() && !is_identifier(name->schema))) {
            section.fail("version_table", "is neither a table's name nor schema.table",
                         "write name, schema.name or '\"Quoted\".\"name\"'");
        }
        database.version_table = *table;
    }
    if (auto schema = section.text("state_schema")) {
        if (!is_identifier(*schema)) section.fail("state_schema", "is not a schema's name");
        database.state_schema = *schema;
    }
}

void read_variables(Reading& reading, const Section& section, DatabaseSettings& database) {
    const Value* table = section.section("variables");
    if (table == nullptr) return;
    for (const Entry& entry : table->entries) {
        // Each is read through a section of its own, which knows only where it stands.
        const std::string full = fmt::format("variables.{}", entry.key);
        if (entry.value.kind == Kind::integer) {
            database.variables[entry.key] = std::to_string(entry.value.integer);
        } else if (entry.value.kind != Kind::text) {
            section.fail("variables", fmt::format("{} must be a text or a whole number, not {}",
                                                  entry.key, describe(entry.value.kind)));
        } else if (auto value = expand(entry.value.text, reading.lookup, Embedding::verbatim)) {
            database.variables[entry.key] = std::move(*value);
        } else {
            section.fail("variables", fmt::format("{} cannot be expanded: {}", entry.key,
                                                  value.error().message));
        }
    }
}

}  // namespace

void set_aside(Diagnostics& diagnostics, std::size_t from, Diagnostics& unresolved) {
    const auto first = std::stable_partition(
        diagnostics.begin() + static_cast<std::ptrdiff_t>(from), diagnostics.end(),
        [](const Diagnostic& diagnostic) { return diagnostic.code != missing_variable; });
    unresolved.assign(first, diagnostics.end());
    diagnostics.erase(first, diagnostics.end());
}

std::optional<ConnectionSettings> connection_of(const Section& section, std::string_view key,
                                                const std::string& url) {
    std::vector<std::string> notes;
    auto parsed = parse_connection(url, notes);
    if (!parsed) {
        section.fail(key, "is not a connection string: " + parsed.error().message,
                     parsed.error().hint);
        return std::nullopt;
    }
    for (const std::string& note : notes) section.warn(key, ": " + note);
    return std::move(*parsed);
}

void read_apply(Reading& reading, const Value& table, const std::string& path,
                std::string_view kind, ApplySettings& settings) {
    const Section section(reading, table, path, kind);
    section.choice("transaction",
                   std::array{std::pair("per_revision", TransactionMode::per_revision),
                              std::pair("all", TransactionMode::all)},
                   settings.transaction);
    section.choice("modified",
                   std::array{std::pair("refuse", ModifiedPolicy::refuse),
                              std::pair("warn", ModifiedPolicy::warn)},
                   settings.modified);
    section.duration("lock_timeout", settings.lock_timeout);
    section.duration("row_lock_timeout", settings.row_lock_timeout);
    section.duration("statement_timeout", settings.statement_timeout);
    section.duration("lock_retry_for", settings.lock_retry_for);
    section.duration("concurrently_timeout", settings.concurrently_timeout);
    section.duration("holder_timeout", settings.holder_timeout);
}

DatabaseSettings read_database(Reading& reading, const Entry& entry, const fs::path& folder,
                               const ApplySettings& apply) {
    const std::string path = "databases." + entry.key;
    const Section section(reading, entry.value, path, "databases.*");
    DatabaseSettings database;
    database.name = entry.key;
    const std::size_t before = reading.diagnostics.size();
    database.connection = read_connection(reading, section, folder);
    set_aside(reading.diagnostics, before, database.unresolved);
    const auto migrations = section.texts("migrations");
    for (const std::string& name : migrations.value_or(std::vector<std::string>{"migrations"})) {
        database.migrations.push_back(resolved(folder, name));
    }
    database.migrations_at = section.where("migrations");
    read_names(section, database);
    database.production = section.flag("production").value_or(false);
    section.choice(
        "mode",
        std::array{std::pair("manual", ApplyMode::manual), std::pair("auto", ApplyMode::automatic)},
        database.mode);
    read_variables(reading, section, database);
    read_target(reading, section, folder, database.target);
    database.apply = apply;
    if (const Value* table = section.section("apply")) {
        read_apply(reading, *table, path + ".apply", "databases.*.apply", database.apply);
    }
    return database;
}

}  // namespace revisiond::config
