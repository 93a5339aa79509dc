#include "diff/unnamed_results.hpp"

#include <catch2/catch.hpp>

using revisiond::diff::with_unnamed_results;

TEST_CASE("a cast that is a result without a name keeps having none") {
    CHECK(with_unnamed_results("WHERE (EXISTS ( SELECT 'x'::text\n   FROM t t2))") ==
          "WHERE (EXISTS ( SELECT 'x'::text AS \"?column?\"\n   FROM t t2))");
    CHECK(with_unnamed_results("( SELECT 'a'::text AS k\nUNION\n SELECT 'b'::text) q;") ==
          "( SELECT 'a'::text AS k\nUNION\n SELECT 'b'::text AS \"?column?\") q;");
    CHECK(
        with_unnamed_results("SELECT 'a, b'::character varying(3),\n t.c,\n ((2 + 2))::numeric") ==
        "SELECT 'a, b'::character varying(3) AS \"?column?\",\n t.c,\n ((2 + 2))::numeric AS "
        "\"?column?\"");
    CHECK(with_unnamed_results("ARRAY( SELECT NULL::text[] GROUP BY 1)") ==
          "ARRAY( SELECT NULL::text[] AS \"?column?\" GROUP BY 1)");
    CHECK(with_unnamed_results("BEGIN ATOMIC SELECT '1'::bigint; SELECT 'b'::text; END") ==
          "BEGIN ATOMIC SELECT '1'::bigint AS \"?column?\"; SELECT 'b'::text AS \"?column?\"; END");
}

TEST_CASE("what has a name, or casts that are parts of results, are left") {
    for (const std::string text :
         {"SELECT 'x'::text AS text FROM t", "SELECT t.a, (t.b)::text AS b FROM t",
          "SELECT CASE WHEN (a = 'x'::text) THEN 'a'::text ELSE 'b'::text END FROM t",
          "SELECT ARRAY['a'::text, 'b'::text], f('x'::text, 1) FROM t",
          "SELECT f(a) FROM t ORDER BY a, 'x'::text", "GRANT SELECT ON t TO a; CALL f('x'::text)",
          "SELECT percentile_cont(a) WITHIN GROUP (ORDER BY ('x'::text)) FROM t",
          "CREATE POLICY p ON t FOR SELECT USING ((a = 'x'::text))", "AS $$ SELECT 'x'::text, 1 $$",
          ")) END SELECT ]", "a::text, b::text"}) {
        CHECK(with_unnamed_results(text) == text);
    }
}
