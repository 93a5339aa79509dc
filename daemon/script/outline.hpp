// The shape of a revision file before anything in it is read: which lines are comments, where the
// section marks stand. Internal to the room.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "script/reporter.hpp"

namespace revisiond::script {

// A line that is nothing but a `--` comment.
struct CommentLine {
    std::size_t begin = 0;   // of the line
    std::size_t end = 0;     // of the line, behind its line end
    std::size_t offset = 0;  // of `text`
    std::string_view
        text;  // without the "--" and one blank behind it, and without blanks at the end
};

// A line that is a section mark: `-- [name]`.
struct Mark {
    std::size_t begin = 0;   // of the line
    std::size_t end = 0;     // of the line, behind its line end
    std::size_t offset = 0;  // of `name`
    std::string_view name;   // as written, known or not
};

// What the lexer finds in a file.
struct Outline {
    std::vector<CommentLine> preamble;  // the comment lines above the first mark
    std::size_t header =
        0;  // the index in `preamble` of the line that sets `revision`; preamble.size(): none
    std::vector<Mark> marks;
    struct Stray {
        std::size_t offset = 0;
        std::size_t width = 1;
    };
    std::optional<Stray> stray;  // the first text above the first mark that is no comment
};

// Reads the whole file once. Reports what has a beginning and no end, COPY data without its `\.`,
// and comments that were meant as marks and are none: those would run the downgrade with the
// upgrade.
Outline read_outline(Reporter& reporter);

// Whether `name` is upgrade, downgrade or verify.
bool is_section(std::string_view name);

}  // namespace revisiond::script
