// The options and arguments of every command: one define() a command, in the order of help.
// Internal to arguments.cpp.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace CLI {
class App;
}

namespace revisiond::cli {

// The globals as CLI11 leaves them.
struct RawGlobals {
    std::string config;
    std::vector<std::string> variables;
    std::string color;
    bool help = false;
    bool version = false;
};

// `short_config`: whether -c is --config.
void define_globals(CLI::App& app, Globals& globals, RawGlobals& raw, bool short_config);

// Each binds what it defines to `command`, which must outlive the parsing.
void define(CLI::App& app, InitCommand& command);
void define(CLI::App& app, ListTemplatesCommand& command);
void define(CLI::App& app, RevisionCommand& command);
void define(CLI::App& app, MergeCommand& command);
void define(CLI::App& app, EditCommand& command);
void define(CLI::App& app, ShowCommand& command);
void define(CLI::App& app, HistoryCommand& command);
void define(CLI::App& app, HeadsCommand& command);
void define(CLI::App& app, BranchesCommand& command);
void define(CLI::App& app, CurrentCommand& command);
void define(CLI::App& app, CheckCommand& command);
void define(CLI::App& app, EnsureVersionCommand& command);
void define(CLI::App& app, StampCommand& command);
void define(CLI::App& app, UpgradeCommand& command);
void define(CLI::App& app, DowngradeCommand& command);
void define(CLI::App& app, DevCommand& command);
void define(CLI::App& app, StatusCommand& command);
void define(CLI::App& app, PlanCommand& command);
void define(CLI::App& app, RepairCommand& command);
void define(CLI::App& app, LockCommand& command);
void define(CLI::App& app, WaitCommand& command);
void define(CLI::App& app, ServeCommand& command);
void define(CLI::App& app, TokenCommand& command);
void define(CLI::App& app, ExportCommand& command);
void define(CLI::App& app, BaselineCommand& command);
void define(CLI::App& app, DriftCommand& command);
void define(CLI::App& app, DiffCommand& command);

}  // namespace revisiond::cli
