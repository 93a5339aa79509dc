// Collects what is wrong with one revision file. Internal to the room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/diagnostic.hpp"

namespace revisiond::script {

// The text of one file and its findings. Offsets count bytes of the text, which begins behind a
// BOM. Only the first hundred findings are kept: a binary that is called .sql would fill memory
// with them.
class Reporter {
  public:
    Reporter(std::string file, std::string_view text) : file_(std::move(file)), text_(text) {}

    const std::string& file() const { return file_; }
    std::string_view text() const { return text_; }
    SourceLocation at(std::size_t offset, std::size_t width) const;
    std::uint32_t line_of(std::size_t offset) const;

    // An error with the caret under `width` bytes at `offset`.
    void error(std::size_t offset, std::size_t width, std::string code, std::string message,
               std::string hint = {});
    // An error of the file as a whole.
    void error(std::string code, std::string message, std::string hint = {});

    std::size_t count() const { return diagnostics_.size(); }
    // Nothing more will be kept: loops over a whole file may stop.
    bool full() const;
    Diagnostics take() && { return std::move(diagnostics_); }

  private:
    void keep(Diagnostic diagnostic);

    std::string file_;
    std::string_view text_;
    Diagnostics diagnostics_;
};

}  // namespace revisiond::script
