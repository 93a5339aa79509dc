// init and list_templates.
#include <fmt/format.h>

#include <filesystem>

#include "base/spelling.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/project_template.hpp"
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
std::optional<Diagnostic> in_the_way(const std::vector<NewFile>& files) {
    for (const NewFile& file : files) {
        std::error_code ignored;
        if (std::filesystem::symlink_status(file.path, ignored).type() !=
            std::filesystem::file_type::not_found) {
            return make_error("cli.exists", fmt::format("{} exists already", file.path.string()),
                              "init never overwrites: choose another directory or move it away");
        }
    }
    return std::nullopt;
}

// Everything below the folder of the migrations is read as revisions, whatever the project holds.
bool holds_the_project(const std::filesystem::path& migrations,
                       const std::filesystem::path& config) {
    const auto folder = std::filesystem::absolute(config).lexically_normal().parent_path();
    return std::filesystem::absolute(migrations / "").lexically_normal().parent_path() == folder;
}

}  // namespace

Exit run(const InitCommand& command, Console& console) {
    const ProjectTemplate* project = project_template(command.template_name);
    if (project == nullptr) return console.fail(unknown_template(command.template_name));
    const std::filesystem::path& named = console.globals().config;
    const std::filesystem::path config = named.empty() ? "config.toml" : named;
    if (holds_the_project(command.directory, config)) {
        return console.fail(
            make_error("usage.init",
                       fmt::format("{} is the folder of {}: every .sql file below it would be "
                                   "read as a revision",
                                   command.directory.string(), config.filename().string()),
                       "name a folder of its own: revisiond init migrations"));
    }
    const std::vector<NewFile> files = project_files(*project, config, command.directory);
    if (auto obstacle = in_the_way(files)) return console.fail(*std::move(obstacle));
    const Exit written = write_new_files(console, files);
    if (written != Exit::done) return written;
    if (command.package) console.info("--package makes nothing: SQL files are no Python package");
    const bool two = std::string_view(project->config).find("SECOND_") != std::string_view::npos;
    console.info(
        fmt::format("Set DATABASE_HOSTNAME, DATABASE_PORT, DATABASE_NAME, DATABASE_USERNAME and "
                    "DATABASE_PASSWORD{} in the environment or in .env beside {}",
                    two ? ", and the same with SECOND_ in front," : "", config.string()));
    return Exit::done;
}

Exit run(const ListTemplatesCommand&, Console& console) {
    if (console.globals().json) {
        console.print_line(
            wire::templates_to_json(project_template_names(), script::builtin_template_names()));
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
