// What a daemon counts, and /metrics.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "base/guarded.hpp"
#include "database/operation.hpp"
#include "http/statistics.hpp"
#include "metrics/histogram.hpp"
#include "service/database_snapshot.hpp"

namespace revisiond::api {

// Counters and histograms that grow from the start of the daemon. Any thread.
class DaemonMetrics {
  public:
    // An event of an operation on a database that this daemon leads.
    void count(const std::string& database, const database::Event& event);
    // A request that a handler answered.
    void count(const http::Served& served);

    // One database as /metrics shows it.
    struct Shown {
        std::string name;
        std::shared_ptr<const service::DatabaseSnapshot> snapshot;
    };
    // Prometheus' text format.
    std::string text(const std::vector<Shown>& databases, const http::Statistics& http) const;

  private:
    using Key = std::pair<std::string, std::string>;
    struct OfDatabase {
        std::map<std::string, std::uint64_t> events;    // by type
        std::map<std::string, std::uint64_t> finished;  // by state
        std::uint64_t lock_waits = 0;                   // of statements
        double lock_wait_seconds = 0;
        double waited_ms = 0;  // of the statement that runs, counted already
        std::uint64_t retries = 0;
        metrics::Histogram steps;
    };
    struct OfRoute {
        std::map<int, std::uint64_t> statuses;
        metrics::Histogram durations;
    };
    static void count_lock_wait(OfDatabase& counts, const database::Event& event);

    Guarded<std::map<std::string, std::unique_ptr<OfDatabase>>> databases_;
    Guarded<std::map<Key, std::unique_ptr<OfRoute>>> routes_;
};

}  // namespace revisiond::api
