// The room wire: the JSON shape of everything that leaves the process. One function a shape, text
// out: nlohmann stays in the sources. Every text is valid UTF-8 (what is not is replaced), SQL is
// redacted, secrets are never in it. The result has no line end; objects keep the order of keys
// written here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "database/database_state.hpp"
#include "diff/compare.hpp"
#include "plan/migration_plan.hpp"
#include "service/check.hpp"
#include "service/database_history.hpp"
#include "service/listing.hpp"
#include "service/migrate.hpp"
#include "service/new_revision.hpp"
#include "service/planning.hpp"
#include "service/problem.hpp"
#include "service/repair.hpp"
#include "service/status.hpp"

namespace revisiond::wire {

// {"digest", "from", "to", "steps": [{"revision", "direction", "message", "transaction", "rows",
// "statements": [{"line", "sql"}]}]}; `rows` are those after the step.
std::string to_json(const plan::MigrationPlan& plan);

std::string to_json(const service::Status& status);
std::string to_json(const service::Current& current);

// heads, history, show: an array of revisions.
std::string to_json(const std::vector<service::RevisionView>& revisions);
std::string to_json(const std::vector<service::Branch>& branches);

// upgrade, downgrade, stamp, ensure_version and dry runs. `reports` is what a listener kept of the
// statements; it belongs to a dry run, and may be empty.
std::string to_json(const service::Outcome& outcome,
                    const std::vector<apply::StatementReport>& reports = {});
std::string to_json(const service::Repaired& repaired);

std::string to_json(const std::vector<database::HistoryRow>& history);
// {"held": bool, "holder": {…}|null}
std::string to_json(const std::optional<database::LockHolder>& holder);
std::string to_json(const service::CheckResult& check);
std::string to_json(const service::NewFile& file);

// {"error": {"code", "message", "file", "line", "column", "hint", "kind", "sqlstate", "revision",
// "server": {every field that PostgreSQL sent}}, "diagnostics": […], "applied": […]}
std::string to_json(const service::Problem& problem);
// The same for what went wrong before there was a project: usage and configuration. Not empty.
std::string to_json(const Diagnostics& diagnostics);

// {"changes": [{"type", "kind", "object", "properties", "rebuilt"}], "statements": [{"sql", "kind",
// "object", "hazards": […], "outside_transaction", "commit_before"}], "rename_candidates":
// [{"kind", "from", "to"}]}
std::string to_json(const diff::MigrationScript& script);

// A script that --sql made, or any other text: {"sql": "…"}.
std::string sql_to_json(const std::string& sql);
// list_templates and the like: ["…"].
std::string names_to_json(const std::vector<std::string>& names);

}  // namespace revisiond::wire
