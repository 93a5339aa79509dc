#include "plan/plan_digest.hpp"

#include "base/digest.hpp"

namespace revisiond::plan {

namespace {

void add_list(DigestBuilder& digest, const std::vector<std::string>& list) {
    digest.add(static_cast<std::uint64_t>(list.size()));
    for (const std::string& text : list) digest.add(text);
}

void add_step(DigestBuilder& digest, const PlanStep& step) {
    const bool up = step.direction == graph::Direction::upgrade;
    digest.add(step.revision).add(up ? "upgrade" : "downgrade");
    digest.add(step.transaction ? "transaction" : "statements");
    add_list(digest, step.parents);
    add_list(digest, step.dependencies);
    digest.add(static_cast<std::uint64_t>(step.row_changes.size()));
    for (const graph::RowChange& change : step.row_changes) {
        digest.add(static_cast<std::uint64_t>(change.kind)).add(change.from).add(change.to);
    }
    digest.add(up ? step.upgrade_checksum : step.downgrade_checksum);
    digest.add(step.verify_text);
}

}  // namespace

std::string digest_of(const MigrationPlan& plan) {
    DigestBuilder digest;
    add_list(digest, plan.from);
    digest.add(static_cast<std::uint64_t>(plan.steps.size()));
    for (const PlanStep& step : plan.steps) add_step(digest, step);
    digest.add(static_cast<std::uint64_t>(plan.variables.size()));
    for (const auto& [name, value] : plan.variables) digest.add(name).add(value);
    return "v1:" + digest.finish();
}

}  // namespace revisiond::plan
