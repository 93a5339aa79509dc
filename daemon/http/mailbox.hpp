// What waits to be sent to one consumer. Internal to the room.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "base/guarded.hpp"

namespace revisiond::http {

// One event in its lines, shared by all who get it.
struct Posted {
    std::uint64_t id = 0;
    std::shared_ptr<const std::string> text;
    bool last = false;
};

// A bounded queue between who publishes and the hub's thread. Any thread. A box that overflows is
// spoilt: its consumer would miss events without knowing, and is dropped.
class Mailbox {
  public:
    explicit Mailbox(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    // The parked connection that must look into the box now; 0 when it knows already, or when there
    // is none yet.
    std::uint64_t post(const Posted& posted) {
        const auto state = state_.lock();
        if (state->spoilt) return 0;
        const bool was_empty = state->queue.empty();
        if (!was_empty && state->bytes + posted.text->size() > most_bytes_) {
            state->spoilt = true;
            return state->reader;
        }
        state->bytes += posted.text->size();
        state->queue.push_back(posted);
        return was_empty ? state->reader : 0;
    }

    // From now on `reader` is told. It must look at once: what came before is in the box.
    void set_reader(std::uint64_t reader) { state_.lock()->reader = reader; }

    // All that is there.
    std::deque<Posted> take() {
        const auto state = state_.lock();
        state->bytes = 0;
        return std::exchange(state->queue, {});
    }

    bool spoilt() const { return state_.lock()->spoilt; }

  private:
    struct State {
        std::deque<Posted> queue;
        std::size_t bytes = 0;
        std::uint64_t reader = 0;
        bool spoilt = false;
    };

    const std::size_t most_bytes_;
    Guarded<State> state_;
};

}  // namespace revisiond::http
