// What --help says beside the options, which arguments.cpp knows.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace revisiond::cli {

// The words about one command.
struct CommandHelp {
    const char* name;      // "list_templates"; "list-templates" is understood too
    const char* summary;   // one line of the list of commands
    const char* purpose;   // one paragraph
    const char* examples;  // lines, one example each, with what it does behind a #
    const char* exits;     // the exit codes that are not obvious; may be empty
};

// In the order in which --help lists them.
std::span<const CommandHelp> command_helps();
// Null when there is no command of that name.
const CommandHelp* help_of(std::string_view name);

// One option or positional as help shows it.
struct OptionHelp {
    std::string names;  // "-m, --message TEXT"
    std::string description;
};

std::string root_help(std::span<const OptionHelp> globals);
// `usage` is what stands behind the command's name: "[options] [REVISION]".
std::string command_help(const CommandHelp& command, std::string_view usage,
                         std::span<const OptionHelp> positionals,
                         std::span<const OptionHelp> options, std::span<const OptionHelp> globals);

}  // namespace revisiond::cli
