#include "script/plain_header.hpp"

#include <algorithm>

#include "script/timestamp.hpp"

namespace revisiond::script {
namespace {

bool is_key_character(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_plain(char c) {
    return c >= 0x20 && c < 0x7f;
}

// Takes one piece after another off the front of a line. Each answers whether it was there.
class LineReader {
  public:
    explicit LineReader(const HeaderLine& line) : line_(line) {}

    bool entry(HeaderEntry& entry) {
        blanks();
        const std::size_t begin = at_;
        while (!at_end() && is_key_character(front())) ++at_;
        entry.key = line_.toml.substr(begin, at_ - begin);
        entry.key_extent = since(begin);
        blanks();
        if (entry.key.empty() || !accept('=')) return false;
        blanks();
        return value(entry.value) && remark();
    }

  private:
    bool at_end() const { return at_ == line_.toml.size(); }
    char front() const { return line_.toml[at_]; }
    Extent since(std::size_t begin) const { return {line_.offset + begin, at_ - begin}; }

    bool accept(char c) {
        if (at_end() || front() != c) return false;
        ++at_;
        return true;
    }

    void blanks() {
        while (!at_end() && (front() == ' ' || front() == '\t')) ++at_;
    }

    bool value(HeaderValue& value) {
        if (at_end()) return false;
        if (front() == '"') return text(value);
        if (front() == '[') return list(value);
        return word(value);
    }

    bool text(HeaderValue& value) {
        const std::size_t begin = at_++;
        while (!at_end() && is_plain(front()) && front() != '"' && front() != '\\') ++at_;
        if (!accept('"')) return false;
        value.kind = HeaderValue::Kind::text;
        value.type = "a string";
        value.text = line_.toml.substr(begin + 1, at_ - begin - 2);
        value.extent = since(begin);
        return true;
    }

    bool list(HeaderValue& value) {
        const std::size_t begin = at_++;
        value.kind = HeaderValue::Kind::list;
        value.type = "an array";
        blanks();
        while (!accept(']')) {
            if (at_end() || front() != '"' || !text(value.items.emplace_back())) return false;
            blanks();
            if (accept(','))
                blanks();
            else if (at_end() || front() != ']')
                return false;
        }
        value.extent = since(begin);
        return true;
    }

    // true, false or a date with time.
    bool word(HeaderValue& value) {
        const std::size_t begin = at_;
        at_ = std::min(line_.toml.find_first_of(" \t#", begin), line_.toml.size());
        const std::string_view written = line_.toml.substr(begin, at_ - begin);
        value.extent = since(begin);
        if (written == "true" || written == "false") {
            value.kind = HeaderValue::Kind::flag;
            value.type = "a boolean";
            value.flag = written == "true";
            return true;
        }
        constexpr std::string_view shape = "2026-11-22T10:15:00Z";
        value.kind = HeaderValue::Kind::date;
        value.type = "a date with time";
        return written.size() == shape.size() && written[10] == 'T' && written.back() == 'Z' &&
               written[17] < '6' && parse_timestamp(written).has_value();
    }

    // The line's end, or a remark before it.
    bool remark() {
        blanks();
        if (at_end()) return true;
        const std::string_view rest = line_.toml.substr(at_);
        return rest.front() == '#' && std::all_of(rest.begin(), rest.end(), is_plain);
    }

    const HeaderLine& line_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<std::vector<HeaderEntry>> read_plain_header(std::span<const HeaderLine> lines) {
    std::vector<HeaderEntry> entries;
    entries.reserve(lines.size());
    for (const HeaderLine& line : lines) {
        HeaderEntry& entry = entries.emplace_back();
        if (!LineReader(line).entry(entry)) return std::nullopt;
        const bool is_new = std::none_of(entries.begin(), entries.end() - 1,
                                         [&](const HeaderEntry& e) { return e.key == entry.key; });
        if (!is_new) return std::nullopt;
    }
    return entries;
}

}  // namespace revisiond::script
