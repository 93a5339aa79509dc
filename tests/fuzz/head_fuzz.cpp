// Any bytes as the head of a request. The verdict does not depend on how they arrive; what is sound
// stays sound when it is rewritten; and cpp-httplib reads out of it what we have read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/exchange.hpp"
#include "http/head.hpp"
#include "http/router.hpp"

namespace {

using namespace revisiond::http;

using End = std::variant<std::size_t, std::nullopt_t, HeadRejection>;

bool is_waiting(const End& end) {
    return std::holds_alternative<std::nullopt_t>(end);
}

// As the acceptor does it, `step` bytes at a time.
End arrive(std::string_view bytes, std::size_t step) {
    std::size_t looked_at = 0;
    for (std::size_t size = std::min(step, bytes.size());;
         size = std::min(size + step, bytes.size())) {
        const End end = find_head_end(bytes.substr(0, size), looked_at);
        if (!is_waiting(end) || size == bytes.size()) return end;
        looked_at = size;
    }
}

void require(bool truth) {
    if (!truth) std::abort();
}

bool same(const End& a, const End& b) {
    if (a.index() != b.index()) return false;
    if (const auto* size = std::get_if<std::size_t>(&a)) return *size == std::get<std::size_t>(b);
    return true;
}

void check_sound(std::string_view bytes, const Head& head) {
    require(head.size == bytes.size() && head.target.starts_with('/'));
    require(head.http_1_0 || !head.host.empty() || bytes.find(':') != bytes.npos);
    for (const Field& field : head.fields()) {
        require(!field.name.empty() && field.name.find_first_of(" \t\r\n:") == field.name.npos);
        require(field.value.find_first_of(std::string_view("\r\n\0", 3)) == field.value.npos);
    }
    const std::string rewritten = rewrite_head(head);
    Head again;
    require(!read_head(rewritten, again) || head.host.empty());
    require(again.content_length == 0 && again.authorization.empty());

    static Exchange exchange;
    exchange.run(rewritten, [&](Request& request) -> Reply {
        require(request.method == again.method && request.target == head.target);
        require(request.headers.size() <= again.fields().size());
        for (const auto& [name, value] : request.headers) {
            bool found = false;
            for (const Field& field : head.fields()) found = found || field.value == value;
            require(found);
        }
        return Response{};
    });
    (void)Router().find(head.method, head.path());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (bytes.empty()) return 0;
    const End end = arrive(bytes, bytes.size());
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}}) {
        if (bytes.size() > 4096 && step == 1) continue;
        const End other = arrive(bytes, step);
        // In pieces a head that is too long may be refused for another reason, but refused it is.
        require(same(end, other));
    }
    if (!std::holds_alternative<std::size_t>(end)) return 0;
    const std::string_view head_bytes = bytes.substr(0, std::get<std::size_t>(end));
    Head head;
    if (!read_head(head_bytes, head)) check_sound(head_bytes, head);
    return 0;
}
