// init and list_templates.
#include <fmt/format.h>

#include <filesystem>

#include "base/spelling.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/project_template.hpp"
#include "directory/new_file.hpp"
#include "script/render.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {
namespace {

std::vector<std::string> project_template_names() {
    std::vector<std::string> names;
    for (const ProjectTemplate& known : project_templates()) names.emplace_back(known.name);
    return names;
}

Diagnostic unknown_template(const std::string& name) {
    const std::vector<std::string> names = project_template_names();
    const auto near = nearest(name, names);
    return make_error("usage.template", fmt::format("there is no project template {}", name),
                      near ? fmt::format("did you mean {}?", *near)
                           : fmt::format("there are {}", join_words(names)));
}

// Looked at before anything is written, so that a refusal leaves nothing behind.
std::optional<Diagnostic> in_the_way(const std::filesystem::path& directory,
                                     const ProjectTemplate& project) {
    for (const TemplateFile& file : project.files) {
        const auto path = (directory / file.path).lexically_normal();
        std::error_code ignored;
        if (std::filesystem::symlink_status(path, ignored).type() !=
            std::filesystem::file_type::not_found) {
            return make_error("cli.exists", fmt::format("{} exists already", path.string()),
                              "init never overwrites: choose another directory or move it away");
        }
    }
    return std::nullopt;
}

}  // namespace

Exit run(const InitCommand& command, Console& console) {
    const ProjectTemplate* project = project_template(command.template_name);
    if (project == nullptr) return console.fail(unknown_template(command.template_name));
    if (auto obstacle = in_the_way(command.directory, *project)) {
        return console.fail(*std::move(obstacle));
    }
    std::vector<std::string> written;
    for (const TemplateFile& file : project->files) {
        const auto path = (command.directory / file.path).lexically_normal();
        auto done = directory::write_new_file(path, file.content);
        if (!done) return console.fail(done.error());
        written.push_back(path.string());
    }
    if (console.globals().json) {
        console.print_line(wire::names_to_json(written));
        return Exit::done;
    }
    for (const std::string& path : written) console.print_line("Generating " + path + " ...  done");
    console.info(
        "Set DATABASE_HOSTNAME, DATABASE_PORT, DATABASE_NAME, DATABASE_USERNAME and "
        "DATABASE_PASSWORD in the environment or in .env beside config.toml");
    return Exit::done;
}

Exit run(const ListTemplatesCommand&, Console& console) {
    if (console.globals().json) {
        console.print_line(wire::names_to_json(project_template_names()));
        return Exit::done;
    }
    console.print("Available templates of init:\n\n");
    for (const ProjectTemplate& known : project_templates()) {
        console.print_line(fmt::format("{} - {}", known.name, known.description));
    }
    console.print_line(fmt::format("\nTemplates of revision --template: {}",
                                   join(script::builtin_template_names(), ", ")));
    return Exit::done;
}

}  // namespace revisiond::cli
