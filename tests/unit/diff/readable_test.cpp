#include "diff/readable.hpp"

#include <catch2/catch.hpp>

using revisiond::diff::readable;

namespace {

void check_left(std::initializer_list<std::string> texts) {
    for (const std::string& text : texts) CHECK(readable(text) == text);
}

}  // namespace

TEST_CASE("a row of conditions that stands first in one of its own kind stays a row of its own") {
    CHECK(readable("CHECK ((((x >= 1) AND (x <= 5)) AND (y > 0)))") ==
          "CHECK ((((x >= 1) AND (x <= 5))::boolean AND (y > 0)))");
    CHECK(readable("WHERE (((t.a = t.b) OR (t.a = t.c)) OR (t.a = 'x )'::text))") ==
          "WHERE (((t.a = t.b) OR (t.a = t.c))::boolean OR (t.a = 'x )'::text))");
    CHECK(readable("(((((a) OR (b)) OR (c)) OR (d)))") ==
          "(((((a) OR (b))::boolean OR (c))::boolean OR (d)))");
    CHECK(readable("f((((a >= 1) AND (a <= 5)) AND b), (((c < 1) OR (c > 5)) OR d))") ==
          "f((((a >= 1) AND (a <= 5))::boolean AND b), (((c < 1) OR (c > 5))::boolean OR d))");
}

TEST_CASE("conditions that the server prints again as they stand are left") {
    check_left({"SELECT 1", "CHECK (((x >= 1) AND (x <= 5)))", "(y AND ((x >= 1) AND (x <= 5)))",
                "(((x >= 1) AND (x <= 5)) OR y)", "(((x < 1) OR (x > 5)) AND y)",
                "((CASE WHEN (a AND b) OR (c) THEN d END) OR e)",
                "((CASE WHEN (a) OR (b) THEN c ELSE d END) OR (e))",
                "AS $$ (((x >= 1) AND (x <= 5)) AND y) $$",
                "IS ' (((x >= 1) AND (x <= 5)) AND y) '", "(((x >= 1) AND (x <= 5)) AND",
                ") AND ((", "(( AND (("});
}

TEST_CASE("a cast of an array behind ANY or ALL, or of columns, is left to the server") {
    CHECK(readable("CHECK (((x)::text = ANY ((ARRAY['a'::character varying, 'it''s ]'::"
                   "character varying])::text[])))") ==
          "CHECK (((x)::text = ANY (ARRAY['a'::character varying, 'it''s ]'::character "
          "varying])))");
    CHECK(readable("x <> ALL ((ARRAY['a'::character varying])::text[]) OR y = ANY "
                   "((ARRAY['b'::character varying])::text[]);") ==
          "x <> ALL (ARRAY['a'::character varying]) OR y = ANY (ARRAY['b'::character varying]);");
    CHECK(
        readable("(x = ANY ((ARRAY[t.v, t.\"W\"])::text[])) AND f((ARRAY[v])::numeric(3)[], 1)") ==
        "(x = ANY (ARRAY[t.v, t.\"W\"])) AND f(ARRAY[v], 1)");
}

TEST_CASE("an array that is cast as a whole says what it is of") {
    CHECK(readable("percentile_cont((ARRAY[0.25, 0.5])::double precision[])") ==
          "percentile_cont(((ARRAY[0.25, 0.5])::numeric[])::double precision[])");
    CHECK(readable("f((ARRAY[ARRAY[x, 1], ARRAY[2, 3]])::bigint[], (ARRAY[true])::text[])") ==
          "f(((ARRAY[ARRAY[x, 1], ARRAY[2, 3]])::integer[])::bigint[], "
          "((ARRAY[true])::boolean[])::text[])");
    CHECK(readable("ANY ((ARRAY[NULL::public.\"K i\", f('a'::text)])::text[])") ==
          "ANY (((ARRAY[NULL::public.\"K i\", f('a'::text)])::public.\"K i\"[])::text[])");
    CHECK(readable("(a = ANY (ARRAY['x'::timestamp(3) with time zone]::date[]))") ==
          "(a = ANY (ARRAY['x'::timestamp(3) with time zone]::timestamp with time zone[]::"
          "date[]))");
    CHECK(readable("((ARRAY[(ARRAY[1])::bigint[], y])::text[])") ==
          "(((ARRAY[((ARRAY[1])::integer[])::bigint[], y])::bigint[])::text[])");
    CHECK(readable("((ARRAY[upper(a), b])::text[])") ==
          "(((ARRAY[upper(a), b])::anyarray)::text[])");
}

TEST_CASE("other arrays and what only looks like one stay") {
    check_left({"x = ANY (ARRAY['a'::bpchar])", "x = ANY ((ARRAY['a'::text])::text[])",
                "(ARRAY[]::text[])", "(ARRAY[])::text[]",
                "AS $$ SELECT x = ANY ((ARRAY['a'::character varying])::text[]) $$",
                "IS ' = ANY ((ARRAY[''a''::character varying])::text[])'", "x = ANY ((ARRAY['a",
                "(ARRAY['a'::text])", "(ARRAY[a])::words", "(ARRAY[a])::words)", "ARRAY[", "ARRAY",
                "])::ARRAY["});
}

TEST_CASE("a number that was cast before its minus keeps the cast") {
    CHECK(readable("DEFAULT (- 1)") == "DEFAULT (- 1::integer)");
    CHECK(readable("f((- 1.5), (- 2e3))") == "f((- 1.5::numeric), (- 2e3::numeric))");
    check_left({"(- (1)::bigint)", "(- a)", "'(- 1)'::text", "(- 1", "(a - 1)"});
}

TEST_CASE("a cast that is a result without a name keeps having none") {
    CHECK(readable("WHERE (EXISTS ( SELECT 'x'::text\n   FROM t t2))") ==
          "WHERE (EXISTS ( SELECT 'x'::text AS \"?column?\"\n   FROM t t2))");
    CHECK(readable("( SELECT 'a'::text AS k\nUNION\n SELECT 'b'::text) q;") ==
          "( SELECT 'a'::text AS k\nUNION\n SELECT 'b'::text AS \"?column?\") q;");
    CHECK(readable("SELECT 'a, b'::character varying(3),\n t.c,\n ((2 + 2))::numeric") ==
          "SELECT 'a, b'::character varying(3) AS \"?column?\",\n t.c,\n ((2 + 2))::numeric AS "
          "\"?column?\"");
    CHECK(readable("ARRAY( SELECT NULL::text[] GROUP BY 1)") ==
          "ARRAY( SELECT NULL::text[] AS \"?column?\" GROUP BY 1)");
    CHECK(readable("BEGIN ATOMIC SELECT '1'::bigint; INSERT INTO t (a) VALUES (1) RETURNING "
                   "'b'::text; END") ==
          "BEGIN ATOMIC SELECT '1'::bigint AS \"?column?\"; INSERT INTO t (a) VALUES (1) RETURNING "
          "'b'::text AS \"?column?\"; END");
}

TEST_CASE("the marks of a cycle have their types in front") {
    CHECK(readable("WITH r AS (SELECT 1::text AS a) CYCLE n SET c TO 'Y'::character varying(3) "
                   "DEFAULT '1 day'::interval day USING p SELECT 1") ==
          "WITH r AS (SELECT 1::text AS a) CYCLE n SET c TO character varying(3) 'Y' "
          "DEFAULT interval '1 day' day USING p SELECT 1");
    check_left({"SELECT x::text AS a CYCLE n SET c USING p", "SELECT a::text AS b CYCLE",
                "SELECT a::text AS b CYCLE n SET c TO NULL::text DEFAULT 1 USING p"});
}

TEST_CASE("what has a name, or casts that are parts of results, are left") {
    check_left({"SELECT 'x'::text AS text FROM t", "SELECT t.a, (t.b)::text AS b FROM t",
                "SELECT CASE WHEN (a = 'x'::text) THEN 'a'::text ELSE 'b'::text END FROM t",
                "SELECT ARRAY['a'::text, 'b'::text], f('x'::text, 1) FROM t",
                "SELECT f(a) FROM t ORDER BY a, 'x'::text",
                "GRANT SELECT ON t TO a; CALL f('x'::text)",
                "SELECT percentile_cont(a) WITHIN GROUP (ORDER BY ('x'::text)) FROM t",
                "CREATE POLICY p ON t FOR SELECT USING ((a = 'x'::text))",
                "AS $$ SELECT 'x'::text, 1 $$"});
    for (const std::string text : {")) END SELECT ] ::", "SELECT ::", "RETURNING ::"}) {
        CHECK_NOTHROW(readable(text));
    }
}
