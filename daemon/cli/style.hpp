// Colours for terminals.
#pragma once

#include <string>
#include <string_view>

namespace revisiond::cli {

enum class ColorMode;

// Wraps text in SGR sequences, or leaves it as it is.
class Style {
  public:
    explicit Style(bool on = false) : on_(on) {}

    bool on() const { return on_; }
    std::string bold(std::string_view text) const { return wrap("1", text); }
    std::string dim(std::string_view text) const { return wrap("2", text); }
    std::string red(std::string_view text) const { return wrap("31", text); }
    std::string green(std::string_view text) const { return wrap("32", text); }
    std::string yellow(std::string_view text) const { return wrap("33", text); }

  private:
    std::string wrap(const char* code, std::string_view text) const;
    bool on_;
};

// What --color and NO_COLOR (https://no-color.org) come to for a stream.
bool wants_color(ColorMode mode, bool terminal, const char* no_color);

}  // namespace revisiond::cli
