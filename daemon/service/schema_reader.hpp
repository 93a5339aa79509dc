// Schemas into catalogs, wherever they are: of a database, of text, of revisions. Internal to the
// room.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "database/session.hpp"
#include "introspection/read_catalog.hpp"
#include "scratch/scratch_server.hpp"
#include "scratch/script_loader.hpp"
#include "service/problem.hpp"
#include "service/project.hpp"
#include "service/schema_source.hpp"
#include "target/rename_marks.hpp"

namespace revisiond::service {

// One schema that was read.
struct Schema {
    catalog::Catalog catalog;
    std::vector<target::RenameMark> marks;  // of its text, if it came from one
    std::vector<std::string> notes;         // what was passed over, what a command complained about
};

// Reads schemas for one command, all of one major version, and holds the scratch server that it
// takes, which is started when it is first needed. One thread at a time.
class SchemaReader {
  public:
    // Connects to the databases among `sources`, which decide the major version and the locale of
    // scratch databases; the project's own database decides for its target and its revisions when
    // it can be reached. `project` may be null: then there are only files and URLs.
    static Expected<SchemaReader, Problem> open(const Project* project,
                                                const std::vector<SchemaSource>& sources,
                                                std::stop_token stop);

    // A kind of object that this version does not know is an error that names it: what is not seen
    // cannot be compared.
    Expected<Schema, Problem> read(const SchemaSource& source);

    // An empty scratch database, or a copy of another, to which nobody may be connected then.
    Expected<scratch::ScratchDatabase, Problem> make_scratch();
    Expected<scratch::ScratchDatabase, Problem> clone(const scratch::ScratchDatabase& original);
    // A scratch database in which the revisions up to the targets have been applied by our own
    // executor; "current" alone: those of the project's database. On a server that is not private,
    // revisions that reach beyond it are refused.
    Expected<scratch::ScratchDatabase, Problem> replay(const std::vector<std::string>& wanted);
    Expected<catalog::Catalog, Problem> read_scratch(const scratch::ScratchDatabase& database);
    Expected<scratch::LoadNotes, Problem> load(const scratch::ScratchDatabase& database,
                                               const std::vector<scratch::ScriptText>& scripts);
    // Upgrades or downgrades a scratch database by the files of `project`; roles that are missing
    // on a private server are made.
    Expected<Done, Problem> migrate_scratch(const Project& project, graph::Direction direction,
                                            const std::vector<std::string>& targets);

    const std::stop_token& stop() const { return stop_; }

  private:
    // A database of somebody's, connected.
    struct Connected {
        database::Session session;
        config::ConnectionSettings settings;
    };

    SchemaReader(const Project* project, std::stop_token stop);
    Expected<Done, Problem> connect(const config::ConnectionSettings& settings, bool quiet);
    Expected<Done, Problem> connect_all(const std::vector<SchemaSource>& sources);
    Expected<scratch::ScratchServer*, Problem> server();
    Expected<scratch::ScratchOptions, Problem> scratch_options() const;
    Expected<Schema, Problem> read_connected(const config::ConnectionSettings& settings);
    Expected<Schema, Problem> read_target();
    Expected<Schema, Problem> read_scripts(const std::vector<scratch::ScriptText>& scripts);
    std::optional<Schema> read_cached(const std::string& key) const;
    Expected<Schema, Problem> load_and_read(const std::vector<scratch::ScriptText>& scripts,
                                            const std::string& key);
    Expected<std::string, Problem> scratch_version();
    Expected<std::string, Problem> cache_key(const std::vector<scratch::ScriptText>& scripts);
    scratch::LoadOptions load_options() const;
    scratch::ReachGuard& guard();

    const Project* project_;
    std::stop_token stop_;
    introspection::ReadOptions read_options_;
    std::vector<Connected> connected_;
    std::optional<scratch::DatabaseLocale> locale_;
    int server_version_ = 0;
    std::optional<scratch::ScratchServer> server_;
    std::optional<scratch::ReachGuard> guard_;  // of all that the server is given
};

// The project with its database replaced by a scratch one, and with the revision files of
// `more_migrations` besides its own.
Expected<Project, Problem> project_on(const Project& project,
                                      const database::ConnectionParameters& parameters,
                                      const std::vector<std::filesystem::path>& more_migrations);

}  // namespace revisiond::service
