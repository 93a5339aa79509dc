#include "diff/candidates.hpp"

#include <algorithm>
#include <map>

#include "diff/writer.hpp"

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

// Of one that no column owns, which would go and come with that.
std::string sequence_shape(const Catalog& catalog, ObjectIndex sequence) {
    if (!catalog.children(sequence).empty()) return {};
    std::string shape;
    for (const Property property : {Property::type, Property::start, Property::increment,
                                    Property::minimum, Property::maximum, Property::cycle}) {
        shape += catalog.at(sequence).get(property) + '\t';
    }
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
        } else if (object.kind == Kind::sequence) {
            shape = sequence_shape(catalog, index);
        } else if (object.kind == Kind::column && object.is(Property::local, "t")) {
            if (fates[object.parent] == Fate::drop || fates[object.parent] == Fate::create)
                continue;
            shape = "c" + catalog.at(object.parent).address + '\t' + column_shape(object);
        } else {
            continue;
        }
        if (shape.empty()) continue;
        auto& entry = alike[shape];
        (of_from ? entry.gone : entry.fresh).push_back(index);
    }
}

// As a rename names it: the address of the type, a dot, the label without its quotes.
std::string label_name(const Object& type, const std::string& literal) {
    return type.address + "." + literal.substr(1, literal.size() - 2);
}

// Of as many labels as before, one alone is another. Not of labels that a rename could not name.
void add_label(const Object& from, const Object& to, std::vector<RenameCandidate>& candidates) {
    const auto before = lines_of(from.get(Property::labels));
    const auto after = lines_of(to.get(Property::labels));
    if (before.size() != after.size()) return;
    const auto [old, fresh] = std::ranges::mismatch(before, after);
    if (old == before.end() || !std::equal(old + 1, before.end(), fresh + 1)) return;
    const auto plain = [](const std::string& literal) {
        return literal.front() == '\'' && literal.find_first_of(".'\"", 1) == literal.size() - 1;
    };
    const bool moved = std::ranges::find(before, *fresh) != before.end();
    if (moved || !plain(*old) || !plain(*fresh)) return;
    candidates.push_back({from.kind, label_name(from, *old), label_name(to, *fresh)});
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
    for (ObjectIndex index = 0; index < pairing.to.size(); ++index) {
        const Object& to = pairing.to.at(index);
        if (to.kind != Kind::enum_type || pairing.from_of_to[index] == no_object) continue;
        if (pairing.to_fate[index] == Fate::ignore) continue;
        const Object& from = pairing.from.at(pairing.from_of_to[index]);
        if (from.kind == to.kind) add_label(from, to, candidates);
    }
    return candidates;
}

}  // namespace revisiond::diff
