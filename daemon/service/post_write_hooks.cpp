#include "service/post_write_hooks.hpp"

#include <fmt/format.h>

#include "process/program.hpp"

namespace revisiond::service {

namespace {

constexpr std::string_view file_name_word = "REVISION_SCRIPT_FILENAME";

std::vector<std::string> arguments(const config::PostWriteHook& hook,
                                   const std::filesystem::path& file) {
    std::vector<std::string> result = hook.command;
    const std::string path = file.string();
    for (std::string& argument : result) {
        for (auto at = argument.find(file_name_word); at != std::string::npos;
             at = argument.find(file_name_word, at + path.size())) {
            argument.replace(at, file_name_word.size(), path);
        }
    }
    return result;
}

}  // namespace

Expected<std::vector<std::string>> run_post_write_hooks(
    const std::vector<config::PostWriteHook>& hooks, const std::filesystem::path& file,
    const std::filesystem::path& directory) {
    std::vector<std::string> outputs;
    for (const config::PostWriteHook& hook : hooks) {
        if (hook.command.empty()) continue;
        process::ProgramOptions program;
        program.command = arguments(hook, file);
        program.directory = hook.cwd.empty() ? directory : hook.cwd;
        program.merge_output = true;
        process::ProgramResult done = process::run_program(program);
        if (!done.succeeded()) {
            const std::string words = process::last_words(done.output);
            return unexpected(make_error(
                "service.hook-failed",
                fmt::format("post_write_hook {} ({}) {}{}", hook.name, hook.command.front(),
                            process::describe_end(done, program),
                            words.empty() ? "" : ": " + words),
                "the new file was removed; mend the hook or take it out of the configuration"));
        }
        outputs.push_back(std::move(done.output));
    }
    return outputs;
}

}  // namespace revisiond::service
