// New files: what is rendered is read back as it was meant.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <iostream>
#include <random>

#include "script/render.hpp"
#include "script/revision_script.hpp"

using namespace revisiond;
using namespace revisiond::script;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

const std::string plain_template = "-- About this.\n${header}\n\n-- [upgrade]\n";

NewRevision sample() {
    NewRevision revision;
    revision.id = "9f2c41d07a3e";
    revision.down_revisions = {"23e153465abc"};
    revision.message = "add \"phone\" number";
    revision.created = 1795342500LL * 1000000;
    revision.branch_labels = {"accounts"};
    revision.depends_on = {"4be1c0ffee12", "search"};
    return revision;
}

// Draws values that try to break out of where they are written.
class HostileValues {
  public:
    explicit HostileValues(std::uint64_t seed) : random_(seed) {}

    NewRevision revision() {
        NewRevision result;
        result.id = name();
        result.down_revisions = names(3);
        result.depends_on = names(3);
        result.branch_labels = names(2);
        result.message = text();
        result.created =
            below(4) == 0
                ? 0
                : (static_cast<std::int64_t>(below(4'000'000'000U)) - 1'000'000'000) * 1'000'000;
        return result;
    }

  private:
    std::uint64_t below(std::uint64_t limit) {
        return std::uniform_int_distribution<std::uint64_t>(0, limit - 1)(random_);
    }

    std::string text() {
        static const std::vector<std::string> pieces = {"\"",
                                                        "\\",
                                                        "'",
                                                        "\n",
                                                        "\r\n",
                                                        "\r",
                                                        "\t",
                                                        "--",
                                                        "-- [upgrade]",
                                                        "[downgrade]",
                                                        "#",
                                                        "$$",
                                                        "${header}",
                                                        "\"\"\"",
                                                        "/*",
                                                        "*/",
                                                        "ü",
                                                        "😀",
                                                        "\xE2\x80\xA8",
                                                        "\xC2\x85",
                                                        "\xEF\xBB\xBF",
                                                        "a",
                                                        " ",
                                                        "revision = \"x\"",
                                                        "\x01",
                                                        "\x7f",
                                                        std::string(1, '\0'),
                                                        "\\u0041",
                                                        "= 1",
                                                        ";",
                                                        "%(rev)s",
                                                        "\f",
                                                        "\xC2\xA0"};
        std::string result;
        for (std::uint64_t count = below(8); count > 0; --count)
            result += pieces[below(pieces.size())];
        return result;
    }

    std::string name() {
        static const std::string letters = "abc012_./\\\"'#[]={}$%é";
        std::string result = "n" + std::to_string(serial_++);
        for (std::uint64_t count = below(6); count > 0; --count) {
            const char c = letters[below(letters.size() - 2)];
            result += c;
        }
        return below(4) == 0 ? result + "é" : result;
    }

    std::vector<std::string> names(std::uint64_t most) {
        std::vector<std::string> result;
        for (std::uint64_t count = below(most + 1); count > 0; --count) result.push_back(name());
        return result;
    }

    std::mt19937_64 random_;
    std::uint64_t serial_ = 0;
};

}  // namespace

TEST_CASE("a header is rendered in the order of DESIGN 3") {
    CHECK(render_header(sample()) ==
          "-- revision = \"9f2c41d07a3e\"\n"
          "-- down_revision = \"23e153465abc\"\n"
          "-- message = \"add \\\"phone\\\" number\"\n"
          "-- created = 2026-11-22T10:15:00Z\n"
          "-- branch_labels = [\"accounts\"]\n"
          "-- depends_on = [\"4be1c0ffee12\", \"search\"]\n");
    NewRevision bare;
    bare.id = "a";
    CHECK(render_header(bare) == "-- revision = \"a\"\n");
    bare.down_revisions = {"b", "c"};
    CHECK(render_header(bare) == "-- revision = \"a\"\n-- down_revision = [\"b\", \"c\"]\n");
}

TEST_CASE("what is rendered reads back, whatever the values") {
    const std::uint64_t seed = from_environment("REVISIOND_SEED", std::random_device{}());
    const std::uint64_t cases = from_environment("REVISIOND_CASES", 2000);
    std::cout << "render: REVISIOND_SEED=" << seed << " REVISIOND_CASES=" << cases << "\n";
    HostileValues values(seed);
    for (std::uint64_t i = 0; i < cases; ++i) {
        const NewRevision wanted = values.revision();
        const auto text = render_template("t.sql", plain_template, wanted);
        INFO("seed " << seed << ", case " << i << "\n" << render_header(wanted));
        if (!text) FAIL(to_text(text.error()));
        const ParsedScript read = parse_script("a.sql", *text);
        REQUIRE(read.script);
        CHECK(read.script->revision.id == wanted.id);
        CHECK(read.script->revision.down_revisions == wanted.down_revisions);
        CHECK(read.script->revision.depends_on == wanted.depends_on);
        CHECK(read.script->revision.branch_labels == wanted.branch_labels);
        CHECK(read.script->revision.message == wanted.message);
        CHECK(read.script->revision.created == wanted.created);
        CHECK(read.script->long_message == "About this.");
        CHECK(read.script->upgrade);
        CHECK_FALSE(read.script->downgrade);
    }
}

TEST_CASE("the built-in templates give files that are sound and do nothing") {
    CHECK(builtin_template_names() ==
          std::vector<std::string>{"sql", "concurrent-index", "backfill"});
    CHECK(builtin_template("none") == nullptr);
    for (const std::string& name : builtin_template_names()) {
        INFO(name);
        const auto text = render_template(name, builtin_template(name), sample());
        REQUIRE(text.has_value());
        const ParsedScript read = parse_script("a.sql", *text);
        REQUIRE(read.script);
        CHECK(read.script->transaction == (name == "sql"));
        CHECK(read.script->upgrade);
        CHECK(read.script->downgrade);
        CHECK(split_section(*read.script, SectionKind::upgrade, {}).statements.empty());
        CHECK(split_section(*read.script, SectionKind::downgrade, {}).statements.empty());
        CHECK(split_section(*read.script, SectionKind::verify, {}).statements.empty());
        CHECK(read.script->long_message.empty());
    }
}

TEST_CASE("a template's placeholders are filled") {
    const auto text = render_template(
        "t.sql",
        "-- ${message}: ${slug}, ${revision}, ${created}, $${revision}, $1, ${\n${header}\n",
        sample());
    REQUIRE(text.has_value());
    CHECK(
        text->starts_with("-- add \"phone\" number: add_phone_number, 9f2c41d07a3e, "
                          "2026-11-22T10:15:00Z, ${revision}, $1, ${\n-- revision = "));
}

TEST_CASE("a template keeps its line ends and its own header keys") {
    const auto text = render_template(
        "t.sql", "${header}\r\n-- transaction = false\r\n\r\n-- [upgrade]\r\n", sample());
    REQUIRE(text.has_value());
    CHECK(text->find("\"\r\n-- down_revision") != std::string::npos);
    CHECK_FALSE(parse_script("a", *text).script->transaction);
}

TEST_CASE("a template that cannot be filled says where") {
    const auto error = [](std::string_view text) {
        const auto result = render_template("t.sql", text, sample());
        REQUIRE_FALSE(result);
        return to_text(result.error());
    };
    CHECK(error("${header}\n-- by ${mesage}\n") ==
          "error: t.sql:2:7: unknown placeholder ${mesage}\n"
          "    -- by ${mesage}\n"
          "          ^~~~~~~~~\n"
          "  hint: did you mean ${message}?");
    CHECK(error("-- ${header}\n") ==
          "error: t.sql:1:4: ${header} does not stand on a line of its own\n"
          "    -- ${header}\n"
          "       ^~~~~~~~~");
    CHECK(error("${header}\n${header}\n").find("t.sql:2:1: a second ${header}") !=
          std::string::npos);
    CHECK(error("-- [upgrade]\n").find("the template has no ${header}") != std::string::npos);
    CHECK(error("${header}\n-- [upgrde]\n").find("unknown section [upgrde]") != std::string::npos);
}

TEST_CASE("a message cannot break out of its comment, nor pose as a header") {
    NewRevision revision = sample();
    revision.message = "x\nDROP TABLE users;\r\n-- [downgrade]";
    const auto text =
        render_template("t.sql", "-- ${message}\n${header}\n-- [upgrade]\n", revision);
    REQUIRE(text.has_value());
    CHECK_FALSE(parse_script("a", *text).script->downgrade);
    revision.message = "revision = \"other\"";
    CHECK_FALSE(render_template("t.sql", "-- ${message}\n${header}\n", revision));
    revision = sample();
    revision.id = "a@b";
    CHECK_FALSE(render_template("t.sql", "${header}\n", revision));
}

TEST_CASE("slugs are Alembic's") {
    CHECK(slug("Add phone-number, to users!") == "add_phone_number_to_users");
    CHECK(slug("  Größe & Ünits… 😀 42 ") == "größe_Ünits_42");
    CHECK(slug("aaaa bbbb cccc", 9) == "aaaa");
    CHECK(slug("aaaa bbbb cccc", 11) == "aaaa_bbbb");
    CHECK(slug("aaaabbbbcccc", 5) == "aaaab");
    CHECK(slug("äääää", 3) == "äää");
    CHECK(slug("!?").empty());
    CHECK(slug("\x80\x80\x80\x80\x80\x80\xff").empty());
}

TEST_CASE("file names") {
    const auto name = [](std::string_view file_template) {
        const auto result = file_name(file_template, sample());
        return result ? *result : to_text(result.error());
    };
    CHECK(name("%(rev)s_%(slug)s") == "9f2c41d07a3e_add_phone_number.sql");
    CHECK(name("%(year)d/%(month).2d/%(day).2d-%(hour).2d%(minute).2d%(second).2d-%%-%(epoch)s") ==
          "2026/11/22-101500-%-1795342500.sql");
    CHECK(name("%(rev)x").starts_with("error: file_template \"%(rev)x\": cannot read \"%(rev)x\""));
    CHECK(name("%(slg)s").find("did you mean %(slug)s?") != std::string::npos);
    for (const char* bad : {"../%(rev)s", "a/../../%(rev)s", "/tmp/%(rev)s", "", "a//b", "a/",
                            ".%(rev)s", "a/.b/%(rev)s", "a\nb"}) {
        INFO(bad);
        CHECK(name(bad).starts_with("error: file_template"));
    }
    NewRevision revision = sample();
    revision.message.clear();
    revision.id = "../x";
    CHECK(*file_name("a%(rev)s_%(slug)s", revision) == "a.._x.sql");
}

TEST_CASE("dates are rendered in UTC, whole seconds") {
    CHECK(to_rfc3339(0) == "1970-01-01T00:00:00Z");
    CHECK(to_rfc3339(-1) == "1969-12-31T23:59:59Z");
    CHECK(to_rfc3339(1795342500999999) == "2026-11-22T10:15:00Z");
}
