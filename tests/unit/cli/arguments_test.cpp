#include "cli/arguments.hpp"

#include <catch2/catch.hpp>

#include "cli/help.hpp"

using namespace revisiond;
using namespace revisiond::cli;

namespace {

std::vector<std::string> words(std::string_view line) {
    std::vector<std::string> out;
    while (!line.empty()) {
        const auto blank = line.find(' ');
        // An argument that is empty is written ''.
        const std::string_view word = line.substr(0, blank);
        out.emplace_back(word == "''" ? "" : word);
        line.remove_prefix(blank == std::string_view::npos ? line.size() : blank + 1);
    }
    return out;
}

template <class C>
C parsed(std::string_view line, Globals* globals = nullptr) {
    INFO(line);
    auto invocation = parse_arguments(words(line));
    if (!invocation && invocation.error().misuse) FAIL(invocation.error().misuse->message);
    REQUIRE(invocation.has_value());
    if (globals != nullptr) *globals = invocation->globals;
    return std::get<C>(invocation->command);
}

Diagnostic misuse(std::string_view line) {
    INFO(line);
    auto invocation = parse_arguments(words(line));
    REQUIRE_FALSE(invocation.has_value());
    REQUIRE(invocation.error().misuse);
    return *invocation.error().misuse;
}

}  // namespace

TEST_CASE("targets that look like options are positionals") {
    CHECK(parsed<DowngradeCommand>("downgrade -1").options.target == "-1");
    CHECK(parsed<DowngradeCommand>("downgrade --dry-run -12").options.target == "-12");
    CHECK(parsed<UpgradeCommand>("upgrade +2").options.target == "+2");
    CHECK(parsed<DowngradeCommand>("downgrade label@-1").options.target == "label@-1");
    CHECK(parsed<ShowCommand>("show head-2").target == "head-2");
    CHECK(parsed<PlanCommand>("plan --downgrade -1").target == "-1");
    CHECK(parsed<ShowCommand>("show -- -odd").target == "-odd");
    CHECK(parsed<StampCommand>("stamp -1 heads").targets ==
          std::vector<std::string>{"-1", "heads"});
}

TEST_CASE("upgrade without a target goes to heads") {
    CHECK(parsed<UpgradeCommand>("upgrade").options.target == "heads");
    CHECK(misuse("downgrade").code == "usage.missing-argument");
    CHECK(misuse("downgrade").hint ==
          "usage: revisiond downgrade [options] REVISION; for example: revisiond downgrade -1");
}

TEST_CASE("values stand beside, behind = and behind a short name") {
    for (const char* line : {"history -r-3:x", "history -r -3:x", "history --rev-range=-3:x",
                             "history --rev-range -3:x", "history --rev -3:x"}) {
        CHECK(parsed<HistoryCommand>(line).range == "-3:x");
    }
    CHECK(parsed<RevisionCommand>("revision -m ''").message.empty());
    CHECK(parsed<RevisionCommand>("revision --message=").message.empty());
    CHECK(parsed<RevisionCommand>("revision -m --sql").message == "--sql");
    CHECK(parsed<RevisionCommand>("revision -mtext").message == "text");
    CHECK(parsed<RevisionCommand>("revision -m [a,b]").message == "[a,b]");
}

TEST_CASE("short names may be clustered") {
    const auto history = parsed<HistoryCommand>("history -vir:b");
    CHECK(history.verbose);
    CHECK(history.indicate_current);
    CHECK(history.range == ":b");
}

TEST_CASE("unambiguous beginnings of long names are enough") {
    CHECK(parsed<HeadsCommand>("heads --res --verb").resolve_dependencies);
    CHECK(parsed<CurrentCommand>("current --check").check_heads);
    // The whole name of one option wins over being the beginning of another.
    CHECK(parsed<HistoryCommand>("history --database").database);
    Globals globals;
    parsed<HeadsCommand>("--conf a.toml heads", &globals);
    CHECK(globals.config == "a.toml");
    CHECK(misuse("revision --he").code == "usage.ambiguous-option");
    CHECK(misuse("revision --he").message == "option --he is ambiguous: --head and --help");
    parsed<RevisionCommand>("revision --");
}

TEST_CASE("what is unambiguous to Alembic means the same here") {
    CHECK(parsed<RevisionCommand>("revision --ver x").version_path == "x");
    CHECK(parsed<RevisionCommand>("revision --r x").id == "x");
    CHECK(parsed<UpgradeCommand>("upgrade head --s --t=x").options.tag == "x");
    CHECK(parsed<HeadsCommand>("heads --v --r").verbose);
    CHECK(parsed<HistoryCommand>("history --r a:b --v").range == "a:b");
    CHECK(parsed<CurrentCommand>("current --c").check_heads);
    Globals globals;
    parsed<HeadsCommand>("--c a.toml heads", &globals);
    CHECK(globals.config == "a.toml");
}

TEST_CASE("of an option that takes one value and is given again, the last one counts") {
    Globals globals;
    CHECK(parsed<RevisionCommand>("revision -m a --rev-id x -m b --rev-id=y").message == "b");
    CHECK(parsed<UpgradeCommand>("-n one upgrade -n two --tag a --tag b", &globals).options.tag ==
          "b");
    CHECK(globals.database == "two");
    CHECK(parsed<UpgradeCommand>("upgrade --lock-timeout 1s --lock-timeout 2s")
              .options.lock_timeout == config::Milliseconds(2000));
    CHECK(parsed<HistoryCommand>("history --database --limit 1 --limit 2").limit == 2);
    CHECK(parsed<HistoryCommand>("history -v -v").verbose);
}

TEST_CASE("globals stand before or after the command") {
    for (const char* line :
         {"-c x.toml -n second -x a=1 -x b=2=3 --raiseerr -q --json --color never upgrade head",
          "upgrade head -c x.toml -n second -x a=1 -x b=2=3 --raiseerr -q --json --color=never",
          "-qcx.toml --name second upgrade -x a=1 --raise head --json -x b=2=3 --color never"}) {
        Globals globals;
        CHECK(parsed<UpgradeCommand>(line, &globals).options.target == "head");
        CHECK(globals.config == "x.toml");
        CHECK(globals.database == "second");
        CHECK(globals.variables == std::map<std::string, std::string>{{"a", "1"}, {"b", "2=3"}});
        CHECK(globals.raise_error);
        CHECK(globals.quiet);
        CHECK(globals.json);
        CHECK(globals.color == ColorMode::never);
    }
}

TEST_CASE("a variable without a value is empty") {
    Globals globals;
    parsed<UpgradeCommand>("upgrade -x tenant -x a=1", &globals);
    CHECK(globals.variables == std::map<std::string, std::string>{{"a", "1"}, {"tenant", ""}});
    CHECK(parsed<InitCommand>("init --package").package);
}

TEST_CASE("behind current, -c is --check-heads") {
    Globals globals;
    const auto current = parsed<CurrentCommand>("-c x.toml current -v -c", &globals);
    CHECK(current.check_heads);
    CHECK(current.verbose);
    CHECK(globals.config == "x.toml");
    CHECK(parsed<CurrentCommand>("current --config y.toml", &globals).check_heads == false);
    CHECK(globals.config == "y.toml");
}

TEST_CASE("options that may be repeated take one value each") {
    const auto revision = parsed<RevisionCommand>(
        "revision --depends-on a --depends-on b --head h --branch-label l --rev-id r --splice "
        "--version-path p --template t --sql");
    CHECK(revision.depends_on == std::vector<std::string>{"a", "b"});
    CHECK(revision.heads == std::vector<std::string>{"h"});
    CHECK(revision.branch_labels == std::vector<std::string>{"l"});
    CHECK(revision.id == "r");
    CHECK(revision.splice);
    CHECK(revision.version_path == "p");
    CHECK(revision.template_name == "t");
    CHECK(revision.sql);
    CHECK(parsed<PlanCommand>("plan --from a --from b heads").from ==
          std::vector<std::string>{"a", "b"});
    const auto repair = parsed<RepairCommand>("repair --done a x --retry b y");
    CHECK(repair.accept == std::vector<std::string>{"x", "y"});
    CHECK(repair.done == std::vector<std::string>{"a"});
    CHECK(repair.retry == std::vector<std::string>{"b"});
}

TEST_CASE("names with an underscore are understood with a dash") {
    parsed<ListTemplatesCommand>("list_templates");
    parsed<ListTemplatesCommand>("list-templates");
    CHECK(parsed<EnsureVersionCommand>("ensure-version --sql --role app").role == "app");
}

TEST_CASE("what is not known is an error with the nearest name") {
    CHECK(misuse("upgrad").hint == "did you mean upgrade?");
    CHECK(misuse("migrate").code == "usage.unknown-command");
    const Diagnostic option = misuse("revision --mesage x");
    CHECK(option.code == "usage.unknown-option");
    CHECK(option.message == "unknown option --mesage for revision");
    CHECK(option.hint == "did you mean --message?");
    CHECK(misuse("--wat upgrade").code == "usage.unknown-option");
    CHECK(misuse("upgrade -Z").message == "unknown option -Z for upgrade");
    CHECK(misuse("").code == "usage.no-command");
}

TEST_CASE("arguments that are missing, too many or malformed") {
    CHECK(misuse("heads extra").message == "heads does not take the argument extra");
    CHECK(misuse("upgrade a b").code == "usage.extra-argument");
    CHECK(misuse("stamp").code == "usage.missing-argument");
    CHECK(misuse("merge").code == "usage.missing-argument");
    CHECK(misuse("show").code == "usage.missing-argument");
    CHECK(misuse("revision -m").code == "usage.missing-value");
    CHECK(misuse("heads --verbose=yes").code == "usage.no-value");
    CHECK(misuse("upgrade -x ''").code == "usage.variable");
    CHECK(misuse("upgrade -x =1").code == "usage.variable");
    CHECK(misuse("--color sometimes heads").code == "usage.color");
    CHECK(misuse("history --limit many").code == "usage.value");
    CHECK(misuse("history --limit many").message == "--limit: many is no number of lines");
    CHECK(misuse("history --limit -1").code == "usage.value");
    CHECK(misuse("upgrade --lock-timeout soon").code == "usage.value");
    CHECK(parsed<UpgradeCommand>("upgrade --lock-timeout 250ms").options.lock_timeout ==
          config::Milliseconds(250));
}

TEST_CASE("every command has help that names its options") {
    for (const CommandHelp& command : command_helps()) {
        INFO(command.name);
        for (const std::string& line :
             {std::string(command.name) + " --help", std::string("-h ") + command.name}) {
            auto invocation = parse_arguments(words(line));
            REQUIRE_FALSE(invocation.has_value());
            CHECK_FALSE(invocation.error().misuse);
            const std::string& text = invocation.error().text;
            CHECK(text.starts_with("Usage: revisiond " + std::string(command.name)));
            CHECK(text.find("Examples:") != std::string::npos);
            CHECK(text.find("--json") != std::string::npos);
        }
    }
    CHECK(parse_arguments({"--help"}).error().text.find("list_templates") != std::string::npos);
    CHECK(parse_arguments({"--version"}).error().text.starts_with("revisiond 0."));
    CHECK(parse_arguments({"upgrade", "--version"}).error().text.starts_with("revisiond 0."));
}

TEST_CASE("an empty name or configuration is not the default one") {
    for (const char* line : {"heads -n ''", "heads -c ''", "-n '' heads", "heads --config="}) {
        CHECK(misuse(line).code == "usage.value");
    }
    CHECK(parsed<RevisionCommand>("revision -m '' -n main").message.empty());
}

TEST_CASE("autogenerate and what belongs to it") {
    const auto command = parsed<RevisionCommand>(
        "revision --auto -m x --rename a.b=a.c --rename d=e --include app.* --exclude t");
    CHECK(command.autogenerate);
    CHECK(command.renames == std::vector<std::string>{"a.b=a.c", "d=e"});
    CHECK(command.include == std::vector<std::string>{"app.*"});
    CHECK(command.exclude == std::vector<std::string>{"t"});
    CHECK_FALSE(parsed<RevisionCommand>("revision -m x").autogenerate);
    CHECK(parsed<BaselineCommand>("baseline").message == "baseline");
}
