// Sockets that accept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.hpp"
#include "base/expected.hpp"

namespace revisiond::http {

// Where to listen: "127.0.0.1:7433", "[::]:7433", "localhost:7433", ":7433" (every address), or
// "unix:/run/revisiond/http.sock".
struct ListenAddress {
    std::string text;        // as written, for messages
    std::string host;        // empty: every address
    std::uint16_t port = 0;  // 0: the system chooses
    std::string unix_path;   // not empty: a UNIX socket
    unsigned mode = 0660;    // of the UNIX socket's file

    bool is_loopback() const;  // nobody from another machine can come: 127/8, ::1, localhost, UNIX
};

Expected<ListenAddress> parse_listen_address(std::string_view text);

// A listening socket, non-blocking and closed on exec. The file of a UNIX socket goes with it.
class Listener {
  public:
    Listener(Descriptor socket, std::string address, std::string unix_path, Descriptor lock);
    Listener(Listener&&) noexcept = default;
    Listener& operator=(Listener&&) = delete;
    ~Listener();

    int fd() const { return socket_.get(); }
    const std::string& address() const { return address_; }  // with the port that it got

  private:
    Descriptor socket_;
    std::string address_;
    std::string unix_path_;
    Descriptor lock_;
};

// Opens all sockets of an address (a name may mean 127.0.0.1 and ::1). Never SO_REUSEPORT: a second
// server on the port is an error. A UNIX socket is guarded by a lock on "PATH.lock", so a file that
// a dead server left is replaced and one that is served never.
Expected<std::vector<Listener>> listen_on(const ListenAddress& address);

// The sockets that systemd passes (LISTEN_PID, LISTEN_FDS), taken over. Empty when there are none.
// Call once, before other threads: it clears the variables.
Expected<std::vector<Listener>> inherited_listeners();

}  // namespace revisiond::http
