#include <catch2/catch.hpp>

#include "config/config.hpp"

using namespace revisiond::config;

TEST_CASE("durations are read as PostgreSQL writes them") {
    CHECK(parse_duration("100ms") == Milliseconds(100));
    CHECK(parse_duration("30s") == Milliseconds(30'000));
    CHECK(parse_duration("5min") == Milliseconds(300'000));
    CHECK(parse_duration("5m") == Milliseconds(300'000));
    CHECK(parse_duration("2h") == Milliseconds(7'200'000));
    CHECK(parse_duration("1d") == Milliseconds(86'400'000));
    CHECK(parse_duration(" 1.5 s ") == Milliseconds(1500));
    CHECK(parse_duration("1500us") == Milliseconds(2));
    CHECK(parse_duration("0") == Milliseconds(0));
    CHECK(parse_duration("0ms") == Milliseconds(0));
}

TEST_CASE("what is no duration is none") {
    for (const char* text : {"", "100", "ms", "5 parsecs", "-1s", "+1s", "1e3s", "1s2", "5MIN",
                             "0x1s", "25d", "1us", "1s ago", "inf", "nan", ".5s"}) {
        INFO(text);
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("a duration is written shortly and read back the same") {
    CHECK(format_duration(Milliseconds(0)) == "0");
    CHECK(format_duration(Milliseconds(100)) == "100ms");
    CHECK(format_duration(Milliseconds(1500)) == "1500ms");
    CHECK(format_duration(Milliseconds(300'000)) == "5min");
    CHECK(format_duration(Milliseconds(90'000)) == "90s");
    for (const std::int64_t count : {1, 999, 1000, 60'000, 3'600'000, 86'400'000, 86'400'001}) {
        CHECK(parse_duration(format_duration(Milliseconds(count))) == Milliseconds(count));
    }
}

TEST_CASE("sizes are powers of 1024 and need a unit") {
    CHECK(parse_size("16MB") == 16U << 20U);
    CHECK(parse_size("1kB") == 1024U);
    CHECK(parse_size("7 B") == 7U);
    CHECK(parse_size("1.5GB") == 3ULL << 29U);
    for (const char* text : {"16", "16mb", "-1MB", "MB", "", "99999999TB"})
        CHECK_FALSE(parse_size(text));
}
