// The room target: the schema that a database should have, as its owner declares it: files of DDL
// or what a command prints, and the marks in it that say what was renamed. What a database makes of
// it is not known here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "config/config.hpp"
#include "scratch/script_loader.hpp"

namespace revisiond::target {

// The text of a target.
struct TargetScripts {
    std::vector<scratch::ScriptText> scripts;
    std::vector<std::string> notes;  // what the command printed on standard error
};

// Files as they are named, the .sql files of directories at any depth in name order, and what a
// pattern with * or ? in its last part finds; each once. `max_bytes` for one file. Refused: what
// leads to no file, and a target without any statement, which would mean to drop everything.
Expected<TargetScripts, Diagnostics> read_target_files(
    const std::vector<std::filesystem::path>& names, std::uint64_t max_bytes);

// Runs the command in `directory`. Its output is DDL; an exit status other than 0, a command that
// does not end in time, and one that prints no statement are errors that hold the end of what it
// printed on standard error.
Expected<TargetScripts, Diagnostics> run_target_command(const config::TargetSettings& settings,
                                                        const std::filesystem::path& directory,
                                                        const std::stop_token& stop);

}  // namespace revisiond::target
