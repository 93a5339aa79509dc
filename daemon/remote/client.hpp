// The room remote: a daemon from the other side. Requests and event streams, as bytes; what they
// mean is in wire.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/expected.hpp"

namespace revisiond::remote {

// What a daemon answered.
struct Answer {
    int status = 0;
    std::string body;
};

// One daemon: "http://host:port", "https://host", or "unix:/path". Every call opens a connection,
// and fails as a value when there is none. The token goes into a header and nowhere else. Used by
// one thread at a time.
class Client {
  public:
    // The error says why the URL is none. `token` empty: none is sent.
    static Expected<Client> open(const std::string& url, const std::string& token);
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    ~Client();

    Expected<Answer> get(const std::string& path);
    Expected<Answer> post(const std::string& path, const std::string& body,
                          const std::string& idempotency_key = {});

    // Follows an event stream: `event` gets the data of each, and answers false to end it. True: it
    // was ended so. False: the stream has ended otherwise, or could not be had; ask again, behind
    // the last event that came.
    bool stream(const std::string& path, std::uint64_t after,
                const std::function<bool(std::string_view data)>& event, std::stop_token stop);

  private:
    struct State;
    explicit Client(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace revisiond::remote
