// How argv is read: normalise.cpp gives every option its long name and its value a word of its own,
// so that CLI11 has nothing left to guess; CLI11 then fills the command's struct. Only the options
// of the command that was called are ever built, since a `heads` must not pay for all the others.
#include "cli/arguments.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>

#include "base/spelling.hpp"
#include "cli/help.hpp"
#include "cli/normalise.hpp"
#include "service/project.hpp"

namespace revisiond::cli {
namespace {

Diagnostic misuse(std::string code, std::string message, std::string hint = {}) {
    return make_error("usage." + std::move(code), std::move(message), std::move(hint));
}

Stop stop(Diagnostic diagnostic) {
    return {{}, std::move(diagnostic)};
}

CLI::Option* value(CLI::App& app, const char* names, std::string& into, const char* type,
                   const char* description) {
    return app.add_option(names, into, description)->type_name(type);
}

void value(CLI::App& app, const char* names, std::optional<std::string>& into, const char* type,
           const char* description) {
    app.add_option_function<std::string>(
           names, [&into](const std::string& text) { into = text; }, description)
        ->type_name(type);
}

void path(CLI::App& app, const char* names, std::filesystem::path& into, const char* type,
          const char* description) {
    app.add_option_function<std::string>(
           names, [&into](const std::string& text) { into = text; }, description)
        ->type_name(type);
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

void lock_timeout(CLI::App& app, std::optional<config::Milliseconds>& into) {
    app.add_option_function<std::string>(
           "--lock-timeout",
           [&into](const std::string& text) {
               into = config::parse_duration(text);
               if (!into) {
                   throw CLI::ValidationError(
                       fmt::format("--lock-timeout {} is no duration; write 10s or 5min", text));
               }
           },
           "wait so long for a process that holds the lock (default: apply.holder_timeout, 10s)")
        ->type_name("TIME");
}

void define(CLI::App& app, InitCommand& command) {
    value(app, "-t,--template", command.template_name, "NAME",
          "generic, multidb or sqlalchemy (default: generic)");
    app.add_option_function<std::string>(
           "DIRECTORY", [&command](const std::string& text) { command.directory = text; },
           "where to make it (default: here)")
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
    app.add_option("--limit", command.limit, "with --database: at most so many (default: all)")
        ->type_name("N");
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
}

void define_migrate(CLI::App& app, MigrateOptions& options) {
    flag(app, "--sql", options.sql, "print the SQL instead of running it; FROM:TO is understood");
    value(app, "--tag", options.tag, "TEXT", "with --sql: said in the script's first lines");
    flag(app, "--dry-run", options.dry_run,
         "execute in one transaction, report time and rows of each statement, roll back");
    value(app, "--plan", options.digest, "DIGEST", "refuse unless the plan has this digest");
    lock_timeout(app, options.lock_timeout);
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

void define(CLI::App&, StatusCommand&) {}

void define(CLI::App& app, PlanCommand& command) {
    positional(app, "REVISION", command.target, "where to (default: heads, for an upgrade)", false);
    values(app, "--from", command.from, "REV",
           "start from this row instead of asking the database; base for an empty one; may be "
           "given again");
    flag(app, "--downgrade", command.downgrade, "plan a downgrade");
}

void define(CLI::App& app, RepairCommand& command) {
    positionals(app, "REVISIONS", command.accept, "accept the changed files of these", false);
    flag(app, "--all", command.all, "accept every changed file");
    values(app, "--done", command.done, "REV",
           "its interrupted statement took effect; may be given again");
    values(app, "--retry", command.retry, "REV",
           "its interrupted statement did not take effect: run it again; may be given again");
    lock_timeout(app, command.lock_timeout);
}

void define(CLI::App&, LockCommand&) {}

void define(CLI::App& app, ExportCommand& command) {
    app.add_option_function<std::string>(
           "DIRECTORY", [&command](const std::string& text) { command.directory = text; },
           "where to write; made when it is not there")
        ->type_name("")
        ->required();
}

// The globals as CLI11 leaves them.
struct RawGlobals {
    std::string config;
    std::vector<std::string> variables;
    std::string color;
    bool help = false;
    bool version = false;
};

void define_globals(CLI::App& app, Globals& globals, RawGlobals& raw, bool short_config) {
    value(app, short_config ? "-c,--config" : "--config", raw.config, "FILE",
          "default: $REVISIOND_CONFIG, ./config.toml, /etc/revisiond/config.toml");
    value(app, "-n,--name", globals.database, "NAME",
          "which of the configuration's databases (default: the first)");
    values(app, "-x", raw.variables, "KEY=VALUE", "a variable of revision files; may be repeated");
    flag(app, "--json", globals.json, "print results, and errors, as JSON");
    flag(app, "-q,--quiet", globals.quiet, "print results and errors only");
    flag(app, "--raiseerr", globals.raise_error, "add to an error every field PostgreSQL sent");
    value(app, "--color", raw.color, "WHEN", "auto, always or never (default: auto)");
    flag(app, "-h,--help", raw.help, "print this and stop");
    flag(app, "--version", raw.version, "print the version and stop");
}

std::optional<Diagnostic> finish_globals(const RawGlobals& raw, Globals& globals) {
    globals.config = raw.config;
    for (const std::string& variable : raw.variables) {
        const auto equals = variable.find('=');
        if (equals == std::string::npos || equals == 0) {
            return misuse("variable", fmt::format("-x {} is not KEY=VALUE", variable));
        }
        globals.variables[variable.substr(0, equals)] = variable.substr(equals + 1);
    }
    static constexpr std::array<std::pair<std::string_view, ColorMode>, 4> modes{
        {{"", ColorMode::automatic},
         {"auto", ColorMode::automatic},
         {"always", ColorMode::always},
         {"never", ColorMode::never}}};
    for (const auto& [name, mode] : modes) {
        if (raw.color != name) continue;
        globals.color = mode;
        return std::nullopt;
    }
    return misuse("color", fmt::format("--color {} is not auto, always or never", raw.color));
}

std::vector<OptionShape> shapes_of(const CLI::App& app) {
    std::vector<OptionShape> shapes;
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_positional()) continue;
        shapes.push_back(
            {option->get_lnames(), option->get_snames(), option->get_items_expected_max() > 0});
    }
    return shapes;
}

std::vector<OptionHelp> helps_of(const CLI::App& app, bool of_positionals) {
    std::vector<OptionHelp> helps;
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_positional() != of_positionals) continue;
        std::string names = option->get_name(of_positionals, !of_positionals);
        if (const auto comma = names.find(','); comma != std::string::npos) {
            names.insert(comma + 1, " ");
        }
        if (option->get_items_expected_max() > 0 && !of_positionals) {
            names += " " + option->get_type_name();
        }
        helps.push_back({std::move(names), option->get_description()});
    }
    return helps;
}

std::string usage_of(const CLI::App& app) {
    std::string usage = "[options]";
    for (const CLI::Option* option : app.get_options()) {
        if (!option->get_positional()) continue;
        std::string name = option->get_name(true);
        if (option->get_items_expected_max() > 1) name += "…";
        usage += option->get_required() ? " " + name : " [" + name + "]";
    }
    return usage;
}

Stop version() {
    return {fmt::format("revisiond {}\n", service::program_version()), {}};
}

bool holds(const std::vector<std::string>& options, const char* name) {
    return std::ranges::find(options, name) != options.end();
}

// An App without CLI11's own help, which ours replaces.
void prepare(CLI::App& app) {
    app.set_help_flag();
}

// Reads the arguments of one command into what `app` and `globals_app` are bound to.
class Reading {
  public:
    Reading(const SplitArguments& split, const CommandHelp& help) : split_(split), help_(help) {
        prepare(app_);
        prepare(globals_app_);
    }

    CLI::App& app() { return app_; }

    std::optional<Stop> read(Globals& globals) {
        RawGlobals raw;
        const bool short_config = std::string_view(help_.name) != "current";
        define_globals(globals_app_, globals, raw, short_config);
        std::vector<OptionShape> shapes = shapes_of(app_);
        for (OptionShape& shape : shapes_of(globals_app_)) shapes.push_back(std::move(shape));
        auto normal = normalise(split_.after, shapes, help_.name);
        if (!normal) return stop(std::move(normal).error());
        if (holds(normal->options, "--help") || holds(split_.before, "--help")) return help();
        if (holds(normal->options, "--version") || holds(split_.before, "--version")) {
            return version();
        }
        std::vector<std::string> words = split_.before;
        words.insert(words.end(), normal->options.begin(), normal->options.end());
        if (auto wrong = parse(globals, raw, words, normal->positionals)) return wrong;
        if (auto wrong = finish_globals(raw, globals)) return stop(*std::move(wrong));
        return std::nullopt;
    }

  private:
    std::optional<Stop> parse(Globals& globals, RawGlobals& raw, std::vector<std::string> words,
                              const std::vector<std::string>& operands) {
        define_globals(app_, globals, raw, std::string_view(help_.name) != "current");
        if (auto extra = unexpected_operand(operands)) return stop(*std::move(extra));
        words.emplace_back("--");
        words.insert(words.end(), operands.begin(), operands.end());
        std::ranges::reverse(words);
        try {
            app_.parse(words);
        } catch (const CLI::RequiredError& error) {
            return stop(misuse("missing-argument", fmt::format("{}: {}", help_.name, error.what()),
                               usage()));
        } catch (const CLI::Error& error) {
            return stop(misuse("value", error.what(), usage()));
        }
        return std::nullopt;
    }

    std::optional<Diagnostic> unexpected_operand(const std::vector<std::string>& operands) const {
        std::size_t room = 0;
        for (const CLI::Option* option : app_.get_options()) {
            if (!option->get_positional()) continue;
            room += static_cast<std::size_t>(option->get_items_expected_max());
        }
        if (operands.size() <= room) return std::nullopt;
        return misuse("extra-argument",
                      fmt::format("{} does not take the argument {}", help_.name, operands[room]),
                      usage());
    }

    std::string usage() const {
        return fmt::format("usage: revisiond {} {}", help_.name, usage_of(app_));
    }

    Stop help() const {
        return {command_help(help_, usage_of(app_), helps_of(app_, true), helps_of(app_, false),
                             helps_of(globals_app_, false)),
                {}};
    }

    const SplitArguments& split_;
    const CommandHelp& help_;
    CLI::App app_;
    CLI::App globals_app_;
};

template <class C>
Expected<Invocation, Stop> read_as(const SplitArguments& split, const CommandHelp& help) {
    Invocation invocation;
    C& command = invocation.command.emplace<C>();
    Reading reading(split, help);
    define(reading.app(), command);
    if (auto stopped = reading.read(invocation.globals)) return unexpected(*std::move(stopped));
    return invocation;
}

using Reader = Expected<Invocation, Stop> (*)(const SplitArguments&, const CommandHelp&);

constexpr std::array<std::pair<std::string_view, Reader>, 21> readers{{
    {"init", read_as<InitCommand>},           {"list_templates", read_as<ListTemplatesCommand>},
    {"revision", read_as<RevisionCommand>},   {"merge", read_as<MergeCommand>},
    {"edit", read_as<EditCommand>},           {"show", read_as<ShowCommand>},
    {"history", read_as<HistoryCommand>},     {"heads", read_as<HeadsCommand>},
    {"branches", read_as<BranchesCommand>},   {"current", read_as<CurrentCommand>},
    {"check", read_as<CheckCommand>},         {"ensure_version", read_as<EnsureVersionCommand>},
    {"stamp", read_as<StampCommand>},         {"upgrade", read_as<UpgradeCommand>},
    {"downgrade", read_as<DowngradeCommand>}, {"dev", read_as<DevCommand>},
    {"status", read_as<StatusCommand>},       {"plan", read_as<PlanCommand>},
    {"repair", read_as<RepairCommand>},       {"lock", read_as<LockCommand>},
    {"export", read_as<ExportCommand>},
}};

Diagnostic unknown_command(const std::string& name) {
    std::vector<std::string> names;
    for (const CommandHelp& command : command_helps()) names.emplace_back(command.name);
    const auto near = nearest(name, names);
    return misuse(
        "unknown-command", fmt::format("unknown command {}", name),
        near ? fmt::format("did you mean {}?", *near) : "revisiond --help lists the commands");
}

Stop without_command(const SplitArguments& split, const std::vector<OptionHelp>& globals) {
    if (holds(split.before, "--version")) return version();
    if (holds(split.before, "--help")) return {root_help(globals), {}};
    return stop(misuse("no-command", "no command given", "revisiond --help lists the commands"));
}

}  // namespace

Expected<Invocation, Stop> parse_arguments(const std::vector<std::string>& arguments) {
    Globals globals;
    RawGlobals raw;
    CLI::App app;
    prepare(app);
    define_globals(app, globals, raw, true);
    auto split = split_at_command(arguments, shapes_of(app));
    if (!split) return unexpected(stop(std::move(split).error()));
    if (split->command.empty()) return unexpected(without_command(*split, helps_of(app, false)));
    std::string name = split->command;
    std::ranges::replace(name, '-', '_');
    for (const auto& [known, read] : readers) {
        if (known == name) return read(*split, *help_of(name));
    }
    return unexpected(stop(unknown_command(split->command)));
}

}  // namespace revisiond::cli
