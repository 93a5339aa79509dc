#include <catch2/catch.hpp>

#include "process/program.hpp"

using namespace revisiond::process;
using std::chrono::milliseconds;

namespace {

ProgramOptions shell(const std::string& script) {
    ProgramOptions options;
    options.command = {"/bin/sh", "-c", script};
    return options;
}

}  // namespace

TEST_CASE("last words keep their lines apart") {
    CHECK(last_words("\nTraceback:\n  File \"t.py\", line 1\r\n\n\tImportError: no\n") ==
          "Traceback: | File \"t.py\", line 1 | ImportError: no");
    CHECK(last_words(" \n").empty());
}

TEST_CASE("output, errors and exit status are told apart") {
    const ProgramOptions options = shell("echo out; echo err >&2; exit 3");
    const ProgramResult result = run_program(options);
    CHECK(result.end == ProgramEnd::exited);
    CHECK(result.status == 3);
    CHECK(result.output == "out\n");
    CHECK(result.error_output == "err\n");
    CHECK(describe_end(result, options) == "failed with exit status 3");
}

TEST_CASE("long outputs on both streams do not block each other") {
    const ProgramResult result = run_program(
        shell("i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789;"
              "echo 0123456789012345678901234567890123456789 >&2; i=$((i+1)); done"));
    CHECK(result.succeeded());
    CHECK(result.output.size() == 3000 * 41);
    CHECK(result.error_output.size() == 3000 * 41);
}

TEST_CASE("a program that hangs is ended with what it started") {
    ProgramOptions options = shell("echo begun; sleep 600 & wait");
    options.timeout = milliseconds(300);
    const ProgramResult result = run_program(options);
    CHECK(result.end == ProgramEnd::timed_out);
    CHECK(result.output == "begun\n");
    CHECK(describe_end(result, options) == "did not end within 300 ms");
}

TEST_CASE("one that ignores SIGTERM is killed") {
    ProgramOptions options = shell("trap '' TERM; while :; do sleep 1; done");
    options.timeout = milliseconds(100);
    CHECK(run_program(options).end == ProgramEnd::timed_out);
}

TEST_CASE("a child left in the background does not hold us up") {
    const ProgramResult result = run_program(shell("sleep 5 & echo done"));
    CHECK(result.succeeded());
    CHECK(result.output == "done\n");
}

TEST_CASE("output has a limit, the environment is ours with additions, there is no shell") {
    ProgramOptions endless = shell("while :; do echo yes; done");
    endless.output_limit = 1000;
    CHECK(run_program(endless).end == ProgramEnd::too_long);
    ProgramOptions options = shell("echo $GIVEN");
    options.environment = {{"GIVEN", "value"}};
    CHECK(run_program(options).output == "value\n");
    options.command = {"/bin/echo", "$GIVEN;", "`id`"};
    CHECK(run_program(options).output == "$GIVEN; `id`\n");
    options.command = {"/no/such/program"};
    CHECK(run_program(options).end == ProgramEnd::not_started);
    CHECK(describe_end(run_program(options), options) ==
          "could not be started: No such file or directory");
}

TEST_CASE("a stop ends it") {
    std::stop_source source;
    ProgramOptions options = shell("sleep 600");
    options.stop = source.get_token();
    source.request_stop();
    CHECK(run_program(options).end == ProgramEnd::stopped);
}
