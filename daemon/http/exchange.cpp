#include "http/exchange.hpp"

#include <httplib.h>

#include <algorithm>
#include <cctype>

namespace revisiond::http {
namespace {

constexpr const char* any_request = "GET / HTTP/1.1\r\n\r\n";

// What a browser may do with an answer. JSON shows nothing and needs no more than a refusal, which
// keeps the answers that are polled short.
constexpr const char* page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
constexpr const char* data_policy = "default-src 'none'; frame-ancestors 'none'";

void add_security_headers(const Response& from, httplib::Response& to) {
    const bool is_data = from.content_type.find("json") != std::string::npos;
    to.set_header("Content-Security-Policy", is_data ? data_policy : page_policy);
    if (!is_data) to.set_header("Referrer-Policy", "no-referrer");
    to.set_header("X-Content-Type-Options", "nosniff");
}

// A request in, an answer out, both in memory.
class MemoryStream final : public httplib::Stream {
  public:
    explicit MemoryStream(std::string_view input) : input_(input) {}

    std::string take() { return std::move(output_); }

    bool is_readable() const override { return true; }
    bool is_writable() const override { return true; }
    ssize_t read(char* data, size_t size) override {
        const std::size_t count = input_.copy(data, size);
        input_.remove_prefix(count);
        return static_cast<ssize_t>(count);
    }
    ssize_t write(const char* data, size_t size) override {
        output_.append(data, size);
        return static_cast<ssize_t>(size);
    }
    void get_remote_ip_and_port(std::string& ip, int& port) const override {
        ip.clear();
        port = 0;
    }
    void get_local_ip_and_port(std::string& ip, int& port) const override {
        ip.clear();
        port = 0;
    }
    socket_t socket() const override { return -1; }

  private:
    std::string_view input_;
    std::string output_;
};

Request to_request(const httplib::Request& parsed) {
    Request request;
    request.method = parsed.method;
    request.path = parsed.path;
    request.target = parsed.target;
    request.query.assign(parsed.params.begin(), parsed.params.end());
    for (const auto& [name, value] : parsed.headers) {
        std::string lower = name;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        // Made by cpp-httplib itself, out of a socket that it does not have.
        if (lower.starts_with("remote_") || lower.starts_with("local_")) continue;
        request.headers.emplace_back(std::move(lower), value);
    }
    return request;
}

bool has_no_body(int status) {
    return status == 204 || status == 304;
}

void fill(const Response& from, httplib::Response& to) {
    to.status = from.status;
    add_security_headers(from, to);
    for (const auto& [name, value] : from.headers) {
        to.headers.erase(name);
        to.set_header(name, value);
    }
    if (!to.has_header("Cache-Control")) to.set_header("Cache-Control", "no-cache");
    if (!has_no_body(from.status)) to.set_content(from.body, from.content_type);
}

// What cpp-httplib adds of its own: about connections that it does not have, and a length where
// none may be.
void tidy(httplib::Response& response) {
    for (const char* name : {"Connection", "Keep-Alive", "Accept-Ranges"})
        response.headers.erase(name);
    if (!has_no_body(response.status)) return;
    response.headers.erase("Content-Length");
    response.headers.erase("Content-Type");
}

SharedResponse to_rendered(std::string bytes, int status) {
    RenderedResponse rendered;
    rendered.status = status;
    rendered.status_line = bytes.find("\r\n") + 2;
    rendered.body = bytes.find("\r\n\r\n") + 4;
    rendered.bytes = std::move(bytes);
    rendered.bytes.shrink_to_fit();
    return std::make_shared<const RenderedResponse>(std::move(rendered));
}

}  // namespace

class Exchange::Bridge final : public httplib::Server {
  public:
    Bridge() {
        set_pre_routing_handler(
            [this](const httplib::Request& parsed, httplib::Response& response) {
                Request request = to_request(parsed);
                reply_ = (*respond_)(request);
                if (const auto* now = std::get_if<Response>(&reply_)) fill(*now, response);
                return HandlerResponse::Handled;
            });
        set_post_routing_handler(
            [](const httplib::Request&, httplib::Response& response) { tidy(response); });
    }

    Outcome run(const std::string& head, const std::function<Reply(Request&)>& respond) {
        MemoryStream stream(head);
        bool closed = false;
        respond_ = &respond;
        reply_ = Response{500, "", "application/json", {}};
        process_request(stream, false, closed, [](httplib::Request&) {});
        Reply reply = std::move(reply_);
        if (auto* rendered = std::get_if<SharedResponse>(&reply)) return std::move(*rendered);
        if (auto* poll = std::get_if<LongPoll>(&reply)) return std::move(*poll);
        if (auto* events = std::get_if<EventStream>(&reply)) return std::move(*events);
        return to_rendered(stream.take(), std::get<Response>(reply).status);
    }

  private:
    const std::function<Reply(Request&)>* respond_ = nullptr;
    Reply reply_;
};

Exchange::Exchange() : bridge_(std::make_unique<Bridge>()) {}
Exchange::~Exchange() = default;

Outcome Exchange::run(const std::string& head, const std::function<Reply(Request&)>& respond) {
    return bridge_->run(head, respond);
}

SharedResponse render(const Response& response) {
    Exchange exchange;
    return std::get<SharedResponse>(
        exchange.run(any_request, [&](Request&) -> Reply { return response; }));
}

}  // namespace revisiond::http
