#include "introspection/kind_query.hpp"

namespace revisiond::introspection {

using catalog::Kind;
using P = catalog::Property;

std::vector<KindQuery> operator_queries() {
    return {
        {Kind::operator_,
         {P::owner, P::procedure, P::left_type, P::right_type, P::commutator, P::negator,
          P::restrict_function, P::join_function, P::hashes, P::merges},
         "SELECT o.tableoid, o.oid, 0, 0, 0, 0, n.nspname, o.oprname,"
         " quote_ident(n.nspname) || '.' || o.oprname || '(' ||"
         " CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END || ', ' ||"
         " CASE WHEN o.oprright = 0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END || ')',"
         " NULL, $owner(o.oprowner), o.oprcode,"
         " CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END,"
         " CASE WHEN o.oprright <> 0 THEN format_type(o.oprright, NULL) END,"
         " (SELECT 'OPERATOR(' || quote_ident(xn.nspname) || '.' || x.oprname || ')'"
         " FROM pg_operator x JOIN pg_namespace xn ON xn.oid = x.oprnamespace"
         " WHERE x.oid = o.oprcom),"
         " (SELECT 'OPERATOR(' || quote_ident(xn.nspname) || '.' || x.oprname || ')'"
         " FROM pg_operator x JOIN pg_namespace xn ON xn.oid = x.oprnamespace"
         " WHERE x.oid = o.oprnegate),"
         " nullif(o.oprrest::oid, 0)::regproc, nullif(o.oprjoin::oid, 0)::regproc,"
         " nullif(o.oprcanhash, false), nullif(o.oprcanmerge, false)"
         " FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace"
         " WHERE o.oprcode <> 0 AND $user_schema(n) AND $loose(o)"},
        {Kind::operator_family,
         {P::owner},
         "SELECT f.tableoid, f.oid, 0, 0, 0, 0, n.nspname, f.opfname,"
         " quote_ident(n.nspname) || '.' || quote_ident(f.opfname) || ' USING ' ||"
         " quote_ident(a.amname), NULL, $owner(f.opfowner)"
         " FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace"
         " JOIN pg_am a ON a.oid = f.opfmethod WHERE $user_schema(n) AND $loose(f)"},
        // What belongs to a family without belonging to one of its classes.
        {Kind::operator_family_member,
         {P::definition, P::members},
         "SELECT m.tableoid, m.oid, 0, f.tableoid, f.oid, 0, n.nspname, f.opfname,"
         " quote_ident(n.nspname) || '.' || quote_ident(f.opfname) || ' USING ' ||"
         " quote_ident(a.amname) || ' OPERATOR ' || m.amopstrategy || ' (' ||"
         " format_type(m.amoplefttype, NULL) || ', ' || format_type(m.amoprighttype, NULL) || ')',"
         " NULL, 'OPERATOR ' || m.amopstrategy || ' ' || m.amopopr::regoperator ||"
         " coalesce(' FOR ORDER BY ' || quote_ident(sn.nspname) || '.' || quote_ident(s.opfname),"
         " ''), 'OPERATOR ' || m.amopstrategy || ' (' || format_type(m.amoplefttype, NULL) || ', '"
         " || format_type(m.amoprighttype, NULL) || ')'"
         " FROM pg_amop m JOIN pg_opfamily f ON f.oid = m.amopfamily"
         " JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am a ON a.oid = f.opfmethod"
         " LEFT JOIN pg_opfamily s ON s.oid = m.amopsortfamily"
         " LEFT JOIN pg_namespace sn ON sn.oid = s.opfnamespace"
         " WHERE m.oid >= 16384 AND $loose(f) AND NOT EXISTS (SELECT FROM pg_depend d"
         " WHERE d.classid = m.tableoid AND d.objid = m.oid AND d.deptype IN ('i', 'e')"
         " AND d.refclassid <> f.tableoid)"
         " UNION ALL"
         " SELECT m.tableoid, m.oid, 0, f.tableoid, f.oid, 0, n.nspname, f.opfname,"
         " quote_ident(n.nspname) || '.' || quote_ident(f.opfname) || ' USING ' ||"
         " quote_ident(a.amname) || ' FUNCTION ' || m.amprocnum || ' (' ||"
         " format_type(m.amproclefttype, NULL) || ', ' || format_type(m.amprocrighttype, NULL) ||"
         " ')', NULL, 'FUNCTION ' || m.amprocnum || ' (' || format_type(m.amproclefttype, NULL) ||"
         " ', ' || format_type(m.amprocrighttype, NULL) || ') ' || m.amproc::regprocedure,"
         " 'FUNCTION ' || m.amprocnum || ' (' || format_type(m.amproclefttype, NULL) || ', ' ||"
         " format_type(m.amprocrighttype, NULL) || ')'"
         " FROM pg_amproc m JOIN pg_opfamily f ON f.oid = m.amprocfamily"
         " JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am a ON a.oid = f.opfmethod"
         " WHERE m.oid >= 16384 AND $loose(f) AND NOT EXISTS (SELECT FROM pg_depend d"
         " WHERE d.classid = m.tableoid AND d.objid = m.oid AND d.deptype IN ('i', 'e')"
         " AND d.refclassid <> f.tableoid)"},
        {Kind::operator_class,
         {P::owner, P::definition},
         "SELECT c.tableoid, c.oid, 0, 0, 0, 0, n.nspname, c.opcname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.opcname) || ' USING ' ||"
         " quote_ident(a.amname), NULL, $owner(c.opcowner),"
         " CASE WHEN c.opcdefault THEN 'DEFAULT ' ELSE '' END || 'FOR TYPE ' ||"
         " format_type(c.opcintype, NULL) || ' USING ' || quote_ident(a.amname) || ' FAMILY ' ||"
         " quote_ident(fn.nspname) || '.' || quote_ident(f.opfname) || ' AS ' || concat_ws(', ',"
         " CASE WHEN c.opckeytype <> 0 THEN 'STORAGE ' || format_type(c.opckeytype, NULL) END,"
         " (SELECT string_agg('OPERATOR ' || m.amopstrategy || ' ' || m.amopopr::regoperator ||"
         " coalesce(' FOR ORDER BY ' || quote_ident(sn.nspname) || '.' || quote_ident(s.opfname),"
         " ''), ', ' ORDER BY m.amopstrategy) FROM pg_depend d JOIN pg_amop m ON m.oid = d.objid"
         " LEFT JOIN pg_opfamily s ON s.oid = m.amopsortfamily"
         " LEFT JOIN pg_namespace sn ON sn.oid = s.opfnamespace"
         " WHERE d.refclassid = c.tableoid AND d.refobjid = c.oid AND d.classid = m.tableoid),"
         " (SELECT string_agg('FUNCTION ' || m.amprocnum || ' (' || format_type(m.amproclefttype,"
         " NULL) || ', ' || format_type(m.amprocrighttype, NULL) || ') ' || m.amproc::regprocedure,"
         " ', ' ORDER BY m.amprocnum) FROM pg_depend d JOIN pg_amproc m ON m.oid = d.objid"
         " WHERE d.refclassid = c.tableoid AND d.refobjid = c.oid AND d.classid = m.tableoid),"
         " CASE WHEN c.opckeytype = 0 AND NOT EXISTS (SELECT FROM pg_depend d"
         " WHERE d.refclassid = c.tableoid AND d.refobjid = c.oid AND d.classid IN"
         " ('pg_amop'::regclass, 'pg_amproc'::regclass)) THEN 'STORAGE ' ||"
         " format_type(c.opcintype, NULL) END)"
         " FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace"
         " JOIN pg_am a ON a.oid = c.opcmethod JOIN pg_opfamily f ON f.oid = c.opcfamily"
         " JOIN pg_namespace fn ON fn.oid = f.opfnamespace WHERE $user_schema(n) AND $loose(c)"},
    };
}

}  // namespace revisiond::introspection
