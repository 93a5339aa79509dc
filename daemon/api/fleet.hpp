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
    // any other ends and begins anew. A step that it has under way is finished first, however long
    // it takes: until then it serves as it was. Does not wait; settle() goes on with it.
    void serve(std::shared_ptr<const config::Config> config);
    // Puts the new databases in the place of those that have ended.
    void settle();
    // Whether all are what the configuration says.
    bool settled() const;
    // Ends all of them at the same time.
    void stop(std::chrono::milliseconds budget);

  private:
    struct Member;
    bool is_wanted(const Member& member) const;
    void retire(Member& member);
    std::shared_ptr<Member> make(const std::shared_ptr<const config::Config>& config,
                                 const config::DatabaseSettings& settings);

    Api& api_;
    std::shared_ptr<const config::Config> wanted_;
    std::vector<std::shared_ptr<Member>> members_;
};

}  // namespace revisiond::api
