#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "cli/commands.hpp"
#include "service/listing.hpp"

namespace revisiond::cli {
namespace {

std::string editor() {
    for (const char* variable : {"VISUAL", "EDITOR"}) {
        const char* value = std::getenv(variable);
        if (value != nullptr && *value != '\0') return value;
    }
    return "vi";
}

// As git does it: the setting is a piece of shell ("code --wait"), the file an argument of it.
std::optional<Diagnostic> open_in_editor(const std::string& file) {
    const std::string script = editor() + " \"$@\"";
    const ::pid_t child = ::fork();
    if (child == 0) {
        ::execl("/bin/sh", "sh", "-c", script.c_str(), "sh", file.c_str(), nullptr);
        ::_exit(127);
    }
    int status = 0;
    if (child > 0 && ::waitpid(child, &status, 0) == child && status == 0) return std::nullopt;
    return make_error("cli.editor", fmt::format("the editor {} failed on {}", editor(), file),
                      "set VISUAL or EDITOR to a program that is installed");
}

}  // namespace

Exit run(const EditCommand& command, Console& console) {
    auto project = open_project(console);
    if (!project) return console.fail(project.error());
    auto revisions = service::show(*project, command.target);
    if (!revisions) return console.fail(revisions.error());
    if (revisions->empty()) {
        return console.fail(make_error(
            "cli.no-file", fmt::format("{} names no revision file to edit", command.target),
            "`revisiond history` lists the revisions that have one"));
    }
    for (const service::RevisionView& revision : *revisions) {
        if (auto error = open_in_editor(revision.file)) return console.fail(*std::move(error));
    }
    return Exit::done;
}

}  // namespace revisiond::cli
