// All databases of a configuration, each with a thread that watches its files.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "api/api.hpp"
#include "config/config.hpp"

namespace revisiond::api {

// Starts, exchanges and ends what a configuration names. Used by the main thread.
class Fleet {
  public:
    explicit Fleet(Api& api) : api_(api) {}
    ~Fleet() { stop(std::chrono::milliseconds(0)); }
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;

    // Serves these databases from now on. One whose settings are what they were goes on untouched;
    // any other is ended, with `budget` for a step that is under way, and begins anew.
    void serve(const std::shared_ptr<const config::Config>& config,
               std::chrono::milliseconds budget);
    // Ends all of them at the same time.
    void stop(std::chrono::milliseconds budget);

  private:
    struct Member;
    std::shared_ptr<Member> make(const std::shared_ptr<const config::Config>& config,
                                 const config::DatabaseSettings& settings);

    Api& api_;
    std::vector<std::shared_ptr<Member>> members_;
};

}  // namespace revisiond::api
