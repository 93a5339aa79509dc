#include <catch2/catch.hpp>

#include "graph_support.hpp"

using namespace revisiond;
using namespace revisiond::graph;

namespace {

// base - a1 - b1 - b2 (label bb at b1), a1 - c1 - c2 (label cc at c1), d1 depends on b1 (label dd).
RevisionMap forked() {
    return make_map({rev("a1"), rev("b1", {"a1"}, {}, {"bb"}), rev("b2", {"b1"}),
                     rev("c1", {"a1"}, {}, {"cc"}), rev("c2", {"c1"}),
                     rev("d1", {}, {"b1"}, {"dd"})});
}

void assert_stamp(const RevisionMap& map, const Words& rows, const Words& targets,
                  const Words& rows_after) {
    const auto plan = plan_stamp(map, read_rows(map, rows), all_targets(targets), false);
    if (!plan) FAIL(to_text(plan.error()));
    CHECK(apply_changes(rows, plan->row_changes) == rows_after);
}

Words range(const RevisionMap& map, const Words& rows, const std::string& text) {
    const auto found = history_range(map, read_rows(map, rows), *parse_range(text));
    INFO(text);
    REQUIRE(found.has_value());
    return map.ids(*found);
}

auto upgrade(const RevisionMap& map, const Words& rows, const std::string& to) {
    return plan_upgrade(map, read_rows(map, rows), {target(to)});
}

auto downgrade(const RevisionMap& map, const Words& rows, const std::string& to) {
    return plan_downgrade(map, read_rows(map, rows), target(to));
}

}  // namespace

TEST_CASE("upgrade: targets of every shape") {
    const auto map = forked();
    assert_upgrade(map, {}, "b2", {"a1", "b1", "b2"}, {"b2"});
    assert_upgrade(map, {}, "heads", {"a1", "b1", "b2", "c1", "c2", "d1"}, {"b2", "c2", "d1"});
    assert_upgrade(map, {"a1"}, "bb@head", {"b1", "b2"}, {"b2"});
    assert_upgrade(map, {"b1"}, "d1", {"d1"}, {"d1"});
    assert_upgrade(map, {"b2"}, "dd", {"d1"}, {"b2", "d1"});
    assert_upgrade(map, {}, "bb@+1", {"a1"}, {"a1"});
    assert_upgrade(map, {"c1"}, "+1", {"c2"}, {"c2"});
    assert_upgrade(map, {"a1"}, "bb@+2", {"b1", "b2"}, {"b2"});
    assert_upgrade(map, {"c1"}, "bb@+1", {"b1"}, {"b1", "c1"});
    assert_upgrade(map, {"a1"}, "b2-1", {"b1"}, {"b1"});
    assert_upgrade(map, {"a1"}, "c1+1", {"c1", "c2"}, {"c2"});
    assert_upgrade(map, {"b2"}, "a1", {}, {"b2"});
    assert_upgrade(map, {"b2"}, "current", {}, {"b2"});
    assert_upgrade(make_map({}), {}, "head", {}, {});
}

TEST_CASE("upgrade: refusals") {
    const auto map = forked();
    assert_error(upgrade(map, {}, "head"), "graph.multiple-heads",
                 "Multiple head revisions are present for given argument 'head'; please specify a "
                 "specific target revision, '<branchname>@head' to narrow to a specific head, or "
                 "'heads' for all heads");
    assert_error(upgrade(map, {}, "zz"), "graph.unknown-revision",
                 "Can't locate revision identified by 'zz'");
    CHECK(upgrade(map, {}, "HEAD").error().hint == "did you mean 'head'?");
    assert_error(upgrade(map, {}, "b"), "graph.ambiguous-revision", "'b1', 'b2' and 'bb'");
    assert_error(upgrade(map, {}, "zz@head"), "graph.unknown-branch", "No such branch: 'zz'");
    assert_error(upgrade(map, {}, "bb@c2"), "graph.not-on-branch",
                 "Revision c2 is not a member of branch 'bb'");
    assert_error(upgrade(map, {"a1"}, "base"), "graph.upgrade-to-base", "base");
    assert_error(upgrade(map, {"a1"}, "b1-2"), "graph.upgrade-to-base", "base");
    assert_error(upgrade(map, {"a1"}, "-1"), "graph.walked-too-far", "didn't produce 1 migrations");
    assert_error(upgrade(map, {"b2"}, "+1"), "graph.walked-too-far", "Relative revision +1");
    assert_error(upgrade(map, {"a1"}, "+1"), "graph.ambiguous-walk", "'b1' and 'c1'");
    assert_error(upgrade(map, {"b1", "c1"}, "+1"), "graph.ambiguous-current",
                 "Ambiguous upgrade from multiple current revisions");
    assert_error(upgrade(map, {"a1", "b2"}, "heads"), "graph.overlapping-rows", "'a1'");
}

TEST_CASE("downgrade: targets of every shape") {
    const auto map = forked();
    assert_downgrade(map, {"b2"}, "base", {"b2", "b1", "a1"}, {});
    assert_downgrade(map, {"b2"}, "-1", {"b2"}, {"b1"});
    assert_downgrade(map, {"b2", "c2"}, "bb@-1", {"b2"}, {"b1", "c2"});
    assert_downgrade(map, {"b2", "c2"}, "bb@a1", {"b2", "b1"}, {"c2"});
    assert_downgrade(map, {"b2", "c2"}, "a1", {"c2", "c1", "b2", "b1"}, {"a1"});
    assert_downgrade(map, {"b2", "d1"}, "bb@-2", {"d1", "b2", "b1"}, {"a1"});
    assert_downgrade(map, {"b2", "d1"}, "dd@base", {"d1"}, {"b2"});
    assert_downgrade(map, {"d1"}, "dd@-1", {"d1"}, {"b1"});
    assert_downgrade(map, {"c2"}, "c2-1", {"c2"}, {"c1"});
    assert_downgrade(map, {"b2"}, "b2", {}, {"b2"});
    assert_downgrade(map, {"b2"}, "current", {}, {"b2"});
    assert_downgrade(map, {}, "base", {}, {});
}

TEST_CASE("a named revision leads past its own base only") {
    const auto map = make_map({rev("a"), rev("b", {"a"}), rev("y"), rev("z", {"y"})});
    assert_downgrade(map, {"b", "z"}, "z-2", {"z", "y"}, {"b"});
    assert_downgrade(map, {"b", "y"}, "z-2", {"y"}, {"b"});
    assert_downgrade(map, {"b", "z"}, "base", {"z", "y", "b", "a"}, {});
    assert_error(downgrade(map, {"b"}, "z-2"), "graph.branch-not-applied", "'y'");
    assert_error(downgrade(map, {"b", "z"}, "z-3"), "graph.walked-too-far", "below the first");
    assert_stamp(map, {"b", "z"}, {"y-1"}, {"b"});
}

TEST_CASE("downgrade: refusals") {
    const auto map = forked();
    assert_error(downgrade(map, {"b2", "c2"}, "-1"), "graph.ambiguous-current", "'b2' and 'c2'");
    CHECK_THAT(downgrade(map, {"b2", "c2"}, "-1").error().hint,
               Catch::Contains("'b2@-1' and 'c2@-1'"));
    CHECK_THAT(downgrade(map, {"b2", "c2"}, "heads-1").error().hint, Catch::Contains("'c2-1'"));
    assert_error(downgrade(map, {"a1"}, "cc@-1"), "graph.branch-not-applied", "'cc'");
    assert_error(downgrade(map, {"a1"}, "cc@base"), "graph.branch-not-applied", "'cc'");
    assert_error(downgrade(map, {"a1"}, "b1"), "graph.not-applied",
                 "Destination b1 is not a valid downgrade target from current head(s)");
    assert_error(downgrade(map, {"b2"}, "heads"), "graph.multiple-heads", "Multiple head");
    assert_error(downgrade(map, {"b2"}, "+1"), "graph.walked-too-far", "cannot go up");
    assert_error(downgrade(map, {"b2"}, "-4"), "graph.walked-too-far", "didn't produce 4");
    assert_error(downgrade(map, {}, "-1"), "graph.walked-too-far", "didn't produce 1");
    const auto merged = make_map({rev("a"), rev("b"), rev("m", {"a", "b"})});
    assert_error(downgrade(merged, {"m"}, "-1"), "graph.ambiguous-walk", "'a' and 'b'");
    assert_downgrade(merged, {"m"}, "a", {"m"}, {"a", "b"});
}

TEST_CASE("rows that no file knows") {
    const auto map = forked();
    const Words rows = {"c1", "zz"};
    assert_error(upgrade(map, rows, "c2"), "graph.unknown-row", "'zz'");
    const auto ahead = read_rows(map, rows, {"zz", "b2", "b1", "a1", "gone"});
    CHECK(ahead.unrecorded.empty());
    CHECK(map.ids(ahead.below_unknown) == Words{"a1", "b1", "b2"});
    assert_journey(map, rows, plan_upgrade(map, ahead, {target("heads")}), {"c2", "d1"},
                   {"c2", "d1", "zz"});
    assert_journey(map, rows, plan_downgrade(map, ahead, target("cc@c1-1")), {"c1"}, {"zz"});
    assert_error(plan_downgrade(map, ahead, target("a1")), "graph.below-unknown", "'zz'");
    assert_error(plan_stamp(map, ahead, {target("base")}, false), "graph.below-unknown", "'zz'");
}

TEST_CASE("stamp") {
    const auto map = forked();
    assert_stamp(map, {}, {"b2"}, {"b2"});
    assert_stamp(map, {"b2", "c1"}, {"b1"}, {"b1", "c1"});
    assert_stamp(map, {"b2", "c1"}, {"a1"}, {"a1"});
    assert_stamp(map, {"a1"}, {"heads"}, {"b2", "c2", "d1"});
    assert_stamp(map, {"b1", "c1"}, {"b2", "c2"}, {"b2", "c2"});
    assert_stamp(map, {"b2", "c1"}, {"base"}, {});
    assert_stamp(map, {"c2", "d1"}, {"dd@base"}, {"c2"});
    assert_stamp(map, {"b2"}, {"b2"}, {"b2"});
    const auto stamp = [&](const Words& rows, const Words& targets, bool purge) {
        return plan_stamp(map, read_rows(map, rows), all_targets(targets), purge);
    };
    assert_error(stamp({}, {"a1", "b2"}, false), "graph.stamp-overlap", "b2 overlaps");
    assert_error(stamp({}, {"a1", "base"}, false), "graph.stamp-overlap", "a1");
    assert_error(stamp({"zz"}, {"b2"}, false), "graph.unknown-row", "'zz'");
    const auto purged = stamp({"zz", "a1", "b2"}, {"c2"}, true);
    REQUIRE(purged.has_value());
    CHECK(apply_changes({"a1", "b2", "zz"}, purged->row_changes) == Words{"c2"});
    CHECK(map.ids(purged->revisions) == Words{"a1", "c1", "c2"});
    CHECK_THAT(stamp({"b2"}, {"a1"}, false)->notes.at(0), Catch::Contains("'b1' and 'b2'"));
}

TEST_CASE("history ranges") {
    const auto map = forked();
    CHECK(range(map, {}, ":") == Words{"d1", "c2", "c1", "b2", "b1", "a1"});
    CHECK(range(map, {}, "b1:b2") == Words{"b2", "b1"});
    CHECK(range(map, {}, ":c1") == Words{"c1", "a1"});
    CHECK(range(map, {"b2"}, "-1:current") == Words{"b2", "b1"});
    CHECK(range(map, {"b2"}, "-9:current") == Words{"b2", "b1", "a1"});
    CHECK(range(map, {"b1"}, ":+1") == Words{"b2", "b1", "a1"});
    CHECK(range(map, {}, "cc@base:") == Words{"c2", "c1", "a1"});
    assert_error(history_range(map, {}, *parse_range("b2:b1")), "graph.range-not-ancestor",
                 "Requested range b2:b1 does not refer to ancestor/descendant revisions along the "
                 "same branch");
}

TEST_CASE("parents of new revisions and merges") {
    const auto map = forked();
    const auto fresh = [&](const Words& heads, bool splice, const Words& depends = {}) {
        return parents_of_new(map, all_targets(heads), splice, all_targets(depends));
    };
    CHECK(fresh({"bb@head"}, false)->down_revisions == Words{"b2"});
    CHECK(fresh({"base"}, false)->down_revisions.empty());
    CHECK(fresh({"b1"}, true)->down_revisions == Words{"b1"});
    CHECK(fresh({"b2"}, false, {"cc", "d1", "cc"})->depends_on == Words{"cc", "d1"});
    CHECK(fresh({"b2"}, false, {"a1", "bb", "c1"})->depends_on == Words{"c1"});
    assert_error(fresh({}, false), "graph.multiple-heads", "Multiple heads are present");
    assert_error(fresh({"head"}, false), "graph.multiple-heads", "or perform a merge");
    assert_error(fresh({"b1"}, false), "graph.not-a-head", "please specify --splice");
    assert_error(fresh({"current"}, false), "graph.needs-database", "'current'");
    const auto merge = [&](const Words& targets, bool splice) {
        return parents_of_merge(map, all_targets(targets), splice);
    };
    CHECK(merge({"heads"}, false)->down_revisions == Words{"b2", "c2", "d1"});
    assert_error(merge({"b2", "b2"}, false), "graph.duplicate-heads", "Duplicate head");
    assert_error(merge({"b2"}, false), "graph.nothing-to-merge", "two different");
    const auto hidden = make_map({rev("a"), rev("b", {}, {"a"})});
    assert_error(parents_of_merge(hidden, all_targets({"heads"}), false), "graph.nothing-to-merge",
                 "of the heads 'a' and 'b', only 'b' is effective");
    assert_error(merge({"b1", "c2"}, false), "graph.not-a-head", "b1");
    CHECK(merge({"b1", "c2"}, true).has_value());
    assert_error(merge({"b1", "b2"}, true), "graph.redundant-parent", "b2 stands on b1");
}

TEST_CASE("resolve_one wants exactly one") {
    const auto map = forked();
    CHECK(*resolve_one(map, {}, target("bb")) == *map.find("b1"));
    assert_error(resolve_one(map, {}, target("heads")), "graph.several-revisions", "'c2'");
    assert_error(resolve_one(map, {}, target("base")), "graph.no-revision", "'base'");
}

TEST_CASE("a change that misses its row is a broken invariant") {
    const auto kind = RowChange::Kind::update;
    CHECK_THROWS_AS(apply_changes({"a"}, {{kind, "b", "c"}}), std::logic_error);
    CHECK_THROWS_AS(apply_changes({"a", "a"}, {{kind, "a", "c"}}), std::logic_error);
    CHECK_THROWS_AS(apply_changes({"a", "c"}, {{kind, "a", "c"}}), std::logic_error);
    const auto map = forked();
    HeadMaintainer heads(map, read_rows(map, {"b2"}));
    CHECK_THROWS_AS(heads.upgrade(*map.find("c2")), std::logic_error);
    CHECK_THROWS_AS(heads.downgrade(*map.find("b1")), std::logic_error);
}
