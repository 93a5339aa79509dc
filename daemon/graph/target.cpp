#include "graph/target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "graph/revision_map.hpp"
#include "graph/visible.hpp"

namespace revisiond::graph {
namespace {

constexpr std::size_t most_digits = 9;
constexpr const char* grammar =
    "a target is head, heads, base, current, a revision, a label, +N or -N, also behind label@";

Diagnostic bad_target(std::string_view text, const std::string& what, std::string hint = grammar) {
    return make_error("graph.bad-target", fmt::format("Target '{}': {}", visible(text), what),
                      std::move(hint));
}

std::optional<Symbol> symbol_of(std::string_view word) {
    if (word == "head") return Symbol::head;
    if (word == "heads") return Symbol::heads;
    if (word == "base") return Symbol::base;
    if (word == "current") return Symbol::current;
    return std::nullopt;
}

Expected<std::string> parse_branch(std::string_view text, std::string_view branch) {
    if (branch.empty()) {
        return unexpected(bad_target(text, "nothing stands before the '@'",
                                     "write the branch's label: label@head"));
    }
    if (symbol_of(branch)) {
        return unexpected(bad_target(text, fmt::format("'{}' is no branch", branch),
                                     "before the '@' stands a label or a revision"));
    }
    if (const std::string reason = forbidden_in_id(branch); !reason.empty()) {
        return unexpected(bad_target(text, reason, "before the '@' stands a label or a revision"));
    }
    return std::string(branch);
}

Expected<Anchor> parse_anchor(std::string_view text, std::string_view word) {
    if (const auto symbol = symbol_of(word)) return Anchor{*symbol};
    if (const std::string reason = forbidden_in_id(word); !reason.empty()) {
        return unexpected(bad_target(text, reason));
    }
    return Anchor{Name{std::string(word)}};
}

// `part` begins with the sign.
Expected<int> parse_count(std::string_view text, std::string_view part) {
    const std::string_view digits = part.substr(1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto stray = std::find_if_not(digits.begin(), digits.end(), is_digit);
    if (digits.empty()) {
        return unexpected(bad_target(text, fmt::format("a number is missing after '{}'", part[0]),
                                     "write +1, -2, id+1 or label@-1"));
    }
    if (stray != digits.end()) {
        return unexpected(bad_target(text, fmt::format("'{}' is not a number", visible(digits)),
                                     "write +1, -2, id+1 or label@-1"));
    }
    if (digits.size() > most_digits) {
        return unexpected(bad_target(text, fmt::format("{} steps are too many", digits),
                                     fmt::format("at most {} digits", most_digits)));
    }
    int count = 0;
    for (const char c : digits) count = count * 10 + (c - '0');
    if (count == 0) {
        return unexpected(bad_target(text, fmt::format("'{}' leads nowhere", part),
                                     "count from 1; `current` names the place itself"));
    }
    return part[0] == '-' ? -count : count;
}

Expected<Relative> parse_relative(std::string_view text, std::string_view rest, std::size_t sign) {
    Relative relative;
    if (sign > 0) {
        auto anchor = parse_anchor(text, rest.substr(0, sign));
        if (!anchor) return unexpected(std::move(anchor).error());
        relative.anchor = *std::move(anchor);
    }
    const auto count = parse_count(text, rest.substr(sign));
    if (!count) return unexpected(count.error());
    relative.count = *count;
    return relative;
}

}  // namespace

Expected<Target> parse_target(std::string_view text) {
    if (text.empty()) {
        return unexpected(make_error("graph.bad-target", "The target is empty", grammar));
    }
    if (is_range(text)) {
        return unexpected(
            bad_target(text, "a range cannot stand here", "a:b is for `history -r` and `--sql`"));
    }
    Target target;
    target.text = std::string(text);
    std::string_view rest = text;
    if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
        auto branch = parse_branch(text, text.substr(0, at));
        if (!branch) return unexpected(std::move(branch).error());
        target.branch = *std::move(branch);
        rest = text.substr(at + 1);
    }
    if (rest.empty()) {
        return unexpected(bad_target(text, "nothing stands after the '@'",
                                     "write label@head, label@base, label@-1 or label@id"));
    }
    if (const std::size_t sign = rest.find_first_of("+-"); sign != std::string_view::npos) {
        auto relative = parse_relative(text, rest, sign);
        if (!relative) return unexpected(std::move(relative).error());
        target.where = *std::move(relative);
        return target;
    }
    auto place = parse_anchor(text, rest);
    if (!place) return unexpected(std::move(place).error());
    if (const auto* symbol = std::get_if<Symbol>(&*place)) target.where = *symbol;
    if (auto* name = std::get_if<Name>(&*place)) target.where = std::move(*name);
    return target;
}

bool is_range(std::string_view text) {
    return text.find(':') != std::string_view::npos;
}

Expected<TargetRange> parse_range(std::string_view text) {
    const auto colons = std::count(text.begin(), text.end(), ':');
    if (colons != 1) {
        return unexpected(make_error("graph.bad-range",
                                     fmt::format("'{}' is no range: it has {} ':'", visible(text),
                                                 colons == 0 ? "no" : std::to_string(colons)),
                                     "a range is [start]:[end], [start]: or :[end]"));
    }
    const std::size_t colon = text.find(':');
    TargetRange range;
    range.text = std::string(text);
    const auto read = [](std::string_view side, std::optional<Target>& into) -> Expected<Done> {
        if (side.empty()) return Done{};
        auto target = parse_target(side);
        if (!target) return unexpected(std::move(target).error());
        into = *std::move(target);
        return Done{};
    };
    if (const auto lower = read(text.substr(0, colon), range.lower); !lower) {
        return unexpected(lower.error());
    }
    if (const auto upper = read(text.substr(colon + 1), range.upper); !upper) {
        return unexpected(upper.error());
    }
    return range;
}

}  // namespace revisiond::graph
