// `--sql`: a plan as a script that psql or a DBA can run, without us.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/heads.hpp"
#include "plan/migration_plan.hpp"
#include "sql/identifier.hpp"

namespace revisiond::plan {

// What the script speaks of besides the plan.
struct OfflineOptions {
    sql::QualifiedName version_table;
    std::optional<std::string>
        tag;  // --tag: said in the head's comment, as Alembic hands it to env.py
};

// DDL and version rows only. Each revision's block begins with a DO that raises unless the rows are
// what they must be, so after a failed block nothing takes effect, also without ON_ERROR_STOP; a
// block that cannot be a transaction switches ON_ERROR_STOP on itself, and the script says that it
// needs psql then.
std::string offline_sql(const MigrationPlan& plan, const OfflineOptions& options);

// The same for `stamp --sql`.
std::string offline_stamp_sql(const std::vector<std::string>& from, const graph::StampPlan& stamp,
                              const OfflineOptions& options);

// CREATE TABLE IF NOT EXISTS for the version table, Alembic's shape with varchar(255).
std::string create_version_table_sql(const sql::QualifiedName& version_table);

}  // namespace revisiond::plan
