#include "metrics/exposition.hpp"

#include <fmt/format.h>

namespace revisiond::metrics {
namespace {

std::string escaped(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (c == '\\' || c == '"') out += '\\';
        out += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return out;
}

const char* to_string(Exposition::Type type) {
    switch (type) {
        case Exposition::Type::counter:
            return "counter";
        case Exposition::Type::gauge:
            return "gauge";
        case Exposition::Type::histogram:
            return "histogram";
    }
    return "";
}

}  // namespace

void Exposition::begin(std::string_view name, Type type, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, to_string(type));
}

void Exposition::add(const Labels& labels, double value) {
    sample("", labels, fmt::format("{}", value));
}

void Exposition::add(const Labels& labels, const Histogram::Counts& counts) {
    Labels with_bound = labels;
    with_bound.emplace_back("le", "");
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < counts.buckets.size(); ++i) {
        below += counts.buckets[i];
        with_bound.back().second =
            i < Histogram::bounds.size() ? fmt::format("{}", Histogram::bounds[i]) : "+Inf";
        sample("_bucket", with_bound, fmt::format("{}", below));
    }
    sample("_sum", labels, fmt::format("{}", counts.sum));
    sample("_count", labels, fmt::format("{}", below));
}

void Exposition::sample(std::string_view suffix, const Labels& labels, const std::string& value) {
    text_ += name_;
    text_ += suffix;
    char separator = '{';
    for (const auto& [label, text] : labels) {
        text_ += fmt::format("{}{}=\"{}\"", std::exchange(separator, ','), label, escaped(text));
    }
    text_ += fmt::format("{} {}\n", labels.empty() ? "" : "}", value);
}

}  // namespace revisiond::metrics
