#include "sql/copy_data.hpp"

#include <algorithm>

namespace revisiond::sql {

CopyBlock find_copy_data(std::string_view script, std::size_t statement_end) {
    const auto line_end = [&](std::size_t from) {
        return std::min(script.find('\n', from), script.size());
    };
    CopyBlock block;
    block.begin = std::min(line_end(statement_end) + 1, script.size());
    std::size_t line = block.begin;
    while (line < script.size()) {
        const std::size_t end = line_end(line);
        std::string_view text = script.substr(line, end - line);
        if (text.ends_with('\r')) text.remove_suffix(1);
        if (text == "\\.") {
            block.end = line;
            block.next = std::min(end + 1, script.size());
            block.ended = true;
            return block;
        }
        line = end + 1;
    }
    block.end = block.next = script.size();
    return block;
}

}  // namespace revisiond::sql
