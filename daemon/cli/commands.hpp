// What the commands do: each overload is in the file of its name.
#pragma once

#include <memory>
#include <string>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/serving.hpp"
#include "service/migrate.hpp"
#include "service/new_revision.hpp"
#include "service/project.hpp"

namespace revisiond::cli {

Exit run(const InitCommand& command, Console& console);
Exit run(const ListTemplatesCommand& command, Console& console);
Exit run(const RevisionCommand& command, Console& console);
Exit run(const MergeCommand& command, Console& console);
Exit run(const EditCommand& command, Console& console);
Exit run(const ShowCommand& command, Console& console);
Exit run(const HistoryCommand& command, Console& console);
Exit run(const HeadsCommand& command, Console& console);
Exit run(const BranchesCommand& command, Console& console);
Exit run(const CurrentCommand& command, Console& console);
Exit run(const CheckCommand& command, Console& console);
Exit run(const EnsureVersionCommand& command, Console& console);
Exit run(const StampCommand& command, Console& console);
Exit run(const UpgradeCommand& command, Console& console);
Exit run(const DowngradeCommand& command, Console& console);
Exit run(const DevCommand& command, Console& console, Serve serve);
Exit run(const StatusCommand& command, Console& console);
Exit run(const PlanCommand& command, Console& console);
Exit run(const RepairCommand& command, Console& console);
Exit run(const LockCommand& command, Console& console);
Exit run(const ExportCommand& command, Console& console);
Exit run(const BaselineCommand& command, Console& console);
Exit run(const DriftCommand& command, Console& console);

// `revision --autogenerate`; `revision` holds what it shares with a revision by hand.
Exit run_autogenerate(const RevisionCommand& command, service::RevisionRequest revision,
                      Console& console, const service::Project& project);
Exit run(const DiffCommand& command, Console& console);
Exit run(const WaitCommand& command, Console& console);
Exit run(const TokenCommand& command, Console& console);
Exit run(const ServeCommand& command, Console& console, Serve serve);

// The program: understands the arguments and runs the command. The result is for exit().
int run_command_line(int argc, const char* const* argv, Serve serve);

// The configuration that the globals lead to.
Expected<std::shared_ptr<const config::Config>, service::Problem> load_config(
    const Globals& globals);
// The same with the files of its database; prints the warnings.
Expected<service::Project, service::Problem> open_project(Console& console);
// The same for what takes as long as its database does, in little memory.
Expected<service::Project, service::Problem> open_lasting_project(Console& console);
// The same for a command that asks the database alone: it answers while files are broken.
Expected<service::Project, service::Problem> open_project_without_files(Console& console);
// Ends a question to a database that could not be answered because `problem` kept the files from
// being read: prints it, and the rows that the database holds.
Exit fail_with_rows(Console& console, const service::Problem& problem);

}  // namespace revisiond::cli
