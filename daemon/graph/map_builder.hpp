// How a RevisionMap comes to be: the chapters of RevisionMap::build, one function each.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "graph/revision_map.hpp"

namespace revisiond::graph {

// Builds one RevisionMap. Used once, by RevisionMap::build.
class MapBuilder {
  public:
    explicit MapBuilder(std::vector<Revision> revisions);

    Expected<BuiltMap, Diagnostics> run() &&;

  private:
    using Name = RevisionMap::Name;
    // A message names no more ids than this.
    static constexpr std::size_t most_named = 20;

    void sort_into_nodes(std::vector<Revision> revisions);
    void register_ids();
    void register_labels();
    void register_label(RevisionIndex index, std::uint32_t number);
    bool check_name(const SourceLocation& at, const std::string& name, const char* what);
    void sort_names();
    void link_parents(RevisionIndex index);
    void link_dependencies(RevisionIndex index);
    // The revision that this entry of depends_on names; reports when there is none.
    std::optional<RevisionIndex> dependency_named(RevisionIndex index, std::size_t number);
    void link_back();
    // Ranks and order; false when there is a cycle.
    bool rank_all();
    void report_cycles();
    void note_ends();
    void forget_places();

    const std::string& id(RevisionIndex index) const { return map_.nodes_[index].revision.id; }
    // "'id' (file)", or without the file when there is none.
    std::string describe(RevisionIndex index) const;
    // What `text`, which the file of `index` names, may have been meant to say; never that file.
    std::string suggestion(RevisionIndex index, std::string_view text);
    // Where the header names a revision for which `is_meant` answers true.
    SourceLocation place_of_edge(RevisionIndex from,
                                 const std::function<bool(RevisionIndex)>& is_meant) const;
    void report(SourceLocation at, Severity severity, std::string code, std::string message,
                std::string hint);

    RevisionMap map_;
    Diagnostics diagnostics_;
    std::unordered_map<std::string_view, Name> by_name_;  // views into map_.nodes_
    std::size_t suggestions_left_;
};

}  // namespace revisiond::graph
