#include "diff/readable.hpp"

namespace revisiond::diff {
namespace {

class ArrayCasts {
  public:
    ArrayCasts(const PrintedText& printed, std::vector<Edit>& edits)
        : printed_(printed), edits_(edits) {}

    void run() {
        for (std::size_t at = 0; at + 1 < printed_.size(); ++at) {
            if (word(at) == "ARRAY" && word(at + 1) == "[") keep(at);
        }
    }

  private:
    std::string_view word(std::size_t at) const { return printed_.word(at); }

    void keep(std::size_t array) {
        const std::size_t close = printed_.close_of(array + 1);
        if (close == nowhere || close == array + 2) return;
        const bool wrapped = array > 0 && word(array - 1) == "(" && word(close + 1) == ")";
        const std::size_t last = wrapped ? close + 1 : close;
        if (word(last + 1) != "::") return;
        const std::string type = element_type(array + 1, close);
        const auto behind = printed_.text().substr(printed_.end_of(last + 1));
        if (!type.empty() && behind.starts_with(type + "[]")) return;
        const bool columns = type.empty() && are_columns(array + 2, close);
        if (columns || (type == "character varying" && is_text_of_any(array, last))) {
            return leave_out(wrapped ? array - 1 : array, array, close, last + 1);
        }
        const std::size_t begin = printed_.offset_of(wrapped ? array - 1 : array);
        const std::size_t end = printed_.end_of(last);
        const std::string before = type.empty() ? "anyarray" : type + "[]";
        if (wrapped) edits_.push_back({begin, begin, "("});
        edits_.push_back({end, end, "::" + before + (wrapped ? ")" : "")});
    }

    // All but the array itself, up to the end of the array type that it is cast to.
    void leave_out(std::size_t begin, std::size_t array, std::size_t close, std::size_t cast) {
        std::size_t end = cast + 1;
        while (end < printed_.size() && word(end) != "[") {
            if (word(end) == ")" || word(end) == ",") return;
            end = printed_.close_of(end) == nowhere ? end + 1 : printed_.close_of(end) + 1;
        }
        if (end + 1 >= printed_.size()) return;
        edits_.push_back({printed_.offset_of(begin), printed_.offset_of(array), ""});
        edits_.push_back({printed_.end_of(close), printed_.end_of(end + 1), ""});
    }

    // Names and nothing else.
    bool are_columns(std::size_t at, std::size_t close) const {
        for (; at < close; ++at) {
            const bool name = printed_.kind(at) == sql::TokenKind::word ||
                              printed_.kind(at) == sql::TokenKind::quoted_identifier;
            if (!name && word(at) != "." && word(at) != ",") return false;
        }
        return true;
    }

    // ANY ((ARRAY[…])::text[])
    bool is_text_of_any(std::size_t array, std::size_t last) const {
        const std::string_view before = array > 2 ? word(array - 3) : std::string_view();
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
            return std::string(type_of_number(word(at)));
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

    const PrintedText& printed_;
    std::vector<Edit>& edits_;
};

}  // namespace

void keep_array_casts(const PrintedText& printed, std::vector<Edit>& edits) {
    ArrayCasts(printed, edits).run();
}

}  // namespace revisiond::diff
