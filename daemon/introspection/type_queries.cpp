#include "introspection/kind_query.hpp"

namespace revisiond::introspection {

using catalog::Kind;
using P = catalog::Property;

std::vector<KindQuery> type_queries() {
    return {
        {Kind::collation,
         {P::owner, P::provider, P::lc_collate, P::lc_ctype, P::locale, P::rules, P::deterministic},
         "SELECT c.tableoid, c.oid, 0, 0, 0, 0, n.nspname, c.collname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.collname), NULL, $owner(c.collowner),"
         " CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'c' THEN 'libc' WHEN 'b' THEN 'builtin'"
         " ELSE c.collprovider::text END,"
         " c.collcollate, c.collctype,"
         " $since(17,c.colllocale,$since(15,c.colliculocale,NULL)), $since(16,c.collicurules,NULL),"
         " c.collisdeterministic"
         " FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace"
         " WHERE $user_schema(n) AND $loose(c)"},
        {Kind::enum_type,
         {P::owner, P::privileges, P::labels},
         "SELECT t.tableoid, t.oid, 0, 0, 0, 0, n.nspname, t.typname,"
         " quote_ident(n.nspname) || '.' || quote_ident(t.typname), NULL, $owner(t.typowner),"
         " $acl(t.typacl,'T',t.typowner),"
         " (SELECT string_agg(quote_literal(e.enumlabel), E'\\n' ORDER BY e.enumsortorder)"
         " FROM pg_enum e WHERE e.enumtypid = t.oid)"
         " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
         " WHERE t.typtype = 'e' AND $user_schema(n) AND $loose(t)"},
        {Kind::range_type,
         {P::owner, P::privileges, P::subtype, P::opclass, P::collation, P::canonical,
          P::subtype_diff, P::multirange},
         "SELECT t.tableoid, t.oid, 0, 0, 0, 0, n.nspname, t.typname,"
         " quote_ident(n.nspname) || '.' || quote_ident(t.typname), CASE WHEN r.rngcanonical <> 0"
         " THEN t.tableoid || '/' || t.oid || '/-1' END, $owner(t.typowner),"
         " $acl(t.typacl,'T',t.typowner), format_type(r.rngsubtype, NULL),"
         " CASE WHEN NOT o.opcdefault THEN quote_ident(os.nspname) || '.' || quote_ident(o.opcname)"
         " END,"
         " CASE WHEN r.rngcollation <> s.typcollation THEN r.rngcollation::regcollation END,"
         " nullif(r.rngcanonical, 0)::regproc, nullif(r.rngsubdiff, 0)::regproc,"
         " $since(14,r.rngmultitypid::regtype,NULL)"
         " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
         " JOIN pg_range r ON r.rngtypid = t.oid JOIN pg_type s ON s.oid = r.rngsubtype"
         " JOIN pg_opclass o ON o.oid = r.rngsubopc JOIN pg_namespace os ON os.oid = o.opcnamespace"
         " WHERE t.typtype = 'r' AND $user_schema(n) AND $loose(t)"},
        {Kind::composite_type,
         {P::owner, P::privileges, P::attributes},
         "SELECT t.tableoid, t.oid, 0, 0, 0, 0, n.nspname, t.typname,"
         " quote_ident(n.nspname) || '.' || quote_ident(t.typname), NULL, $owner(t.typowner),"
         " $acl(t.typacl,'T',t.typowner),"
         " (SELECT string_agg(quote_ident(a.attname) || E'\\t' || format_type(a.atttypid,"
         " a.atttypmod) || CASE WHEN a.attcollation <> at.typcollation THEN ' COLLATE ' ||"
         " a.attcollation::regcollation ELSE '' END, E'\\n' ORDER BY a.attnum)"
         " FROM pg_attribute a JOIN pg_type at ON at.oid = a.atttypid"
         " WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)"
         " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
         " JOIN pg_class c ON c.oid = t.typrelid"
         " WHERE t.typtype = 'c' AND c.relkind = 'c' AND $user_schema(n) AND $loose(t)"},
        // A base type begins as a shell, which its input and output functions need, and a range
        // with a canonical function likewise. So it is two objects: functions depend on the shell,
        // the type on the functions.
        {Kind::shell_type,
         {P::owner},
         "SELECT t.tableoid, t.oid, CASE WHEN t.typisdefined THEN -1 ELSE 0 END, 0, 0, 0,"
         " n.nspname, t.typname, quote_ident(n.nspname) || '.' || quote_ident(t.typname), NULL,"
         " CASE WHEN NOT t.typisdefined THEN $owner(t.typowner) END"
         " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
         " WHERE (t.typtype = 'p' OR t.typtype = 'b' AND t.oid NOT IN (SELECT e.typarray"
         " FROM pg_type e) OR t.oid IN (SELECT r.rngtypid FROM pg_range r WHERE r.rngcanonical <>"
         " 0)) AND $user_schema(n) AND $loose(t)"},
        {Kind::base_type,
         {P::owner, P::privileges, P::definition},
         "SELECT t.tableoid, t.oid, 0, 0, 0, 0, n.nspname, t.typname,"
         " quote_ident(n.nspname) || '.' || quote_ident(t.typname), t.tableoid || '/' || t.oid ||"
         " '/-1', $owner(t.typowner), $acl(t.typacl,'T',t.typowner),"
         " 'INPUT = ' || t.typinput || ', OUTPUT = ' || t.typoutput"
         " || CASE WHEN t.typreceive <> 0 THEN ', RECEIVE = ' || t.typreceive ELSE '' END"
         " || CASE WHEN t.typsend <> 0 THEN ', SEND = ' || t.typsend ELSE '' END"
         " || CASE WHEN t.typmodin <> 0 THEN ', TYPMOD_IN = ' || t.typmodin ELSE '' END"
         " || CASE WHEN t.typmodout <> 0 THEN ', TYPMOD_OUT = ' || t.typmodout ELSE '' END"
         " || CASE WHEN t.typanalyze <> 0 THEN ', ANALYZE = ' || t.typanalyze ELSE '' END"
         " $since(14,|| CASE WHEN t.typsubscript <> 0 THEN ', SUBSCRIPT = ' || t.typsubscript ELSE "
         "'' END,)"
         " || ', INTERNALLENGTH = ' || CASE t.typlen WHEN -1 THEN 'VARIABLE' ELSE t.typlen::text "
         "END"
         " || CASE WHEN t.typbyval THEN ', PASSEDBYVALUE' ELSE '' END"
         " || ', ALIGNMENT = ' || CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2'"
         " WHEN 'i' THEN 'int4' ELSE 'double' END"
         " || ', STORAGE = ' || CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'"
         " WHEN 'x' THEN 'extended' ELSE 'main' END"
         " || ', CATEGORY = ' || quote_literal(t.typcategory::text)"
         " || CASE WHEN t.typispreferred THEN ', PREFERRED = true' ELSE '' END"
         " || coalesce(', DEFAULT = ' || quote_literal(t.typdefault), '')"
         " || CASE WHEN t.typelem <> 0 THEN ', ELEMENT = ' || format_type(t.typelem, NULL)"
         " ELSE '' END"
         " || ', DELIMITER = ' || quote_literal(t.typdelim::text)"
         " || CASE WHEN t.typcollation <> 0 THEN ', COLLATABLE = true' ELSE '' END"
         " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
         " WHERE t.typtype = 'b' AND t.typisdefined AND t.oid NOT IN (SELECT e.typarray"
         " FROM pg_type e) AND $user_schema(n) AND $loose(t)"},
        {Kind::domain,
         {P::owner, P::privileges, P::type, P::collation, P::not_null, P::default_value,
          P::volatile_},
         "SELECT t.tableoid, t.oid, 0, 0, 0, 0, n.nspname, t.typname,"
         " quote_ident(n.nspname) || '.' || quote_ident(t.typname), NULL, $owner(t.typowner),"
         " $acl(t.typacl,'T',t.typowner), format_type(t.typbasetype, t.typtypmod),"
         " CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation END,"
         " nullif(t.typnotnull, false), pg_get_expr(t.typdefaultbin, 0),"
         " $volatile(t.typdefaultbin)"
         " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
         " JOIN pg_type b ON b.oid = t.typbasetype"
         " WHERE t.typtype = 'd' AND $user_schema(n) AND $loose(t)"},
        {Kind::domain_constraint,
         {P::definition, P::validated},
         "SELECT c.tableoid, c.oid, 0, t.tableoid, t.oid, 0, n.nspname, c.conname,"
         " quote_ident(c.conname) || ' ON DOMAIN ' || quote_ident(n.nspname) || '.' ||"
         " quote_ident(t.typname), NULL, pg_get_constraintdef(c.oid), c.convalidated"
         " FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid"
         " JOIN pg_namespace n ON n.oid = t.typnamespace WHERE c.contype = 'c'"},
    };
}

}  // namespace revisiond::introspection
