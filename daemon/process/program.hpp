// The room process: other programs, started from an argv without a shell, bounded in time, their
// output kept. Nothing else of revisiond starts one, but for the keeper of a private server.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace revisiond::process {

// How to run a program.
struct ProgramOptions {
    std::vector<std::string> command;     // argv; the first is looked for in PATH. Not empty
    std::filesystem::path directory;      // empty: ours
    bool merge_output = false;            // standard error goes where standard output goes
    std::chrono::milliseconds timeout{};  // 0: none. Then the program and what it started end
    std::size_t output_limit = 0;         // bytes of standard output; 0: none. More ends it
    // Beside or over our environment; values that must not be in the process list go here.
    std::vector<std::pair<std::string, std::string>> environment;
    std::stop_token stop;
};

// How it ended.
enum class ProgramEnd {
    exited,       // `status` is its exit status
    signalled,    // `status` is the signal
    not_started,  // `status` is an errno
    timed_out,
    too_long,  // it printed more than output_limit
    stopped,   // the stop token
};

struct ProgramResult {
    ProgramEnd end = ProgramEnd::not_started;
    int status = 0;
    std::string output;        // standard output
    std::string error_output;  // standard error, unless merged

    bool succeeded() const { return end == ProgramEnd::exited && status == 0; }
};

// Runs it without standard input and waits for its end. It is given a process group of its own, so
// that what it has started ends with it when its time is over.
ProgramResult run_program(const ProgramOptions& options);

// "failed with exit status 2", "could not be started: No such file or directory".
std::string describe_end(const ProgramResult& result, const ProgramOptions& options);

// The end of what a program printed, not too long and its lines behind one another with | between
// them: for messages.
std::string last_words(const std::string& output);

}  // namespace revisiond::process
