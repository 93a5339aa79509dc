// What the machine itself costs: the least that can be called an HTTP server, as a side of the
// benchmark http_status. One thread, one recv and one send a request, the same bytes each time;
// it reads no head, checks no token and knows no deadline.
//
//   http_floor BODY_BYTES
//
// Prints the port, and ends with its standard input.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <string>

namespace {

int listen_on_loopback() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener, SOMAXCONN) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        std::exit(1);
    std::cout << ntohs(address.sin_port) << std::endl;
    return listener;
}

void watch(int epoll, int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

void answer(int fd, const std::string& bytes) {
    std::array<char, 64 * 1024> input;
    if (::recv(fd, input.data(), input.size(), 0) > 0)
        ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    else
        ::close(fd);
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t size = argc > 1 ? std::stoul(argv[1]) : 0;
    const std::string bytes = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) +
                              "\r\n\r\n" + std::string(size, 'x');
    const int listener = listen_on_loopback();
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    watch(epoll, listener);
    watch(epoll, STDIN_FILENO);
    std::array<epoll_event, 256> events{};
    for (;;) {
        const int count = ::epoll_wait(epoll, events.data(), events.size(), -1);
        for (int i = 0; i < count; ++i) {
            const int fd = events[static_cast<std::size_t>(i)].data.fd;
            if (fd == STDIN_FILENO) return 0;
            if (fd != listener) {
                answer(fd, bytes);
                continue;
            }
            const int connection = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
            const int on = 1;
            ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            if (connection >= 0) watch(epoll, connection);
        }
    }
}
