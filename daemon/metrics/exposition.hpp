// The room metrics: numbers for Prometheus. Counters that threads add to, and the text format.
// What is counted, and under which name, is decided by who serves it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/histogram.hpp"

namespace revisiond::metrics {

// Label names and values of one sample. Values may be any text.
using Labels = std::vector<std::pair<std::string_view, std::string>>;

// Prometheus' text format, version 0.0.4. Samples of one family stand together, behind its begin().
class Exposition {
  public:
    enum class Type { counter, gauge, histogram };
    // `name` in full ("revisiond_up"); `help` one sentence.
    void begin(std::string_view name, Type type, std::string_view help);
    // A sample of the family that was begun last.
    void add(const Labels& labels, double value);
    void add(const Labels& labels, const Histogram::Counts& counts);

    const std::string& text() const { return text_; }

  private:
    void sample(std::string_view suffix, const Labels& labels, const std::string& value);
    std::string text_;
    std::string name_;
};

}  // namespace revisiond::metrics
