#include "remote/client.hpp"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include "remote/reachability.hpp"

namespace revisiond::remote {
namespace {

constexpr int connect_seconds = 10;
constexpr int answer_seconds = 120;  // a long-poll waits for a minute
constexpr int silent_seconds = 40;   // a stream says something every 15 s

Diagnostic bad_url(const std::string& url) {
    return make_error("usage.server", fmt::format("--server {} is no URL of a daemon", url),
                      "write http://host:port, https://host or unix:/path");
}

// Of "host", "host:port" or "[::1]:port" in a URL of this kind.
Endpoint endpoint_of(std::string_view authority, std::string_view kind) {
    const std::size_t colon = authority.rfind(':');
    const bool has_port = colon != std::string_view::npos && !authority.ends_with(']');
    std::string_view host = authority.substr(0, has_port ? colon : authority.size());
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return {std::string(host), std::string(has_port ? authority.substr(colon + 1) : kind), {}};
}

// What httplib has to say but for a connection that was not made; it keeps no errno.
std::string in_words(httplib::Error error) {
    switch (error) {
        case httplib::Error::ConnectionTimeout:
            return fmt::format("no answer within {} s", connect_seconds);
        case httplib::Error::Read:
            return "the connection ended before the answer";
        case httplib::Error::Write:
            return "the connection ended before the request was sent";
        case httplib::Error::SSLConnection:
            return "no TLS connection could be made";
        case httplib::Error::SSLServerVerification:
            return "its certificate is not trusted";
        default:
            return httplib::to_string(error);
    }
}

std::string_view data_of(std::string_view line) {
    line.remove_prefix(std::string_view("data:").size());
    return line.starts_with(' ') ? line.substr(1) : line;
}

}  // namespace

struct Client::State {
    std::string url;
    std::string base;  // a path before /api, when the URL has one
    Endpoint endpoint;
    httplib::Headers headers;
    std::unique_ptr<httplib::Client> http;

    Expected<Answer> taken(const httplib::Result& result) const {
        if (result) return Answer{result->status, result->body};
        const std::string why =
            result.error() == httplib::Error::Connection
                ? why_unreachable(endpoint, std::chrono::seconds(connect_seconds))
                : in_words(result.error());
        return unexpected(make_error("remote.connection",
                                     fmt::format("cannot reach the daemon {}: {}", url, why),
                                     "check --server, and that `revisiond serve` runs there"));
    }
};

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Expected<Client> Client::open(const std::string& url, const std::string& token) {
    auto state = std::make_unique<State>();
    state->url = url;
    constexpr std::string_view unix_scheme = "unix:";
    if (url.starts_with(unix_scheme) && url.size() > unix_scheme.size()) {
        state->endpoint.unix_path = url.substr(unix_scheme.size());
        state->http = std::make_unique<httplib::Client>(state->endpoint.unix_path, 80);
        state->http->set_address_family(AF_UNIX);
        state->headers.emplace("Host", "localhost");
    } else {
        const std::size_t scheme = url.find("://");
        const std::string_view kind = std::string_view(url).substr(0, scheme);
        const bool known = kind == "http" || kind == "https";
        if (scheme == std::string::npos || !known || url.size() == scheme + 3) {
            return unexpected(bad_url(url));
        }
        const std::size_t slash = url.find('/', scheme + 3);
        state->endpoint = endpoint_of(url.substr(scheme + 3, slash - scheme - 3), kind);
        if (slash != std::string::npos) state->base = url.substr(slash);
        while (state->base.ends_with('/')) state->base.pop_back();
        state->http = std::make_unique<httplib::Client>(url.substr(0, slash));
        if (!state->http->is_valid()) return unexpected(bad_url(url));
    }
    if (!token.empty()) state->headers.emplace("Authorization", "Bearer " + token);
    state->http->set_connection_timeout(connect_seconds);
    state->http->set_read_timeout(answer_seconds);
    state->http->set_tcp_nodelay(true);
    return Client(std::move(state));
}

Expected<Answer> Client::get(const std::string& path) {
    return state_->taken(state_->http->Get(state_->base + path, state_->headers));
}

Expected<Answer> Client::post(const std::string& path, const std::string& body,
                              const std::string& idempotency_key) {
    httplib::Headers headers = state_->headers;
    if (!idempotency_key.empty()) headers.emplace("Idempotency-Key", idempotency_key);
    return state_->taken(
        state_->http->Post(state_->base + path, headers, body, "application/json"));
}

bool Client::stream(const std::string& path, std::uint64_t after,
                    const std::function<bool(std::string_view data)>& event, std::stop_token stop) {
    httplib::Headers headers = state_->headers;
    if (after > 0) headers.emplace("Last-Event-ID", std::to_string(after));
    std::string text;
    bool ended = false;
    const auto receive = [&](const char* bytes, std::size_t size) {
        text.append(bytes, size);
        for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
            const std::string line = text.substr(0, end);
            text.erase(0, end + 1);
            if (!line.starts_with("data:")) continue;
            ended = !event(data_of(line));
            if (ended) return false;
        }
        return !stop.stop_requested();
    };
    state_->http->set_read_timeout(silent_seconds);
    // Whoever asks to stop must not wait for the next heartbeat.
    const std::stop_callback interrupt(stop, [this] { state_->http->stop(); });
    state_->http->Get(
        state_->base + path, headers,
        [](const httplib::Response& response) { return response.status == 200; }, receive);
    state_->http->set_read_timeout(answer_seconds);
    return ended;
}

}  // namespace revisiond::remote
