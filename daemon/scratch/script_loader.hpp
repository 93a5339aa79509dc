// Scripts of DDL into a scratch database, in whatever order their statements stand.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "database/session.hpp"
#include "scratch/reach_guard.hpp"
#include "sql/splitter.hpp"

namespace revisiond::scratch {

// One script, and what it is called in messages.
struct ScriptText {
    std::string file;
    std::string text;
};

// Where the scripts are loaded.
struct LoadOptions {
    bool private_server = false;  // roles may be made there, and missing ones are
    std::string server_name;      // for people
};

// What was passed over: rows of COPY, settings that the server does not know.
struct LoadNotes {
    std::vector<std::string> notes;
};

// Runs every statement of the scripts over one session. Each script begins with a clean session, so
// that one's SET does not reach the next. A statement that fails is tried again when the others
// have been, until nothing more succeeds: scripts may refer to what later ones define. Tolerated
// are what pg_dump writes (\restrict, a CREATE SCHEMA public that is there already, COPY data,
// which is not loaded) and BEGIN and COMMIT. Roles that are missing are made on a private server.
// Refused before anything runs: what reaches beyond the database (reach_guard.hpp), psql's
// commands, text that cannot be split. The error is the first one that is not only the consequence
// of another, with its place.
Expected<LoadNotes, Diagnostics> load_scripts(database::Session& session,
                                              const std::vector<ScriptText>& scripts,
                                              const LoadOptions& options, ReachGuard& guard);

// That this may not run on such a server, without its place.
Diagnostic refuse_reaching(const Reaching& reaching, const LoadOptions& options);

// The name in `role "x" does not exist`; empty when the error is another one.
std::string missing_role(const database::SqlError& error);

}  // namespace revisiond::scratch
