// The room config: config.toml and the environment, loaded, checked and made into values. Nothing
// else reads settings. config.toml.example documents every key with its default.
//
// The laws here: every problem of a file is reported, not the first; every report names the file,
// line and key; no report holds the value of a key that may be a secret (url, password, variables,
// a hook's command) or of any variable.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "config/server_settings.hpp"

namespace revisiond::config {

// How many revisions share one transaction.
enum class TransactionMode {
    per_revision,  // each its own: what is done stays done
    all,           // one for the run: all or nothing
};

// What an applied revision whose upgrade section has changed means for apply.
enum class ModifiedPolicy { refuse, warn };

// [apply]: how statements meet a busy database.
struct ApplySettings {
    TransactionMode transaction = TransactionMode::per_revision;
    Milliseconds lock_timeout{100};         // before each DDL statement
    Milliseconds row_lock_timeout{30'000};  // before other statements
    Milliseconds statement_timeout{0};      // 0: none
    Milliseconds lock_retry_for{300'000};   // a statement that meets a lock is tried until then
    Milliseconds concurrently_timeout{0};   // own deadline for CONCURRENTLY; 0: none
    // How long a command waits for another process that holds the advisory lock (--lock-timeout).
    Milliseconds holder_timeout{10'000};
    ModifiedPolicy modified = ModifiedPolicy::refuse;

    friend bool operator==(const ApplySettings&, const ApplySettings&) = default;
};

// A program that runs on a new revision file.
struct PostWriteHook {
    std::string name;
    // argv; REVISION_SCRIPT_FILENAME in any argument is replaced by the path
    std::vector<std::string> command;
    std::filesystem::path cwd;  // empty: the config file's folder
};

// [revision]: how new files are made.
struct RevisionSettings {
    std::string file_template = "%(rev)s_%(slug)s";
    std::size_t truncate_slug_length = 40;
    std::string template_name = "sql";  // a built-in one or a path
    std::vector<PostWriteHook> post_write_hooks;
};

// How to reach a database: libpq keywords and values. The password is in here, so this value is
// never printed; display() is. What is absent is libpq's to fill in (PG* variables, service file).
class ConnectionSettings {
  public:
    // libpq keyword → value ("host", "port", "user", "password", "dbname", "sslmode", "service",
    // …), each keyword once, in the order given.
    std::vector<std::pair<std::string, std::string>> parameters;

    // Null when the keyword is not set.
    const std::string* find(std::string_view keyword) const;
    // Replaces the value of a keyword that is set, else adds it.
    void set(std::string_view keyword, std::string value);

    // "postgresql://user@host:port/dbname": for people, without the password; what is not set is
    // left out.
    std::string display() const;
};

// Reads "postgresql://…", "postgres://…" (with a driver as SQLAlchemy writes it:
// "postgresql+psycopg2://") or libpq's "host=… user=…", as libpq does. Query parameters that only
// SQLAlchemy's drivers know are dropped with a line in `notes`. An error's message is safe to show.
Expected<ConnectionSettings> parse_connection(std::string_view text,
                                              std::vector<std::string>& notes);

// Where a scratch database may be made.
enum class ScratchPlace {
    apart,        // at scratch_url, else on a private server
    same_server,  // on the server of the database itself, when there is no scratch_url
};

// What the database's schema should be, and how it is compared.
struct TargetSettings {
    // Files, directories (their .sql files in name order, at any depth) or patterns with * and ? in
    // the last part; absolute, or relative to the working directory.
    std::vector<std::filesystem::path> files;
    std::vector<std::string> command;  // argv of a program that prints the DDL
    Milliseconds command_timeout{60'000};
    std::optional<ConnectionSettings> database;  // another database that has the schema
    std::optional<ConnectionSettings> scratch_server;
    ScratchPlace scratch = ScratchPlace::apart;
    Diagnostics unresolved;  // variables of the two connections that are not set: for who connects
    // Which objects are compared: patterns as diff::DiffOptions takes them.
    std::vector<std::string> include;
    std::vector<std::string> exclude;
    bool privileges = false;
    bool owners = false;
    bool tablespaces = false;

    bool given() const { return !files.empty() || !command.empty() || database.has_value(); }
};

// What a daemon does with revisions that are pending.
enum class ApplyMode {
    manual,     // waits to be asked
    automatic,  // upgrades to heads when it starts and when the files have settled
};

// One [databases.NAME].
struct DatabaseSettings {
    std::string name;
    ConnectionSettings connection;
    Diagnostics unresolved;  // variables of the connection that are not set: for who connects
    // absolute, or relative to the working directory
    std::vector<std::filesystem::path> migrations;
    SourceLocation migrations_at;  // its key; the file alone when the key is absent
    std::string version_table = "alembic_version";  // may be "schema.name"
    std::string state_schema = "revisiond";
    bool production = false;
    ApplyMode mode = ApplyMode::manual;
    std::map<std::string, std::string> variables;  // for revisions with `variables`
    TargetSettings target;
    ApplySettings apply;  // [apply] with [databases.NAME.apply] over it
};

// A loaded and valid configuration.
struct Config {
    std::filesystem::path file;               // empty when made in memory, as dev does
    std::vector<DatabaseSettings> databases;  // in the order of the file
    RevisionSettings revision;
    ServerSettings server;
    std::uint64_t max_file_bytes = 16U << 20U;  // [migrations] max_file_size
    Milliseconds settle{1'000};                 // [migrations] settle
    Diagnostics warnings;

    // The database of that name, or the only or first one for an empty name. An unknown name is a
    // diagnostic with the known ones.
    Expected<const DatabaseSettings*> database(std::string_view name) const;
};

// The environment as a value, so that tests give their own.
using Environment = std::map<std::string, std::string>;
Environment process_environment();

// Finds the file (-c, $REVISIOND_CONFIG, ./config.toml, /etc/revisiond/config.toml), reads env_file
// beside it (the environment wins), expands ${VAR} and ${VAR:-default}, checks all and reports
// every problem with file, line and key. A message never holds a secret's value. `explicit_file`
// empty: search. No file found is an error that lists where it looked.
// A variable VAR is, in this order: the file VAR in $CREDENTIALS_DIRECTORY (systemd's credentials),
// the file that $VAR_FILE names, $VAR, the env_file's. A *_file without a folder is looked for in
// $CREDENTIALS_DIRECTORY first.
Expected<Config, Diagnostics> load(const std::filesystem::path& explicit_file,
                                   const Environment& environment);

// "100ms", "30s", "1.5h", "1d" as PostgreSQL writes durations (us, ms, s, min, h, d); "0" is none.
// A number other than 0 needs its unit. Nothing when it is none of these, too long for the server
// (2^31 ms), or so short that it would round to none.
std::optional<Milliseconds> parse_duration(std::string_view text);
// The shortest exact form that parse_duration reads: "5min", "1500ms", "0".
std::string format_duration(Milliseconds duration);

// What libpq takes as port: one from 1 to 65535, or one a host behind commas; an empty one is the
// default.
bool is_port_list(std::string_view text);

// "16MB" as PostgreSQL writes sizes (B, kB, MB, GB, TB; powers of 1024). The unit is needed.
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace revisiond::config
