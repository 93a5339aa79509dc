#include <catch2/catch.hpp>

#include "metrics/exposition.hpp"

using namespace revisiond::metrics;

TEST_CASE("a family has its help, its type and its samples") {
    Exposition out;
    out.begin("revisiond_up", Exposition::Type::gauge, "Whether it is up.");
    out.add({}, 1);
    out.add({{"database", "a\"b\\c\nd"}, {"state", "x"}}, 0.5);
    CHECK(out.text() ==
          "# HELP revisiond_up Whether it is up.\n# TYPE revisiond_up gauge\nrevisiond_up 1\n"
          "revisiond_up{database=\"a\\\"b\\\\c\\nd\",state=\"x\"} 0.5\n");
}

TEST_CASE("a histogram cumulates, and holds what is longer than its last bound") {
    Histogram histogram;
    histogram.observe(std::chrono::milliseconds(1));  // a bound belongs to its bucket
    histogram.observe(std::chrono::milliseconds(2));
    histogram.observe(std::chrono::hours(2));
    Exposition out;
    out.begin("h", Exposition::Type::histogram, "H.");
    out.add({{"database", "m"}}, histogram.counts());
    const std::string& text = out.text();
    for (const char* line :
         {"h_bucket{database=\"m\",le=\"0.001\"} 1\n", "h_bucket{database=\"m\",le=\"0.005\"} 2\n",
          "h_bucket{database=\"m\",le=\"3600\"} 2\n", "h_bucket{database=\"m\",le=\"+Inf\"} 3\n",
          "h_count{database=\"m\"} 3\n", "h_sum{database=\"m\"} 7200.003\n"}) {
        INFO(text << "\nlacks " << line);
        CHECK(text.find(line) != std::string::npos);
    }
}
