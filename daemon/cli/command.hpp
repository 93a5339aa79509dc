// The room cli: the command line. Arguments in, words out; what a command means is in `service`.
// One struct a command here, one file a command beside; arguments.cpp makes the one from argv,
// commands.hpp runs them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/config.hpp"

namespace revisiond::cli {

// --color.
enum class ColorMode {
    automatic,  // when the stream is a terminal and NO_COLOR is not set
    always,
    never,
};

// What every command takes, before or after its name.
struct Globals {
    std::filesystem::path config;                  // -c; empty: search
    std::string database;                          // -n; empty: the only or first one
    std::map<std::string, std::string> variables;  // -x KEY=VALUE; a KEY alone is empty
    bool raise_error = false;
    bool quiet = false;
    bool json = false;
    ColorMode color = ColorMode::automatic;
};

// Which daemon to act through; an empty server: none.
struct RemoteOptions {
    std::string server;      // --server
    std::string token_file;  // --token-file; empty: $REVISIOND_TOKEN
    bool used() const { return !server.empty(); }
};

// A new project.
struct InitCommand {
    std::filesystem::path directory = "migrations";  // of the revision files
    std::string template_name = "generic";
    bool package = false;  // as Alembic's: revisions in SQL are no Python package
};

struct ListTemplatesCommand {};

// A new revision file.
struct RevisionCommand {
    std::string message;
    std::vector<std::string> heads;
    bool splice = false;
    std::vector<std::string> branch_labels;
    std::string version_path;
    std::optional<std::string> id;
    std::vector<std::string> depends_on;
    std::string template_name;
    bool sql = false;
    bool autogenerate = false;
    bool online = false;
    std::vector<std::string> renames;
    std::vector<std::string> include;
    std::vector<std::string> exclude;
};

// A new revision file that joins several revisions.
struct MergeCommand {
    std::vector<std::string> revisions;
    std::string message;
    std::vector<std::string> branch_labels;
    std::optional<std::string> id;
    bool splice = false;
};

struct EditCommand {
    std::string target;
};

struct ShowCommand {
    std::string target;
};

// The files' history, or with `database` what was done to the database.
struct HistoryCommand {
    std::string range;
    bool verbose = false;
    bool indicate_current = false;
    bool database = false;
    std::size_t limit = 0;
    RemoteOptions remote;
};

struct HeadsCommand {
    bool verbose = false;
    bool resolve_dependencies = false;
};

struct BranchesCommand {
    bool verbose = false;
};

struct CurrentCommand {
    bool verbose = false;
    bool check_heads = false;
    RemoteOptions remote;
};

struct CheckCommand {};

struct EnsureVersionCommand {
    bool sql = false;
    std::string role;
    std::optional<config::Milliseconds> lock_timeout;
};

struct StampCommand {
    std::vector<std::string> targets;
    bool sql = false;
    std::optional<std::string> tag;
    bool purge = false;
    std::optional<config::Milliseconds> lock_timeout;
    RemoteOptions remote;
};

// upgrade and downgrade take the same.
struct MigrateOptions {
    std::string target;
    bool sql = false;
    std::optional<std::string> tag;
    bool dry_run = false;
    std::optional<std::string> digest;  // --plan
    std::optional<config::Milliseconds> lock_timeout;
    RemoteOptions remote;
};

struct UpgradeCommand {
    MigrateOptions options;
};

struct DowngradeCommand {
    MigrateOptions options;
};

// A private server with the project on it.
struct DevCommand {
    std::filesystem::path data_directory;
    std::filesystem::path binaries;
};

struct StatusCommand {
    RemoteOptions remote;
};

struct PlanCommand {
    std::string target;  // empty: heads
    std::vector<std::string> from;
    bool downgrade = false;
    RemoteOptions remote;
};

struct RepairCommand {
    bool all = false;
    std::vector<std::string> accept;
    std::vector<std::string> done;
    std::vector<std::string> retry;
    std::optional<config::Milliseconds> lock_timeout;
    RemoteOptions remote;
};

struct LockCommand {
    RemoteOptions remote;
};

// Until a revision is applied.
struct WaitCommand {
    std::string at_least;                   // empty: the heads
    config::Milliseconds timeout{300'000};  // 0: asks once
    RemoteOptions remote;
};

// The daemon.
struct ServeCommand {};

// A bearer token for the daemon; --name, which means a database elsewhere, is its name here.
struct TokenCommand {
    std::string action;  // new
    std::string scope;
    std::string expires;  // as the configuration takes it; empty: never
};

// The revisions as Alembic's files.
struct ExportCommand {
    std::filesystem::path directory;
};

// The first revision, from a database that exists.
struct BaselineCommand {
    std::string message = "baseline";
    std::vector<std::string> branch_labels;
    std::string version_path;
    std::optional<std::string> id;
    bool sql = false;
    std::optional<config::Milliseconds> lock_timeout;
};

struct DriftCommand {};

// What leads from one schema to another.
struct DiffCommand {
    std::string from = "database";
    std::string to = "target";
    bool sql = false;
    bool no_privileges = false;
    bool no_owners = false;
    bool tablespaces = false;
    std::vector<std::string> renames;
    std::vector<std::string> include;
    std::vector<std::string> exclude;
};

using Command =
    std::variant<InitCommand, ListTemplatesCommand, RevisionCommand, MergeCommand, EditCommand,
                 ShowCommand, HistoryCommand, HeadsCommand, BranchesCommand, CurrentCommand,
                 CheckCommand, EnsureVersionCommand, StampCommand, UpgradeCommand, DowngradeCommand,
                 DevCommand, StatusCommand, PlanCommand, RepairCommand, LockCommand, WaitCommand,
                 ServeCommand, TokenCommand, ExportCommand, DiffCommand, BaselineCommand,
                 DriftCommand>;

// One command line, understood.
struct Invocation {
    Globals globals;
    Command command;
};

// What the process answers to its caller (DESIGN 9).
enum class Exit : int {
    done = 0,
    failed = 1,
    usage = 2,
    no = 3,  // a question was answered "no"
    lock_held = 4,
    configuration = 78,  // EX_CONFIG of sysexits.h
};

}  // namespace revisiond::cli
