#include <fmt/format.h>

#include <filesystem>

#include "cli/alembic_file.hpp"
#include "cli/commands.hpp"
#include "cli/new_files.hpp"
#include "script/render.hpp"

namespace revisiond::cli {
namespace {

// Every file, or everything that stands in the way of any of them: nothing is written half.
Expected<std::vector<NewFile>, Diagnostics> render_all(const service::Project& project,
                                                       const std::filesystem::path& directory) {
    std::vector<NewFile> files;
    Diagnostics problems;
    for (const graph::RevisionIndex index : project.map().order()) {
        const auto script = project.script(index);
        auto text = alembic_file(project.map(), index, *script, project.variables());
        if (!text) {
            problems.insert(problems.end(), text.error().begin(), text.error().end());
            continue;
        }
        const std::string slug = script::slug(script->revision.message);
        const auto path = directory / fmt::format("{}_{}.py", script->revision.id, slug);
        std::error_code ignored;
        if (std::filesystem::exists(path, ignored)) {
            problems.push_back(make_error("cli.exists", path.string() + " exists already",
                                          "export never overwrites: choose an empty directory"));
        }
        files.push_back({path, *std::move(text)});
    }
    if (has_errors(problems)) return unexpected(std::move(problems));
    return files;
}

}  // namespace

Exit run(const ExportCommand& command, Console& console) {
    auto project = open_project(console);
    if (!project) return console.fail(project.error());
    auto files = render_all(*project, command.directory);
    if (!files) return console.fail(files.error());
    return write_new_files(console, *files);
}

}  // namespace revisiond::cli
