// A few revision files as a project in memory, and plans over them.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "graph/heads.hpp"
#include "plan/migration_plan.hpp"
#include "script/revision_script.hpp"

namespace revisiond::plan::test {

// The text of a file: a header with these keys, and the sections.
inline std::string file(const std::string& id, const std::string& down, const std::string& body,
                        const std::string& more = "") {
    std::string text = "-- revision = \"" + id + "\"\n";
    if (!down.empty()) text += "-- down_revision = \"" + down + "\"\n";
    return text + "-- message = \"message of " + id + "\"\n" + more + "\n" + body;
}

class Project {
  public:
    explicit Project(const std::vector<std::string>& files) {
        std::vector<graph::Revision> revisions;
        for (const std::string& text : files) {
            script::ParsedScript parsed =
                script::parse_script("m/" + std::to_string(scripts_.size()) + ".sql", text);
            for (const Diagnostic& diagnostic : parsed.diagnostics)
                UNSCOPED_INFO(to_text(diagnostic));
            REQUIRE(parsed.script);
            revisions.push_back(parsed.script->revision);
            scripts_.push_back(
                std::make_shared<const script::RevisionScript>(std::move(*parsed.script)));
        }
        auto built = graph::RevisionMap::build(std::move(revisions));
        REQUIRE(built);
        map_ = std::move(built->map);
    }

    // Every revision in rank order, up from base or down to it.
    Expected<MigrationPlan, Diagnostics> everything(graph::Direction direction,
                                                    const Variables& variables = {}) const {
        const bool up = direction == graph::Direction::upgrade;
        const graph::AppliedRows rows =
            graph::read_rows(map_, up ? std::vector<std::string>{} : map_.ids(map_.real_heads()));
        graph::HeadMaintainer maintainer(map_, rows);
        std::vector<graph::RevisionIndex> order = map_.order();
        if (!up) order.assign(map_.order().rbegin(), map_.order().rend());
        graph::Journey journey;
        for (const graph::RevisionIndex index : order) {
            journey.steps.push_back(
                {index, direction, up ? maintainer.upgrade(index) : maintainer.downgrade(index)});
        }
        return make_plan(map_, rows, journey, lookup(), variables);
    }

    ScriptLookup lookup() const {
        auto ordered = scripts_;
        for (const auto& script : scripts_)
            ordered[map_.find(script->revision.id).value()] = script;
        return [ordered](graph::RevisionIndex index) { return ordered[index]; };
    }
    const graph::RevisionMap& map() const { return map_; }

  private:
    std::vector<std::shared_ptr<const script::RevisionScript>> scripts_;
    graph::RevisionMap map_;
};

inline MigrationPlan plan_of(const std::vector<std::string>& files,
                             graph::Direction direction = graph::Direction::upgrade,
                             const Variables& variables = {}) {
    auto plan = Project(files).everything(direction, variables);
    if (!plan) {
        for (const Diagnostic& diagnostic : plan.error()) UNSCOPED_INFO(to_text(diagnostic));
    }
    REQUIRE(plan);
    return std::move(*plan);
}

}  // namespace revisiond::plan::test
