#include <nlohmann/json.hpp>

#include "wire/json.hpp"
#include "wire/shapes.hpp"

namespace revisiond::wire {

Json shape(const service::RevisionView& revision) {
    return {{"revision", revision.id},
            {"down_revisions", revision.parents},
            {"depends_on", revision.depends_on},
            {"dependencies", revision.dependencies},
            {"next", revision.children},
            {"branch_labels", revision.own_labels},
            {"branches", revision.labels},
            {"message", revision.message},
            {"long_message", revision.long_message},
            {"created", revision.created ? Json(*revision.created) : Json()},
            {"file", revision.file},
            {"transaction", revision.transaction},
            {"reversible", revision.reversible},
            {"head", revision.head},
            {"effective_head", revision.effective_head},
            {"base", revision.base},
            {"branch_point", revision.branch_point},
            {"merge_point", revision.merge_point},
            {"current", revision.current}};
}

namespace {

Json shape_all(const std::vector<service::RevisionView>& revisions) {
    Json json = Json::array();
    for (const service::RevisionView& revision : revisions) json.push_back(wire::shape(revision));
    return json;
}

}  // namespace

std::string to_json(const std::vector<service::RevisionView>& revisions) {
    return dump(shape_all(revisions));
}

std::string to_json(const std::vector<service::Branch>& branches) {
    Json json = Json::array();
    for (const service::Branch& branch : branches) {
        json.push_back(
            {{"revision", shape(branch.revision)}, {"next", shape_all(branch.children)}});
    }
    return dump(json);
}

std::string to_json(const service::Current& current) {
    return dump({{"revisions", shape_all(current.revisions)},
                 {"unknown_rows", current.unknown_rows},
                 {"at_heads", current.at_heads},
                 {"warnings", shape(current.warnings)}});
}

Json shape(const service::NewFile& file) {
    return {{"revision", file.id},
            {"down_revisions", file.down_revisions},
            {"file", file.path.string()},
            {"text", file.text},
            {"hook_output", file.hook_output}};
}

std::string to_json(const service::NewFile& file) {
    return dump(shape(file));
}

}  // namespace revisiond::wire
