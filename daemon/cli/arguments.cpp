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
#include <span>

#include "base/spelling.hpp"
#include "base/text.hpp"
#include "cli/help.hpp"
#include "cli/normalise.hpp"
#include "cli/options.hpp"
#include "service/project.hpp"

namespace revisiond::cli {
namespace {

Diagnostic misuse(std::string code, std::string message, std::string hint = {}) {
    return make_error("usage." + std::move(code), std::move(message), std::move(hint));
}

Stop stop(Diagnostic diagnostic) {
    return {{}, std::move(diagnostic)};
}

std::optional<Diagnostic> finish_globals(const RawGlobals& raw, Globals& globals) {
    globals.config = raw.config;
    for (const std::string& variable : raw.variables) {
        const auto equals = variable.find('=');
        if (equals == 0 || variable.empty()) {
            return misuse("variable", fmt::format("-x \"{}\" is not KEY=VALUE", variable));
        }
        globals.variables[variable.substr(0, equals)] =
            equals == std::string::npos ? "" : variable.substr(equals + 1);
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

// Alembic's long options, before and behind the command, whose unambiguous beginnings mean here
// what they mean there.
constexpr std::array<std::string_view, 5> alembic_globals{"help", "version", "config", "name",
                                                          "raiseerr"};
constexpr std::array<std::string_view, 19> alembic_options{"help",
                                                           "verbose",
                                                           "check-heads",
                                                           "sql",
                                                           "tag",
                                                           "rev-range",
                                                           "template",
                                                           "indicate-current",
                                                           "package",
                                                           "message",
                                                           "depends-on",
                                                           "rev-id",
                                                           "branch-label",
                                                           "splice",
                                                           "autogenerate",
                                                           "version-path",
                                                           "head",
                                                           "purge",
                                                           "resolve-dependencies"};

std::vector<OptionShape> shapes_of(const CLI::App& app,
                                   std::span<const std::string_view> of_alembic) {
    std::vector<OptionShape> shapes;
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_positional()) continue;
        const auto& names = option->get_lnames();
        shapes.push_back({names, option->get_snames(), option->get_items_expected_max() > 0,
                          std::ranges::find_first_of(names, of_alembic) != names.end()});
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
        std::vector<OptionShape> shapes = shapes_of(app_, alembic_options);
        for (OptionShape& shape : shapes_of(globals_app_, alembic_options)) {
            shapes.push_back(std::move(shape));
        }
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
                               fmt::format("{}; for example: {}", usage(), first_example())));
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

    std::string_view first_example() const {
        const std::string_view examples = help_.examples;
        return trim(examples.substr(0, std::min(examples.find('\n'), examples.find('#'))));
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

constexpr std::array<std::pair<std::string_view, Reader>, 27> readers{{
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
    {"wait", read_as<WaitCommand>},           {"serve", read_as<ServeCommand>},
    {"token", read_as<TokenCommand>},         {"export", read_as<ExportCommand>},
    {"baseline", read_as<BaselineCommand>},   {"drift", read_as<DriftCommand>},
    {"diff", read_as<DiffCommand>},
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
    auto split = split_at_command(arguments, shapes_of(app, alembic_globals));
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
