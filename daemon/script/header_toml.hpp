// From header lines to TOML values with their places. Internal to the room; includes toml++, so for
// .cpp files only.
#pragma once

#include <toml++/toml.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "script/header.hpp"
#include "script/reporter.hpp"

namespace revisiond::script {

// A stretch of the source.
struct Extent {
    std::size_t offset = 0;
    std::size_t width = 1;
};

// Some successive header lines, parsed as one TOML document.
class HeaderToml {
  public:
    HeaderToml(std::span<const HeaderLine> lines, toml::table table)
        : lines_(lines), table_(std::move(table)) {}

    const toml::table& table() const { return table_; }
    // Where a node or key stands in the source; one that spans lines is cut at the end of its
    // first.
    Extent extent(const toml::source_region& region) const;

  private:
    std::span<const HeaderLine> lines_;
    toml::table table_;
};

// Parses the header. The result views `lines`. With a syntax error: the documents of those entries
// that can be read alone. A key that is set twice is kept as first set.
std::vector<HeaderToml> parse_header_toml(Reporter& reporter, std::span<const HeaderLine> lines);

}  // namespace revisiond::script
