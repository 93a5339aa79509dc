#include "diff/array_casts.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "diff/printed_text.hpp"

namespace revisiond::diff {
namespace {

// A stretch of the text and what is to stand there instead.
struct Edit {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text;
};

class ArrayCasts {
  public:
    explicit ArrayCasts(std::string_view text) : printed_(text) {}

    std::string rewritten() {
        for (std::size_t at = 0; at + 1 < printed_.size(); ++at) {
            if (word(at) == "ARRAY" && word(at + 1) == "[") rewrite(at);
        }
        // Where one begins inside another, they were found in another order.
        std::ranges::stable_sort(edits_, {}, &Edit::begin);
        const std::string_view text = printed_.text();
        std::string out;
        std::size_t copied = 0;
        for (const Edit& edit : edits_) {
            out += text.substr(copied, edit.begin - copied);
            out += edit.text;
            copied = edit.end;
        }
        out += text.substr(copied);
        return out;
    }

  private:
    std::string_view word(std::size_t at) const { return printed_.word(at); }

    void rewrite(std::size_t array) {
        const std::size_t close = printed_.close_of(array + 1);
        if (close == nowhere) return;
        const bool wrapped = array > 0 && word(array - 1) == "(" && word(close + 1) == ")";
        const std::size_t last = wrapped ? close + 1 : close;
        if (word(last + 1) != "::") return;
        const std::string type = element_type(array + 1, close);
        const auto behind = printed_.text().substr(printed_.end_of(last + 1));
        if (type.empty() || behind.starts_with(type + "[]")) return;
        if (wrapped && array > 2 && type == "character varying" && is_text_of_any(array, last)) {
            edits_.push_back({printed_.offset_of(array - 1), printed_.offset_of(array), ""});
            edits_.push_back({printed_.end_of(close), printed_.end_of(last + 4), ""});
            return;
        }
        const std::size_t begin = printed_.offset_of(wrapped ? array - 1 : array);
        const std::size_t end = printed_.end_of(last);
        if (wrapped) edits_.push_back({begin, begin, "("});
        edits_.push_back({end, end, "::" + type + (wrapped ? "[])" : "[]")});
    }

    // ANY ((ARRAY[…])::text[])
    bool is_text_of_any(std::size_t array, std::size_t last) const {
        const std::string_view before = word(array - 3);
        return (before == "ANY" || before == "ALL") && word(array - 2) == "(" &&
               word(last + 2) == "text" && word(last + 3) == "[" && word(last + 4) == "]" &&
               word(last + 5) == ")";
    }

    // Of the first element between the brackets that says what it is; empty: none does.
    std::string element_type(std::size_t open, std::size_t close) const {
        for (std::size_t at = open + 1; at < close;) {
            std::size_t end = at;
            std::size_t cast = nowhere;
            for (; end < close && word(end) != ","; ++end) {
                if (word(end) == "::") cast = end;
                if (printed_.close_of(end) != nowhere) end = printed_.close_of(end);
            }
            std::string type = word(at) == "ARRAY" ? element_type(at + 1, printed_.close_of(at + 1))
                               : cast == nowhere   ? type_of_literal(at, end)
                                                   : type_name(cast + 1, end);
            if (!type.empty()) return type;
            at = end + 1;
        }
        return {};
    }

    std::string type_of_literal(std::size_t at, std::size_t end) const {
        if (at + 1 != end) return {};
        if (printed_.kind(at) == sql::TokenKind::number) {
            return word(at).find_first_of(".eE") == std::string_view::npos ? "integer" : "numeric";
        }
        return word(at) == "true" || word(at) == "false" ? "boolean" : "";
    }

    // Without its modifiers, which an array's elements have one by one, and without brackets, since
    // an array of arrays is of the same type; empty: there is more.
    std::string type_name(std::size_t at, std::size_t end) const {
        std::string name;
        for (; at < end; ++at) {
            if (printed_.kind(at) == sql::TokenKind::operator_) return {};
            if (printed_.close_of(at) != nowhere) {
                at = printed_.close_of(at);
                continue;
            }
            if (word(at) != "." && !name.empty() && !name.ends_with('.')) name += ' ';
            name += word(at);
        }
        return name;
    }

    PrintedText printed_;
    std::vector<Edit> edits_;
};

}  // namespace

std::string with_array_casts(std::string statement) {
    const bool possible =
        statement.find("ARRAY[") != std::string::npos && statement.find("]::") != std::string::npos;
    const bool wrapped = statement.find("])::") != std::string::npos;
    return possible || wrapped ? ArrayCasts(statement).rewritten() : statement;
}

}  // namespace revisiond::diff
