// upgrade, downgrade, stamp, ensure_version and repair: the commands that write.
#include "service/migrate.hpp"

#include <fmt/format.h>

#include "base/heap.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/plan_printer.hpp"
#include "cli/progress.hpp"
#include "cli/remote.hpp"
#include "cli/stop_signals.hpp"
#include "operations/event_recorder.hpp"
#include "service/offline.hpp"
#include "service/repair.hpp"
#include "service/stamp.hpp"
#include "wire/answers.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {
namespace {

// What every writing command has around it.
struct Writing {
    // First: the threads that come after must not be the ones that a signal goes to.
    StopSignals signals{"stopping: what runs is cancelled and rolled back (again: at once)\n"};
    Progress progress;
    operations::EventRecorder recorder;
    service::RunContext context;

    Writing(Console& console, const service::Project& project, std::string doing,
            const std::optional<config::Milliseconds>& lock_timeout,
            Progress::Keep keep = Progress::Keep::nothing)
        : progress(console, keep),
          recorder(progress, project.connection_parameters()),
          context{project.apply_options(), service::this_process(std::move(doing)), recorder,
                  signals.token()} {
        if (lock_timeout) context.options.holder_timeout = *lock_timeout;
    }
};

Exit print_script(Console& console, const Expected<std::string, service::Problem>& script) {
    if (!script) return console.fail(script.error());
    if (console.globals().json) {
        console.print_line(wire::sql_to_json(*script));
    } else {
        console.print(*script);
    }
    return Exit::done;
}

// The words behind a run; as JSON the result itself.
void print_outcome(Console& console, const service::Outcome& outcome, const Progress& progress) {
    console.warn(outcome.warnings);
    for (const std::string& note : outcome.notes) console.info(note);
    if (console.globals().json) {
        console.print_line(wire::to_json(outcome, progress.reports()));
    } else if (outcome.dry_run && !outcome.nothing_to_do) {
        warn_of(plan::hazards_of(outcome.plan), console);
        console.print(dry_run_text(outcome.result.not_run, progress.reports(), console.style()));
    }
}

// --sql beside an option that only a database can answer.
std::optional<Diagnostic> contradiction(const MigrateOptions& options) {
    if (options.sql && options.dry_run) {
        return make_error("usage.contradiction", "--sql and --dry-run exclude each other");
    }
    if (options.sql && options.digest) {
        return make_error("usage.contradiction", "--sql and --plan exclude each other");
    }
    if (options.remote.used() && (options.sql || options.lock_timeout)) {
        return make_error("usage.contradiction", "--server excludes --sql and --lock-timeout");
    }
    if (options.tag && !options.sql) {
        return make_error("usage.contradiction", "--tag needs --sql");
    }
    return std::nullopt;
}

// Looks at the plan first and asks for that one: what a person sees on this terminal is what runs.
Exit remote_migrate(Console& console, graph::Direction direction, const MigrateOptions& options) {
    auto remote = RemoteDatabase::open(options.remote, console);
    if (!remote) return remote.error();
    auto answered = remote->get("/plan", wire::read_plan,
                                fmt::format("direction={}&target={}", graph::to_string(direction),
                                            percent_encoded(options.target)),
                                direction == graph::Direction::upgrade ? "apply" : "admin");
    if (!answered) return answered.error();
    console.warn(answered->warnings);
    std::vector<std::string> acknowledged;
    warn_of(answered->hazards, console);
    for (const plan::Hazard& hazard : answered->hazards) acknowledged.push_back(hazard.code);
    return remote->run(
        "/apply",
        wire::apply_body(direction, options.target, options.digest.value_or(answered->plan.digest),
                         options.dry_run, acknowledged),
        options.dry_run ? Progress::Keep::reports : Progress::Keep::nothing, answered->plan.notes);
}

Exit migrate(Console& console, graph::Direction direction, const MigrateOptions& options) {
    if (auto wrong = contradiction(options)) return console.fail(*std::move(wrong));
    if (options.remote.used()) return remote_migrate(console, direction, options);
    // One heap for all threads: what the readers of the files leave in heaps of their own would
    // stay for as long as the run takes.
    limit_heaps(1);
    auto project = open_lasting_project(console);
    if (!project) return console.fail(project.error());
    if (options.sql) {
        return print_script(
            console, service::migration_script(*project, direction, options.target, options.tag));
    }
    Writing writing(
        console, *project, fmt::format("{} {}", graph::to_string(direction), options.target),
        options.lock_timeout, options.dry_run ? Progress::Keep::reports : Progress::Keep::nothing);
    writing.context.options.dry_run = options.dry_run;
    auto outcome =
        service::migrate(*project, {direction, {options.target}}, options.digest, writing.context);
    if (!outcome) return console.fail(outcome.error());
    print_outcome(console, *outcome, writing.progress);
    return Exit::done;
}

Exit remote_repair(const RepairCommand& command, const service::RepairWork& work,
                   Console& console) {
    if (command.lock_timeout) {
        return console.fail(make_error("usage.contradiction", "--server excludes --lock-timeout"));
    }
    if (!work.anything()) {
        return console.fail(make_error("usage.repair", "nothing says what is to be repaired",
                                       "`revisiond status --server URL` shows what there is: name "
                                       "revisions, or say --all"));
    }
    auto remote = RemoteDatabase::open(command.remote, console);
    if (!remote) return remote.error();
    return remote->run("/repair", wire::repair_body(work));
}

}  // namespace

Exit run(const UpgradeCommand& command, Console& console) {
    return migrate(console, graph::Direction::upgrade, command.options);
}

Exit run(const DowngradeCommand& command, Console& console) {
    return migrate(console, graph::Direction::downgrade, command.options);
}

Exit run(const StampCommand& command, Console& console) {
    if (command.sql && command.purge) {
        return console.fail(
            make_error("usage.contradiction", "--sql and --purge exclude each other"));
    }
    if (command.tag && !command.sql) {
        return console.fail(make_error("usage.contradiction", "--tag needs --sql"));
    }
    if (command.remote.used() && (command.sql || command.lock_timeout)) {
        return console.fail(
            make_error("usage.contradiction", "--server excludes --sql and --lock-timeout"));
    }
    if (command.remote.used()) {
        auto remote = RemoteDatabase::open(command.remote, console);
        if (!remote) return remote.error();
        return remote->run("/stamp", wire::stamp_body(command.targets, command.purge));
    }
    auto project = open_lasting_project(console);
    if (!project) return console.fail(project.error());
    if (command.sql) {
        return print_script(console, service::stamp_script(*project, command.targets, command.tag));
    }
    Writing writing(console, *project, "stamp " + join(command.targets, " "), command.lock_timeout);
    auto outcome = service::stamp(*project, command.targets, command.purge, writing.context);
    if (!outcome) return console.fail(outcome.error());
    print_outcome(console, *outcome, writing.progress);
    if (!outcome->nothing_to_do) {
        const std::string rows = join(outcome->result.rows, ", ");
        console.info(fmt::format("Stamped; the database is at {}", rows.empty() ? "base" : rows));
    }
    return Exit::done;
}

Exit run(const EnsureVersionCommand& command, Console& console) {
    auto project = open_lasting_project(console);
    if (!project) return console.fail(project.error());
    if (command.sql) {
        return print_script(console, service::ensure_version_script(*project, command.role));
    }
    Writing writing(console, *project, "ensure_version", command.lock_timeout);
    auto outcome = service::ensure_version(*project, writing.context);
    if (!outcome) return console.fail(outcome.error());
    print_outcome(console, *outcome, writing.progress);
    return Exit::done;
}

Exit run(const RepairCommand& command, Console& console) {
    const service::RepairWork work{command.all, command.accept, command.done, command.retry};
    if (command.remote.used()) return remote_repair(command, work, console);
    auto project = open_lasting_project(console);
    if (!project) return console.fail(project.error());
    Writing writing(console, *project, "repair", command.lock_timeout);
    auto repaired = service::repair(*project, work, writing.context);
    if (!repaired) return console.fail(repaired.error());
    if (console.globals().json) {
        console.print_line(wire::to_json(*repaired));
        return Exit::done;
    }
    console.warn(repaired->outcome.warnings);
    for (const std::string& id : repaired->accepted) console.print_line("accepted " + id);
    for (const std::string& id : repaired->settled) console.print_line("settled " + id);
    // Without anything to do, the notes are the result: what there would be to repair.
    for (const std::string& note : repaired->outcome.notes) console.print_line(note);
    if (repaired->outcome.nothing_to_do && repaired->outcome.notes.empty()) {
        console.print_line("nothing to repair");
    }
    return Exit::done;
}

}  // namespace revisiond::cli
