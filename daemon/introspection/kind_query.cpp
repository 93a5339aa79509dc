#include "introspection/kind_query.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace revisiond::introspection {
namespace {

struct MacroCall {
    std::vector<std::string> arguments;
    std::size_t end = 0;  // behind the closing parenthesis
};

// Arguments are split at the commas of this level, outside quotes.
MacroCall read_call(std::string_view text, std::size_t open) {
    MacroCall call;
    int depth = 0;
    bool quoted = false;
    std::string argument;
    for (std::size_t i = open; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\'') quoted = !quoted;
        if (!quoted && c == '(' && depth++ == 0) continue;
        if (!quoted && c == ')' && --depth == 0) {
            call.arguments.push_back(argument);
            call.end = i + 1;
            return call;
        }
        if (!quoted && c == ',' && depth == 1) {
            call.arguments.push_back(std::exchange(argument, {}));
            continue;
        }
        argument += c;
    }
    throw std::logic_error("a macro without an end");
}

std::string grants_sql(const std::string& acl, const std::string& owner) {
    return fmt::format(
        "coalesce((SELECT string_agg(DISTINCT CASE x.grantee WHEN 0 THEN 'PUBLIC' WHEN {1} THEN ''"
        " ELSE quote_ident(pg_get_userbyid(x.grantee)) END || E'\\t' || x.privilege_type ||"
        " CASE WHEN x.is_grantable THEN '*' ELSE '' END || CASE WHEN x.grantor <> {1} THEN"
        " E'\\t' || quote_ident(pg_get_userbyid(x.grantor)) ELSE '' END, E'\\n')"
        " FROM pg_catalog.aclexplode({0}) x), '')",
        acl, owner);
}

std::string privileges_sql(const std::string& acl, const std::string& kind,
                           const std::string& owner) {
    const std::string standard = fmt::format("pg_catalog.acldefault({}, {})", kind, owner);
    return fmt::format("CASE WHEN {0} IS NOT NULL AND NOT ({0} @> {1} AND {1} @> {0}) THEN {2} END",
                       acl, standard, grants_sql(acl, owner));
}

// Of the sequence behind an identity column `a` of the relation `c`. Not a join, which all columns
// would pay for.
std::string identity_sql(const std::string& expression) {
    return fmt::format(
        "CASE WHEN a.attidentity <> '' THEN (SELECT {} FROM pg_depend i JOIN pg_class sc"
        " ON sc.oid = i.objid JOIN pg_namespace sn ON sn.oid = sc.relnamespace"
        " JOIN pg_sequence s ON s.seqrelid = sc.oid WHERE i.refclassid = c.tableoid"
        " AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum AND i.classid = c.tableoid"
        " AND i.deptype = 'i') END",
        expression);
}

// Since 2026's minor releases a server keeps pg_attver there, another value in every table; pg_dump
// leaves it out as well. Nearly every column has nothing else, so that is asked first.
std::string column_options_sql(const std::string& options) {
    return fmt::format(
        "CASE WHEN cardinality({0}) > 1 OR {0}[1] NOT LIKE 'pg\\_attver=%' THEN (SELECT"
        " string_agg(o, E'\\n' ORDER BY i) FROM unnest({0}) WITH ORDINALITY x (o, i)"
        " WHERE o NOT LIKE 'pg\\_attver=%') END",
        options);
}

// pg_depend does not know the server's own functions, so they are taken from the expression itself.
std::string volatile_sql(const std::string& expression) {
    return fmt::format(
        "CASE WHEN EXISTS (SELECT FROM regexp_matches({}::text, ':(?:op)?funcid ([0-9]+)', 'g') m"
        " JOIN pg_proc p ON p.oid = m[1]::oid WHERE p.provolatile = 'v') THEN 't' END",
        expression);
}

std::string expand_call(std::string_view name, const std::vector<std::string>& a, int major) {
    if (name == "user_schema") {
        return fmt::format("({0}.nspname !~ '^pg_' AND {0}.nspname <> 'information_schema')", a[0]);
    }
    if (name == "loose") {
        return fmt::format(
            "NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = {0}.tableoid AND"
            " x.objid = {0}.oid AND x.objsubid = 0 AND x.deptype = 'e')",
            a[0]);
    }
    if (name == "by_itself") {
        return fmt::format(
            "NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = {0}.tableoid AND"
            " x.objid = {0}.oid AND x.objsubid = 0 AND x.deptype IN ('e', 'i'))",
            a[0]);
    }
    if (name == "owner") return fmt::format("quote_ident(pg_get_userbyid({}))", a[0]);
    if (name == "acl") return privileges_sql(a[0], a[1], a[2]);
    if (name == "grants") return grants_sql(a[0], a[1]);
    if (name == "lines") {
        return fmt::format("array_to_string({}, E'\\n')", a[0]);
    }
    if (name == "column_options") return column_options_sql(a[0]);
    if (name == "identity") return identity_sql(a[0]);
    if (name == "volatile") return volatile_sql(a[0]);
    if (name == "since") return major >= std::atoi(a[0].c_str()) ? a[1] : a[2];
    throw std::logic_error(fmt::format("no macro {}", name));
}

}  // namespace

std::string expand(const char* sql, int major) {
    const std::string_view text = sql;
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i + 1;
        while (text[i] == '$' && end < text.size() &&
               (std::isalpha(text[end]) || text[end] == '_')) {
            ++end;
        }
        if (end == i + 1 || end == text.size() || text[end] != '(') {
            out += text[i++];
            continue;
        }
        const std::string_view name = text.substr(i + 1, end - i - 1);
        MacroCall call = read_call(text, end);
        for (std::string& argument : call.arguments) argument = expand(argument.c_str(), major);
        out += expand_call(name, call.arguments, major);
        i = call.end;
    }
    return out;
}

}  // namespace revisiond::introspection
