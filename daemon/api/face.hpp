// What is served of one database at one moment, rendered once.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "api/readiness.hpp"
#include "base/guarded.hpp"
#include "config/config.hpp"
#include "http/prepared_answers.hpp"
#include "operations/instance.hpp"

namespace revisiond::api {

// A snapshot and its answers. Thousands of clients may ask one face; each answer is rendered once.
// Any thread.
class Face {
  public:
    // `previous`, when given, is the face before this one: while nothing but the moment of reading
    // has changed and that is not long ago, its texts are shown on, so that whoever waits for a
    // change is not woken by every reading.
    Face(const config::DatabaseSettings& settings, operations::Snapshot snapshot,
         const Face* previous);

    const service::DatabaseSnapshot& snapshot() const { return *snapshot_; }
    const http::PreparedAnswer& status() const { return status_; }  // of GET /status
    const std::string& entry() const { return entry_; }             // of GET /databases

    struct ReadyAnswer {
        Readiness::Verdict verdict = Readiness::Verdict::not_yet;
        http::SharedResponse response;
    };
    // Of GET /ready; `at_least` empty: the heads.
    std::shared_ptr<const ReadyAnswer> ready(const std::string& at_least,
                                             std::chrono::steady_clock::time_point now) const;
    bool is_stale(std::chrono::steady_clock::time_point now) const;

  private:
    std::shared_ptr<const ReadyAnswer> make_ready(const std::string& at_least,
                                                  std::chrono::steady_clock::time_point now) const;

    const std::string name_;
    const operations::Snapshot snapshot_;
    http::PreparedAnswer status_;
    std::string entry_;
    std::string shown_as_of_;
    std::chrono::steady_clock::time_point shown_read_at_;
    Guarded<std::map<std::string, std::shared_ptr<const ReadyAnswer>>> ready_;
};

}  // namespace revisiond::api
