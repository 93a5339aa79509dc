#include "diff/array_casts.hpp"

#include <catch2/catch.hpp>

using revisiond::diff::without_array_casts;

TEST_CASE("a cast of an array of varchar is left to the server") {
    CHECK(
        without_array_casts("CHECK (((x)::text = ANY ((ARRAY['a'::character varying, 'it''s ]'::"
                            "character varying])::text[])))") ==
        "CHECK (((x)::text = ANY (ARRAY['a'::character varying, 'it''s ]'::character varying])))");
    CHECK(without_array_casts("x <> ALL ((ARRAY['a'::character varying])::text[]) OR y = ANY "
                              "((ARRAY['b'::character varying])::text[]);") ==
          "x <> ALL (ARRAY['a'::character varying]) OR y = ANY (ARRAY['b'::character varying]);");
}

TEST_CASE("other arrays and what only looks like one stay") {
    for (const std::string text :
         {"SELECT 1", "x = ANY ((ARRAY['a'::bpchar])::text[])", "x = ANY ((ARRAY[y])::text[])",
          "AS $$ SELECT x = ANY ((ARRAY['a'::character varying])::text[]) $$",
          "IS ' = ANY ((ARRAY[''a''::character varying])::text[])'",
          "x = ANY ((ARRAY['a'::character varying])::name[])", "x = ANY ((ARRAY['a"}) {
        CHECK(without_array_casts(text) == text);
    }
}
