// revision and merge.
#include "service/new_revision.hpp"

#include "cli/commands.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {
namespace {

Exit print_new_file(Console& console, const Expected<service::NewFile, service::Problem>& file,
                    bool only_text) {
    if (!file) return console.fail(file.error());
    for (const std::string& output : file->hook_output) {
        if (!output.empty()) console.info(output);
    }
    if (console.globals().json) {
        console.print_line(wire::to_json(*file));
    } else if (only_text) {
        console.print(file->text);
    } else {
        console.print_line("Generating " + file->path.string() + " ...  done");
    }
    return Exit::done;
}

// What revision and merge have in common.
template <class Command>
service::RevisionRequest request_of(const Command& command) {
    service::RevisionRequest request;
    request.message = command.message;
    request.splice = command.splice;
    request.branch_labels = command.branch_labels;
    request.id = command.id;
    return request;
}

}  // namespace

Exit run(const RevisionCommand& command, Console& console) {
    auto project = open_project(console);
    if (!project) return console.fail(project.error());
    service::RevisionRequest request = request_of(command);
    request.heads = command.heads;
    request.depends_on = command.depends_on;
    request.version_path = command.version_path;
    request.template_name = command.template_name;
    request.only_text = command.sql;
    if (command.autogenerate) {
        return run_autogenerate(command, std::move(request), console, *project);
    }
    const bool patterns = !command.include.empty() || !command.exclude.empty();
    if (command.online || !command.renames.empty() || patterns) {
        return console.fail(make_error("usage.autogenerate",
                                       "--online, --rename, --include and --exclude belong to "
                                       "--autogenerate",
                                       "add --autogenerate"));
    }
    return print_new_file(console, service::new_revision(*project, request), command.sql);
}

Exit run(const MergeCommand& command, Console& console) {
    auto project = open_project(console);
    if (!project) return console.fail(project.error());
    service::RevisionRequest request = request_of(command);
    request.heads = command.revisions;
    return print_new_file(console, service::merge(*project, request), false);
}

}  // namespace revisiond::cli
