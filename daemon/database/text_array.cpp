#include "database/text_array.hpp"

namespace revisiond::database {

std::vector<std::string> parse_text_array(std::string_view text) {
    std::vector<std::string> result;
    if (text.size() < 2 || text == "{}") return result;
    std::string element;
    bool quoted = false;
    bool was_quoted = false;
    const auto end_element = [&] {
        result.push_back(!was_quoted && element == "NULL" ? std::string{} : element);
        element.clear();
        was_quoted = false;
    };
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\') {
            element += text[++i];
        } else if (c == '"') {
            quoted = !quoted;
            was_quoted = true;
        } else if (c == ',' && !quoted) {
            end_element();
        } else {
            element += c;
        }
    }
    end_element();
    return result;
}

}  // namespace revisiond::database
