// The few verbs in which the tests of graph speak.
#pragma once

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "graph/planner.hpp"

namespace revisiond::graph {

using Words = std::vector<std::string>;

inline Revision rev(std::string id, Words downs = {}, Words depends = {}, Words labels = {}) {
    Revision revision;
    revision.at.file = id + ".sql";
    revision.id = std::move(id);
    revision.down_revisions = std::move(downs);
    revision.depends_on = std::move(depends);
    revision.branch_labels = std::move(labels);
    return revision;
}

inline RevisionMap make_map(std::vector<Revision> revisions) {
    auto built = RevisionMap::build(std::move(revisions));
    if (!built) {
        for (const Diagnostic& diagnostic : built.error()) UNSCOPED_INFO(to_text(diagnostic));
    }
    REQUIRE(built.has_value());
    return std::move(built->map);
}

inline Target target(const std::string& text) {
    auto parsed = parse_target(text);
    INFO(text);
    REQUIRE(parsed.has_value());
    return *std::move(parsed);
}

inline std::vector<Target> all_targets(const Words& texts) {
    std::vector<Target> result;
    for (const std::string& text : texts) result.push_back(target(text));
    return result;
}

inline Words sorted(Words words) {
    std::sort(words.begin(), words.end());
    return words;
}

// The ids of the steps; checks on the way that each step's changes hit rows that are there.
inline Words walk(const RevisionMap& map, Words rows, const Journey& journey, Words& rows_at_end) {
    Words steps;
    for (const RevisionStep& step : journey.steps) {
        steps.push_back(map[step.revision].revision.id);
        rows = apply_changes(std::move(rows), step.row_changes);
    }
    rows_at_end = sorted(std::move(rows));
    return steps;
}

inline void assert_journey(const RevisionMap& map, const Words& rows,
                           const Expected<Journey>& journey, const Words& steps,
                           const Words& rows_after) {
    if (!journey) FAIL(to_text(journey.error()));
    Words at_end;
    CHECK(walk(map, rows, *journey, at_end) == steps);
    CHECK(at_end == rows_after);
    CHECK(journey->notes.empty() != steps.empty());
}

inline void assert_upgrade(const RevisionMap& map, const Words& rows, const std::string& to,
                           const Words& steps, const Words& rows_after) {
    INFO("upgrade " << to);
    assert_journey(map, rows, plan_upgrade(map, read_rows(map, rows), {target(to)}), steps,
                   rows_after);
}

inline void assert_downgrade(const RevisionMap& map, const Words& rows, const std::string& to,
                             const Words& steps, const Words& rows_after) {
    INFO("downgrade " << to);
    assert_journey(map, rows, plan_downgrade(map, read_rows(map, rows), target(to)), steps,
                   rows_after);
}

template <class T>
void assert_error(const Expected<T>& outcome, const std::string& code, const std::string& part) {
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().code == code);
    CHECK_THAT(outcome.error().message, Catch::Contains(part));
    CHECK(outcome.error().message.find('\n') == std::string::npos);
    CHECK_FALSE(outcome.error().hint.empty());
}

}  // namespace revisiond::graph
