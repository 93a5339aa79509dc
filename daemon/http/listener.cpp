#include "http/listener.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>

#include "http/client_address.hpp"

namespace revisiond::http {
namespace {

constexpr int backlog = 4096;  // the kernel cuts it at net.core.somaxconn
constexpr int first_inherited = 3;
constexpr std::string_view unix_scheme = "unix:";

Unexpected<Diagnostic> cannot_listen(const std::string& where, const std::string& why,
                                     std::string hint = {}) {
    return unexpected(make_error(
        "http.cannot-listen", fmt::format("cannot listen on {}: {}", where, why), std::move(hint)));
}

std::string text_of(int error) {
    return std::generic_category().message(error);
}

std::optional<unsigned> number_of(std::string_view text, unsigned most) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number > most)
        return std::nullopt;
    return number;
}

// Where a socket is bound: "127.0.0.1:7433", "[::1]:7433", "unix:/run/x.sock".
std::string bound_address(int fd) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return "?";
    if (storage.ss_family == AF_UNIX)
        return "unix:" + std::string(reinterpret_cast<sockaddr_un*>(&storage)->sun_path);
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> port{};
    if (::getnameinfo(reinterpret_cast<sockaddr*>(&storage), size, host.data(), host.size(),
                      port.data(), port.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return "?";
    return storage.ss_family == AF_INET6 ? fmt::format("[{}]:{}", host.data(), port.data())
                                         : fmt::format("{}:{}", host.data(), port.data());
}

void set_option(int fd, int level, int option) {
    const int on = 1;
    ::setsockopt(fd, level, option, &on, sizeof on);
}

// A listener on one address, or the errno.
Expected<Listener, int> listen_tcp(const addrinfo& info) {
    Descriptor socket(::socket(info.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return unexpected(int{errno});
    set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR);
    set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY);  // accepted sockets inherit it
    if (info.ai_family == AF_INET6) set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY);
    if (::bind(socket.get(), info.ai_addr, info.ai_addrlen) != 0 ||
        ::listen(socket.get(), backlog) != 0)
        return unexpected(int{errno});
    std::string address = bound_address(socket.get());
    return Listener(std::move(socket), std::move(address), {}, Descriptor());
}

Expected<std::vector<Listener>> listen_tcp(const ListenAddress& address) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(address.port);
    const int failed = ::getaddrinfo(address.host.empty() ? nullptr : address.host.c_str(),
                                     port.c_str(), &hints, &found);
    if (failed != 0) return cannot_listen(address.text, ::gai_strerror(failed));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> guard(found, &::freeaddrinfo);
    std::vector<Listener> listeners;
    int missing = 0;
    for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
        Expected<Listener, int> one = listen_tcp(*info);
        if (one) {
            listeners.push_back(std::move(one).value());
            continue;
        }
        missing = one.error();
        // A machine without IPv6 has ::1 in its hosts file all the same.
        if (missing != EADDRNOTAVAIL && missing != EAFNOSUPPORT) break;
        if (info->ai_next == nullptr && !listeners.empty()) missing = 0;
    }
    if (missing == 0) return listeners;
    return cannot_listen(
        address.text, text_of(missing),
        missing == EADDRINUSE ? "another process has it; choose another port" : "");
}

// Replaces the file of a server that is gone. Whoever holds the lock decides, so two that start at
// the same time do not take each other's.
Expected<std::vector<Listener>> listen_unix(const ListenAddress& address) {
    const std::string& path = address.unix_path;
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    if (path.size() >= sizeof name.sun_path)
        return cannot_listen(
            address.text, fmt::format("the path has more than {} bytes", sizeof name.sun_path - 1));
    path.copy(name.sun_path, path.size());
    const auto* bound = reinterpret_cast<const sockaddr*>(&name);

    Descriptor lock(
        ::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock) return cannot_listen(address.text, text_of(errno));
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        return cannot_listen(address.text, "another process serves it");

    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0) {
        if (!S_ISSOCK(status.st_mode))
            return cannot_listen(address.text, "there is a file of that name that is no socket");
        const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (::connect(probe.get(), bound, sizeof name) == 0 || errno == EAGAIN)
            return cannot_listen(address.text, "another process serves it");
        if (errno != ECONNREFUSED) return cannot_listen(address.text, text_of(errno));
        ::unlink(path.c_str());
    }
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    // Before bind, so that the file is never open to more than it is meant for.
    if (!socket || ::fchmod(socket.get(), address.mode) != 0 ||
        ::bind(socket.get(), bound, sizeof name) != 0 || ::chmod(path.c_str(), address.mode) != 0 ||
        ::listen(socket.get(), backlog) != 0)
        return cannot_listen(address.text, text_of(errno));
    std::vector<Listener> listeners;
    listeners.emplace_back(std::move(socket), "unix:" + path, path, std::move(lock));
    return listeners;
}

}  // namespace

bool ListenAddress::is_loopback() const {
    if (!unix_path.empty() || host == "localhost") return true;
    const auto address = parse_address(host);
    static const std::optional<Network> four = parse_network("127.0.0.0/8");
    static const std::optional<Network> six = parse_network("::1");
    return address && (four->contains(*address) || six->contains(*address));
}

Expected<ListenAddress> parse_listen_address(std::string_view text) {
    ListenAddress address;
    address.text = text;
    if (text.starts_with(unix_scheme)) {
        address.unix_path = text.substr(unix_scheme.size());
        if (address.unix_path.starts_with('/')) return address;
        return unexpected(make_error("http.bad-listen-address",
                                     fmt::format("\"{}\" names no absolute path", text),
                                     "write it as unix:/run/revisiond/http.sock"));
    }
    const std::size_t colon = text.rfind(':');
    const auto port =
        colon == std::string_view::npos ? std::nullopt : number_of(text.substr(colon + 1), 65535);
    std::string_view host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    if (!port || (!bracketed && host.find(':') != std::string_view::npos) ||
        (bracketed && !parse_address(host)))
        return unexpected(make_error("http.bad-listen-address",
                                     fmt::format("\"{}\" is no address with a port", text),
                                     "write it as 127.0.0.1:7433, [::1]:7433 or unix:/path"));
    address.host = host == "*" ? "" : host;
    address.port = static_cast<std::uint16_t>(*port);
    return address;
}

Listener::Listener(Descriptor socket, std::string address, std::string unix_path, Descriptor lock)
    : socket_(std::move(socket)),
      address_(std::move(address)),
      unix_path_(std::move(unix_path)),
      lock_(std::move(lock)) {}

Listener::~Listener() {
    // The lock is held until behind this, so the file is still ours.
    if (socket_ && !unix_path_.empty()) ::unlink(unix_path_.c_str());
}

Expected<std::vector<Listener>> listen_on(const ListenAddress& address) {
    return address.unix_path.empty() ? listen_tcp(address) : listen_unix(address);
}

Expected<std::vector<Listener>> inherited_listeners() {
    std::vector<Listener> listeners;
    const char* pid = std::getenv("LISTEN_PID");
    const char* count_text = std::getenv("LISTEN_FDS");
    const bool ours = pid != nullptr && std::to_string(::getpid()) == pid;
    const auto count = number_of(count_text != nullptr ? count_text : "", 1024);
    for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
    if (!ours || !count) return listeners;
    for (int fd = first_inherited; fd < first_inherited + static_cast<int>(*count); ++fd) {
        Descriptor socket(fd);
        int accepts = 0;
        socklen_t size = sizeof accepts;
        if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &size) != 0 || accepts == 0)
            return unexpected(make_error("http.bad-activation",
                                         fmt::format("descriptor {} is no listening socket", fd),
                                         "a .socket unit for revisiond has ListenStream= only"));
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
        set_option(fd, IPPROTO_TCP, TCP_NODELAY);
        std::string address = bound_address(fd);
        listeners.emplace_back(std::move(socket), std::move(address), std::string(), Descriptor());
    }
    return listeners;
}

}  // namespace revisiond::http
