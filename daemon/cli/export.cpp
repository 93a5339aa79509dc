#include <fmt/format.h>

#include <filesystem>

#include "cli/alembic_file.hpp"
#include "cli/commands.hpp"
#include "directory/new_file.hpp"
#include "script/render.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {
namespace {

// A file that is still to be written.
struct PendingFile {
    std::filesystem::path path;
    std::string text;
};

// Every file, or everything that stands in the way of any of them: nothing is written half.
Expected<std::vector<PendingFile>, Diagnostics> render_all(const service::Project& project,
                                                           const std::filesystem::path& directory) {
    std::vector<PendingFile> files;
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
    std::vector<std::string> written;
    for (const PendingFile& file : *files) {
        auto done = directory::write_new_file(file.path, file.text);
        if (!done) return console.fail(done.error());
        written.push_back(file.path.string());
    }
    if (console.globals().json) {
        console.print_line(wire::names_to_json(written));
        return Exit::done;
    }
    for (const std::string& path : written) console.print_line("Generating " + path + " ...  done");
    return Exit::done;
}

}  // namespace revisiond::cli
