#include "config/expansion.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/percent.hpp"
#include "base/text.hpp"

namespace revisiond::config {
namespace {

// One ${…}: its parts and the text behind it.
struct Reference {
    std::string name;
    std::optional<std::string> otherwise;
    std::size_t length = 0;
};

bool is_name(std::string_view text) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !text.empty() && letter(text[0]) && std::all_of(text.begin(), text.end(), [&](char c) {
        return letter(c) || (c >= '0' && c <= '9');
    });
}

// REQUIRES: text begins with "${".
Expected<Reference, ExpansionError> read_reference(std::string_view text) {
    const std::size_t close = text.find('}');
    if (close == std::string_view::npos) {
        return unexpected(ExpansionError{"a ${ has no closing }", {}});
    }
    std::string_view inside = text.substr(2, close - 2);
    Reference reference;
    reference.length = close + 1;
    if (const std::size_t colon = inside.find(":-"); colon != std::string_view::npos) {
        reference.otherwise = std::string(inside.substr(colon + 2));
        inside = inside.substr(0, colon);
    }
    if (!is_name(inside)) {
        return unexpected(ExpansionError{"a ${…} is neither ${NAME} nor ${NAME:-default}", {}});
    }
    reference.name = std::string(inside);
    return reference;
}

std::string backslashed(std::string_view value, std::string_view before) {
    if (value.empty() && before.ends_with('=')) return "''";
    std::string result;
    for (const char c : value) {
        if (c == '\\' || c == '\'' || c == ' ' || (c >= '\t' && c <= '\r')) result += '\\';
        result += c;
    }
    return result;
}

}  // namespace

Expected<std::string, ExpansionError> expand(std::string_view text, const Lookup& lookup,
                                             Embedding embedding) {
    const bool url = text.find("://") != std::string_view::npos;
    std::string result;
    std::vector<std::string> missing;
    std::size_t i = 0;
    while (i < text.size()) {
        const std::string_view rest = text.substr(i);
        if (rest.starts_with("$${")) {
            result += "${";
            i += 3;
            continue;
        }
        if (!rest.starts_with("${")) {
            result += text[i++];
            continue;
        }
        auto reference = read_reference(rest);
        if (!reference) return unexpected(reference.error());
        const bool whole = i == 0 && reference->length == text.size();
        i += reference->length;
        const std::optional<std::string> value = lookup(reference->name);
        if (reference->otherwise && (!value || value->empty())) {
            result += *reference->otherwise;
        } else if (!value) {
            if (std::find(missing.begin(), missing.end(), reference->name) == missing.end())
                missing.push_back(reference->name);
        } else if (embedding == Embedding::verbatim || whole) {
            result += *value;
        } else {
            result += url ? percent_encoded(*value) : backslashed(*value, result);
        }
    }
    if (missing.empty()) return result;
    const bool one = missing.size() == 1;
    return unexpected(ExpansionError{fmt::format("the variable{} {} {} not set", one ? "" : "s",
                                                 join_words(missing), one ? "is" : "are"),
                                     std::move(missing)});
}

}  // namespace revisiond::config
