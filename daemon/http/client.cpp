#include "http/client.hpp"

#include <array>

namespace revisiond::http {

std::string_view DateLine::now() {
    const std::time_t second = std::time(nullptr);
    if (second != second_) {
        second_ = second;
        std::tm parts{};
        ::gmtime_r(&second, &parts);
        std::array<char, 64> text{};
        const std::size_t size =
            std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
        line_.assign(text.data(), size);
    }
    return line_;
}

void append(std::string& output, const RenderedResponse& response, std::string_view date,
            bool head_only, bool keep_alive) {
    const std::string_view bytes = response.bytes;
    output += bytes.substr(0, response.status_line);
    output += date;
    if (!keep_alive) output += "Connection: close\r\n";
    output += bytes.substr(response.status_line,
                           head_only ? response.body - response.status_line : bytes.npos);
}

std::string event_stream_head(std::string_view date) {
    static const SharedResponse rendered = [] {
        Response response;
        response.content_type = "text/event-stream; charset=utf-8";
        response.headers = {{"X-Accel-Buffering", "no"}};
        return render(response);
    }();
    std::string head;
    append(head, *rendered, date, true, false);
    constexpr std::string_view length = "Content-Length: 0\r\n";
    if (const std::size_t at = head.find(length); at != std::string::npos)
        head.erase(at, length.size());
    return head;
}

}  // namespace revisiond::http
