#include <catch2/catch.hpp>
#include <stdexcept>

#include "sql/identifier.hpp"

using namespace revisiond::sql;

TEST_CASE("identifiers are always quoted") {
    CHECK(quote_identifier("a") == "\"a\"");
    CHECK(quote_identifier("a\"; DROP TABLE b; --") == "\"a\"\"; DROP TABLE b; --\"");
    CHECK_THROWS_AS(quote_identifier(std::string("a\0b", 3)), std::invalid_argument);
}

TEST_CASE("literals hold whatever standard_conforming_strings says") {
    CHECK(quote_literal("it's") == "'it''s'");
    CHECK(quote_literal("a\\'b") == "E'a\\\\''b'");
    CHECK(quote_literal("") == "''");
    CHECK_THROWS_AS(quote_literal(std::string(1, '\0')), std::invalid_argument);
}

TEST_CASE("arrays are typed, also empty ones") {
    CHECK(quote_text_array({}) == "ARRAY[]::text[]");
    CHECK(quote_text_array({"a", "b'"}) == "ARRAY['a','b''']::text[]");
}

TEST_CASE("qualified names are read as PostgreSQL reads them") {
    CHECK(parse_qualified_name("Alembic_Version") == QualifiedName{"", "alembic_version"});
    CHECK(parse_qualified_name(" a . b ") == QualifiedName{"a", "b"});
    CHECK(parse_qualified_name("\"A\".\"b c\"") == QualifiedName{"A", "b c"});
    CHECK(parse_qualified_name("\"a\"\"b\"") == QualifiedName{"", "a\"b"});
    CHECK(parse_qualified_name("ÄB") == QualifiedName{"", "Äb"});
    for (const char* bad : {"", " ", "a.", ".a", "a.b.c", "a b", "\"a", "\"\"", "1a", "a;b", "'a'",
                            "a--", "U&\"a\"", "a/**/"}) {
        INFO(bad);
        CHECK_FALSE(parse_qualified_name(bad));
    }
}

TEST_CASE("a qualified name is shown plainly and quoted for SQL") {
    CHECK(QualifiedName{"a", "B\""}.quoted() == "\"a\".\"B\"\"\"");
    CHECK(QualifiedName{"", "b"}.quoted() == "\"b\"");
    CHECK(QualifiedName{"a", "B"}.display() == "a.B");
}
