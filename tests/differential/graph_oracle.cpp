// Answers questions about graphs, line by line, for graph_differential.py.
// Lists are joined by commas; "." is the empty list. Questions:
//   graph                                begins a graph
//   rev ID CREATED DOWNS DEPENDS LABELS  adds a revision to it
//   built                                -> "ok HEADS REAL_HEADS BASES ID=LABELS..." or "error
//   CODE..." upgrade|downgrade|stamp|purge ROWS TARGETS history|resolve ROWS TARGET follow ROWS
//   STEPS                    steps are +ID and -ID; the rows after each
// Answers to journeys: "ok STEP:ROWS ..." with the rows after each step, to stamps "ok ROWS", to
// the others "ok IDS"; or "error CODE".
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <sstream>

#include "base/text.hpp"
#include "graph/planner.hpp"

namespace {

using namespace revisiond;
using namespace revisiond::graph;
using Words = std::vector<std::string>;

Words split(const std::string& text) {
    Words result;
    if (text == ".") return result;
    std::istringstream in(text);
    for (std::string word; std::getline(in, word, ',');) result.push_back(word);
    return result;
}

std::string list(Words words) {
    if (words.empty()) return ".";
    std::sort(words.begin(), words.end());
    return join(words, ",");
}

std::string build(std::vector<Revision> revisions, RevisionMap& map) {
    auto built = RevisionMap::build(std::move(revisions));
    if (!built) {
        Words codes;
        for (const Diagnostic& error : built.error()) {
            if (error.severity == Severity::error) codes.push_back(error.code);
        }
        return "error " + list(codes);
    }
    map = std::move(built->map);
    std::string answer = fmt::format("ok {} {} {}", list(map.ids(map.heads())),
                                     list(map.ids(map.real_heads())), list(map.ids(map.bases())));
    for (const Node& node : map.nodes()) {
        answer += fmt::format(" {}={}", node.revision.id, list(node.labels));
    }
    return answer;
}

std::string show(const RevisionMap& map, Words rows, const std::vector<RevisionStep>& steps) {
    std::string answer = "ok";
    for (const RevisionStep& step : steps) {
        rows = apply_changes(std::move(rows), step.row_changes);
        answer += fmt::format(" {}{}:{}", step.direction == Direction::upgrade ? '+' : '-',
                              map[step.revision].revision.id, list(rows));
    }
    return answer;
}

std::string follow(const RevisionMap& map, const Words& rows, const Words& steps) {
    HeadMaintainer heads(map, read_rows(map, rows));
    std::string answer = "ok";
    for (const std::string& step : steps) {
        const RevisionIndex index = *map.find(step.substr(1));
        if (step[0] == '+') {
            heads.upgrade(index);
        } else {
            heads.downgrade(index);
        }
        answer += fmt::format(" {}:{}", step, list(heads.rows()));
    }
    return answer;
}

std::string stamp(const RevisionMap& map, const Words& rows, const std::vector<Target>& targets,
                  bool purge) {
    const auto plan = plan_stamp(map, read_rows(map, rows), targets, purge);
    if (!plan) return "error " + plan.error().code;
    return "ok " + list(apply_changes(rows, plan->row_changes));
}

std::string answer(const RevisionMap& map, const std::string& verb, const Words& rows,
                   const std::string& text) {
    if (verb == "follow") return follow(map, rows, split(text));
    const AppliedRows applied = read_rows(map, rows);
    if (verb == "history") {
        const auto range = parse_range(text);
        if (!range) return "error " + range.error().code;
        const auto found = history_range(map, applied, *range);
        return found ? "ok " + list(map.ids(*found)) : "error " + found.error().code;
    }
    std::vector<Target> targets;
    for (const std::string& word : split(text)) {
        auto target = parse_target(word);
        if (!target) return "error " + target.error().code;
        targets.push_back(*std::move(target));
    }
    if (verb == "stamp" || verb == "purge") return stamp(map, rows, targets, verb == "purge");
    if (verb == "resolve") {
        const auto found = resolve(map, applied, targets.front());
        return found ? "ok " + list(map.ids(*found)) : "error " + found.error().code;
    }
    const auto journey = verb == "upgrade" ? plan_upgrade(map, applied, targets)
                                           : plan_downgrade(map, applied, targets.front());
    return journey ? show(map, rows, journey->steps) : "error " + journey.error().code;
}

}  // namespace

int main() {
    std::ios::sync_with_stdio(false);
    std::vector<Revision> revisions;
    RevisionMap map;
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream in(line);
        std::string verb;
        in >> verb;
        if (verb == "graph") {
            revisions.clear();
        } else if (verb == "rev") {
            Revision revision;
            std::string downs, depends, labels;
            in >> revision.id >> revision.created >> downs >> depends >> labels;
            revision.down_revisions = split(downs);
            revision.depends_on = split(depends);
            revision.branch_labels = split(labels);
            revisions.push_back(std::move(revision));
        } else if (verb == "built") {
            std::cout << build(std::move(revisions), map) << '\n';
            revisions = {};
        } else {
            std::string rows, text;
            in >> rows >> text;
            std::cout << answer(map, verb, split(rows), text) << '\n';
        }
        if (std::cin.rdbuf()->in_avail() <= 0) std::cout.flush();
    }
}
