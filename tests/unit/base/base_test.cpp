#include <catch2/catch.hpp>

#include "base/diagnostic.hpp"
#include "base/digest.hpp"
#include "base/expected.hpp"
#include "base/percent.hpp"
#include "base/spelling.hpp"
#include "base/text.hpp"

using namespace revisiond;

TEST_CASE("a diagnostic shows the file, the line and a caret under the place") {
    Diagnostic diagnostic = make_error("x", "unknown key \"mesage\"", "did you mean \"message\"?");
    const std::string text = "-- revision = \"a\"\r\n-- mesage = \"ü\"\r\n";
    diagnostic.at = locate("m/a.sql", text, text.find("mesage"), 6);
    CHECK(to_text(diagnostic) ==
          "error: m/a.sql:2:4: unknown key \"mesage\"\n"
          "    -- mesage = \"ü\"\n"
          "       ^~~~~~\n"
          "  hint: did you mean \"message\"?");
}

TEST_CASE("columns count code points, not bytes") {
    const std::string text = "äöü x";
    CHECK(locate("f", text, text.find('x')).column == 5);
}

TEST_CASE("a long line is cut around the caret") {
    Diagnostic diagnostic = make_error("x", "m");
    const std::string text = std::string(1000, 'a') + "!" + std::string(1000, 'b');
    diagnostic.at = locate("f", text, 1000);
    const std::string shown = to_text(diagnostic);
    CHECK(shown.size() < 500);
    const auto lines = shown.substr(shown.find('\n') + 1);
    CHECK(count_code_points(lines.substr(0, lines.find('!'))) ==
          count_code_points(
              lines.substr(lines.find('\n') + 1, lines.find('^') - lines.find('\n') - 1)));
}

TEST_CASE("UTF-8 is judged as RFC 3629 does") {
    CHECK_FALSE(first_invalid_utf8("plain ä € 😀"));
    CHECK(first_invalid_utf8("ab\xff") == std::size_t{2});
    CHECK(first_invalid_utf8("\xc0\xaf") == std::size_t{0});          // overlong
    CHECK(first_invalid_utf8("\xed\xa0\x80") == std::size_t{0});      // surrogate
    CHECK(first_invalid_utf8("\xf4\x90\x80\x80") == std::size_t{0});  // above U+10FFFF
    CHECK(first_invalid_utf8("a\xe2\x82") == std::size_t{1});         // cut off
}

TEST_CASE("SHA-256 answers the known vectors") {
    CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(to_hex(sha256("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("fields of a digest cannot run into each other") {
    CHECK(DigestBuilder().add("ab").add("c").finish() !=
          DigestBuilder().add("a").add("bc").finish());
}

TEST_CASE("the nearest name is a slip, not a guess") {
    const std::vector<std::string> known = {"revision", "message", "transaction"};
    CHECK(nearest("mesage", known) == std::string("message"));
    CHECK(nearest("revsiion", known) == std::string("revision"));
    CHECK_FALSE(nearest("owner", known));
    CHECK(edit_distance("ab", "ba", 3) == 1);
}

TEST_CASE("line ends are made one") {
    CHECK(normalise_line_ends("a\r\nb\rc\n") == "a\nb\nc\n");
}

TEST_CASE("words are joined as a sentence does") {
    CHECK(join_words(std::vector<std::string>{"a", "b", "c"}) == "a, b and c");
    CHECK(join_words(std::vector<std::string>{"a"}) == "a");
}

TEST_CASE("percent-encoding comes back, and what is none is refused") {
    const std::string every = "a-Z0.9_~ /?#[]@:%&=+,\xC3\xBC\n";
    CHECK(percent_encoded("a-Z0.9_~") == "a-Z0.9_~");
    CHECK(percent_encoded(" /%\xC3\xBC") == "%20%2F%25%C3%BC");
    CHECK(percent_decoded(percent_encoded(every)) == every);
    CHECK(percent_decoded("%41%4a%4A") == "AJJ");
    for (const char* bad : {"%", "%4", "a%", "%4g", "%g4", "%00"}) CHECK(!percent_decoded(bad));
}
