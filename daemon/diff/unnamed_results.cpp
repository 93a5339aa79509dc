#include "diff/readable.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace revisiond::diff {
namespace {

constexpr std::string_view unnamed = " AS \"?column?\"";

// What stands between two parentheses or brackets, or from CASE to END.
struct Level {
    bool is_case = false;
    bool in_results = false;  // behind SELECT
    bool has_cast = false;    // of the result that is being read, as has_name
    bool has_name = false;
};

bool ends_results(std::string_view word) {
    constexpr std::array<std::string_view, 13> words{
        "FROM",   "WHERE",     "GROUP", "HAVING", "WINDOW", "UNION", "ORDER",
        "EXCEPT", "INTERSECT", "LIMIT", "OFFSET", "FETCH",  "FOR"};
    return std::ranges::find(words, word) != words.end();
}

class Results {
  public:
    Results(const PrintedText& printed, std::vector<Edit>& edits)
        : printed_(printed), edits_(edits) {}

    void run() {
        for (; at_ < printed_.size(); ++at_) read(printed_.word(at_));
        end_result();
    }

  private:
    Level& level() { return levels_.back(); }

    void read(std::string_view text) {
        if (text == "(" || text == "[") {
            levels_.emplace_back();
        } else if (text == ")" || text == "]") {
            leave();
        } else if (text == "," || text == ";") {
            end_result();
            level().in_results = level().in_results && text == ",";
        } else if (text == "::") {
            level().has_cast = true;
        } else if (printed_.kind(at_) == sql::TokenKind::word) {
            read_word(text);
        }
    }

    void read_word(std::string_view word) {
        if (word == "CASE") {
            levels_.push_back({.is_case = true});
        } else if (word == "END" && level().is_case) {
            leave();
        } else if (word == "AS") {
            level().has_name = true;
        } else if (word == "SELECT" || word == "RETURNING") {
            level() = {.is_case = level().is_case, .in_results = true};
        } else if (ends_results(word) && previous_word() != "WITHIN") {
            end_result();
            level().in_results = false;
        }
    }

    void leave() {
        end_result();
        if (levels_.size() > 1) levels_.pop_back();
    }

    std::string_view previous_word() const {
        return at_ == 0 ? std::string_view() : printed_.word(at_ - 1);
    }

    void end_result() {
        if (level().in_results && level().has_cast && !level().has_name) {
            const std::size_t end = printed_.end_of(at_ - 1);
            edits_.push_back({end, end, std::string(unnamed)});
        }
        level().has_cast = level().has_name = false;
    }

    const PrintedText& printed_;
    std::vector<Edit>& edits_;
    std::vector<Level> levels_{Level{}};
    std::size_t at_ = 0;
};

}  // namespace

void keep_unnamed(const PrintedText& printed, std::vector<Edit>& edits) {
    Results(printed, edits).run();
}

}  // namespace revisiond::diff
