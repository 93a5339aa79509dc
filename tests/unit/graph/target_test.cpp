#include <catch2/catch.hpp>

#include "graph_support.hpp"

using namespace revisiond;
using namespace revisiond::graph;

namespace {

std::string show(Symbol symbol) {
    switch (symbol) {
        case Symbol::head:
            return "<head>";
        case Symbol::heads:
            return "<heads>";
        case Symbol::base:
            return "<base>";
        case Symbol::current:
            return "<current>";
    }
    return "?";
}

std::string show(const Anchor& anchor) {
    if (const auto* symbol = std::get_if<Symbol>(&anchor)) return show(*symbol);
    return std::get<Name>(anchor).text;
}

// A Target spelled so that no two values look alike.
std::string show(const Target& parsed) {
    std::string result = parsed.branch ? *parsed.branch + " @ " : "";
    if (const auto* symbol = std::get_if<Symbol>(&parsed.where)) return result + show(*symbol);
    if (const auto* name = std::get_if<Name>(&parsed.where)) return result + name->text;
    const auto& relative = std::get<Relative>(parsed.where);
    if (relative.anchor) result += show(*relative.anchor) + " ";
    return result + "by " + std::to_string(relative.count);
}

}  // namespace

TEST_CASE("targets: what each text means") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"head", "<head>"},
        {"heads", "<heads>"},
        {"base", "<base>"},
        {"current", "<current>"},
        {"ae10", "ae10"},
        {"header", "header"},
        {"1.2_x", "1.2_x"},
        {"+1", "by 1"},
        {"-12", "by -12"},
        {"+007", "by 7"},
        {"ae10+2", "ae10 by 2"},
        {"1.2-3", "1.2 by -3"},
        {"head-1", "<head> by -1"},
        {"base+1", "<base> by 1"},
        {"al@head", "al @ <head>"},
        {"al@heads", "al @ <heads>"},
        {"al@base", "al @ <base>"},
        {"al@ae10", "al @ ae10"},
        {"al@+1", "al @ by 1"},
        {"al@-1", "al @ by -1"},
        {"al@ae10+1", "al @ ae10 by 1"},
    };
    for (const auto& [text, meaning] : cases) {
        CHECK(show(target(text)) == meaning);
        CHECK(target(text).text == text);
    }
}

TEST_CASE("targets: what is refused, and in which words") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"", "empty"},
        {"@head", "before the '@'"},
        {"al@", "after the '@'"},
        {"a@b@c", "'@'"},
        {"head@x", "no branch"},
        {"+", "number is missing"},
        {"x-", "number"},
        {"+0", "leads nowhere"},
        {"-0", "leads nowhere"},
        {"+1x", "not a number"},
        {"+1+1", "not a number"},
        {"--1", "not a number"},
        {"+9999999999", "too many"},
        {"a b", "not allowed"},
        {" a", "not allowed"},
        {"a\tb", "not allowed"},
        {"a:b", "range"},
        {"a-b@x", "not allowed"},
    };
    for (const auto& [text, part] : cases) {
        INFO("'" << text << "'");
        assert_error(parse_target(text), "graph.bad-target", part);
    }
}

TEST_CASE("ranges have exactly one colon and two optional sides") {
    CHECK(is_range("a:b"));
    CHECK_FALSE(is_range("a@b"));
    const auto both = parse_range("a1:al@head");
    REQUIRE(both.has_value());
    CHECK(show(*both->lower) == "a1");
    CHECK(show(*both->upper) == "al @ <head>");
    const auto open = parse_range("-3:");
    REQUIRE(open.has_value());
    CHECK(show(*open->lower) == "by -3");
    CHECK_FALSE(open->upper.has_value());
    const auto all = parse_range(":");
    REQUIRE(all.has_value());
    CHECK_FALSE(all->lower.has_value());
    CHECK(all->text == ":");
    assert_error(parse_range("a"), "graph.bad-range", "no ':'");
    assert_error(parse_range("a:b:c"), "graph.bad-range", "2 ':'");
    assert_error(parse_range("a:+0"), "graph.bad-target", "leads nowhere");
    assert_error(parse_range("@:a"), "graph.bad-target", "before the '@'");
}
