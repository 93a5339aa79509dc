#include "introspection/kind_query.hpp"

namespace revisiond::introspection {

using catalog::Kind;
using P = catalog::Property;

std::vector<KindQuery> text_search_queries() {
    return {
        {Kind::text_search_parser,
         {P::definition},
         "SELECT p.tableoid, p.oid, 0, 0, 0, 0, n.nspname, p.prsname,"
         " quote_ident(n.nspname) || '.' || quote_ident(p.prsname), NULL,"
         " 'START = ' || p.prsstart || ', GETTOKEN = ' || p.prstoken || ', END = ' || p.prsend ||"
         " CASE WHEN p.prsheadline <> 0 THEN ', HEADLINE = ' || p.prsheadline ELSE '' END ||"
         " ', LEXTYPES = ' || p.prslextype"
         " FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace"
         " WHERE $user_schema(n) AND $loose(p)"},
        {Kind::text_search_template,
         {P::definition},
         "SELECT t.tableoid, t.oid, 0, 0, 0, 0, n.nspname, t.tmplname,"
         " quote_ident(n.nspname) || '.' || quote_ident(t.tmplname), NULL,"
         " CASE WHEN t.tmplinit <> 0 THEN 'INIT = ' || t.tmplinit || ', ' ELSE '' END ||"
         " 'LEXIZE = ' || t.tmpllexize"
         " FROM pg_ts_template t JOIN pg_namespace n ON n.oid = t.tmplnamespace"
         " WHERE $user_schema(n) AND $loose(t)"},
        {Kind::text_search_dictionary,
         {P::owner, P::template_, P::options},
         "SELECT d.tableoid, d.oid, 0, 0, 0, 0, n.nspname, d.dictname,"
         " quote_ident(n.nspname) || '.' || quote_ident(d.dictname), NULL, $owner(d.dictowner),"
         " quote_ident(tn.nspname) || '.' || quote_ident(t.tmplname), d.dictinitoption"
         " FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace"
         " JOIN pg_ts_template t ON t.oid = d.dicttemplate"
         " JOIN pg_namespace tn ON tn.oid = t.tmplnamespace"
         " WHERE $user_schema(n) AND $loose(d)"},
        {Kind::text_search_configuration,
         {P::owner, P::parser, P::mappings},
         "SELECT c.tableoid, c.oid, 0, 0, 0, 0, n.nspname, c.cfgname,"
         " quote_ident(n.nspname) || '.' || quote_ident(c.cfgname), NULL, $owner(c.cfgowner),"
         " quote_ident(pn.nspname) || '.' || quote_ident(p.prsname),"
         " (SELECT string_agg(g.line, E'\\n' ORDER BY g.maptokentype) FROM (SELECT m.maptokentype,"
         " quote_ident((SELECT t.alias FROM ts_token_type(c.cfgparser) t"
         " WHERE t.tokid = m.maptokentype)) || E'\\t' || string_agg(m.mapdict::regdictionary::text,"
         " ', ' ORDER BY m.mapseqno) AS line FROM pg_ts_config_map m WHERE m.mapcfg = c.oid"
         " GROUP BY m.maptokentype) g)"
         " FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace"
         " JOIN pg_ts_parser p ON p.oid = c.cfgparser"
         " JOIN pg_namespace pn ON pn.oid = p.prsnamespace"
         " WHERE $user_schema(n) AND $loose(c)"},
    };
}

}  // namespace revisiond::introspection
