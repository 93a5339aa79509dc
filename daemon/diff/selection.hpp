// Which objects are looked at. Internal to the room.
#pragma once

#include "catalog/catalog.hpp"
#include "diff/compare.hpp"

namespace revisiond::diff {

// The options' patterns, ready to be asked.
class Selection {
  public:
    explicit Selection(const DiffOptions& options) : options_(options) {}
    // Of a child: whether its top-level parent is.
    bool holds(const catalog::Catalog& catalog, catalog::ObjectIndex index) const;

  private:
    bool matches(const std::string& pattern, const catalog::Object& object) const;
    const DiffOptions& options_;
};

}  // namespace revisiond::diff
