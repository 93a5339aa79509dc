#include "diff/array_casts.hpp"

#include <catch2/catch.hpp>

using revisiond::diff::with_array_casts;

TEST_CASE("a cast of an array of varchar behind ANY or ALL is left to the server") {
    CHECK(
        with_array_casts("CHECK (((x)::text = ANY ((ARRAY['a'::character varying, 'it''s ]'::"
                         "character varying])::text[])))") ==
        "CHECK (((x)::text = ANY (ARRAY['a'::character varying, 'it''s ]'::character varying])))");
    CHECK(with_array_casts("x <> ALL ((ARRAY['a'::character varying])::text[]) OR y = ANY "
                           "((ARRAY['b'::character varying])::text[]);") ==
          "x <> ALL (ARRAY['a'::character varying]) OR y = ANY (ARRAY['b'::character varying]);");
}

TEST_CASE("an array that is cast as a whole says what it is of") {
    CHECK(with_array_casts("percentile_cont((ARRAY[0.25, 0.5])::double precision[])") ==
          "percentile_cont(((ARRAY[0.25, 0.5])::numeric[])::double precision[])");
    CHECK(
        with_array_casts("f((ARRAY[ARRAY[x, 1], ARRAY[2, 3]])::bigint[], (ARRAY[true])::text[])") ==
        "f(((ARRAY[ARRAY[x, 1], ARRAY[2, 3]])::integer[])::bigint[], "
        "((ARRAY[true])::boolean[])::text[])");
    CHECK(with_array_casts("ANY ((ARRAY[NULL::public.\"K i\", f('a'::text)])::text[])") ==
          "ANY (((ARRAY[NULL::public.\"K i\", f('a'::text)])::public.\"K i\"[])::text[])");
    CHECK(
        with_array_casts("(a = ANY (ARRAY['x'::timestamp(3) with time zone]::date[]))") ==
        "(a = ANY (ARRAY['x'::timestamp(3) with time zone]::timestamp with time zone[]::date[]))");
    CHECK(with_array_casts("((ARRAY[(ARRAY[1])::bigint[], y])::text[])") ==
          "(((ARRAY[((ARRAY[1])::integer[])::bigint[], y])::bigint[])::text[])");
}

TEST_CASE("other arrays and what only looks like one stay") {
    for (const std::string text :
         {"SELECT 1", "x = ANY (ARRAY['a'::bpchar])", "x = ANY ((ARRAY[y])::text[])",
          "x = ANY ((ARRAY['a'::text])::text[])", "(ARRAY[]::text[])", "(ARRAY[])::text[]",
          "AS $$ SELECT x = ANY ((ARRAY['a'::character varying])::text[]) $$",
          "IS ' = ANY ((ARRAY[''a''::character varying])::text[])'", "x = ANY ((ARRAY['a",
          "(ARRAY['a'::text || b])::name[]", "(ARRAY['a'::text])", "ARRAY[", "ARRAY", "])::"}) {
        CHECK(with_array_casts(text) == text);
    }
}
