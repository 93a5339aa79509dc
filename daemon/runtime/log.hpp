// The room runtime: the process around a daemon, as the system sees it: its log, its signals and
// what it tells systemd. Knows nothing of databases or HTTP.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "config/server_settings.hpp"

namespace revisiond::runtime {

enum class Level { info, warning, error };

// A named value of a log line: ("operation", id).
using Field = std::pair<std::string_view, std::string>;

// The daemon's log on standard error, one line an entry, as text or JSON, in UTC. Passwords in URLs
// and SQL are taken out of messages and values. Any thread.
//   2026-11-22T10:15:00.123Z info  upgrade finished operation=… state=succeeded
//   {"time":"2026-11-22T10:15:00.123Z","level":"info","message":"upgrade finished","operation":"…"}
class Log {
  public:
    explicit Log(config::LogFormat format);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    // Fields whose value is empty are left out.
    void write(Level level, std::string_view message, std::initializer_list<Field> fields = {});
    void info(std::string_view message, std::initializer_list<Field> fields = {}) {
        write(Level::info, message, fields);
    }
    void warn(std::string_view message, std::initializer_list<Field> fields = {}) {
        write(Level::warning, message, fields);
    }
    void error(std::string_view message, std::initializer_list<Field> fields = {}) {
        write(Level::error, message, fields);
    }

  private:
    struct Sink;
    std::unique_ptr<Sink> sink_;
};

// One entry without its end, for the Log and its tests.
std::string log_line(config::LogFormat format, std::string_view time, Level level,
                     std::string_view message, std::initializer_list<Field> fields);

}  // namespace revisiond::runtime
