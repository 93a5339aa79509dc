#include "http/router.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/percent.hpp"
#include "base/text.hpp"

namespace revisiond::http {
namespace {

// The segments of "/a/b": {"a", "b"}; of "/": {""}.
std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> segments;
    path.remove_prefix(1);
    for (;;) {
        const std::size_t slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

bool is_parameter(std::string_view segment) {
    return segment.starts_with('{');
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
    return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                      [](const std::string& want, const std::string& have) {
                          return is_parameter(want) ? !have.empty() : want == have;
                      });
}

// Literal before parameter, at the first place where they differ.
bool is_closer(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (is_parameter(a[i]) != is_parameter(b[i])) return is_parameter(b[i]);
    return false;
}

bool same_shape(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const std::string& x, const std::string& y) {
                          return x == y || (is_parameter(x) && is_parameter(y));
                      });
}

}  // namespace

void Router::add(Route route) {
    if (!route.pattern.starts_with('/')) throw std::logic_error("a route begins with /");
    Pattern pattern;
    for (const std::string_view segment : split(route.pattern))
        pattern.segments.emplace_back(segment);
    for (std::size_t i = 0; i < routes_.size(); ++i)
        if (routes_[i].method == route.method &&
            same_shape(patterns_[i].segments, pattern.segments))
            throw std::logic_error("two routes for " + route.method + " " + route.pattern);
    routes_.push_back(std::move(route));
    patterns_.push_back(std::move(pattern));
}

std::variant<RouteMatch, WrongMethod, NoRoute> Router::find(std::string_view method,
                                                            std::string_view path) const {
    std::vector<std::string> segments;
    for (const std::string_view segment : split(path)) {
        std::optional<std::string> decoded = percent_decoded(segment);
        if (!decoded) return NoRoute{};
        segments.push_back(*std::move(decoded));
    }
    const std::string_view wanted = method == "HEAD" ? "GET" : method;
    std::optional<std::size_t> best;
    std::set<std::string> methods;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        if (!fits(patterns_[i].segments, segments)) continue;
        const std::string& has = routes_[i].method;
        methods.insert(has);
        if (has == "GET") methods.insert("HEAD");
        if (has != wanted) continue;
        if (!best || is_closer(patterns_[i].segments, patterns_[*best].segments)) best = i;
    }
    if (!best) {
        if (methods.empty()) return NoRoute{};
        return WrongMethod{join(std::vector<std::string>(methods.begin(), methods.end()), ", ")};
    }
    RouteMatch match;
    match.route = &routes_[*best];
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string& name = patterns_[*best].segments[i];
        if (is_parameter(name))
            match.parameters.emplace(name.substr(1, name.size() - 2), std::move(segments[i]));
    }
    return match;
}

}  // namespace revisiond::http
