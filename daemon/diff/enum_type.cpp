#include <fmt/format.h>

#include <algorithm>

#include "diff/simple.hpp"

namespace revisiond::diff {
namespace {

// Literals, one a line; one that holds a line's end itself goes on until its quotes are closed.
std::vector<std::string> labels_of(const Object& object) {
    std::vector<std::string> labels;
    bool open = false;
    for (const std::string& line : lines_of(object.get(Property::labels))) {
        if (open) {
            labels.back() += "\n" + line;
        } else {
            labels.push_back(line);
        }
        open = open != (std::ranges::count(line, '\'') % 2 == 1);
    }
    return labels;
}

void create_enum(const Object& object, Writer& writer) {
    if (is_shifted(object, writer)) shift_away(object, writer);
    writer.add(fmt::format("CREATE TYPE {} AS ENUM ({})", object.address,
                           fmt::join(labels_of(object), ", ")));
    write_common(object, writer);
}

// Labels can be added anywhere, and neither removed nor moved.
bool can_alter_enum(const Pair& pair) {
    if (!pair.only({Property::labels})) return false;
    const auto to = labels_of(pair.to);
    auto place = to.begin();
    for (const std::string& label : labels_of(pair.from)) {
        place = std::find(place, to.end(), label);
        if (place == to.end()) return false;
        ++place;
    }
    return true;
}

void alter_enum(const Pair& pair, Writer& writer) {
    const auto before = labels_of(pair.from);
    const auto after = labels_of(pair.to);
    std::size_t known = 0;
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (known < before.size() && before[known] == after[i]) {
            ++known;
            continue;
        }
        std::string place;
        if (known < before.size()) place = " BEFORE " + before[known];
        writer.add(fmt::format("ALTER TYPE {} ADD VALUE {}{}", pair.to.address, after[i], place));
        writer.note_new_label(after[i]);
    }
    write_common_changes(pair.from, pair.to, writer);
}

}  // namespace

const KindRules enum_rules{create_enum, drop_type, can_alter_enum, alter_enum};

}  // namespace revisiond::diff
