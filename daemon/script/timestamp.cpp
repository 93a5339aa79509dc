#include "script/timestamp.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>

#include "script/render.hpp"

namespace revisiond::script {
namespace {

// Takes one piece after another off the front of a text.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }

    bool accept(std::string_view any_of) {
        if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // Exactly `digits` digits with a value from `low` to `high`.
    bool number(std::size_t digits, int low, int high, int& value) {
        if (rest_.size() < digits) return false;
        value = 0;
        for (const char c : rest_.substr(0, digits)) {
            if (c < '0' || c > '9') return false;
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(digits);
        return value >= low && value <= high;
    }

    // The digits behind a decimal point, as microseconds.
    bool fraction(std::int64_t& microseconds) {
        std::int64_t unit = 100'000;
        bool any = false;
        for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; any = true) {
            microseconds += unit * (rest_.front() - '0');
            unit /= 10;
            rest_.remove_prefix(1);
        }
        return any;
    }

  private:
    std::string_view rest_;
};

bool read_date(Reader& reader, std::chrono::sys_days& days) {
    int year = 0;
    int month = 0;
    int day = 0;
    if (!reader.number(4, 1, 9999, year) || !reader.accept("-") ||
        !reader.number(2, 1, 12, month) || !reader.accept("-") || !reader.number(2, 1, 31, day))
        return false;
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return false;
    days = date;
    return true;
}

bool read_time(Reader& reader, std::int64_t& microseconds) {
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!reader.number(2, 0, 23, hour) || !reader.accept(":") || !reader.number(2, 0, 59, minute))
        return false;
    if (reader.accept(":") && !reader.number(2, 0, 60, second)) return false;
    microseconds += ((hour * 60LL + minute) * 60 + second) * 1'000'000;
    return !reader.accept(".") || reader.fraction(microseconds);
}

bool read_offset(Reader& reader, std::int64_t& microseconds) {
    if (reader.at_end() || reader.accept("Zz")) return true;
    const bool ahead = reader.accept("+");
    int hours = 0;
    int minutes = 0;
    if (!ahead && !reader.accept("-")) return false;
    if (!reader.number(2, 0, 23, hours) || !reader.accept(":") || !reader.number(2, 0, 59, minutes))
        return false;
    const std::int64_t offset = (hours * 60LL + minutes) * 60 * 1'000'000;
    microseconds += ahead ? -offset : offset;
    return true;
}

}  // namespace

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
    Reader reader(text);
    std::chrono::sys_days days;
    if (!read_date(reader, days)) return std::nullopt;
    std::int64_t microseconds =
        std::chrono::duration_cast<std::chrono::microseconds>(days.time_since_epoch()).count();
    if (reader.at_end()) return microseconds;
    if (!reader.accept("Tt ") || !read_time(reader, microseconds) ||
        !read_offset(reader, microseconds) || !reader.at_end())
        return std::nullopt;
    return microseconds;
}

std::string to_rfc3339(std::int64_t microseconds) {
    using namespace std::chrono;
    const sys_seconds time{floor<seconds>(std::chrono::microseconds(microseconds))};
    const sys_days days = floor<std::chrono::days>(time);
    const year_month_day date{days};
    const hh_mm_ss clock{time - days};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace revisiond::script
