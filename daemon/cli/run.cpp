// The process: arguments to command, exceptions to words.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <variant>

#include "base/heap.hpp"
#include "base/text.hpp"
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "config/config.hpp"
#include "service/listing.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {
namespace {

bool asks_for_json(const std::vector<std::string>& arguments) {
    // Or the beginning of it, as long as no other option begins so.
    return std::ranges::any_of(arguments, [](std::string_view argument) {
        return argument.size() > 2 && std::string_view("--json").starts_with(argument);
    });
}

Exit end(const Stop& stop, bool json) {
    std::fputs(stop.text.c_str(), stdout);
    if (!stop.misuse) return Exit::done;
    const std::string text =
        json ? wire::to_json(Diagnostics{*stop.misuse}) : to_text(*stop.misuse);
    std::fprintf(stderr, "%s\n", text.c_str());
    return Exit::usage;
}

// Descriptors that the caller closed would be given to the next file or socket that is opened, and
// a result printed into that. One that refuses to be written to takes their place.
void occupy_standard_descriptors() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(descriptor, F_GETFD) != -1) continue;
        const int mode = descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY;
        [[maybe_unused]] const int opened = ::open("/dev/null", mode);
    }
}

// A result that could not be written (a full disk, a closed pipe) is not "done".
bool write_out(bool json) {
    errno = 0;
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
    const Diagnostic error =
        make_error("cli.output", fmt::format("cannot write the output: {}",
                                             errno != 0 ? std::strerror(errno) : "unknown error"));
    const std::string text = json ? wire::to_json(Diagnostics{error}) : to_text(error);
    std::fprintf(stderr, "%s\n", text.c_str());
    return false;
}

Exit run_invocation(const Invocation& invocation, Serve serve) {
    Console console(invocation.globals);
    try {
        return std::visit(
            [&](const auto& command) {
                if constexpr (requires { run(command, console, serve); }) {
                    return run(command, console, serve);
                } else {
                    return run(command, console);
                }
            },
            invocation.command);
    } catch (const std::exception& error) {
        return console.fail(make_error("cli.unexpected", error.what(),
                                       "this is a fault of revisiond: please report it"));
    }
}

}  // namespace

int run_command_line(int argc, const char* const* argv, Serve serve) {
    occupy_standard_descriptors();
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    auto invocation = parse_arguments(arguments);
    const bool json = asks_for_json(arguments);
    const Exit exit =
        invocation ? run_invocation(*invocation, serve) : end(invocation.error(), json);
    if (!write_out(json) && exit == Exit::done) return static_cast<int>(Exit::failed);
    return static_cast<int>(exit);
}

Expected<std::shared_ptr<const config::Config>, service::Problem> load_config(
    const Globals& globals) {
    auto config = config::load(globals.config, config::process_environment());
    if (!config) return unexpected(service::to_problem(std::move(config).error()));
    return std::make_shared<const config::Config>(*std::move(config));
}

Expected<service::Project, service::Problem> open_project(Console& console) {
    use_large_pages();
    return open_lasting_project(console);
}

Expected<service::Project, service::Problem> open_lasting_project(Console& console) {
    auto config = load_config(console.globals());
    if (!config) return unexpected(std::move(config).error());
    auto project =
        service::Project::open(*config, console.globals().database, console.globals().variables);
    if (project) console.warn(project->warnings());
    return project;
}

Expected<service::Project, service::Problem> open_project_without_files(Console& console) {
    auto config = load_config(console.globals());
    if (!config) return unexpected(std::move(config).error());
    auto project = service::Project::open_without_files(*config, console.globals().database);
    if (project) console.warn(project->warnings());
    return project;
}

Exit fail_with_rows(Console& console, const service::Problem& problem) {
    const Exit exit = console.fail(problem);
    if (console.globals().json) return exit;
    auto project = open_project_without_files(console);
    if (!project) return exit;
    auto current = service::current(*project);
    if (!current) {
        console.fail(current.error());
    } else if (current->unknown_rows.empty()) {
        console.print_line("The version table holds no revision.");
    } else {
        console.print_line(
            fmt::format("The version table holds {}; more is known when the files are mended.",
                        join_words(current->unknown_rows)));
    }
    return exit;
}

}  // namespace revisiond::cli
