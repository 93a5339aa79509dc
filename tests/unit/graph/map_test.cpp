#include <catch2/catch.hpp>

#include "graph_support.hpp"

using namespace revisiond;
using namespace revisiond::graph;

namespace {

void assert_diagnostic(std::vector<Revision> revisions, Severity severity, const std::string& code,
                       const Words& parts) {
    const auto built = RevisionMap::build(std::move(revisions));
    CHECK(built.has_value() == (severity == Severity::warning));
    const Diagnostics& all = built ? built->warnings : built.error();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Diagnostic& each) { return each.code == code; });
    INFO(code);
    REQUIRE(found != all.end());
    CHECK(found->severity == severity);
    CHECK_FALSE(found->at.file.empty());
    CHECK_FALSE(found->hint.empty());
    for (const std::string& part : parts) CHECK_THAT(to_text(*found), Catch::Contains(part));
}

}  // namespace

TEST_CASE("maps: every mistake is told with its files") {
    const auto error = Severity::error;
    assert_diagnostic({rev("a"), rev("a")}, error, "graph.duplicate-id",
                      {"more than once", "a.sql"});
    assert_diagnostic({rev("abcd"), rev("b", {"abdc"})}, error, "graph.missing-parent",
                      {"'abdc' referenced from 'b' (b.sql)", "did you mean \"abcd\""});
    assert_diagnostic({rev("abcd"), rev("b", {"ab"})}, error, "graph.missing-parent",
                      {"did you mean \"abcd\""});
    assert_diagnostic({rev("a"), rev("b", {"a"}, {"zz"})}, error, "graph.missing-dependency",
                      {"'zz' referenced from 'b'"});
    assert_diagnostic({rev("aa1"), rev("aa2"), rev("b", {}, {"aa"})}, error,
                      "graph.ambiguous-dependency", {"aa1, aa2"});
    assert_diagnostic({rev("a", {}, {}, {"al"}), rev("b", {"al"})}, error, "graph.label-as-parent",
                      {"branch label", "write the revision's id: \"a\""});
    assert_diagnostic({rev("a", {"a"})}, error, "graph.self-loop", {"Self-loop", "(a)"});
    assert_diagnostic({rev("a", {}, {"a"})}, error, "graph.dependency-self-loop", {"(a)"});
    assert_diagnostic({rev("a"), rev("b", {"a", "d"}), rev("c", {"b"}), rev("d", {"c"})}, error,
                      "graph.cycle", {"Cycle is detected", "b.sql", "c.sql", "d.sql"});
    assert_diagnostic({rev("a", {}, {"b"}), rev("b", {"a"})}, error, "graph.dependency-cycle",
                      {"Dependency cycle", "a.sql", "b.sql"});
    assert_diagnostic({rev("a-b")}, error, "graph.forbidden-character", {"'-'", "'a-b'"});
    assert_diagnostic({rev("a", {}, {}, {"x y"})}, error, "graph.forbidden-character", {"x y"});
    assert_diagnostic({rev("")}, error, "graph.forbidden-character", {"empty"});
    assert_diagnostic({rev("head")}, error, "graph.reserved-name", {"'head'"});
    assert_diagnostic({rev("a", {}, {}, {"current"})}, error, "graph.reserved-name", {"'current'"});
    assert_diagnostic({rev("a", {}, {}, {"al"}), rev("b", {}, {}, {"al"})}, error,
                      "graph.duplicate-label", {"'al'", "a.sql", "b.sql"});
    assert_diagnostic({rev("a"), rev("b", {}, {}, {"a"})}, error, "graph.label-is-id", {"a.sql"});
}

TEST_CASE("maps: a mistake is shown where the header makes it") {
    Revision wrong = rev("b", {"a", "zz"}, {"yy"}, {"a"});
    wrong.at.line = 2;
    const auto at = [](std::uint32_t line, std::uint32_t column) {
        SourceLocation location;
        location.line = line;
        location.column = column;
        return location;
    };
    wrong.places = {{at(3, 21), at(3, 26)}, {at(4, 18)}, {at(5, 21)}};
    const auto built = RevisionMap::build({rev("a"), wrong});
    REQUIRE_FALSE(built.has_value());
    std::vector<std::string> seen;
    for (const Diagnostic& each : built.error()) {
        CHECK(each.at.file == "b.sql");
        seen.push_back(each.code + " " + std::to_string(each.at.line) + ":" +
                       std::to_string(each.at.column));
    }
    CHECK(sorted(seen) == Words{"graph.label-is-id 5:21", "graph.missing-dependency 4:18",
                                "graph.missing-parent 3:26"});
}

TEST_CASE("maps: a cycle and a redundant parent are shown at the name that closes them") {
    SourceLocation fourth;
    fourth.line = 4;
    Revision first = rev("b", {"a", "d"});
    first.places.down_revisions = {SourceLocation{}, fourth};
    const auto cycle = RevisionMap::build({rev("a"), first, rev("c", {"b"}), rev("d", {"c"})});
    REQUIRE_FALSE(cycle.has_value());
    CHECK(cycle.error().at(0).at.line == 4);

    Revision redundant = rev("c", {"b"}, {"a"});
    redundant.places.depends_on = {fourth};
    const auto warned = RevisionMap::build({rev("a"), rev("b", {"a"}), redundant});
    REQUIRE(warned.has_value());
    CHECK(warned->warnings.at(0).at.line == 4);
}

TEST_CASE("maps: a file is never told to name itself") {
    const auto built = RevisionMap::build(
        {rev("abcd0001"), rev("abcd0002", {"abcd0003"}), rev("wxyz0001", {"wxyz"})});
    REQUIRE_FALSE(built.has_value());
    Words hints;
    for (const Diagnostic& each : built.error()) hints.push_back(each.hint);
    CHECK(sorted(hints) ==
          Words{"add the missing file, or correct the header",
                "did you mean \"abcd0001\"? If not, add the missing file, or correct the header"});
}

TEST_CASE("maps: all mistakes are told at once, and no cycle twice") {
    const auto built = RevisionMap::build({rev("a", {"b"}), rev("b", {"a"}), rev("c", {"zz"}),
                                           rev("d", {"yy"}), rev("e", {"f"}), rev("f", {"e"})});
    REQUIRE_FALSE(built.has_value());
    Words codes;
    for (const Diagnostic& each : built.error()) codes.push_back(each.code);
    CHECK(sorted(codes) ==
          Words{"graph.cycle", "graph.cycle", "graph.missing-parent", "graph.missing-parent"});
}

TEST_CASE("maps: redundant parents are warnings") {
    const auto warning = Severity::warning;
    const std::string code = "graph.redundant-parent";
    assert_diagnostic({rev("a"), rev("b", {"a"}), rev("c", {"a", "b"})}, warning, code,
                      {"'c' names 'a' in down_revision", "through 'b'"});
    assert_diagnostic({rev("a"), rev("b", {"a"}), rev("c", {"b"}, {"a"})}, warning, code,
                      {"'c' names 'a' in depends_on"});
    assert_diagnostic({rev("a"), rev("b", {"a"}, {"a"})}, warning, code, {"down_revision already"});
    assert_diagnostic({rev("a"), rev("b", {"a", "a"})}, warning, code, {"twice"});
    const auto sound = RevisionMap::build(
        {rev("a"), rev("b", {"a"}), rev("c", {"a"}), rev("m", {"b", "c"}), rev("d", {"m"}, {})});
    REQUIRE(sound.has_value());
    CHECK(sound->warnings.empty());
    // 'b' depends on 'a' without descending from it: only the merge leaves one head.
    const auto merged = RevisionMap::build({rev("a"), rev("b", {}, {"a"}), rev("m", {"a", "b"})});
    REQUIRE(merged.has_value());
    CHECK(merged->warnings.empty());
    CHECK(merged->map.heads().size() == 1);
    assert_diagnostic({rev("a"), rev("b", {}, {"a"}), rev("c", {"a"}), rev("m", {"a", "b"})},
                      warning, code, {"'m' names 'a' in down_revision"});
}

TEST_CASE("maps: ends, links and order") {
    auto late = rev("a1", {"a0"});
    late.created = 9;
    const auto map = make_map(
        {late, rev("a0"), rev("b1", {"a0"}), rev("c0", {}, {"b1"}), rev("m", {"a1", "b1"})});
    const auto ids = [&](const auto& indices) { return map.ids(indices); };
    CHECK(ids(map.order()) == Words{"a0", "b1", "c0", "a1", "m"});
    CHECK(ids(map.heads()) == Words{"c0", "m"});
    CHECK(ids(map.real_heads()) == Words{"c0", "m"});
    CHECK(ids(map.bases()) == Words{"a0", "c0"});
    CHECK(ids(map.real_bases()) == Words{"a0"});
    CHECK(map.is_branch_point(*map.find("a0")));
    CHECK(map.is_merge_point(*map.find("m")));
    CHECK(map.is_real_branch_point(*map.find("b1")));
    CHECK_FALSE(map.is_branch_point(*map.find("b1")));
    CHECK_FALSE(map.find("a").has_value());
    CHECK(ids(map[*map.find("m")].parents) == Words{"a1", "b1"});
}

TEST_CASE("maps: an effective head is a head, but no real one") {
    const auto map = make_map({rev("a"), rev("b", {}, {"a"})});
    CHECK(map.ids(map.heads()) == Words{"a", "b"});
    CHECK(map.ids(map.real_heads()) == Words{"b"});
}

TEST_CASE("maps: depends_on takes ids, prefixes and labels") {
    const auto map = make_map({rev("abcd", {}, {}, {"shop"}), rev("x", {}, {"abcd"}),
                               rev("y", {}, {"ab"}), rev("z", {}, {"shop"})});
    for (const char* id : {"x", "y", "z"}) {
        CHECK(map.ids(map[*map.find(id)].dependencies) == Words{"abcd"});
    }
    CHECK(map.find_label("shop") == map.find("abcd"));
    CHECK_FALSE(map.find("shop").has_value());
    CHECK_FALSE(map.find_label("abcd").has_value());
}

TEST_CASE("maps: labels go down always, and up along a line only") {
    const auto labelled = [](const RevisionMap& map) {
        Words result;
        for (const Node& node : map.nodes()) {
            if (node.labels == Words{"al"}) result.push_back(node.revision.id);
        }
        return result;
    };
    CHECK(labelled(make_map({rev("a"), rev("b", {"a"}, {}, {"al"}), rev("c", {"b"})})) ==
          Words{"a", "b", "c"});
    CHECK(labelled(make_map({rev("a"), rev("b", {"a"}, {}, {"al"}), rev("x", {"a"})})) ==
          Words{"b"});
    CHECK(labelled(make_map({rev("a"), rev("b", {"a"}, {}, {"al"}), rev("c", {"b"}),
                             rev("d", {"b"})})) == Words{"b", "c", "d"});
    CHECK(labelled(make_map({rev("a"), rev("b", {"a"}), rev("c", {"b"}, {}, {"al"}),
                             rev("x", {}, {"a"})})) == Words{"b", "c"});
}
