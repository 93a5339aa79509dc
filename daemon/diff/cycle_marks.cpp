#include "diff/readable.hpp"

namespace revisiond::diff {
namespace {

// `'Y'::text` up to `last`, which becomes `text 'Y'`; what is no such literal stays.
void put_type_first(const PrintedText& printed, std::size_t at, std::size_t last,
                    std::vector<Edit>& edits) {
    if (printed.kind(at) != sql::TokenKind::string || printed.word(at + 1) != "::") return;
    const std::size_t begin = printed.offset_of(at + 2);
    // The fields of an interval stay behind it.
    const std::size_t end = printed.end_of(printed.word(at + 2) == "interval" ? at + 2 : last - 1);
    const std::string type(printed.text().substr(begin, end - begin));
    edits.push_back({printed.offset_of(at), printed.offset_of(at), type + " "});
    edits.push_back({printed.end_of(at), end, ""});
}

std::size_t find_word(const PrintedText& printed, std::size_t at, std::string_view word) {
    while (at < printed.size() && printed.word(at) != word) ++at;
    return at;
}

}  // namespace

void keep_cycle_marks(const PrintedText& printed, std::vector<Edit>& edits) {
    for (std::size_t at = find_word(printed, 0, "CYCLE"); at < printed.size();
         at = find_word(printed, at + 1, "CYCLE")) {
        const std::size_t set = find_word(printed, at, "SET");
        const std::size_t second = find_word(printed, set, "DEFAULT");
        const std::size_t end = find_word(printed, second, "USING");
        if (printed.word(set + 2) != "TO" || end >= printed.size()) continue;
        put_type_first(printed, set + 3, second, edits);
        put_type_first(printed, second + 1, end, edits);
    }
}

}  // namespace revisiond::diff
