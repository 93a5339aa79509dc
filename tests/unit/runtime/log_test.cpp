#include <catch2/catch.hpp>

#include "runtime/log.hpp"

using namespace revisiond;
using namespace revisiond::runtime;
using config::LogFormat;

namespace {

std::string line(LogFormat format, std::string_view message,
                 std::initializer_list<Field> fields = {}) {
    return log_line(format, "2026-11-22T10:15:00.123Z", Level::warning, message, fields);
}

}  // namespace

TEST_CASE("an entry as text is one line, whatever is in it") {
    CHECK(line(LogFormat::text, "upgrade\nfinished\x1b[0m",
               {{"operation", "a b"}, {"state", "done"}}) ==
          "2026-11-22T10:15:00.123Z warn  upgrade finished [0m operation=\"a b\" state=done");
    CHECK(line(LogFormat::text, "x", {{"empty", ""}, {"error", "a\n\"b\""}}) ==
          "2026-11-22T10:15:00.123Z warn  x error=\"a\\n\\\"b\\\"\"");
}

TEST_CASE("an entry as JSON is escaped, also where it is not UTF-8") {
    CHECK(
        line(LogFormat::json, "a \"b\"\n", {{"file", "c\xff"}}) ==
        "{\"time\":\"2026-11-22T10:15:00.123Z\",\"level\":\"warn\",\"message\":\"a \\\"b\\\"\\n\","
        "\"file\":\"c\xEF\xBF\xBD\"}");
}

TEST_CASE("no secret stands in the log") {
    for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
        const std::string text =
            line(format, "cannot connect to postgresql://u:hunter2@h/d",
                 {{"error", "syntax error at ALTER ROLE a PASSWORD 'hunter2'"}});
        INFO(text);
        CHECK(text.find("hunter2") == std::string::npos);
    }
}
