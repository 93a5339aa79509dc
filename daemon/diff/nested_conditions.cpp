#include "diff/readable.hpp"

namespace revisiond::diff {
namespace {

// Whether the parenthesis holds a row of conditions with this word between them.
bool is_row_of(const PrintedText& printed, std::size_t open, std::string_view joint) {
    const std::size_t close = printed.close_of(open);
    int cases = 0;
    for (std::size_t at = open + 1; at < close; ++at) {
        if (printed.close_of(at) != nowhere) at = printed.close_of(at);
        if (printed.word(at) == "CASE") ++cases;
        if (printed.word(at) == "END") --cases;
        if (cases == 0 && printed.word(at) == joint) return true;
    }
    return false;
}

}  // namespace

void keep_nested(const PrintedText& printed, std::vector<Edit>& edits) {
    for (std::size_t at = 1; at < printed.size(); ++at) {
        const std::size_t close = printed.close_of(at);
        if (close == nowhere || printed.word(at) != "(" || printed.word(at - 1) != "(") continue;
        if (printed.close_of(at - 1) == nowhere) continue;
        const std::string_view joint = printed.word(close + 1);
        if (joint != "AND" && joint != "OR") continue;
        if (!is_row_of(printed, at, joint)) continue;
        edits.push_back({printed.end_of(close), printed.end_of(close), "::boolean"});
    }
}

}  // namespace revisiond::diff
