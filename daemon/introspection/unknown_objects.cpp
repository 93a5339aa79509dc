#include "introspection/unknown_objects.hpp"

#include <fmt/format.h>

#include "introspection/kind_query.hpp"
#include "sql/identifier.hpp"

namespace revisiond::introspection {
namespace {

using database::SqlError;

// One row a code that we do not know, with one object that has it.
constexpr const char* unknown_codes_sql =
    "SELECT 'relation kind ' || quote_literal(c.relkind::text), min(n.nspname || '.' || c.relname)"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind NOT IN ('r', 'i', 'S', 't', 'v', 'm', 'c', 'f', 'p', 'I')"
    " AND $user_schema(n) GROUP BY c.relkind"
    " UNION ALL SELECT 'type kind ' || quote_literal(t.typtype::text), min(n.nspname || '.' || "
    "t.typname)"
    " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
    " WHERE t.typtype NOT IN ('b', 'c', 'd', 'e', 'p', 'r', 'm') AND $user_schema(n)"
    " GROUP BY t.typtype"
    " UNION ALL SELECT 'constraint kind ' || quote_literal(k.contype::text), min(k.conname)"
    " FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace"
    " WHERE k.contype NOT IN ('c', 'f', 'n', 'p', 'u', 't', 'x') AND $user_schema(n)"
    " GROUP BY k.contype"
    " UNION ALL SELECT 'routine kind ' || quote_literal(p.prokind::text), min(n.nspname || '.' ||"
    " p.proname) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
    " WHERE p.prokind NOT IN ('f', 'p', 'a', 'w') AND $user_schema(n) GROUP BY p.prokind"
    " UNION ALL SELECT 'generated column kind ' || quote_literal(a.attgenerated::text),"
    " min(n.nspname || '.' || c.relname || '.' || a.attname)"
    " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n"
    " ON n.oid = c.relnamespace WHERE a.attgenerated NOT IN ('', 's', 'v') AND $user_schema(n)"
    " GROUP BY a.attgenerated"
    " UNION ALL SELECT 'security label', min(l.provider || ' on ' ||"
    " pg_describe_object(l.classoid, l.objoid, l.objsubid)) FROM pg_seclabel l HAVING count(*) > 0";

// Every catalog of the servers 13 to 18.
constexpr const char* unknown_catalogs_sql =
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'pg_catalog'::regnamespace"
    " AND c.relkind = 'r' AND c.relname NOT IN ('pg_aggregate', 'pg_am', 'pg_amop', 'pg_amproc',"
    " 'pg_attrdef', 'pg_attribute', 'pg_auth_members', 'pg_authid', 'pg_cast', 'pg_class',"
    " 'pg_collation', 'pg_constraint', 'pg_conversion', 'pg_database', 'pg_db_role_setting',"
    " 'pg_default_acl', 'pg_depend', 'pg_description', 'pg_enum', 'pg_event_trigger',"
    " 'pg_extension', 'pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_foreign_table',"
    " 'pg_index', 'pg_inherits', 'pg_init_privs', 'pg_language', 'pg_largeobject',"
    " 'pg_largeobject_metadata', 'pg_namespace', 'pg_opclass', 'pg_operator', 'pg_opfamily',"
    " 'pg_parameter_acl', 'pg_partitioned_table', 'pg_policy', 'pg_proc', 'pg_publication',"
    " 'pg_publication_namespace', 'pg_publication_rel', 'pg_range', 'pg_replication_origin',"
    " 'pg_rewrite', 'pg_seclabel', 'pg_sequence', 'pg_shdepend', 'pg_shdescription',"
    " 'pg_shseclabel', 'pg_statistic', 'pg_statistic_ext', 'pg_statistic_ext_data',"
    " 'pg_subscription', 'pg_subscription_rel', 'pg_tablespace', 'pg_transform', 'pg_trigger',"
    " 'pg_ts_config', 'pg_ts_config_map', 'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template',"
    " 'pg_type', 'pg_user_mapping') ORDER BY 1";

}  // namespace

Expected<std::vector<catalog::Unknown>, SqlError> find_unknown_objects(const database::Query& query,
                                                                       int major) {
    std::vector<catalog::Unknown> unknown;
    auto codes = query(expand(unknown_codes_sql, major));
    if (!codes) return unexpected(codes.error());
    for (const auto& row : *codes) {
        unknown.push_back({row[0].value_or(""), row[1].value_or("")});
    }
    auto catalogs = query(unknown_catalogs_sql);
    if (!catalogs) return unexpected(catalogs.error());
    for (const auto& row : *catalogs) {
        const std::string name = row[0].value_or("");
        auto used = query(
            fmt::format("SELECT EXISTS (SELECT FROM pg_catalog.{})", sql::quote_identifier(name)));
        if (!used) return unexpected(used.error());
        if (used->at(0).at(0) == "t") unknown.push_back({"catalog", name});
    }
    return unknown;
}

}  // namespace revisiond::introspection
