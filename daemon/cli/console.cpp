#include "cli/console.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/text.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {
namespace {

// Alembic's "INFO  ", which spdlog has no flag for.
class LevelFlag : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& message, const std::tm&,
                spdlog::memory_buf_t& out) override {
        const std::string_view text = message.level == spdlog::level::warn ? "WARN  " : "INFO  ";
        out.append(text.data(), text.data() + text.size());
    }
    std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<LevelFlag>();
    }
};

bool is_color_on(int descriptor, ColorMode mode) {
    return wants_color(mode, ::isatty(descriptor) == 1, std::getenv("NO_COLOR"));
}

void write(std::FILE* stream, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stream);
}

}  // namespace

struct Console::Log {
    spdlog::logger logger;
    explicit Log(bool color)
        : logger("", std::make_shared<spdlog::sinks::ansicolor_stderr_sink_st>(
                         color ? spdlog::color_mode::always : spdlog::color_mode::never)) {
        auto formatter = std::make_unique<spdlog::pattern_formatter>();
        formatter->add_flag<LevelFlag>('*').set_pattern("%^%*%$%v");
        logger.set_formatter(std::move(formatter));
    }
};

Console::Console(const Globals& globals)
    : globals_(globals),
      style_(is_color_on(STDOUT_FILENO, globals.color)),
      error_style_(is_color_on(STDERR_FILENO, globals.color)),
      interactive_(::isatty(STDERR_FILENO) == 1 && !globals.quiet && !globals.json),
      log_(std::make_unique<Log>(error_style_.on())) {}

Console::~Console() = default;

void Console::print(std::string_view text) {
    write(stdout, text);
}

void Console::print_line(std::string_view text) {
    write(stdout, text);
    write(stdout, "\n");
}

void Console::info(std::string_view text) {
    if (globals_.quiet || globals_.json) return;
    std::fflush(stdout);
    log_->logger.info(text);
}

void Console::warn(std::string_view text) {
    if (globals_.quiet || globals_.json) return;
    std::fflush(stdout);
    log_->logger.warn(text);
}

void Console::warn(const Diagnostics& diagnostics) {
    if (globals_.quiet) return;
    for (const Diagnostic& diagnostic : diagnostics) {
        const auto [text, is_new] = warned_.insert(to_text(diagnostic));
        if (!is_new) continue;
        if (globals_.json) {
            std::fflush(stdout);
            write(stderr, wire::warning_json(diagnostic) + "\n");
        } else {
            print_error(*text);
        }
    }
}

void Console::print_error(const std::string& text) {
    std::fflush(stdout);
    const auto colon = text.find(": ");
    if (!error_style_.on() || colon == std::string::npos) {
        write(stderr, text + "\n");
        return;
    }
    const std::string kind = text.substr(0, colon + 1);
    write(stderr, (text.starts_with("error") ? error_style_.red(kind) : error_style_.yellow(kind)) +
                      text.substr(colon + 1) + "\n");
}

Exit Console::fail(const service::Problem& problem) {
    if (globals_.json) {
        std::fflush(stdout);
        write(stderr, wire::to_json(problem) + "\n");
    } else {
        for (const Diagnostic& diagnostic : problem.diagnostics) print_error(to_text(diagnostic));
        print_failure(problem);
    }
    return exit_of(problem);
}

void Console::print_failure(const service::Problem& problem) {
    if (problem.failure && problem.failure->server && globals_.raise_error) {
        for (const auto& [name, value] : database::fields(*problem.failure->server)) {
            write(stderr, fmt::format("    {}: {}\n", name, value));
        }
    }
    if (!problem.result.applied.empty()) {
        write(stderr,
              fmt::format("    took effect before: {}\n", join(problem.result.applied, ", ")));
    }
}

Exit Console::fail(const Diagnostics& diagnostics) {
    return fail(service::to_problem(diagnostics));
}

Exit Console::fail(Diagnostic diagnostic) {
    return fail(service::to_problem(std::move(diagnostic)));
}

Exit exit_of(const service::Problem& problem) {
    if (problem.is(apply::FailureKind::lock_held)) return Exit::lock_held;
    const std::string& code = problem.reason().code;
    if (code.starts_with("config.")) return Exit::configuration;
    if (code.starts_with("usage.")) return Exit::usage;
    return Exit::failed;
}

}  // namespace revisiond::cli
