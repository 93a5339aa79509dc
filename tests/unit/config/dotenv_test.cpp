#include <catch2/catch.hpp>

#include "config/dotenv.hpp"

using namespace revisiond;
using namespace revisiond::config;

namespace {

std::map<std::string, std::string> variables(std::string_view text) {
    const Dotenv result = parse_dotenv(".env", text);
    CHECK(result.diagnostics.empty());
    return result.variables;
}

using Variables = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("a .env file is read as its usual readers do") {
    CHECK(variables("A=1\nB = two words \n\n# note\n  export C=3\nD=\nexport=x\n") ==
          Variables{{"A", "1"}, {"B", "two words"}, {"C", "3"}, {"D", ""}, {"export", "x"}});
    CHECK(variables("A=p@ss#word\nB=pass #word\nC=\"a # b\" # note\nD='a\\n$x'") ==
          Variables{{"A", "p@ss#word"}, {"B", "pass"}, {"C", "a # b"}, {"D", "a\\n$x"}});
    CHECK(variables("A=\"x\\n\\\"y\\\" \\$z \\w\"") == Variables{{"A", "x\n\"y\" $z \\w"}});
    CHECK(variables("A='first\nsecond'\nB=2") == Variables{{"A", "first\nsecond"}, {"B", "2"}});
    CHECK(variables("\xEF\xBB\xBF"
                    "A=1\r\nB=\"2\"\r\n") == Variables{{"A", "1"}, {"B", "2"}});
    CHECK(variables("A=1\nA=2\nB=${A}=") == Variables{{"A", "2"}, {"B", "${A}="}});
}

TEST_CASE("every bad line is reported by its number and not shown") {
    const Dotenv result = parse_dotenv(
        "p/.env", "A=1\ns3cret\n1B=s3cret\n=s3cret\nC='x' s3cret\nD=ok\nE=\"s3cret\n\n");
    REQUIRE(result.diagnostics.size() == 5);
    const std::vector<std::uint32_t> lines = {2, 3, 4, 5, 7};
    for (std::size_t i = 0; i < lines.size(); ++i) {
        CHECK(result.diagnostics[i].at.line == lines[i]);
        CHECK(to_text(result.diagnostics[i]).find("error: p/.env:") == 0);
        CHECK(to_text(result.diagnostics[i]).find("s3cret") == std::string::npos);
    }
    CHECK(result.variables == Variables{{"A", "1"}, {"D", "ok"}});
}
