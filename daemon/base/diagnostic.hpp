// What went wrong, in words for the person who has to mend it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace revisiond {

// Whether the work can go on in spite of it.
enum class Severity {
    error,    // nothing that depends on the file, revision or setting may run
    warning,  // worth a person's look; work goes on
};

// A place in a text file, with what a person needs to see it without opening the file.
struct SourceLocation {
    std::string file;
    std::uint32_t line = 0;    // from 1; 0 means the file as a whole
    std::uint32_t column = 0;  // from 1, in Unicode code points; 0 means the line as a whole
    std::uint32_t width = 1;   // code points that the caret underlines, at least 1
    std::string line_text;     // the line without its end; shown cut to 160 code points
};

// One finding: what is wrong, where, and what to do about it.
// `code` is stable and for machines ("script.unknown-key", "graph.cycle"); `message` is one line,
// for people, says which file, revision, object or setting it speaks of, and never holds a secret.
struct Diagnostic {
    Severity severity = Severity::error;
    std::string code;
    std::string message;
    SourceLocation at;  // at.file is empty when no file is meant
    std::string hint;   // the remedy, one line; may be empty
};

using Diagnostics = std::vector<Diagnostic>;

Diagnostic make_error(std::string code, std::string message, std::string hint = {});
Diagnostic make_warning(std::string code, std::string message, std::string hint = {});

bool has_errors(const Diagnostics& diagnostics);

// As a compiler prints it, without a trailing line end:
//   error: migrations/0001.sql:3:4: unknown key "mesage" in the header
//       -- mesage = "create users"
//          ^~~~~~
//     hint: did you mean "message"?
std::string to_text(const Diagnostic& diagnostic);

// The location of the byte at `offset` in `text`, the whole content of `file`; `width_bytes` is the
// stretch to underline, cut at the line's end. Lines end with \n; a \r before it is not
// part of the line shown.
SourceLocation locate(std::string file, std::string_view text, std::size_t offset,
                      std::size_t width_bytes = 1);

}  // namespace revisiond
