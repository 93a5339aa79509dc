#include "diff/readable.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace revisiond::diff {
namespace {

// Whether any of the parts can have something to say of the text, which most are too short for.
bool may_change(std::string_view text) {
    const auto has = [&](std::string_view words) {
        return text.find(words) != std::string_view::npos;
    };
    const bool query = (has("SELECT ") || has("RETURNING ")) && has("::");
    const bool nested = has("((") && (has(") AND ") || has(") OR "));
    return query || nested || has("ARRAY[") || has("(- ");
}

std::string edited(std::string_view text, const std::vector<Edit>& edits) {
    std::string out;
    std::size_t copied = 0;
    for (const Edit& edit : edits) {
        out += text.substr(copied, edit.begin - copied);
        out += edit.text;
        copied = edit.end;
    }
    out += text.substr(copied);
    return out;
}

}  // namespace

void keep_negations(const PrintedText& printed, std::vector<Edit>& edits) {
    for (std::size_t at = 0; at + 3 < printed.size(); ++at) {
        const bool negation = printed.word(at) == "(" && printed.word(at + 1) == "-" &&
                              printed.kind(at + 2) == sql::TokenKind::number &&
                              printed.word(at + 3) == ")";
        if (!negation) continue;
        const std::size_t end = printed.end_of(at + 2);
        edits.push_back({end, end, "::" + std::string(type_of_number(printed.word(at + 2)))});
    }
}

std::string readable(std::string printed) {
    if (!may_change(printed)) return printed;
    const PrintedText text(printed);
    std::vector<Edit> edits;
    keep_nested(text, edits);
    keep_array_casts(text, edits);
    keep_negations(text, edits);
    keep_unnamed(text, edits);
    keep_cycle_marks(text, edits);
    std::ranges::stable_sort(edits, {}, &Edit::begin);
    return edited(printed, edits);
}

}  // namespace revisiond::diff
