#include "runtime/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <chrono>

#include "base/text.hpp"
#include "sql/redact.hpp"
#include "wire/json.hpp"

namespace revisiond::runtime {
namespace {

const char* to_string(Level level) {
    switch (level) {
        case Level::info:
            return "info";
        case Level::warning:
            return "warn";
        case Level::error:
            return "error";
    }
    return "";
}

std::string redacted(std::string_view text) {
    return sql::redact_urls(sql::redact_message(text));
}

// A bare word stays one; all else is quoted as in JSON, so that an entry is always one line.
std::string text_value(const std::string& value) {
    const bool bare = std::ranges::all_of(value, [](unsigned char c) {
        return c > 0x20 && c < 0x7f && c != '"' && c != '=' && c != '\\';
    });
    return bare ? value : wire::json_text(value);
}

std::string now() {
    const auto time = std::chrono::system_clock::now();
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(time)),
                       milliseconds % 1000);
}

}  // namespace

struct Log::Sink {
    config::LogFormat format;
    spdlog::logger logger{"", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

Log::Log(config::LogFormat format) : sink_(new Sink{format}) {
    sink_->logger.set_pattern("%v");
    sink_->logger.flush_on(spdlog::level::info);
}

Log::~Log() = default;

void Log::write(Level level, std::string_view message, std::initializer_list<Field> fields) {
    sink_->logger.info("{}", log_line(sink_->format, now(), level, message, fields));
}

std::string log_line(config::LogFormat format, std::string_view time, Level level,
                     std::string_view message, std::initializer_list<Field> fields) {
    const bool json = format == config::LogFormat::json;
    // A message may quote a client or a server: control characters must not reach a terminal.
    std::string line =
        json ? fmt::format(R"({{"time":"{}","level":"{}","message":{})", time, to_string(level),
                           wire::json_text(redacted(message)))
             : fmt::format("{} {:5} {}", time, to_string(level), one_line(redacted(message)));
    for (const auto& [name, value] : fields) {
        if (value.empty()) continue;
        const std::string shown = redacted(value);
        line += json ? fmt::format(R"(,"{}":{})", name, wire::json_text(shown))
                     : fmt::format(" {}={}", name, text_value(shown));
    }
    return json ? line + "}" : line;
}

}  // namespace revisiond::runtime
