// revision and merge: new files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "service/problem.hpp"
#include "service/project.hpp"

namespace revisiond::service {

// The SQL of a new revision.
struct RevisionBody {
    std::string upgrade;
    std::string downgrade;
    bool irreversible = false;  // without a [downgrade]
    bool transaction = true;
};

// `revision`.
struct RevisionRequest {
    std::string message;
    std::vector<std::string> heads;  // --head; empty: the single head
    bool splice = false;
    std::vector<std::string> branch_labels;
    std::vector<std::string> depends_on;
    std::filesystem::path version_path;  // --version-path; empty: beside the parent, else the first
    std::optional<std::string> id;       // --rev-id; absent: 12 random hex digits
    std::string template_name;           // built-in name or path; empty: the configuration's
    std::optional<RevisionBody> body;    // is put into the template's sections
    bool only_text = false;              // --sql: the text is returned, nothing is written
};

// `merge`: the request's `heads` are the revisions to merge; "heads" is all real ones.
struct NewFile {
    std::string id;
    std::filesystem::path path;    // where it is, or would be
    std::filesystem::path folder;  // the one of the configuration's that `path` is below
    std::string text;
    std::vector<std::string> down_revisions;
    std::vector<std::string> hook_output;  // what post_write_hooks printed, one entry a hook
};

// Never overwrites. A failing post_write_hook is the problem, and the file is gone again.
Expected<NewFile, Problem> new_revision(const Project& project, const RevisionRequest& request);
// Writes what new_revision() answered for `only_text`, and runs the hooks.
Expected<NewFile, Problem> write_revision(const Project& project, NewFile file);
Expected<NewFile, Problem> merge(const Project& project, const RevisionRequest& request);

}  // namespace revisiond::service
