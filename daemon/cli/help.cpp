#include "cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace revisiond::cli {
namespace {

constexpr std::size_t width = 80;
constexpr std::size_t name_column = 30;

constexpr const char* migrate_exits =
    "0 done or nothing to do, 1 failed (what was done before is listed), 4 another process "
    "holds the lock";

constexpr std::array commands{
    CommandHelp{
        "init", "Make a new project: config.toml and a folder of revisions.",
        "Writes config.toml, which takes the database from DATABASE_HOSTNAME, DATABASE_PORT, "
        "DATABASE_NAME, DATABASE_USERNAME and DATABASE_PASSWORD in .env or the environment, and "
        "the folder for the revision files (DIRECTORY, else migrations). config.toml comes into "
        "the "
        "current folder, or where --config says. Never overwrites a file.",
        "revisiond init                        # config.toml and migrations/\n"
        "revisiond init -t multidb db/changes  # two databases, in db/changes/main and second",
        ""},
    CommandHelp{"list_templates", "List the templates of init and revision.",
                "Lists what init -t and revision --template know by name.",
                "revisiond list_templates", ""},
    CommandHelp{
        "revision", "Create a new revision file.",
        "Writes a new revision file on top of the single head, or of --head, and prints where. "
        "The configuration's post_write_hooks run on it; when one fails, the file is removed. "
        "Never overwrites a file. With --autogenerate it holds what leads from the database, which "
        "must be at heads, to the configuration's target, and what leads back. Both have been "
        "executed on a scratch copy and compared before the file is written. With --online it "
        "becomes a chain of files that block nobody.",
        "revisiond revision -m \"add phone number\"\n"
        "revisiond revision --autogenerate -m \"remove phone number\"\n"
        "revisiond revision --autogenerate --rename users.phone=users.tel\n"
        "revisiond revision -m \"index votes\" --template concurrent-index\n"
        "revisiond revision -m \"start billing\" --head base --branch-label billing",
        ""},
    CommandHelp{"merge", "Join several heads in a new revision file.",
                "Writes a revision whose parents are the given ones. It needs no SQL of its own.",
                "revisiond merge heads -m \"join accounts and billing\"", ""},
    CommandHelp{"edit", "Open revision files in $VISUAL or $EDITOR.",
                "Opens the file of each revision that the target names; in vi when neither is set.",
                "revisiond edit head\nrevisiond edit current   # what the database is at", ""},
    CommandHelp{"show", "Show the revisions that a target names.",
                "Prints each revision that the target names with its parents, labels, file and "
                "message. Only current and relative targets without an anchor ask the database.",
                "revisiond show 9f2c\nrevisiond show heads", ""},
    CommandHelp{
        "history", "List the revisions of the files, newest first.",
        "Lists the revisions, each with what it follows. With --database, lists instead what was "
        "done to the database: which revision, when, by whom, how long it took and how it ended.",
        "revisiond history -r 23e1:head -v\n"
        "revisiond history -r-3:current    # what it is at, and three below\n"
        "revisiond history --database --limit 10",
        ""},
    CommandHelp{"heads", "List the heads of the files.",
                "Lists the revisions that no other follows. Reads no database.",
                "revisiond heads -v", ""},
    CommandHelp{"branches", "List the branch points of the files.",
                "Lists each revision that several others follow, with those.",
                "revisiond branches -v", ""},
    CommandHelp{"current", "Show which revisions the database is at.",
                "Lists the database's revisions, and those that they imply by depends_on. Changes "
                "nothing. Behind this command -c is --check-heads, as in Alembic; write --config "
                "there.",
                "revisiond current -v\nrevisiond current --check-heads",
                "0, 1 failed; with --check-heads 3 when the database is not at all heads"},
    CommandHelp{"check", "Is the database at heads, and are the files sound?",
                "Reads files and database and answers with the exit code; the reasons for a \"no\" "
                "are on standard error. Where the configuration has a target, also whether "
                "revision --autogenerate would find something to do.",
                "revisiond check && start-the-application",
                "0 yes, 3 no, 1 the database could not be asked"},
    CommandHelp{"ensure_version", "Create the version table and revisiond's own tables.",
                "Creates what revisiond keeps in a database, where it is missing. Every other "
                "command that writes does so too; this one is for doing it beforehand, and --sql "
                "for having it done by a role that may.",
                "revisiond ensure_version --sql --role app | psql -U owner", ""},
    CommandHelp{"stamp", "Set the version table without running any SQL.",
                "Marks the database as being at the given revisions. --purge forgets what it was "
                "at before, also revisions that no file knows.",
                "revisiond stamp heads\nrevisiond stamp --purge 23e1 4be1", migrate_exits},
    CommandHelp{
        "upgrade", "Apply revisions, up to a target.",
        "Applies what is missing to reach the target, each revision in a transaction of its own "
        "unless its file or the configuration says otherwise, one process at a time. Without a "
        "target it goes to heads.",
        "revisiond upgrade\n"
        "revisiond upgrade +1\n"
        "revisiond upgrade heads --dry-run       # execute, time and roll back\n"
        "revisiond upgrade heads --plan v1:3f…   # only if the plan is still that one\n"
        "revisiond upgrade 23e1:heads --sql | psql",
        migrate_exits},
    CommandHelp{"downgrade", "Undo revisions, down to a target.",
                "Undoes what stands above the target by the files' [downgrade] sections. A "
                "revision without one is irreversible: refused before anything runs.",
                "revisiond downgrade -1\nrevisiond downgrade billing@base --dry-run",
                migrate_exits},
    CommandHelp{"status", "Show where the database stands, all of it.",
                "Shows the database, its state, current and pending revisions, applied files that "
                "have changed since, who holds the lock, and what was done last.",
                "revisiond status\nrevisiond status --json | jq .pending",
                "0 at heads, 3 not at heads, 1 the database could not be asked"},
    CommandHelp{"plan", "Show what upgrade or downgrade would do.",
                "Prints the steps with their files, statements and the version-table rows behind "
                "each, and the digest that upgrade --plan and downgrade --plan take. With --from "
                "it needs no database.",
                "revisiond plan\nrevisiond plan --from base heads --json\n"
                "revisiond plan --downgrade -1",
                ""},
    CommandHelp{
        "repair", "Accept changed files, settle interrupted statements.",
        "Accepts the files as they are now for applied revisions that were changed afterwards, "
        "and says of an interrupted CALL or DO whether it took effect. Without arguments it shows "
        "what there is to repair and changes nothing.",
        "revisiond repair\nrevisiond repair 9f2c\nrevisiond repair --retry 4be1", migrate_exits},
    CommandHelp{"lock", "Show who holds the database's lock.",
                "Shows the process that holds the lock under which revisions are applied.",
                "revisiond lock", ""},
    CommandHelp{
        "wait", "Wait until a revision is applied.",
        "Returns when the database has the revision, whatever came after it: what a pod or a "
        "script does before it starts an application. Asks a daemon with --server, else the "
        "database.",
        "revisiond wait --at-least 9f2c41d07a3e --timeout 5min && start-the-application\n"
        "revisiond wait --at-least 9f2c41d07a3e --server http://revisiond:7433",
        "0 it is applied, 3 it is not yet, 1 it will not come by itself, or nobody could be "
        "asked"},
    CommandHelp{
        "serve", "Run the daemon.",
        "Serves all databases of the configuration over HTTP: watches their files, waits for "
        "the lock of each, applies what is asked for (or, with mode = \"auto\", what is "
        "pending) and answers for status, plans, history, drift and events. Several may serve "
        "one database: one leads, the others follow. SIGHUP reloads the configuration, SIGTERM "
        "ends it when the running step is done. docs/http.md shows the API.",
        "revisiond serve\ncurl http://127.0.0.1:7433/api/v1/status",
        "0 stopped on request, 1 failed, 78 bad configuration"},
    CommandHelp{"token", "Make a token for the daemon.",
                "token new prints a random bearer token, once, and the section of config.toml that "
                "lets it in. -n, --name says who it is (default: the scope). The configuration "
                "holds its SHA-256 alone. Changes nothing.",
                "revisiond token new --scope apply --name deploy --expires 2027-01-31", ""},
    CommandHelp{"export", "Write the revisions as Alembic's Python files.",
                "Writes one file a revision, for the versions folder of an Alembic project, so "
                "that a database can move back. Never overwrites a file; files with COPY data "
                "cannot be expressed and are named.",
                "revisiond export alembic/versions", ""},
    CommandHelp{
        "baseline", "Write the first revision from an existing database.",
        "Writes a revision that makes of an empty database what this one is, after it has been "
        "executed on an empty scratch database and compared, and stamps this one with it. The "
        "revision has no [downgrade]: to undo it would be to drop everything. With --rev-id it may "
        "take the id that another tool, such as Alembic, left in the version table.",
        "revisiond baseline -m \"what production had\"\n"
        "revisiond baseline --rev-id 4a5e8c1d2f30   # the row that Alembic left",
        migrate_exits},
    CommandHelp{
        "drift", "Was the database changed by anything but its revisions?",
        "Replays the revisions that the database says are applied in a scratch database and "
        "compares the two. Changes nothing.",
        "revisiond drift || notify-someone",
        "0 no, 3 the database differs, 1 it could not be compared"},
    CommandHelp{
        "diff", "Compare two schemas and print what leads from one to the other.",
        "Compares what PostgreSQL's catalogs say of the two, in all that pg_dump prints. "
        "Each is the configuration's database or target, a revision, which is replayed, a file or "
        "directory of DDL, or the URL of a database. What is no database is loaded into a "
        "scratch database. A difference that cannot be expressed stops the command with "
        "its name.",
        "revisiond diff                        # from the database to the target\n"
        "revisiond diff --from base --to heads --sql\n"
        "revisiond diff --from old.sql --to new.sql\n"
        "revisiond diff --from postgresql:///live --to schema.sql --sql",
        ""},
    CommandHelp{"dev", "Run a private PostgreSQL with the project on it.",
                "Starts a PostgreSQL of its own and a daemon on it, upgrades it to heads, applies "
                "what changes in the files and goes on until Ctrl-C. No configuration is needed: "
                "without one, the files are in migrations/. Nothing "
                "is left behind unless --data-dir says so.",
                "revisiond dev\nrevisiond dev --data-dir .pgdata --postgres-bin "
                "/usr/lib/postgresql/15/bin",
                "0 stopped on request, 1 failed or the server died"},
};

// Breaks `text` into lines of at most `limit` characters, at blanks.
std::string wrap(std::string_view text, std::size_t indent, std::size_t limit = width) {
    std::string out;
    std::size_t column = indent;
    while (!text.empty()) {
        const auto blank = text.find(' ');
        const std::string_view word = text.substr(0, blank);
        if (column > indent && column + 1 + word.size() > limit) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
        text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
    }
    return out;
}

std::string indented(std::string_view lines) {
    std::string out = "  ";
    for (const char c : lines) {
        out += c;
        if (c == '\n') out += "  ";
    }
    return out + "\n";
}

std::string entry(const OptionHelp& option) {
    std::string line = "  " + option.names;
    if (line.size() + 2 > name_column) {
        line += "\n" + std::string(name_column, ' ');
    } else {
        line.resize(name_column, ' ');
    }
    return line + wrap(option.description, name_column) + "\n";
}

std::string section(std::string_view title, std::span<const OptionHelp> options) {
    if (options.empty()) return {};
    std::string out = fmt::format("\n{}:\n", title);
    for (const OptionHelp& option : options) out += entry(option);
    return out;
}

}  // namespace

std::span<const CommandHelp> command_helps() {
    return commands;
}

const CommandHelp* help_of(std::string_view name) {
    const auto found = std::ranges::find_if(
        commands, [&](const CommandHelp& command) { return name == command.name; });
    return found == commands.end() ? nullptr : &*found;
}

std::string root_help(std::span<const OptionHelp> globals) {
    std::string out =
        "Usage: revisiond [options] COMMAND …\n\n"
        "Keeps PostgreSQL schemas at the right revision: a graph of SQL files, applied one\n"
        "process at a time, recorded, and undone when asked to.\n\nCommands:\n";
    for (const CommandHelp& command : commands) {
        out += fmt::format("  {:<16}{}\n", command.name, command.summary);
    }
    out += section("Options, before or after the command", globals);
    out +=
        "\nTargets: head, heads, base, current, an id or its beginning, a branch label, +N, -N,\n"
        "ID+N, ID-N, LABEL@head, LABEL@-1; A:B for history and --sql.\n"
        "Exit codes: 0 done, 1 failed, 2 usage, 3 a question answered \"no\", 4 the lock is held,\n"
        "78 bad configuration.\n"
        "revisiond COMMAND --help says more.\n";
    return out;
}

std::string command_help(const CommandHelp& command, std::string_view usage,
                         std::span<const OptionHelp> positionals,
                         std::span<const OptionHelp> options, std::span<const OptionHelp> globals) {
    std::string out = fmt::format("Usage: revisiond {} {}\n\n{}\n", command.name, usage,
                                  wrap(command.purpose, 0));
    out += section("Arguments", positionals);
    out += section("Options", options);
    out += section("Options of every command", globals);
    out += "\nExamples:\n" + indented(command.examples);
    if (*command.exits != '\0') {
        out += "\n" + wrap(fmt::format("Exit codes: {}.", command.exits), 0) + "\n";
    }
    return out;
}

}  // namespace revisiond::cli
