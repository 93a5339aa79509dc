#include "operations/needs.hpp"

#include <algorithm>

namespace revisiond::operations {

std::string need(const std::string& revision, graph::Direction direction,
                 const std::string& checksum) {
    return revision + (direction == graph::Direction::upgrade ? "+" : "-") + checksum.substr(0, 16);
}

std::string revision_of(const std::string& need) {
    return need.substr(0, need.find_first_of("+-"));
}

std::vector<std::string> provisions(const service::Project& project) {
    std::vector<std::string> words;
    words.reserve(project.map().size() * 2);
    for (const graph::RevisionIndex index : project.map().order()) {
        const std::string& id = project.map()[index].revision.id;
        const auto script = project.script(index);
        words.push_back(need(id, graph::Direction::upgrade, script::upgrade_checksum(*script)));
        words.push_back(need(id, graph::Direction::downgrade, script::downgrade_checksum(*script)));
    }
    std::sort(words.begin(), words.end());
    return words;
}

std::vector<std::string> missing(const std::vector<std::string>& needs,
                                 const std::vector<std::string>& provisions) {
    std::vector<std::string> lacking;
    for (const std::string& word : needs) {
        if (!std::binary_search(provisions.begin(), provisions.end(), word))
            lacking.push_back(word);
    }
    return lacking;
}

}  // namespace revisiond::operations
