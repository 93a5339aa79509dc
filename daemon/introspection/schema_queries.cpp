#include "introspection/kind_query.hpp"

namespace revisiond::introspection {

using catalog::Kind;
using P = catalog::Property;

std::vector<KindQuery> schema_queries() {
    return {
        {Kind::schema,
         {P::owner, P::privileges},
         "SELECT n.tableoid, n.oid, 0, 0, 0, 0, '', n.nspname, quote_ident(n.nspname), NULL,"
         " $owner(n.nspowner), $acl(n.nspacl,'n',n.nspowner)"
         " FROM pg_namespace n WHERE $user_schema(n) AND $loose(n)"},
        {Kind::extension,
         {P::relocated_schema, P::members},
         "SELECT x.tableoid, x.oid, 0, 0, 0, 0, '', x.extname, quote_ident(x.extname),"
         " n.tableoid || '/' || n.oid || '/0', quote_ident(n.nspname),"
         " (SELECT string_agg(i.type || ' ' || i.identity, E'\\n') FROM pg_depend d,"
         " pg_identify_object(d.classid, d.objid, 0) i WHERE d.refclassid = x.tableoid"
         " AND d.refobjid = x.oid AND d.deptype = 'e')"
         " FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace"
         " WHERE x.oid >= 16384"},
        {Kind::language,
         {P::owner, P::privileges, P::handler, P::inline_handler, P::validator, P::trusted},
         "SELECT l.tableoid, l.oid, 0, 0, 0, 0, '', l.lanname, quote_ident(l.lanname), NULL,"
         " $owner(l.lanowner), $acl(l.lanacl,'l',l.lanowner),"
         " nullif(l.lanplcallfoid, 0)::regproc, nullif(l.laninline, 0)::regproc,"
         " nullif(l.lanvalidator, 0)::regproc, l.lanpltrusted"
         " FROM pg_language l WHERE l.lanispl AND l.oid >= 16384 AND $loose(l)"},
        {Kind::access_method,
         {P::handler, P::type},
         "SELECT a.tableoid, a.oid, 0, 0, 0, 0, '', a.amname, quote_ident(a.amname), NULL,"
         " a.amhandler::regproc, CASE a.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END"
         " FROM pg_am a WHERE a.oid >= 16384 AND $loose(a)"},
        {Kind::event_trigger,
         {P::owner, P::event, P::tags, P::procedure, P::enabled},
         "SELECT e.tableoid, e.oid, 0, 0, 0, 0, '', e.evtname, quote_ident(e.evtname), NULL,"
         " $owner(e.evtowner), e.evtevent,"
         " (SELECT string_agg(quote_literal(t.tag), ', ' ORDER BY t.n) FROM unnest(e.evttags)"
         " WITH ORDINALITY t(tag, n)),"
         " e.evtfoid::regproc || '()', e.evtenabled"
         " FROM pg_event_trigger e WHERE $loose(e)"},
        {Kind::default_privileges,
         {P::owner, P::object_type, P::privileges},
         "SELECT d.tableoid, d.oid, 0, 0, 0, 0, '', coalesce(n.nspname, ''),"
         " 'FOR ROLE ' || $owner(d.defaclrole) ||"
         " coalesce(' IN SCHEMA ' || quote_ident(n.nspname), '') || ' ON ' || CASE d.defaclobjtype"
         " WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'"
         " WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END,"
         " CASE WHEN n.oid IS NOT NULL THEN n.tableoid || '/' || n.oid || '/0' END,"
         " $owner(d.defaclrole), d.defaclobjtype,"
         " coalesce((SELECT string_agg(DISTINCT CASE x.grantee WHEN 0 THEN 'PUBLIC'"
         " WHEN d.defaclrole THEN ''"
         " ELSE quote_ident(pg_get_userbyid(x.grantee)) END || E'\\t' || x.privilege_type ||"
         " CASE WHEN x.is_grantable THEN '*' ELSE '' END, E'\\n') FROM aclexplode(d.defaclacl) x),"
         " '')"
         " FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace"},
        // Of objects that are not described here themselves: the server's and those of extensions.
        {Kind::changed_privileges,
         {P::definition, P::columns, P::privileges, P::initial_privileges},
         "SELECT 0, 0, 0, e.tableoid, e.oid, 0, '', o.name, o.words || ' ' || o.name ||"
         " coalesce(' (' || o.attribute || ')', ''), NULL, o.words || ' ' || o.name, o.attribute,"
         " $grants(o.acl,o.owner), $grants(coalesce(i.initprivs,o.standard),o.owner)"
         " FROM (SELECT c.tableoid AS class, c.oid, 0 AS sub, CASE c.relkind WHEN 'S' THEN"
         " 'SEQUENCE' ELSE 'TABLE' END AS words, c.oid::regclass::text AS name, NULL AS attribute,"
         " c.relacl AS acl, c.relowner AS owner, acldefault(CASE c.relkind WHEN 'S' THEN"
         " 's'::\"char\" ELSE 'r' END, c.relowner) AS standard FROM pg_class c"
         " UNION ALL SELECT c.tableoid, c.oid, a.attnum, 'TABLE', c.oid::regclass::text,"
         " quote_ident(a.attname), a.attacl, c.relowner, acldefault('c', c.relowner)"
         " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL"
         " UNION ALL SELECT p.tableoid, p.oid, 0, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE"
         " 'FUNCTION' END, p.oid::regprocedure::text, NULL, p.proacl, p.proowner,"
         " acldefault('f', p.proowner) FROM pg_proc p"
         " UNION ALL SELECT t.tableoid, t.oid, 0, 'TYPE', t.oid::regtype::text, NULL, t.typacl,"
         " t.typowner, acldefault('T', t.typowner) FROM pg_type t"
         " UNION ALL SELECT l.tableoid, l.oid, 0, 'LANGUAGE', quote_ident(l.lanname), NULL,"
         " l.lanacl, l.lanowner, acldefault('l', l.lanowner) FROM pg_language l"
         " UNION ALL SELECT n.tableoid, n.oid, 0, 'SCHEMA', quote_ident(n.nspname), NULL, n.nspacl,"
         " n.nspowner, acldefault('n', n.nspowner) FROM pg_namespace n WHERE n.nspname <> 'public'"
         " UNION ALL SELECT f.tableoid, f.oid, 0, 'FOREIGN DATA WRAPPER', quote_ident(f.fdwname),"
         " NULL, f.fdwacl, f.fdwowner, acldefault('F', f.fdwowner) FROM pg_foreign_data_wrapper f"
         " UNION ALL SELECT s.tableoid, s.oid, 0, 'FOREIGN SERVER', quote_ident(s.srvname), NULL,"
         " s.srvacl, s.srvowner, acldefault('S', s.srvowner) FROM pg_foreign_server s) o"
         " LEFT JOIN pg_init_privs i ON i.classoid = o.class AND i.objoid = o.oid"
         " AND i.objsubid = o.sub LEFT JOIN pg_depend d ON d.classid = o.class"
         " AND d.objid = o.oid AND d.objsubid = 0 AND d.deptype = 'e'"
         " LEFT JOIN pg_extension e ON e.oid = d.refobjid AND e.oid >= 16384"
         " WHERE o.acl IS NOT NULL AND (o.oid < 16384 OR e.oid IS NOT NULL)"
         " AND NOT (o.acl @> coalesce(i.initprivs, o.standard)"
         " AND o.acl <@ coalesce(i.initprivs, o.standard))"},
    };
}

}  // namespace revisiond::introspection
