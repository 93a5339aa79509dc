#include "introspection/kind_query.hpp"

namespace revisiond::introspection {

using catalog::Kind;
using P = catalog::Property;

std::vector<KindQuery> relation_queries() {
    return {
        {Kind::sequence,
         {P::owner, P::privileges, P::persistence, P::type, P::start, P::increment, P::minimum,
          P::maximum, P::cache, P::cycle},
         "SELECT c.tableoid, c.oid, 0, 0, 0, 0, n.nspname, c.relname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.relname), NULL, $owner(c.relowner),"
         " $acl(c.relacl,'s',c.relowner), c.relpersistence, format_type(s.seqtypid, NULL),"
         " s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, nullif(s.seqcycle, false)"
         " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
         " JOIN pg_sequence s ON s.seqrelid = c.oid"
         " WHERE c.relpersistence <> 't' AND $user_schema(n) AND $loose(c) AND NOT EXISTS (SELECT"
         " FROM pg_depend i WHERE i.classid = c.tableoid AND i.objid = c.oid AND i.deptype = 'i')"},
        {Kind::table,
         {P::owner, P::privileges, P::persistence, P::options, P::toast_options, P::partition_key,
          P::is_partition, P::access_method, P::tablespace, P::of_type, P::row_security,
          P::force_row_security, P::columns},
         "SELECT c.tableoid, c.oid, 0, 0, 0, 0, n.nspname, c.relname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.relname), NULL, $owner(c.relowner),"
         " $acl(c.relacl,'r',c.relowner), c.relpersistence, $lines(c.reloptions),"
         " $lines(t.reloptions), CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,"
         " nullif(c.relispartition, false), quote_ident(a.amname), quote_ident(s.spcname),"
         " nullif(c.reloftype, 0)::regtype, nullif(c.relrowsecurity, false),"
         " nullif(c.relforcerowsecurity, false),"
         // Of a partition key: these depend on their table.
         " CASE WHEN c.relkind = 'p' THEN (SELECT string_agg(quote_ident(a.attname), E'\\n')"
         " FROM pg_depend d JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid"
         " WHERE d.classid = c.tableoid AND d.objid = c.oid AND d.objsubid > 0"
         " AND d.refobjid = c.oid AND d.refobjsubid = 0) END"
         " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
         " LEFT JOIN pg_class t ON t.oid = c.reltoastrelid LEFT JOIN pg_am a ON a.oid = c.relam"
         " LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace"
         " WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND $user_schema(n)"
         " AND $loose(c)"},
        {Kind::foreign_table,
         {P::owner, P::privileges, P::is_partition, P::server, P::foreign_options},
         "SELECT c.tableoid, c.oid, 0, 0, 0, 0, n.nspname, c.relname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.relname), NULL, $owner(c.relowner),"
         " $acl(c.relacl,'r',c.relowner), nullif(c.relispartition, false), quote_ident(s.srvname),"
         " $lines(f.ftoptions)"
         " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
         " JOIN pg_foreign_table f ON f.ftrelid = c.oid"
         " JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE $user_schema(n) AND $loose(c)"},
        {Kind::view,
         {P::owner, P::privileges, P::definition, P::options, P::columns},
         "SELECT c.tableoid, c.oid, 0, 0, 0, 0, n.nspname, c.relname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.relname), NULL, $owner(c.relowner),"
         " $acl(c.relacl,'r',c.relowner), rtrim(pg_get_viewdef(c.oid), ';'), $lines(c.reloptions),"
         " (SELECT string_agg(quote_ident(a.attname) || E'\\t' || format_type(a.atttypid,"
         " a.atttypmod) || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' ||"
         " a.attcollation::regcollation ELSE '' END, E'\\n' ORDER BY a.attnum) || E'\\n'"
         " FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND "
         "a.attnum > 0)"
         " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
         " WHERE c.relkind = 'v' AND c.relpersistence <> 't' AND $user_schema(n) AND $loose(c)"},
        {Kind::materialized_view,
         {P::owner, P::privileges, P::definition, P::options, P::toast_options, P::access_method,
          P::tablespace, P::populated},
         "SELECT c.tableoid, c.oid, 0, 0, 0, 0, n.nspname, c.relname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.relname), NULL, $owner(c.relowner),"
         " $acl(c.relacl,'r',c.relowner), rtrim(pg_get_viewdef(c.oid), ';'), $lines(c.reloptions),"
         " $lines(t.reloptions), quote_ident(a.amname), quote_ident(s.spcname), c.relispopulated"
         " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
         " LEFT JOIN pg_class t ON t.oid = c.reltoastrelid LEFT JOIN pg_am a ON a.oid = c.relam"
         " LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace"
         " WHERE c.relkind = 'm' AND $user_schema(n) AND $loose(c)"},
        {Kind::column,
         {P::privileges,
          P::type,
          P::not_null,
          P::collation,
          P::identity,
          P::sequence_name,
          P::sequence_persistence,
          P::sequence_privileges,
          P::sequence_comment,
          P::sequence_options,
          P::generated,
          P::expression,
          P::storage,
          P::type_storage,
          P::compression,
          P::statistics,
          P::options,
          P::foreign_options,
          P::local,
          P::inherited},
         "SELECT 'pg_class'::regclass::oid, a.attrelid, a.attnum,"
         " CASE c.relkind WHEN 'c' THEN 'pg_type'::regclass::oid ELSE c.tableoid END,"
         " CASE c.relkind WHEN 'c' THEN c.reltype ELSE c.oid END, 0, n.nspname, a.attname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.relname) || '.' || "
         "quote_ident(a.attname),"
         " NULL, $acl(a.attacl,'c',c.relowner), format_type(a.atttypid, a.atttypmod),"
         " nullif(a.attnotnull, false),"
         " CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation END,"
         // From 17 on a partition's identity is its parent's.
         " CASE $since(17,CASE WHEN NOT c.relispartition THEN a.attidentity END,a.attidentity)"
         " WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END,"
         " $identity(quote_ident(sn.nspname) || '.' || quote_ident(sc.relname)),"
         " $since(15,$identity(nullif(sc.relpersistence, c.relpersistence)),NULL),"
         " $identity($acl(sc.relacl,'s',sc.relowner)), $identity(obj_description(sc.oid,"
         " 'pg_class')),"
         " $identity('START WITH ' || s.seqstart || ' INCREMENT BY ' || s.seqincrement ||"
         " ' MINVALUE ' || s.seqmin || ' MAXVALUE ' || s.seqmax || ' CACHE ' || s.seqcache ||"
         " CASE WHEN s.seqcycle THEN ' CYCLE' ELSE ' NO CYCLE' END),"
         " CASE a.attgenerated WHEN 's' THEN 'STORED' WHEN 'v' THEN 'VIRTUAL' END,"
         " CASE WHEN a.attgenerated <> '' THEN (SELECT pg_get_expr(d.adbin, d.adrelid)"
         " FROM pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END,"
         " CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN'"
         " WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END,"
         " CASE WHEN t.typlen = -1 THEN CASE t.typstorage WHEN 'p' THEN 'PLAIN'"
         " WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END,"
         " $since(14,CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,NULL),"
         " nullif(a.attstattarget, -1), $column_options(a.attoptions), $lines(a.attfdwoptions),"
         " CASE WHEN c.relkind IN ('r', 'p', 'f') THEN a.attislocal END, nullif(a.attinhcount > 0,"
         " false)"
         " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
         " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid"
         " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'v', 'm', "
         "'c')"
         " AND c.relpersistence <> 't' AND $user_schema(n) ORDER BY a.attrelid, a.attnum"},
        {Kind::column_default,
         {P::definition, P::volatile_},
         "SELECT d.tableoid, d.oid, 0, c.tableoid, c.oid, a.attnum, n.nspname, a.attname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.relname) || '.' || "
         "quote_ident(a.attname),"
         " NULL, pg_get_expr(d.adbin, 0), "  // no column is in it: the table need not be opened
         "$volatile(d.adbin)"
         " FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum"
         " JOIN pg_class c ON c.oid = d.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
         " WHERE a.attgenerated = '' AND $user_schema(n)"},
        {Kind::sequence_owner,
         {P::definition},
         "SELECT c.tableoid, c.oid, -1, c.tableoid, c.oid, 0, n.nspname, c.relname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.relname),"
         " d.refclassid || '/' || d.refobjid || '/' || d.refobjsubid,"
         " quote_ident(tn.nspname) || '.' || quote_ident(t.relname) || '.' || "
         "quote_ident(a.attname)"
         " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
         " JOIN pg_depend d ON d.classid = c.tableoid AND d.objid = c.oid AND d.deptype = 'a'"
         " AND d.refclassid = c.tableoid AND d.refobjsubid > 0"
         " JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace"
         " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid"
         " WHERE c.relkind = 'S' AND $user_schema(n)"},
        {Kind::typing,
         {P::definition},
         "SELECT 0, 0, 0, c.tableoid, c.oid, 0, n.nspname, c.relname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.relname), t.tableoid || '/' || t.oid ||"
         " '/0', t.oid::regtype FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
         " JOIN pg_type t ON t.oid = c.reloftype WHERE c.relkind IN ('r', 'p') AND "
         "$user_schema(n)"},
        {Kind::inheritance,
         {P::parent_name, P::position},
         "SELECT 0, 0, 0, c.tableoid, c.oid, 0, n.nspname, c.relname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.relname) || ' INHERIT ' ||"
         " quote_ident(pn.nspname) || '.' || quote_ident(p.relname), p.tableoid || '/' || p.oid ||"
         " '/0', quote_ident(pn.nspname) || '.' || quote_ident(p.relname),"
         " row_number() OVER (PARTITION BY i.inhrelid ORDER BY i.inhseqno)"
         " FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
         " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class p ON p.oid = i.inhparent"
         " JOIN pg_namespace pn ON pn.oid = p.relnamespace"
         " WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition AND $user_schema(n)"
         " ORDER BY i.inhrelid, i.inhseqno"},
        {Kind::partition,
         {P::parent_name, P::partition_bound},
         "SELECT 0, 0, 0, c.tableoid, c.oid, 0, n.nspname, c.relname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.relname), p.tableoid || '/' || p.oid ||"
         " '/0', quote_ident(pn.nspname) || '.' || quote_ident(p.relname),"
         " pg_get_expr(c.relpartbound, c.oid)"
         " FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
         " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class p ON p.oid = i.inhparent"
         " JOIN pg_namespace pn ON pn.oid = p.relnamespace"
         " WHERE c.relkind IN ('r', 'p', 'f') AND c.relispartition AND $user_schema(n)"},
    };
}

}  // namespace revisiond::introspection
