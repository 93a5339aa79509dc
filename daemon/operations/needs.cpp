#include "operations/needs.hpp"

#include <algorithm>

namespace revisiond::operations {

std::string need(const std::string& revision, graph::Direction direction,
                 const std::string& checksum) {
    return revision + (direction == graph::Direction::upgrade ? "+" : "-") + checksum.substr(0, 16);
}

namespace {

std::pair<std::string, std::string> needs_of(const service::Project& project,
                                             graph::RevisionIndex index) {
    const std::string& id = project.map()[index].revision.id;
    const script::Checksums checksums = project.checksums(index);
    return {need(id, graph::Direction::upgrade, checksums.upgrade),
            need(id, graph::Direction::downgrade, checksums.downgrade)};
}

}  // namespace

std::string revision_of(const std::string& need) {
    return need.substr(0, need.find_first_of("+-"));
}

std::vector<std::string> provisions(const service::Project& project) {
    std::vector<std::string> words;
    words.reserve(project.map().size() * 2);
    for (const graph::RevisionIndex index : project.map().order()) {
        const auto [upgrade, downgrade] = needs_of(project, index);
        words.push_back(upgrade);
        words.push_back(downgrade);
    }
    std::sort(words.begin(), words.end());
    return words;
}

std::vector<std::string> missing(const std::vector<std::string>& needs,
                                 const service::Project& project) {
    std::vector<std::string> lacking;
    for (const std::string& word : needs) {
        const auto index = project.map().find(revision_of(word));
        if (index) {
            const auto [upgrade, downgrade] = needs_of(project, *index);
            if (word == upgrade || word == downgrade) continue;
        }
        lacking.push_back(word);
    }
    return lacking;
}

}  // namespace revisiond::operations
