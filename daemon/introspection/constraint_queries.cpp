#include "introspection/kind_query.hpp"

namespace revisiond::introspection {

using catalog::Kind;
using P = catalog::Property;

std::vector<KindQuery> constraint_queries() {
    return {
        {Kind::constraint,
         {P::definition, P::constraint_type, P::validated, P::deferrable, P::deferred, P::enforced,
          P::local, P::inherited, P::is_partition, P::options, P::tablespace, P::index_comment},
         "SELECT c.tableoid, c.oid, 0, r.tableoid, r.oid, 0, n.nspname, k.name,"
         " quote_ident(k.name) || ' ON ' || quote_ident(n.nspname) || '.' ||"
         " quote_ident(r.relname), NULL, pg_get_constraintdef(c.oid), c.contype, c.convalidated,"
         " nullif(c.condeferrable, false), nullif(c.condeferred, false),"
         " $since(18,nullif(c.conenforced, true),NULL),"
         " c.conislocal, nullif(c.coninhcount > 0, false),"
         " CASE i.relkind WHEN 'I' THEN 'parent' END, $lines(i.reloptions),"
         " quote_ident(s.spcname), CASE WHEN i.oid IS NOT NULL THEN obj_description(i.oid,"
         " 'pg_class') END"
         " FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid"
         " JOIN pg_namespace n ON n.oid = r.relnamespace"
         " LEFT JOIN pg_class i ON i.oid = c.conindid AND c.contype IN ('p', 'u', 'x')"
         " LEFT JOIN pg_tablespace s ON s.oid = i.reltablespace"
         // A partition's copy of a foreign key keeps its name when the key is renamed, nothing can
         // change it, and pg_dump does not print it: it goes by the key's name.
         " CROSS JOIN LATERAL (SELECT coalesce(CASE WHEN c.contype = 'f' AND c.conparentid <> 0"
         " THEN (WITH RECURSIVE up(parent, name) AS (SELECT c.conparentid, c.conname UNION ALL"
         " SELECT p.conparentid, p.conname FROM pg_constraint p JOIN up ON p.oid = up.parent)"
         " SELECT up.name FROM up WHERE up.parent = 0 AND NOT EXISTS (SELECT FROM pg_constraint o"
         " WHERE o.conrelid = c.conrelid AND o.conname = up.name AND o.oid <> c.oid)) END,"
         " c.conname) AS name) k"
         " WHERE r.relpersistence <> 't' AND (c.contype IN ('c', 'p', 'u', 'x') OR"
         " c.contype = 'f' AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.oid = c.conparentid"
         " AND o.conrelid = c.conrelid)) AND $user_schema(n) ORDER BY c.oid"},
        // From 18 on a NOT NULL is a constraint with a name. One that has the name that the server
        // would choose, and no mark of its own, is said enough of by its column.
        {Kind::not_null,
         {P::name_, P::validated, P::no_inherit, P::local, P::inherited},
         "SELECT c.tableoid, c.oid, 0, r.tableoid, r.oid, a.attnum, n.nspname, a.attname,"
         " quote_ident(n.nspname) || '.' || quote_ident(r.relname) || '.' || "
         "quote_ident(a.attname),"
         " NULL, quote_ident(c.conname), c.convalidated, nullif(c.connoinherit, false),"
         " c.conislocal, nullif(c.coninhcount > 0, false)"
         " FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid"
         " JOIN pg_namespace n ON n.oid = r.relnamespace"
         " JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.conkey[1]"
         " WHERE c.contype = 'n' AND $user_schema(n)",
         18},
    };
}

std::vector<KindQuery> index_queries() {
    return {
        {Kind::index,
         {P::definition, P::is_partition, P::tablespace, P::valid, P::index_statistics},
         "SELECT c.tableoid, c.oid, 0, r.tableoid, r.oid, 0, n.nspname, c.relname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.relname), NULL, pg_get_indexdef(c.oid),"
         " CASE c.relkind WHEN 'I' THEN 'parent' END, quote_ident(s.spcname),"
         " CASE c.relkind WHEN 'i' THEN i.indisvalid END,"
         " CASE WHEN i.indexprs IS NOT NULL THEN (SELECT string_agg(a.attnum || ' ' ||"
         " a.attstattarget, E'\\n' ORDER BY a.attnum) FROM pg_attribute a"
         " WHERE a.attrelid = c.oid AND a.attstattarget >= 0) END"
         " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
         " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class r ON r.oid = i.indrelid"
         " LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace"
         " WHERE r.relpersistence <> 't' AND r.relkind IN ('r', 'p', 'm') AND $user_schema(n)"
         " AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid"
         " AND k.contype IN ('p', 'u', 'x'))"},
        {Kind::index_partition,
         {P::parent_name},
         "SELECT 0, 0, 0, c.tableoid, c.oid, 0, n.nspname, c.relname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.relname), p.tableoid || '/' || p.oid ||"
         " '/0', quote_ident(pn.nspname) || '.' || quote_ident(p.relname)"
         " FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
         " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class p ON p.oid = i.inhparent"
         " JOIN pg_namespace pn ON pn.oid = p.relnamespace"
         " WHERE c.relkind IN ('i', 'I') AND $user_schema(n)"},
        {Kind::clustering,
         {P::definition},
         "SELECT 0, 0, 0, r.tableoid, r.oid, 0, n.nspname, r.relname,"
         " quote_ident(n.nspname) || '.' || quote_ident(r.relname), c.tableoid || '/' || c.oid ||"
         " '/0', quote_ident(c.relname)"
         " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
         " JOIN pg_class r ON r.oid = i.indrelid JOIN pg_namespace n ON n.oid = r.relnamespace"
         " WHERE i.indisclustered AND $user_schema(n)"},
        {Kind::replica_identity,
         {P::definition},
         "SELECT 0, 0, 0, r.tableoid, r.oid, 0, n.nspname, r.relname,"
         " quote_ident(n.nspname) || '.' || quote_ident(r.relname),"
         " c.tableoid || '/' || c.oid || '/0', CASE r.relreplident WHEN 'n' THEN 'NOTHING'"
         " WHEN 'f' THEN 'FULL' ELSE 'USING INDEX ' || quote_ident(c.relname) END"
         " FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace"
         " LEFT JOIN pg_index i ON i.indrelid = r.oid AND i.indisreplident"
         " AND r.relreplident = 'i' LEFT JOIN pg_class c ON c.oid = i.indexrelid"
         " WHERE r.relkind IN ('r', 'p', 'm') AND (r.relreplident IN ('n', 'f') OR c.oid IS NOT "
         "NULL)"
         " AND $user_schema(n)"},
        {Kind::statistics,
         {P::owner, P::definition, P::statistics},
         "SELECT s.tableoid, s.oid, 0, r.tableoid, r.oid, 0, n.nspname, s.stxname,"
         " quote_ident(n.nspname) || '.' || quote_ident(s.stxname), NULL, $owner(s.stxowner),"
         " pg_get_statisticsobjdef(s.oid), nullif(s.stxstattarget, -1)"
         " FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace"
         " JOIN pg_class r ON r.oid = s.stxrelid WHERE $user_schema(n)"},
    };
}

std::vector<KindQuery> behaviour_queries() {
    return {
        {Kind::rule,
         {P::definition, P::enabled},
         "SELECT w.tableoid, w.oid, 0, r.tableoid, r.oid, 0, n.nspname, w.rulename,"
         " quote_ident(w.rulename) || ' ON ' || quote_ident(n.nspname) || '.' ||"
         " quote_ident(r.relname), NULL, rtrim(pg_get_ruledef(w.oid), ';'), w.ev_enabled"
         " FROM pg_rewrite w JOIN pg_class r ON r.oid = w.ev_class"
         " JOIN pg_namespace n ON n.oid = r.relnamespace"
         " WHERE w.rulename <> '_RETURN' AND $user_schema(n)"},
        {Kind::trigger,
         {P::definition, P::enabled, P::constraint_type},
         "SELECT t.tableoid, t.oid, 0, r.tableoid, r.oid, 0, n.nspname, t.tgname,"
         " quote_ident(t.tgname) || ' ON ' || quote_ident(n.nspname) || '.' ||"
         " quote_ident(r.relname), NULL, pg_get_triggerdef(t.oid), t.tgenabled,"
         " CASE WHEN t.tgconstraint <> 0 THEN 't' END"
         " FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid"
         " JOIN pg_namespace n ON n.oid = r.relnamespace"
         " WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND $user_schema(n)"},
        // Against the trigger that all of a tree's come from, and not its next: what changes that
        // one reaches them all.
        {Kind::trigger_state,
         {P::enabled},
         "SELECT t.tableoid, t.oid, 0, r.tableoid, r.oid, 0, n.nspname, t.tgname,"
         " quote_ident(t.tgname) || ' ON ' || quote_ident(n.nspname) || '.' ||"
         " quote_ident(r.relname), t.tableoid || '/' || p.oid || '/0',"
         " nullif(t.tgenabled, p.tgenabled)"
         " FROM (WITH RECURSIVE copies AS (SELECT c.oid, c.tgparentid AS root FROM pg_trigger c"
         " WHERE c.tgparentid <> 0 AND NOT c.tgisinternal UNION ALL SELECT c.oid, b.tgparentid"
         " FROM copies c JOIN pg_trigger b ON b.oid = c.root WHERE b.tgparentid <> 0)"
         " SELECT oid, root FROM copies) c JOIN pg_trigger t ON t.oid = c.oid"
         " JOIN pg_trigger p ON p.oid = c.root AND p.tgparentid = 0"
         " JOIN pg_class r ON r.oid = t.tgrelid JOIN pg_namespace n ON n.oid = r.relnamespace"
         " WHERE (p.tgenabled <> t.tgenabled OR EXISTS (SELECT FROM pg_description d WHERE"
         " d.classoid = t.tableoid AND d.objoid = t.oid)) AND NOT p.tgisinternal"
         " AND $user_schema(n)"},
        {Kind::policy,
         {P::command, P::permissive, P::roles, P::using_expression, P::check_expression},
         "SELECT p.tableoid, p.oid, 0, r.tableoid, r.oid, 0, n.nspname, p.polname,"
         " quote_ident(p.polname) || ' ON ' || quote_ident(n.nspname) || '.' ||"
         " quote_ident(r.relname), NULL, CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN"
         " 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END, p.polpermissive,"
         " (SELECT string_agg(CASE x WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x)) END,"
         " ', ' ORDER BY pg_get_userbyid(x)) FROM unnest(p.polroles) x),"
         " pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)"
         " FROM pg_policy p JOIN pg_class r ON r.oid = p.polrelid"
         " JOIN pg_namespace n ON n.oid = r.relnamespace WHERE $user_schema(n)"},
    };
}

std::vector<KindQuery> publication_queries() {
    return {
        {Kind::publication,
         {P::owner, P::all_tables, P::operations, P::via_root, P::generated},
         "SELECT p.tableoid, p.oid, 0, 0, 0, 0, '', p.pubname, quote_ident(p.pubname), NULL,"
         " $owner(p.pubowner), nullif(p.puballtables, false), concat_ws(', ', CASE WHEN p.pubinsert"
         " THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN"
         " 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END), nullif(p.pubviaroot, false),"
         " $since(18,CASE p.pubgencols WHEN 's' THEN 'stored' END,NULL)"
         " FROM pg_publication p WHERE $loose(p)"},
        {Kind::publication_table,
         {P::columns, P::row_filter},
         "SELECT p.tableoid, p.oid, 0, b.tableoid, b.oid, 0, '', b.pubname,"
         " quote_ident(b.pubname) || ' TABLE ' || quote_ident(n.nspname) || '.' ||"
         " quote_ident(r.relname), r.tableoid || '/' || r.oid || '/0',"
         " $since(15,(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname) FROM"
         " pg_attribute a WHERE a.attrelid = r.oid AND a.attnum = ANY (p.prattrs)),NULL),"
         " $since(15,pg_get_expr(p.prqual, p.prrelid),NULL)"
         " FROM pg_publication_rel p JOIN pg_publication b ON b.oid = p.prpubid"
         " JOIN pg_class r ON r.oid = p.prrelid JOIN pg_namespace n ON n.oid = r.relnamespace"},
        {Kind::publication_schema,
         {},
         "SELECT p.tableoid, p.oid, 0, b.tableoid, b.oid, 0, '', b.pubname,"
         " quote_ident(b.pubname) || ' SCHEMA ' || quote_ident(n.nspname),"
         " n.tableoid || '/' || n.oid || '/0'"
         " FROM pg_publication_namespace p JOIN pg_publication b ON b.oid = p.pnpubid"
         " JOIN pg_namespace n ON n.oid = p.pnnspid",
         15},
        {Kind::subscription,
         {P::owner, P::connection, P::publications, P::enabled, P::options, P::two_phase,
          P::hidden},
         "SELECT s.tableoid, s.oid, 0, 0, 0, 0, '', s.subname, quote_ident(s.subname), NULL,"
         " $owner(s.subowner), s.subconninfo,"
         " (SELECT string_agg(quote_ident(p.name), ', ' ORDER BY p.n) FROM "
         "unnest(s.subpublications)"
         " WITH ORDINALITY p(name, n)),"
         " s.subenabled, concat_ws(', ', 'synchronous_commit = ' || "
         "quote_literal(s.subsynccommit)"
         " $since(14,|| ', binary = ' || s.subbinary || ', streaming = ' ||"
         " quote_literal($since(16,CASE s.substream WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel'"
         " ELSE 'off' END,s.substream::text)),)"
         " $since(15,|| ', disable_on_error = ' || s.subdisableonerr,)"
         " $since(16,|| ', password_required = ' || s.subpasswordrequired || ', run_as_owner = ' ||"
         " s.subrunasowner || ', origin = ' || quote_literal(s.suborigin),)"
         " $since(17,|| ', failover = ' || s.subfailover,),"
         " 'slot_name = ' || coalesce(quote_literal(s.subslotname), 'NONE')),"
         " $since(15,nullif(s.subtwophasestate <> 'd', false),NULL), NULL"
         " FROM pg_subscription s WHERE s.subdbid = (SELECT d.oid FROM pg_database d"
         " WHERE d.datname = current_database())"},
    };
}

}  // namespace revisiond::introspection
