#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "config/config.hpp"

namespace revisiond::config {
namespace {

// A unit and how many of the smallest one it holds.
struct Unit {
    std::string_view name;
    double factor;
};

// As PostgreSQL writes them, and "m", which everybody else does.
constexpr std::array<Unit, 7> durations = {
    Unit{"us", 0.001},   Unit{"ms", 1},       Unit{"s", 1000},      Unit{"m", 60'000},
    Unit{"min", 60'000}, Unit{"h", 3600'000}, Unit{"d", 86'400'000}};
constexpr std::array<Unit, 5> sizes = {Unit{"B", 1}, Unit{"kB", 1024}, Unit{"MB", 1048576},
                                       Unit{"GB", 1073741824}, Unit{"TB", 1099511627776}};

// "1.5 h" by its units; nothing unless it is a plain decimal number with one of them.
template <std::size_t N>
std::optional<double> parse_quantity(std::string_view text, const std::array<Unit, N>& units) {
    text = trim(text);
    double number = 0;
    const auto read =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    const bool digit_first = !text.empty() && text[0] >= '0' && text[0] <= '9';
    if (read.ec != std::errc() || !digit_first) return std::nullopt;
    const std::string_view unit =
        trim(text.substr(static_cast<std::size_t>(read.ptr - text.data())));
    for (const Unit& known : units) {
        if (known.name == unit) return number * known.factor;
    }
    if (unit.empty() && number == 0) return 0;
    return std::nullopt;
}

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) {
    const auto quantity = parse_quantity(text, durations);
    if (!quantity || *quantity > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
    const auto rounded = std::llround(*quantity);
    if (rounded == 0 && *quantity > 0) return std::nullopt;
    return Milliseconds(rounded);
}

std::string format_duration(Milliseconds duration) {
    const auto count = duration.count();
    if (count == 0) return "0";
    for (std::size_t i = durations.size(); i-- > 1;) {
        const auto factor = static_cast<long long>(durations[i].factor);
        if (count % factor == 0) return fmt::format("{}{}", count / factor, durations[i].name);
    }
    return fmt::format("{}ms", count);
}

bool is_port_list(std::string_view text) {
    for (bool more = true; more;) {
        const std::size_t comma = text.find(',');
        const std::string_view port = trim(text.substr(0, comma));
        unsigned number = 1;
        const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
        const bool whole = read.ec == std::errc() && read.ptr == port.data() + port.size();
        if (!port.empty() && (!whole || number < 1 || number > 65535)) return false;
        more = comma != std::string_view::npos;
        if (more) text.remove_prefix(comma + 1);
    }
    return true;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    const auto quantity = parse_quantity(text, sizes);
    // Above 2^53 a double no longer counts single bytes.
    if (!quantity || *quantity > 9007199254740992.0) return std::nullopt;
    return static_cast<std::uint64_t>(std::llround(*quantity));
}

}  // namespace revisiond::config
