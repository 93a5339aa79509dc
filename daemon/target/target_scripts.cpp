#include "target/target_scripts.hpp"

#include <glob.h>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "directory/read_file.hpp"
#include "directory/scan.hpp"
#include "process/program.hpp"
#include "sql/redact.hpp"
#include "sql/token.hpp"

namespace revisiond::target {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_output = 256U << 20U;

bool is_pattern(const fs::path& name) {
    return name.filename().string().find_first_of("*?") != std::string::npos;
}

std::vector<fs::path> matches(const fs::path& pattern) {
    glob_t found{};
    std::vector<fs::path> result;
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
        for (std::size_t i = 0; i < found.gl_pathc; ++i) result.emplace_back(found.gl_pathv[i]);
    }
    ::globfree(&found);
    return result;
}

// Reads what the entries of the configuration mean.
class FileReader {
  public:
    explicit FileReader(std::uint64_t max_bytes) : max_bytes_(max_bytes) {}

    void read(const fs::path& name) {
        std::error_code ignored;
        const bool exists = fs::exists(name, ignored);
        const std::vector<fs::path> found =
            !exists && is_pattern(name) ? matches(name) : std::vector<fs::path>{name};
        std::size_t files = 0;
        for (const fs::path& path : found) {
            files += fs::is_directory(path, ignored)
                         ? read_directory(path)
                         : read_file({path.string(), -1, path.string()});
        }
        if (files > 0) return;
        diagnostics.push_back(make_error("target.no-file",
                                         fmt::format("target {} leads to no file", name.string()),
                                         "name a file, a directory of .sql files or a pattern"));
    }

    std::vector<scratch::ScriptText> scripts;
    Diagnostics diagnostics;

  private:
    std::size_t read_directory(const fs::path& path) {
        const std::vector<fs::path> directories{path};
        const directory::Scan scan = directory::scan(directories);
        diagnostics.insert(diagnostics.end(), scan.diagnostics.begin(), scan.diagnostics.end());
        for (const directory::FoundFile& file : scan.files) read_file(file);
        return scan.files.size();
    }

    std::size_t read_file(const directory::FoundFile& file) {
        std::string content;
        const auto identity = directory::read_file(file, max_bytes_, content);
        if (!identity) {
            diagnostics.push_back(identity.error());
            diagnostics.back().at.file = file.path;
        } else if (seen_.insert(*identity).second) {
            scripts.push_back({directory::display_path(file.path), std::move(content)});
        }
        return 1;
    }

    std::uint64_t max_bytes_;
    std::set<directory::FileIdentity> seen_;
};

bool holds_statement(const scratch::ScriptText& script) {
    for (sql::Lexer lexer(script.text); !lexer.at_end();) {
        const sql::TokenKind kind = lexer.next().kind;
        if (kind == sql::TokenKind::word) return true;
    }
    return false;
}

Expected<TargetScripts, Diagnostics> not_empty(TargetScripts target, const std::string& what) {
    if (std::ranges::any_of(target.scripts, holds_statement)) return target;
    return unexpected(
        Diagnostics{make_error("target.empty", fmt::format("{} holds no statement", what),
                               "an empty target would mean to drop everything")});
}

}  // namespace

Expected<TargetScripts, Diagnostics> read_target_files(const std::vector<fs::path>& names,
                                                       std::uint64_t max_bytes) {
    FileReader reader(max_bytes);
    for (const fs::path& name : names) reader.read(name);
    if (has_errors(reader.diagnostics)) return unexpected(std::move(reader.diagnostics));
    return not_empty({std::move(reader.scripts), {}}, "target");
}

Expected<TargetScripts, Diagnostics> run_target_command(const config::TargetSettings& settings,
                                                        const fs::path& directory,
                                                        const std::stop_token& stop) {
    process::ProgramOptions program;
    program.command = settings.command;
    program.directory = directory;
    program.timeout = settings.command_timeout;
    program.output_limit = longest_output;
    program.stop = stop;
    process::ProgramResult result = process::run_program(program);
    const std::string words = sql::redact_urls(process::last_words(result.error_output));
    const std::string name = "target_command (" + settings.command.front() + ")";
    if (!result.succeeded()) {
        const bool late = result.end == process::ProgramEnd::timed_out;
        return unexpected(Diagnostics{make_error(
            "target.command",
            fmt::format("{} {}{}{}", name, process::describe_end(result, program),
                        words.empty() ? "" : ": ", words),
            late ? "give it more time with target_timeout, or look why it hangs"
                 : "it runs without a shell in the folder of config.toml and prints DDL")});
    }
    TargetScripts target;
    target.scripts.push_back({"target_command", std::move(result.output)});
    if (!words.empty()) target.notes.push_back(fmt::format("{}: {}", name, words));
    return not_empty(std::move(target), "the output of " + name);
}

}  // namespace revisiond::target
