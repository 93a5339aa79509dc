#include "service/proof.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "directory/new_file.hpp"

namespace revisiond::service {
namespace {

namespace fs = std::filesystem;

// What the executor refused, as a fault of the revision that was generated.
Problem failed(const char* direction, Problem problem) {
    Diagnostic reason = make_error(
        "autogenerate.proof",
        fmt::format("the {} that was generated does not run on a scratch copy; nothing was written",
                    direction),
        "the statement is shown below; please report it");
    problem.diagnostics.insert(problem.diagnostics.begin(), std::move(reason));
    problem.failure.reset();
    return problem;
}

}  // namespace

Expected<DraftFolder, Problem> DraftFolder::make() {
    std::error_code ignored;
    std::string name = (fs::temp_directory_path(ignored) / "revisiond-drafts-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        return unexpected(
            to_problem(make_error("autogenerate.temporary-directory",
                                  fmt::format("cannot make a temporary directory like {}: {}", name,
                                              std::strerror(errno)))));
    }
    return DraftFolder(name);
}

DraftFolder::DraftFolder(DraftFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

DraftFolder::~DraftFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
}

Expected<Done, Problem> DraftFolder::add(const NewFile& file) const {
    const fs::path name = file.path.lexically_relative(file.folder);
    auto done = directory::write_new_file(path_ / name, file.text);
    if (!done) return unexpected(to_problem(std::move(done.error())));
    return Done{};
}

Expected<Done, Problem> prove(SchemaReader& reader, const Project& project, const SchemaCopy& copy,
                              const DraftFolder& drafts, const std::vector<NewFile>& files,
                              const catalog::Catalog& target, const diff::DiffOptions& options,
                              bool undo) {
    auto trial = project_on(project, copy.database.parameters(), {drafts.path()});
    if (!trial) return unexpected(std::move(trial.error()));
    auto up = reader.migrate_scratch(*trial, graph::Direction::upgrade, {files.back().id});
    if (!up) return unexpected(failed("upgrade", std::move(up.error())));
    auto above = reader.read_scratch(copy.database);
    if (!above) return unexpected(std::move(above.error()));
    if (const auto rest = diff::compare(*above, target, options); !rest.empty()) {
        return unexpected(differences("autogenerate.proof",
                                      "the upgrade that was generated does not lead to the target; "
                                      "nothing was written. What differs still",
                                      rest, "please report it"));
    }
    if (!undo) return Done{};
    auto down =
        reader.migrate_scratch(*trial, graph::Direction::downgrade, {files.front().id + "-1"});
    if (!down) return unexpected(failed("downgrade", std::move(down.error())));
    auto below = reader.read_scratch(copy.database);
    if (!below) return unexpected(std::move(below.error()));
    if (const auto rest = diff::compare(*below, copy.catalog, options); !rest.empty()) {
        return unexpected(differences("autogenerate.proof",
                                      "the downgrade that was generated does not lead back; "
                                      "nothing was written. What differs then",
                                      rest, "please report it"));
    }
    return Done{};
}

}  // namespace revisiond::service
