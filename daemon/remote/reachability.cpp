#include "remote/reachability.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>
#include <vector>

#include "base/descriptor.hpp"
#include "base/text.hpp"

namespace revisiond::remote {
namespace {

// 0, or the errno of a connection to the address.
int connect_error(const sockaddr* address, socklen_t size, std::chrono::milliseconds patience) {
    const Descriptor socket(
        ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return errno;
    if (::connect(socket.get(), address, size) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    pollfd watched{socket.get(), POLLOUT, 0};
    if (::poll(&watched, 1, static_cast<int>(patience.count())) == 0) return ETIMEDOUT;
    int error = 0;
    socklen_t length = sizeof error;
    return ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

std::string outcome(int error) {
    return error == 0 ? "there was no connection, and now there is one; try again"
                      : std::generic_category().message(error);
}

std::string try_unix(const std::string& path, std::chrono::milliseconds patience) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return outcome(ENAMETOOLONG);
    std::copy(path.begin(), path.end(), static_cast<char*>(address.sun_path));
    return outcome(
        connect_error(reinterpret_cast<const sockaddr*>(&address), sizeof address, patience));
}

}  // namespace

std::string why_unreachable(const Endpoint& endpoint, std::chrono::milliseconds patience) {
    if (!endpoint.unix_path.empty()) return try_unix(endpoint.unix_path, patience);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int failed = ::getaddrinfo(endpoint.host.c_str(), endpoint.port.c_str(), &hints, &found);
    if (failed != 0) return fmt::format("{}: {}", endpoint.host, ::gai_strerror(failed));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, ::freeaddrinfo);
    std::vector<std::string> said;
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
        std::array<char, NI_MAXHOST> host{};
        ::getnameinfo(one->ai_addr, one->ai_addrlen, host.data(), host.size(), nullptr, 0,
                      NI_NUMERICHOST);
        said.push_back(
            fmt::format("{} port {}: {}", host.data(), endpoint.port,
                        outcome(connect_error(one->ai_addr, one->ai_addrlen, patience))));
    }
    return join_words(said);
}

}  // namespace revisiond::remote
