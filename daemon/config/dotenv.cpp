#include "config/dotenv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace revisiond::config {
namespace {

// Reads one file from its beginning to its end.
class DotenvParser {
  public:
    DotenvParser(const std::string& file, std::string text) : file_(file), text_(std::move(text)) {}

    Dotenv parse() {
        while (at_ < text_.size()) {
            statement_line_ = line_;
            parse_line();
        }
        return std::move(result_);
    }

  private:
    void parse_line() {
        skip_blanks();
        if (done_with_line() || peek() == '#') return skip_line();
        std::string key = read_key();
        if (key == "export" && !done_with_line() && peek() != '=') key = read_key();
        if (key.empty() || (key[0] >= '0' && key[0] <= '9') || done_with_line() || peek() != '=') {
            fail("the line is not KEY=VALUE");
            return skip_line();
        }
        ++at_;
        skip_blanks();
        if (const auto value = read_value()) result_.variables[key] = *value;
    }

    std::string read_key() {
        std::string key;
        while (!done_with_line() && is_key_part(peek())) key += text_[at_++];
        skip_blanks();
        return key;
    }

    std::optional<std::string> read_value() {
        if (!done_with_line() && (peek() == '"' || peek() == '\'')) return read_quoted();
        const std::size_t end = std::min(text_.find('\n', at_), text_.size());
        std::string_view value = std::string_view(text_).substr(at_, end - at_);
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (value[i] == '#' && (i == 0 || value[i - 1] == ' ' || value[i - 1] == '\t')) {
                value = value.substr(0, i);
            }
        }
        std::string result(trim(value));
        skip_line();
        return result;
    }

    std::optional<std::string> read_quoted() {
        const char quote = text_[at_++];
        std::string value;
        while (at_ < text_.size() && peek() != quote) {
            if (quote == '"' && peek() == '\\' && at_ + 1 < text_.size()) {
                value += unescaped(text_[at_ + 1]);
                ++at_;
            } else {
                value += peek();
            }
            if (peek() == '\n') ++line_;
            ++at_;
        }
        if (at_ == text_.size()) {
            fail("a quote is not closed");
            return std::nullopt;
        }
        ++at_;
        skip_blanks();
        if (!done_with_line() && peek() != '#') {
            fail("text follows the closing quote");
            skip_line();
            return std::nullopt;
        }
        skip_line();
        return value;
    }

    static std::string unescaped(char c) {
        switch (c) {
            case 'n':
                return "\n";
            case 't':
                return "\t";
            case 'r':
                return "\r";
            case '"':
            case '\\':
            case '$':
                return std::string(1, c);
            default:
                return std::string("\\") + c;
        }
    }

    static bool is_key_part(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || c == '-';
    }

    void fail(const char* why) {
        Diagnostic diagnostic =
            make_error("config.env-file", why, "write KEY=VALUE, with quotes around odd values");
        diagnostic.at.file = file_;
        diagnostic.at.line = statement_line_;
        result_.diagnostics.push_back(std::move(diagnostic));
    }

    char peek() const { return text_[at_]; }
    bool done_with_line() const { return at_ == text_.size() || peek() == '\n'; }
    void skip_blanks() {
        while (!done_with_line() && (peek() == ' ' || peek() == '\t')) ++at_;
    }
    void skip_line() {
        while (!done_with_line()) ++at_;
        if (at_ < text_.size()) {
            ++at_;
            ++line_;
        }
    }

    const std::string& file_;
    std::string text_;  // \n ends every line
    std::size_t at_ = 0;
    std::uint32_t line_ = 1;
    std::uint32_t statement_line_ = 1;
    Dotenv result_;
};

}  // namespace

Dotenv parse_dotenv(const std::string& file, std::string_view content) {
    if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
    return DotenvParser(file, normalise_line_ends(content)).parse();
}

}  // namespace revisiond::config
