#include "introspection/kind_query.hpp"

namespace revisiond::introspection {

using catalog::Kind;
using P = catalog::Property;

std::vector<KindQuery> routine_queries() {
    return {
        {Kind::function,
         {P::owner, P::privileges, P::definition, P::arguments, P::argument_names, P::result,
          P::language},
         "SELECT p.tableoid, p.oid, 0, 0, 0, 0, n.nspname, p.proname,"
         " quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' ||"
         " oidvectortypes(p.proargtypes) || ')', NULL,"
         " $owner(p.proowner), $acl(p.proacl,'f',p.proowner), pg_get_functiondef(p.oid),"
         " pg_get_function_arguments(p.oid), pg_get_function_identity_arguments(p.oid),"
         " p.prokind::text || ' ' || pg_get_function_result(p.oid), l.lanname"
         " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
         " JOIN pg_language l ON l.oid = p.prolang"
         " WHERE p.prokind IN ('f', 'w') AND $user_schema(n) AND $by_itself(p)"},
        {Kind::procedure,
         {P::owner, P::privileges, P::definition, P::arguments, P::argument_names, P::language},
         "SELECT p.tableoid, p.oid, 0, 0, 0, 0, n.nspname, p.proname,"
         " quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' ||"
         " oidvectortypes(p.proargtypes) || ')', NULL,"
         " $owner(p.proowner), $acl(p.proacl,'f',p.proowner), pg_get_functiondef(p.oid),"
         " pg_get_function_arguments(p.oid), pg_get_function_identity_arguments(p.oid), l.lanname"
         " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
         " JOIN pg_language l ON l.oid = p.prolang"
         " WHERE p.prokind = 'p' AND $user_schema(n) AND $by_itself(p)"},
        {Kind::aggregate,
         {P::owner, P::privileges, P::arguments, P::definition},
         "SELECT p.tableoid, p.oid, 0, 0, 0, 0, n.nspname, p.proname,"
         " quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' ||"
         " CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_identity_arguments(p.oid) END ||"
         " ')', NULL, $owner(p.proowner), $acl(p.proacl,'f',p.proowner),"
         " CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(p.oid) END,"
         " 'SFUNC = ' || a.aggtransfn || ', STYPE = ' || format_type(a.aggtranstype, NULL)"
         " || CASE WHEN a.aggtransspace <> 0 THEN ', SSPACE = ' || a.aggtransspace ELSE '' END"
         " || coalesce(', INITCOND = ' || quote_literal(a.agginitval), '')"
         " || CASE WHEN a.aggfinalfn <> 0 THEN ', FINALFUNC = ' || a.aggfinalfn ELSE '' END"
         " || CASE WHEN a.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END"
         " || CASE WHEN a.aggfinalfn <> 0 AND a.aggfinalmodify <> CASE WHEN a.aggkind = 'n' THEN"
         " 'r'::\"char\" ELSE 'w'::\"char\" END THEN ', FINALFUNC_MODIFY = ' ||"
         " CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE'"
         " ELSE 'READ_WRITE' END ELSE '' END"
         " || CASE WHEN a.aggcombinefn <> 0 THEN ', COMBINEFUNC = ' || a.aggcombinefn ELSE '' END"
         " || CASE WHEN a.aggserialfn <> 0 THEN ', SERIALFUNC = ' || a.aggserialfn ELSE '' END"
         " || CASE WHEN a.aggdeserialfn <> 0 THEN ', DESERIALFUNC = ' || a.aggdeserialfn ELSE ''"
         " END"
         " || CASE WHEN a.aggmtransfn <> 0 THEN ', MSFUNC = ' || a.aggmtransfn || ', MINVFUNC = '"
         " || a.aggminvtransfn || ', MSTYPE = ' || format_type(a.aggmtranstype, NULL) ELSE '' END"
         " || CASE WHEN a.aggmtransspace <> 0 THEN ', MSSPACE = ' || a.aggmtransspace ELSE '' END"
         " || coalesce(', MINITCOND = ' || quote_literal(a.aggminitval), '')"
         " || CASE WHEN a.aggmfinalfn <> 0 THEN ', MFINALFUNC = ' || a.aggmfinalfn ELSE '' END"
         " || CASE WHEN a.aggmfinalextra THEN ', MFINALFUNC_EXTRA' ELSE '' END"
         " || CASE WHEN a.aggmfinalfn <> 0 AND a.aggmfinalmodify <> CASE WHEN a.aggkind = 'n' THEN"
         " 'r'::\"char\" ELSE 'w'::\"char\" END THEN ', MFINALFUNC_MODIFY = ' ||"
         " CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE'"
         " ELSE 'READ_WRITE' END ELSE '' END"
         " || CASE WHEN a.aggsortop <> 0 THEN ', SORTOP = OPERATOR(' || (SELECT"
         " quote_ident(sn.nspname) || '.' || so.oprname FROM pg_operator so JOIN pg_namespace sn"
         " ON sn.oid = so.oprnamespace WHERE so.oid = a.aggsortop) || ')' ELSE '' END"
         " || CASE WHEN a.aggkind = 'h' THEN ', HYPOTHETICAL' ELSE '' END"
         " || CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r' THEN"
         " ', PARALLEL = RESTRICTED' ELSE '' END"
         " FROM pg_proc p JOIN pg_aggregate a ON a.aggfnoid = p.oid"
         " JOIN pg_namespace n ON n.oid = p.pronamespace"
         " WHERE $user_schema(n) AND $by_itself(p)"},
        {Kind::cast,
         {P::definition},
         "SELECT c.tableoid, c.oid, 0, 0, 0, 0, '', format_type(c.castsource, NULL) || ' AS ' ||"
         " format_type(c.casttarget, NULL), '(' || format_type(c.castsource, NULL) || ' AS ' ||"
         " format_type(c.casttarget, NULL) || ')', NULL,"
         " CASE c.castmethod WHEN 'i' THEN 'WITH INOUT' WHEN 'b' THEN 'WITHOUT FUNCTION'"
         " ELSE 'WITH FUNCTION ' || c.castfunc::regprocedure END ||"
         " CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT'"
         " ELSE '' END"
         " FROM pg_cast c WHERE c.oid >= 16384 AND $by_itself(c)"},
        {Kind::transform,
         {P::definition},
         "SELECT t.tableoid, t.oid, 0, 0, 0, 0, '', format_type(t.trftype, NULL), 'FOR ' ||"
         " format_type(t.trftype, NULL) || ' LANGUAGE ' || quote_ident(l.lanname), NULL,"
         " concat_ws(', ', CASE WHEN t.trffromsql <> 0 THEN 'FROM SQL WITH FUNCTION ' ||"
         " t.trffromsql::oid::regprocedure END, CASE WHEN t.trftosql <> 0 THEN"
         " 'TO SQL WITH FUNCTION ' || t.trftosql::oid::regprocedure END)"
         " FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang"
         " WHERE t.oid >= 16384 AND $loose(t)"},
        {Kind::conversion,
         {P::owner, P::definition, P::is_default},
         "SELECT c.tableoid, c.oid, 0, 0, 0, 0, n.nspname, c.conname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.conname), NULL, $owner(c.conowner),"
         " 'FOR ' || quote_literal(pg_encoding_to_char(c.conforencoding)) || ' TO ' ||"
         " quote_literal(pg_encoding_to_char(c.contoencoding)) || ' FROM ' || c.conproc,"
         " nullif(c.condefault, false)"
         " FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace"
         " WHERE $user_schema(n) AND $loose(c)"},
    };
}

}  // namespace revisiond::introspection
