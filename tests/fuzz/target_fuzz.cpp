// Any text as a target and as a range: parsed and resolved against a small map, without a crash,
// and with messages of one line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "graph/planner.hpp"

namespace {

using namespace revisiond;
using namespace revisiond::graph;

Revision rev(std::string id, std::vector<std::string> downs, std::vector<std::string> depends,
             std::vector<std::string> labels) {
    Revision revision;
    revision.id = std::move(id);
    revision.down_revisions = std::move(downs);
    revision.depends_on = std::move(depends);
    revision.branch_labels = std::move(labels);
    return revision;
}

const RevisionMap& small_map() {
    static const RevisionMap map = [] {
        auto built =
            RevisionMap::build({rev("a1", {}, {}, {}), rev("b1", {"a1"}, {}, {"bb"}),
                                rev("b2", {"b1"}, {}, {}), rev("c1", {"a1"}, {}, {"cc"}),
                                rev("m1", {"b2", "c1"}, {}, {}), rev("d1", {}, {"b1"}, {"dd"})});
        if (!built) std::abort();
        return std::move(built->map);
    }();
    return map;
}

template <class T>
void check(const Expected<T>& outcome) {
    if (outcome) return;
    if (outcome.error().message.find('\n') != std::string::npos) std::abort();
    if (outcome.error().message.empty() || outcome.error().code.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const RevisionMap& map = small_map();
    static const AppliedRows rows = read_rows(map, {"b2", "c1"});
    const auto target = parse_target(text);
    check(target);
    if (target) {
        if (target->text != text) std::abort();
        check(resolve(map, rows, *target));
        check(plan_upgrade(map, rows, {*target}));
        check(plan_downgrade(map, rows, *target));
        check(plan_stamp(map, rows, {*target}, false));
    }
    const auto range = parse_range(text);
    check(range);
    if (range) check(history_range(map, rows, *range));
    return 0;
}
