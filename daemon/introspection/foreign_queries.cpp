#include "introspection/kind_query.hpp"

namespace revisiond::introspection {

using catalog::Kind;
using P = catalog::Property;

std::vector<KindQuery> foreign_queries() {
    return {
        {Kind::foreign_data_wrapper,
         {P::owner, P::privileges, P::handler, P::validator, P::options},
         "SELECT f.tableoid, f.oid, 0, 0, 0, 0, '', f.fdwname, quote_ident(f.fdwname), NULL,"
         " $owner(f.fdwowner), $acl(f.fdwacl,'F',f.fdwowner),"
         " nullif(f.fdwhandler, 0)::regproc, nullif(f.fdwvalidator, 0)::regproc,"
         " $lines(f.fdwoptions)"
         " FROM pg_foreign_data_wrapper f WHERE $loose(f)"},
        {Kind::foreign_server,
         {P::owner, P::privileges, P::server, P::server_type, P::server_version, P::options},
         "SELECT s.tableoid, s.oid, 0, 0, 0, 0, '', s.srvname, quote_ident(s.srvname), NULL,"
         " $owner(s.srvowner), $acl(s.srvacl,'S',s.srvowner),"
         " quote_ident(f.fdwname), s.srvtype, s.srvversion, $lines(s.srvoptions)"
         " FROM pg_foreign_server s JOIN pg_foreign_data_wrapper f ON f.oid = s.srvfdw"
         " WHERE $loose(s)"},
        {Kind::user_mapping,
         {P::options, P::hidden},
         // The view's own condition: who may not see the options sees none.
         "SELECT 'pg_user_mapping'::regclass::oid, u.umid, 0, s.tableoid, s.oid, 0, '',"
         " coalesce(u.usename, 'public'),"
         " 'FOR ' || CASE WHEN u.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(u.usename) END ||"
         " ' SERVER ' || quote_ident(u.srvname), NULL, $lines(u.umoptions),"
         " CASE WHEN NOT ((u.umuser <> 0 AND u.usename = current_user"
         " AND (pg_has_role(s.srvowner, 'USAGE') OR has_server_privilege(s.oid, 'USAGE')))"
         " OR (u.umuser = 0 AND pg_has_role(s.srvowner, 'USAGE'))"
         " OR (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user)) THEN 't' END"
         " FROM pg_user_mappings u JOIN pg_foreign_server s ON s.oid = u.srvid"},
    };
}

}  // namespace revisiond::introspection
