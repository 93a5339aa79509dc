// New revisions before they are written: executed on a scratch copy, both ways. Internal to the
// room.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "diff/compare.hpp"
#include "service/new_revision.hpp"
#include "service/schema_copy.hpp"
#include "service/schema_reader.hpp"

namespace revisiond::service {

// A directory of revision files that is removed with this value.
class DraftFolder {
  public:
    static Expected<DraftFolder, Problem> make();
    DraftFolder(DraftFolder&& other) noexcept;
    DraftFolder& operator=(DraftFolder&&) = delete;
    ~DraftFolder();

    const std::filesystem::path& path() const { return path_; }
    // Under the name that the file will have.
    Expected<Done, Problem> add(const NewFile& file) const;

  private:
    explicit DraftFolder(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

// Applies the drafts to the copy by our own executor and compares it with `target`; then undoes
// them, the last first, and compares it with what it was. The problem shows what differs. `undo`
// false: only the first half.
Expected<Done, Problem> prove(SchemaReader& reader, const Project& project, const SchemaCopy& copy,
                              const DraftFolder& drafts, const std::vector<NewFile>& files,
                              const catalog::Catalog& target, const diff::DiffOptions& options,
                              bool undo);

}  // namespace revisiond::service
