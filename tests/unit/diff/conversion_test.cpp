// How values get from one type to another, and what is lost on the way.
#include "diff/conversion.hpp"

#include <catch2/catch.hpp>

using namespace revisiond::diff;

TEST_CASE("a conversion that cuts values without an error is said to lose them") {
    struct Case {
        const char* from;
        const char* to;
        bool loses;
    };
    for (const Case& one : std::initializer_list<Case>{
             {"timestamp with time zone", "date", true},
             {"timestamp without time zone", "time without time zone", true},
             {"timestamp without time zone", "timestamp(0) without time zone", true},
             {"timestamp(3) with time zone", "timestamp(0) without time zone", true},
             {"timestamp(3) without time zone", "timestamp(6) without time zone", false},
             {"timestamp without time zone", "timestamp with time zone", false},
             {"date", "timestamp with time zone", false},
             {"interval", "interval(0)", true},
             {"interval", "interval hour", true},
             {"numeric(10,4)", "numeric(10,2)", true},
             {"numeric(10,2)", "numeric(12,4)", false},
             {"numeric", "numeric(10,2)", true},
             {"numeric(10,2)", "numeric", false},
             {"numeric(10,2)[]", "integer[]", true},
             {"double precision", "real", true},
             {"real", "double precision", false},
             {"double precision", "numeric", true},
             {"bigint", "double precision", true},
             {"integer", "double precision", false},
             {"bigint", "integer", false},  // fails instead
             {"json", "jsonb", true},
             {"jsonb", "json", false},
             {"text", "name", true},
             {"text", "character varying(3)", false},  // fails instead
             {"integer", "text", false},
         }) {
        INFO(one.from << " to " << one.to);
        CHECK(loses_values(one.from, one.to) == one.loses);
    }
}
