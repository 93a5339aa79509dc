// A project: a configuration, one of its databases, and the revision files read once.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "apply/apply.hpp"
#include "config/config.hpp"
#include "database/database_state.hpp"
#include "graph/revision_map.hpp"
#include "plan/migration_plan.hpp"
#include "script/revision_script.hpp"
#include "service/problem.hpp"

namespace revisiond::directory {
class DirectorySnapshot;
struct LoadedDirectory;
}  // namespace revisiond::directory

namespace revisiond::service {

// What every use case works on. Immutable and cheap to copy; any number of threads may read it.
class Project {
  public:
    // Reads the files of the database `name` (empty: the only or first one). Every error of every
    // file is in the problem; an empty folder of migrations is a project without revisions.
    // `variables` (-x) win over those of the configuration.
    static Expected<Project, Problem> open(std::shared_ptr<const config::Config> config,
                                           const std::string& name,
                                           const plan::Variables& variables = {});

    // The same over files that were read already.
    static Expected<Project, Problem> open(std::shared_ptr<const config::Config> config,
                                           const std::string& name,
                                           const plan::Variables& variables,
                                           const directory::LoadedDirectory& loaded);

    // Without the files, as if there were none: for what asks the database alone and must answer
    // while files are broken.
    static Expected<Project, Problem> open_without_files(
        std::shared_ptr<const config::Config> config, const std::string& name);

    const config::Config& config() const { return *config_; }
    const config::DatabaseSettings& settings() const { return *settings_; }
    const graph::RevisionMap& map() const;
    // Parsed at each call: look once.
    std::shared_ptr<const script::RevisionScript> script(graph::RevisionIndex index) const;
    // Of its sections, without parsing it.
    script::Checksums checksums(graph::RevisionIndex index) const;
    // For make_plan.
    plan::ScriptLookup scripts() const;
    const plan::Variables& variables() const { return variables_; }
    // Of the configuration, the files and the graph.
    const Diagnostics& warnings() const { return warnings_; }
    const database::TableNames& names() const { return names_; }
    // libpq's, with connect_timeout and fallback_application_name where the configuration is
    // silent. Holds the password.
    database::ConnectionParameters connection_parameters() const;
    // The configuration's [apply] as the executor takes it.
    apply::ApplyOptions apply_options() const;

  private:
    std::shared_ptr<const config::Config> config_;
    const config::DatabaseSettings* settings_ = nullptr;
    std::shared_ptr<const directory::DirectorySnapshot> files_;
    plan::Variables variables_;
    database::TableNames names_;
    Diagnostics warnings_;
};

// This process as the history's requester: the system's user, this host, this version.
apply::Requester this_process(std::string doing);
// revisiond's version: "0.1.0".
const char* program_version();

}  // namespace revisiond::service
