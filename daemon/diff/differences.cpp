#include "diff/differences.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace revisiond::diff {
namespace {

using catalog::Catalog;
using catalog::ObjectIndex;
using Key = std::pair<catalog::Kind, std::string>;

Key key_of(const ObjectName& object) {
    return {object.kind, object.address};
}

// The object that a part belongs to; itself when it belongs to none, or is not in this catalog.
Key whole_of(const Catalog& catalog, const ObjectName& part) {
    ObjectIndex index = catalog.find(part.kind, part.address);
    if (index == catalog::no_object) return key_of(part);
    while (catalog.at(index).parent != catalog::no_object) index = catalog.at(index).parent;
    return {catalog.at(index).kind, catalog.at(index).address};
}

// What makes each object that stands by itself, with its parts: all of a catalog, made from none.
std::map<Key, std::string> definitions(const Catalog& catalog, const DiffOptions& options) {
    Catalog none;
    none.server_version = catalog.server_version;
    none.user = catalog.user;
    none.finish();
    std::map<Key, std::string> texts;
    for (const Statement& statement : compare(none, catalog, options).statements) {
        if (statement.text.starts_with("SET ")) continue;  // of the session, for what follows
        texts[whole_of(catalog, statement.object)] += statement.text + ";\n";
    }
    return texts;
}

}  // namespace

std::vector<Difference> differences(const Catalog& from, const Catalog& to,
                                    const MigrationScript& script, const DiffOptions& options) {
    std::map<Key, std::vector<Change>> changed;
    for (const Change& change : script.changes) {
        if (change.rebuilt) continue;
        const Catalog& side = change.type == ChangeType::drop ? from : to;
        changed[whole_of(side, change.object)].push_back(change);
    }
    std::vector<Difference> found;
    if (changed.empty()) return found;
    std::map<Key, std::string> before = definitions(from, options);
    std::map<Key, std::string> after = definitions(to, options);
    for (auto& [key, changes] : changed) {
        Difference difference;
        difference.object = {key.first, key.second};
        const bool was = from.find(key.first, key.second) != catalog::no_object;
        const bool is = to.find(key.first, key.second) != catalog::no_object;
        if (was != is) difference.type = is ? ChangeType::create : ChangeType::drop;
        difference.changes = std::move(changes);
        difference.from = std::move(before[key]);
        difference.to = std::move(after[key]);
        found.push_back(std::move(difference));
    }
    return found;
}

}  // namespace revisiond::diff
