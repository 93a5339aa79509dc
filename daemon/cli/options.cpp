#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace revisiond::cli {
namespace {

// Given again, the last one counts, as with Alembic.
CLI::Option* single(CLI::Option* option, const char* type) {
    return option->type_name(type)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

CLI::Option* value(CLI::App& app, const char* names, std::string& into, const char* type,
                   const char* description) {
    return single(app.add_option(names, into, description), type);
}

void value(CLI::App& app, const char* names, std::optional<std::string>& into, const char* type,
           const char* description) {
    single(app.add_option_function<std::string>(
               names, [&into](const std::string& text) { into = text; }, description),
           type);
}

// `-n "$UNSET"` must not mean the default database.
std::string not_empty(const std::string& text) {
    return text.empty() ? "the value is empty" : "";
}

void path(CLI::App& app, const char* names, std::filesystem::path& into, const char* type,
          const char* description) {
    single(app.add_option_function<std::string>(
               names, [&into](const std::string& text) { into = text; }, description),
           type);
}

CLI::Option* values(CLI::App& app, const char* names, std::vector<std::string>& into,
                    const char* type, const char* description) {
    return app.add_option(names, into, description)->type_name(type)->allow_extra_args(false);
}

void flag(CLI::App& app, const char* names, bool& into, const char* description) {
    app.add_flag_callback(
        names, [&into] { into = true; }, description);
}

void positional(CLI::App& app, const char* name, std::string& into, const char* description,
                bool required = true) {
    app.add_option(name, into, description)->type_name("")->required(required);
}

void positionals(CLI::App& app, const char* name, std::vector<std::string>& into,
                 const char* description, bool required = true) {
    app.add_option(name, into, description)->type_name("")->required(required);
}

template <class Into>
void duration(CLI::App& app, const char* name, Into& into, const char* description) {
    single(app.add_option_function<std::string>(
               name,
               [&into, name](const std::string& text) {
                   const auto parsed = config::parse_duration(text);
                   if (!parsed) {
                       throw CLI::ValidationError(
                           fmt::format("{} {} is no duration; write 10s or 5min", name, text));
                   }
                   into = *parsed;
               },
               description),
           "TIME");
}

void lock_timeout(CLI::App& app, std::optional<config::Milliseconds>& into) {
    duration(app, "--lock-timeout", into,
             "wait so long for a process that holds the lock (default: apply.holder_timeout, 10s)");
}

void remote(CLI::App& app, RemoteOptions& options) {
    value(app, "--server", options.server, "URL",
          "act through this daemon: http://host:port or unix:/path")
        ->check(not_empty);
    value(app, "--token-file", options.token_file, "FILE",
          "with --server: holds the token (default: $REVISIOND_TOKEN)")
        ->check(not_empty);
}

void define_migrate(CLI::App& app, MigrateOptions& options) {
    flag(app, "--sql", options.sql, "print the SQL instead of running it; FROM:TO is understood");
    value(app, "--tag", options.tag, "TEXT", "with --sql: said in the script's first lines");
    flag(app, "--dry-run", options.dry_run,
         "execute in one transaction, report time and rows of each statement, roll back");
    value(app, "--plan", options.digest, "DIGEST", "refuse unless the plan has this digest");
    lock_timeout(app, options.lock_timeout);
    remote(app, options.remote);
}

}  // namespace

void define(CLI::App& app, InitCommand& command) {
    value(app, "-t,--template", command.template_name, "NAME",
          "generic, multidb or sqlalchemy (default: generic)");
    flag(app, "--package", command.package,
         "understood as Alembic's, and makes nothing: SQL files are no Python package");
    app.add_option_function<std::string>(
           "DIRECTORY", [&command](const std::string& text) { command.directory = text; },
           "the folder of the revision files (default: migrations)")
        ->type_name("");
}

void define(CLI::App&, ListTemplatesCommand&) {}

void define(CLI::App& app, RevisionCommand& command) {
    value(app, "-m,--message", command.message, "TEXT", "what it does, in one line");
    values(app, "--head", command.heads, "REV",
           "the revision it follows: an id, LABEL@head, base (default: the single head)");
    flag(app, "--splice", command.splice, "allow a --head that others follow already");
    values(app, "--branch-label", command.branch_labels, "LABEL",
           "name the branch that begins here; may be given again");
    value(app, "--version-path", command.version_path, "DIR",
          "the migrations directory to write into (default: that of the parent)");
    value(app, "--rev-id", command.id, "ID", "this id instead of a random one");
    values(app, "--depends-on", command.depends_on, "REV",
           "a revision that must be applied before; may be given again");
    value(app, "--template", command.template_name, "NAME|FILE",
          "sql, concurrent-index, backfill or a file (default: revision.template)");
    flag(app, "--sql", command.sql, "print the file instead of writing it");
    flag(app, "--autogenerate", command.autogenerate,
         "fill it with what leads from the database to the configuration's target");
    flag(app, "--online", command.online,
         "with --autogenerate: in the forms that block nobody, in as many files as it takes");
    values(app, "--rename", command.renames, "OLD=NEW",
           "with --autogenerate: a rename, as users.phone=users.phone_number; may be given again");
    values(app, "--include", command.include, "PATTERN",
           "with --autogenerate: only schemas and objects like this; may be given again");
    values(app, "--exclude", command.exclude, "PATTERN",
           "with --autogenerate: none like this; may be given again");
}

void define(CLI::App& app, MergeCommand& command) {
    positionals(app, "REVISIONS", command.revisions, "two or more revisions, or heads for all");
    value(app, "-m,--message", command.message, "TEXT", "what it does, in one line");
    values(app, "--branch-label", command.branch_labels, "LABEL",
           "name the branch that begins here; may be given again");
    value(app, "--rev-id", command.id, "ID", "this id instead of a random one");
    flag(app, "--splice", command.splice, "allow revisions that others follow already");
}

void define(CLI::App& app, EditCommand& command) {
    positional(app, "REVISION", command.target, "which: an id, head, current, …");
}

void define(CLI::App& app, ShowCommand& command) {
    positional(app, "REVISION", command.target, "which: an id, head, heads, current, …");
}

void define(CLI::App& app, HistoryCommand& command) {
    value(app, "-r,--rev-range", command.range, "A:B",
          "only from A to B, both included; either may be left out");
    flag(app, "-v,--verbose", command.verbose, "a block a revision instead of a line");
    flag(app, "-i,--indicate-current", command.indicate_current,
         "mark the database's current revisions");
    flag(app, "--database", command.database, "list what was done to the database instead");
    single(
        app.add_option("--limit", command.limit, "with --database: at most so many (default: all)"),
        "N")
        ->check([](const std::string& text) {
            const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
            return digits && text.size() < 10 ? "" : fmt::format("{} is no number of lines", text);
        });
    remote(app, command.remote);
}

void define(CLI::App& app, HeadsCommand& command) {
    flag(app, "-v,--verbose", command.verbose, "a block a revision instead of a line");
    flag(app, "--resolve-dependencies", command.resolve_dependencies,
         "leave out heads that others depend on");
}

void define(CLI::App& app, BranchesCommand& command) {
    flag(app, "-v,--verbose", command.verbose, "blocks, and messages behind the children");
}

void define(CLI::App& app, CurrentCommand& command) {
    flag(app, "-v,--verbose", command.verbose, "a block a revision instead of a line");
    flag(app, "-c,--check-heads", command.check_heads,
         "answer with the exit code whether the database is at all heads");
    remote(app, command.remote);
}

void define(CLI::App&, CheckCommand&) {}

void define(CLI::App& app, EnsureVersionCommand& command) {
    flag(app, "--sql", command.sql, "print the SQL instead of running it");
    value(app, "--role", command.role, "NAME",
          "with --sql: grant to this role (default: the configuration's user)");
    lock_timeout(app, command.lock_timeout);
}

void define(CLI::App& app, StampCommand& command) {
    positionals(app, "REVISIONS", command.targets, "one or more revisions, heads or base");
    flag(app, "--sql", command.sql, "print the SQL instead of running it; FROM:TO is understood");
    value(app, "--tag", command.tag, "TEXT", "with --sql: said in the script's first lines");
    flag(app, "--purge", command.purge, "forget every row of the version table first");
    lock_timeout(app, command.lock_timeout);
    remote(app, command.remote);
}

void define(CLI::App& app, UpgradeCommand& command) {
    command.options.target = "heads";
    positional(app, "REVISION", command.options.target, "where to (default: heads)", false);
    define_migrate(app, command.options);
}

void define(CLI::App& app, DowngradeCommand& command) {
    positional(app, "REVISION", command.options.target, "where to: an id, -N, base, LABEL@base, …");
    define_migrate(app, command.options);
}

void define(CLI::App& app, DevCommand& command) {
    path(app, "--data-dir", command.data_directory, "DIR",
         "keep the data here, and use what is there (default: a temporary one)");
    path(app, "--postgres-bin", command.binaries, "DIR",
         "where initdb and postgres are (default: the newest that is found)");
}

void define(CLI::App& app, StatusCommand& command) {
    remote(app, command.remote);
}

void define(CLI::App& app, PlanCommand& command) {
    positional(app, "REVISION", command.target, "where to (default: heads, for an upgrade)", false);
    values(app, "--from", command.from, "REV",
           "start from this row instead of asking the database; base for an empty one; may be "
           "given again");
    flag(app, "--downgrade", command.downgrade, "plan a downgrade");
    remote(app, command.remote);
}

void define(CLI::App& app, RepairCommand& command) {
    positionals(app, "REVISIONS", command.accept, "accept the changed files of these", false);
    flag(app, "--all", command.all, "accept every changed file");
    values(app, "--done", command.done, "REV",
           "its interrupted statement took effect; may be given again");
    values(app, "--retry", command.retry, "REV",
           "its interrupted statement did not take effect: run it again; may be given again");
    lock_timeout(app, command.lock_timeout);
    remote(app, command.remote);
}

void define(CLI::App& app, LockCommand& command) {
    remote(app, command.remote);
}

void define(CLI::App& app, WaitCommand& command) {
    value(app, "--at-least", command.at_least, "REV",
          "the revision that must be applied, whatever came after (default: the heads)")
        ->check(not_empty);
    duration(app, "--timeout", command.timeout,
             "answer no after so long (default: 5min; 0: ask once)");
    remote(app, command.remote);
}

void define(CLI::App&, ServeCommand&) {}

void define(CLI::App& app, TokenCommand& command) {
    positional(app, "ACTION", command.action, "new");
    value(app, "--scope", command.scope, "SCOPE",
          "read, plan (and drift), apply (upgrade, cancel) or admin (downgrade, stamp, repair)")
        ->required();
    value(app, "--expires", command.expires, "WHEN", "2026-12-31 or 2026-12-31T12:00:00Z");
}

void define(CLI::App& app, ExportCommand& command) {
    app.add_option_function<std::string>(
           "DIRECTORY", [&command](const std::string& text) { command.directory = text; },
           "where to write; made when it is not there")
        ->type_name("")
        ->required();
}

void define(CLI::App& app, BaselineCommand& command) {
    value(app, "-m,--message", command.message, "TEXT", "what it is (default: baseline)");
    values(app, "--branch-label", command.branch_labels, "LABEL",
           "name the branch that begins here; may be given again");
    value(app, "--version-path", command.version_path, "DIR",
          "the migrations directory to write into (default: the first)");
    value(app, "--rev-id", command.id, "ID", "this id instead of a random one");
    flag(app, "--sql", command.sql, "print the file; write and stamp nothing");
    lock_timeout(app, command.lock_timeout);
}

void define(CLI::App&, DriftCommand&) {}

void define(CLI::App& app, DiffCommand& command) {
    value(app, "--from", command.from, "SCHEMA",
          "what there is: database, target, a revision (current: those that the database is at), "
          "a .sql file or directory, or a URL (default: database)");
    value(app, "--to", command.to, "SCHEMA", "what there shall be: likewise (default: target)");
    flag(app, "--sql", command.sql, "print the statements");
    flag(app, "--no-privileges", command.no_privileges, "leave privileges as they are");
    flag(app, "--no-owners", command.no_owners, "leave owners as they are");
    flag(app, "--tablespaces", command.tablespaces, "compare tablespaces too");
    values(app, "--rename", command.renames, "OLD=NEW",
           "a rename, as users.phone=users.phone_number; may be given again");
    values(app, "--include", command.include, "PATTERN",
           "only schemas and objects like this: app, app.user*, view:app.*; may be given again");
    values(app, "--exclude", command.exclude, "PATTERN", "none like this; may be given again");
}

void define_globals(CLI::App& app, Globals& globals, RawGlobals& raw, bool short_config) {
    value(app, short_config ? "-c,--config" : "--config", raw.config, "FILE",
          "default: $REVISIOND_CONFIG, ./config.toml, /etc/revisiond/config.toml")
        ->check(not_empty);
    value(app, "-n,--name", globals.database, "NAME",
          "which of the configuration's databases (default: the first)")
        ->check(not_empty);
    values(app, "-x", raw.variables, "KEY=VALUE",
           "a variable of revision files, empty without =VALUE; may be given again");
    flag(app, "--json", globals.json,
         "print results as JSON, and errors and warnings as a line of JSON each");
    flag(app, "-q,--quiet", globals.quiet, "print results and errors only");
    flag(app, "--raiseerr", globals.raise_error, "add to an error every field PostgreSQL sent");
    value(app, "--color", raw.color, "WHEN", "auto, always or never (default: auto)");
    flag(app, "-h,--help", raw.help, "print this and stop");
    flag(app, "--version", raw.version, "print the version and stop");
}

}  // namespace revisiond::cli
