// Where a command writes: results on standard output, everything else on standard error.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "cli/style.hpp"
#include "service/problem.hpp"

namespace revisiond::cli {

// The two streams of one process, and what the globals say about them. Used by one thread at a
// time, the main one.
class Console {
  public:
    explicit Console(const Globals& globals);
    ~Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    const Globals& globals() const { return globals_; }
    // Colours of standard output.
    const Style& style() const { return style_; }
    // Standard error is a terminal that may be drawn on, which it may not with --quiet or --json.
    bool interactive() const { return interactive_; }

    // A result, as it is; and with a line end.
    void print(std::string_view text);
    void print_line(std::string_view text);

    // A log line on standard error; nothing with --quiet, nor with --json, where every line there
    // is an object.
    void info(std::string_view text);
    void warn(std::string_view text);
    // Each once, however many steps of the work tell it; with --json a line {"warning": {…}} on
    // standard error.
    void warn(const Diagnostics& diagnostics);

    // An error, in words or as one line of JSON, and the exit code that belongs to it.
    Exit fail(const service::Problem& problem);
    Exit fail(const Diagnostics& diagnostics);
    Exit fail(Diagnostic diagnostic);

  private:
    struct Log;
    void print_error(const std::string& text);
    void print_failure(const service::Problem& problem);

    Globals globals_;
    Style style_;
    Style error_style_;
    bool interactive_ = false;
    std::unique_ptr<Log> log_;
    std::set<std::string> warned_;
};

// The exit code that the first error asks for.
Exit exit_of(const service::Problem& problem);

}  // namespace revisiond::cli
