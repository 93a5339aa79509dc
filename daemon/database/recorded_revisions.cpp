#include "database/recorded_revisions.hpp"

#include <algorithm>

#include "database/rows.hpp"
#include "database/text_array.hpp"

namespace revisiond::database {
namespace {

constexpr std::size_t columns = 5;

}  // namespace

RecordedRevisions::RecordedRevisions(const Rows& rows) {
    std::size_t size = 0;
    for (const Row& row : rows)
        for (std::size_t column = 0; column < columns; ++column)
            size += (row[column] ? row[column]->size() : 0) + 1;
    text_.reserve(size);
    begins_.reserve(rows.size());
    for (const Row& row : rows) {
        begins_.push_back(text_.size());
        for (std::size_t column = 0; column < columns; ++column)
            (text_ += row[column].value_or("")) += '\0';
    }
    std::sort(begins_.begin(), begins_.end(),
              [this](std::size_t a, std::size_t b) { return column_at(a) < column_at(b); });
}

std::optional<std::size_t> RecordedRevisions::place_of(std::string_view revision) const {
    const auto found = std::lower_bound(
        begins_.begin(), begins_.end(), revision,
        [this](std::size_t begin, std::string_view id) { return column_at(begin) < id; });
    if (found == begins_.end() || column_at(*found) != revision) return std::nullopt;
    return *found;
}

std::optional<RecordedRevision> RecordedRevisions::find(std::string_view revision) const {
    const auto place = place_of(revision);
    if (!place) return std::nullopt;
    std::size_t at = *place;
    const auto next = [&] {
        const std::string_view column = column_at(at);
        at += column.size() + 1;
        return column;
    };
    RecordedRevision record;
    record.revision = next();
    record.parents = parse_text_array(next());
    record.dependencies = parse_text_array(next());
    record.checksum = next();
    record.downgrade_checksum = next();
    return record;
}

}  // namespace revisiond::database
