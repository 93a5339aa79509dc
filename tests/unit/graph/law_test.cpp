// The law of the graph on random graphs: chains, combs, cross dependencies, redundant parents.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <random>

#include "graph_support.hpp"

using namespace revisiond;
using namespace revisiond::graph;

namespace {

unsigned long number_from(const char* variable, unsigned long otherwise) {
    const char* text = std::getenv(variable);
    return text != nullptr ? std::strtoul(text, nullptr, 10) : otherwise;
}

class RandomGraphs {
  public:
    explicit RandomGraphs(unsigned long seed) : random_(seed) {}

    std::size_t below(std::size_t limit) { return random_() % limit; }

    RevisionMap graph() {
        std::vector<Revision> revisions;
        const std::size_t size = 1 + below(18);
        const bool wild = below(3) == 0;
        for (std::size_t i = 0; i < size; ++i) {
            Revision next = rev("r" + std::to_string(i));
            next.created = static_cast<std::int64_t>(below(4));
            const std::size_t reach = wild ? i : std::min<std::size_t>(i, 3);
            const auto pick = [&] { return "r" + std::to_string(i - 1 - below(reach)); };
            for (std::size_t k = below(4); i > 0 && k > 0; --k)
                next.down_revisions.push_back(pick());
            for (std::size_t k = below(3); i > 0 && k > 1; --k) next.depends_on.push_back(pick());
            revisions.push_back(std::move(next));
        }
        std::shuffle(revisions.begin(), revisions.end(), random_);
        return make_map(std::move(revisions));
    }

    Words rows(const RevisionMap& map) {
        std::vector<RevisionIndex> some;
        for (std::size_t k = below(4); k > 0; --k) {
            some.push_back(static_cast<RevisionIndex>(below(map.size())));
        }
        return sorted(map.ids(maximal(map, map.ancestors(some, true))));
    }

  private:
    std::mt19937_64 random_;
};

// The law by its own words, by reachability and not by direct edges.
Words lawful(const RevisionMap& map, const std::vector<bool>& applied) {
    Words result;
    for (RevisionIndex index = 0; index < map.size(); ++index) {
        if (!applied[index]) continue;
        const auto above = map.descendants(std::span(&index, 1), true);
        bool is_top = true;
        for (RevisionIndex other = 0; other < map.size(); ++other) {
            if (other != index && applied[other] && above[other]) is_top = false;
        }
        if (is_top) result.push_back(map[index].revision.id);
    }
    return sorted(result);
}

// Follows a journey step by step; gives the rows at its end.
Words follow(const RevisionMap& map, Words rows, const Journey& journey) {
    auto applied = applied_set(map, read_rows(map, rows));
    HeadMaintainer heads(map, read_rows(map, rows));
    for (const RevisionStep& step : journey.steps) {
        const bool up = step.direction == Direction::upgrade;
        const Node& node = map[step.revision];
        REQUIRE(applied[step.revision] != up);
        for (const RevisionIndex parent : up ? node.parents : node.children) {
            REQUIRE(applied[parent] == up);
        }
        for (const RevisionIndex other : up ? node.dependencies : node.dependents) {
            REQUIRE(applied[other] == up);
        }
        applied[step.revision] = up;
        CHECK((up ? heads.upgrade(step.revision) : heads.downgrade(step.revision)) ==
              step.row_changes);
        rows = apply_changes(std::move(rows), step.row_changes);
        REQUIRE(rows == lawful(map, applied));
        REQUIRE(heads.rows() == rows);
        REQUIRE(sorted(map.ids(maximal(map, applied))) == rows);
    }
    return rows;
}

}  // namespace

TEST_CASE("the law holds after every step, and down undoes up") {
    const auto seed = number_from("REVISIOND_SEED", std::random_device{}());
    const auto cases = number_from("REVISIOND_CASES", 1500);
    std::cout << "law: seed " << seed << ", " << cases << " cases\n";
    INFO("REVISIOND_SEED=" << seed);
    RandomGraphs random(seed);
    for (unsigned long i = 0; i < cases; ++i) {
        const auto map = random.graph();
        const Words rows = random.rows(map);
        const Target goal = target("r" + std::to_string(random.below(map.size())));
        const auto up = plan_upgrade(map, read_rows(map, rows), {goal});
        REQUIRE(up.has_value());
        const Words above = follow(map, rows, *up);

        Words back = above;
        HeadMaintainer heads(map, read_rows(map, above));
        for (auto step = up->steps.rbegin(); step != up->steps.rend(); ++step) {
            back = apply_changes(std::move(back), heads.downgrade(step->revision));
        }
        CHECK(back == rows);

        const auto down = plan_downgrade(map, read_rows(map, above), goal);
        REQUIRE(down.has_value());
        follow(map, above, *down);
        const auto away = plan_downgrade(map, read_rows(map, above), target("base"));
        REQUIRE(away.has_value());
        CHECK(follow(map, above, *away).empty());
        const auto stamp = plan_stamp(map, read_rows(map, rows), {goal}, false);
        REQUIRE(stamp.has_value());
        const Words stamped = apply_changes(rows, stamp->row_changes);
        CHECK(stamped == lawful(map, applied_set(map, read_rows(map, stamped))));
    }
}

TEST_CASE("a chain of 100,000 is no deep recursion") {
    std::vector<Revision> chain;
    for (int i = 0; i < 100'000; ++i) {
        chain.push_back(
            rev("r" + std::to_string(i), i > 0 ? Words{"r" + std::to_string(i - 1)} : Words{}));
    }
    const auto map = make_map(chain);
    const auto up = plan_upgrade(map, {}, {target("heads")});
    REQUIRE(up.has_value());
    CHECK(up->steps.size() == chain.size());
    CHECK(plan_downgrade(map, read_rows(map, {"r99999"}), target("base"))->steps.size() ==
          chain.size());
    chain.front().down_revisions = {"r99999"};
    const auto cycle = RevisionMap::build(std::move(chain));
    REQUIRE_FALSE(cycle.has_value());
    CHECK(cycle.error().front().code == "graph.cycle");
}
