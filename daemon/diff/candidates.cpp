#include "diff/candidates.hpp"

#include <algorithm>
#include <map>

namespace revisiond::diff {
namespace {

std::string column_shape(const Object& column) {
    std::string shape;
    for (const Property property : {Property::type, Property::collation, Property::identity,
                                    Property::generated, Property::expression}) {
        shape += column.get(property) + '\t';
    }
    return shape;
}

// What a table is like without its name: its columns, with theirs.
std::string table_shape(const Catalog& catalog, ObjectIndex table) {
    std::vector<std::string> columns;
    for (const ObjectIndex child : catalog.children(table)) {
        const Object& object = catalog.at(child);
        if (object.kind == Kind::column)
            columns.push_back(object.name + '\t' + column_shape(object));
    }
    std::ranges::sort(columns);
    std::string shape = catalog.at(table).schema + '\n';
    for (const std::string& column : columns) shape += column + '\n';
    return shape;
}

// Gone and new objects by what they are like.
struct Alike {
    std::vector<ObjectIndex> gone;
    std::vector<ObjectIndex> fresh;
};

void collect(const Pairing& pairing, bool of_from, std::map<std::string, Alike>& alike) {
    const Catalog& catalog = of_from ? pairing.from : pairing.to;
    const auto& fates = of_from ? pairing.from_fate : pairing.to_fate;
    for (ObjectIndex index = 0; index < catalog.size(); ++index) {
        if (fates[index] != (of_from ? Fate::drop : Fate::create)) continue;
        const Object& object = catalog.at(index);
        std::string shape;
        if (object.kind == Kind::table) {
            shape = "t" + table_shape(catalog, index);
        } else if (object.kind == Kind::column && object.is(Property::local, "t")) {
            if (fates[object.parent] == Fate::drop || fates[object.parent] == Fate::create)
                continue;
            shape = "c" + catalog.at(object.parent).address + '\t' + column_shape(object);
        } else {
            continue;
        }
        auto& entry = alike[shape];
        (of_from ? entry.gone : entry.fresh).push_back(index);
    }
}

}  // namespace

std::vector<RenameCandidate> rename_candidates(const Pairing& pairing) {
    std::map<std::string, Alike> alike;
    collect(pairing, true, alike);
    collect(pairing, false, alike);
    std::vector<RenameCandidate> candidates;
    for (const auto& [shape, both] : alike) {
        if (both.gone.size() != 1 || both.fresh.size() != 1) continue;
        const Object& gone = pairing.from.at(both.gone[0]);
        candidates.push_back({gone.kind, gone.address, pairing.to.at(both.fresh[0]).address});
    }
    return candidates;
}

}  // namespace revisiond::diff
