#include "diff/nested_conditions.hpp"

#include <catch2/catch.hpp>

using revisiond::diff::with_between;

TEST_CASE("a pair that stands first in a row of its own kind becomes BETWEEN again") {
    CHECK(with_between("CHECK ((((x >= 1) AND (x <= 5)) AND (y > 0)))") ==
          "CHECK (((x BETWEEN (1) AND (5)) AND (y > 0)))");
    CHECK(
        with_between("WHERE (((f(a, (b + 1)) >= (1)::numeric) AND (f(a, (b + 1)) <= 'x )'::text)) "
                     "AND c AND d)") ==
        "WHERE ((f(a, (b + 1)) BETWEEN ((1)::numeric) AND ('x )'::text)) AND c AND d)");
    CHECK(with_between("((((x < 1) OR (x > 5)) OR y))") == "(((x NOT BETWEEN (1) AND (5)) OR y))");
    CHECK(with_between("(((a >= 1) AND (a <= 5)) AND ((b >= 1) AND (b <= 5)))") ==
          "((a BETWEEN (1) AND (5)) AND ((b >= 1) AND (b <= 5)))");
    CHECK(with_between("f((((a >= 1) AND (a <= 5)) AND b), (((c >= 1) AND (c <= 5)) AND d))") ==
          "f(((a BETWEEN (1) AND (5)) AND b), ((c BETWEEN (1) AND (5)) AND d))");
}

TEST_CASE("what the server prints again as it stands is left") {
    for (const std::string text :
         {"SELECT 1", "CHECK (((x >= 1) AND (x <= 5)))", "(y AND ((x >= 1) AND (x <= 5)))",
          "(((x >= 1) AND (x <= 5)) OR y)", "(((x < 1) OR (x > 5)) AND y)",
          "(((x >= 1) AND (z <= 5)) AND y)", "(((x > 1) AND (x <= 5)) AND y)",
          "(((x >= 1) AND (x <= 5) AND z) AND y)",
          "(((x OPERATOR(s.>=) 1) AND (x OPERATOR(s.<=) 5)) AND y)",
          "AS $$ (((x >= 1) AND (x <= 5)) AND y) $$", "IS ' (((x >= 1) AND (x <= 5)) AND y) '",
          "(((x >= 1) AND (x <= 5)) AND", ") <= (", "(( <= "}) {
        CHECK(with_between(text) == text);
    }
}
