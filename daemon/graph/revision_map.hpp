// All revisions of one project, checked and linked.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/expected.hpp"
#include "graph/revision.hpp"

namespace revisiond::graph {

// The place of a revision in its RevisionMap; valid for that map only. Indices follow creation
// time, then id, and so break every tie.
using RevisionIndex = std::uint32_t;

// A revision with its links resolved.
// Edges are kept in both directions: `parents`/`children` along down_revision,
// `dependencies`/`dependents` along depends_on, without those that are parents too. Parents stand
// in the order of the file, children and dependents in index order.
struct Node {
    Revision revision;  // without `places` and the header's line: the file has them
    std::vector<RevisionIndex> parents;
    std::vector<RevisionIndex> dependencies;
    std::vector<RevisionIndex> children;
    std::vector<RevisionIndex> dependents;
    std::vector<std::string>
        labels;  // of the branch it is on: own, inherited and passed down; sorted
    // Position in the one deterministic topological order of the whole map: ancestors first, ties
    // by created, then id.
    std::uint32_t rank = 0;
};

struct BuiltMap;

// A name that a person may write for a revision: its id or a label it carries.
struct KnownName {
    std::string_view text;  // lives as long as the map
    RevisionIndex revision = 0;
};

// Immutable after build; any number of threads may read it.
class RevisionMap {
  public:
    RevisionMap() = default;

    // Links and checks. Linear in revisions and edges (but for sorting). Every problem is reported,
    // not the first:
    // duplicate ids, missing parents and dependencies, self-loops, cycles of down_revision and of
    // depends_on, forbidden characters in ids and labels, labels reused or equal to an id, reserved
    // words (base, head, heads, current) as id or label; warnings for redundant parents and
    // dependencies. Each names the files.
    static Expected<BuiltMap, Diagnostics> build(std::vector<Revision> revisions);

    std::size_t size() const { return nodes_.size(); }
    const Node& operator[](RevisionIndex index) const { return nodes_[index]; }
    const std::vector<Node>& nodes() const { return nodes_; }
    // Every index in rank order.
    const std::vector<RevisionIndex>& order() const { return order_; }

    // Exactly this id; no prefixes, labels or symbols.
    std::optional<RevisionIndex> find(std::string_view id) const;
    // The revision that carries the label in its own file.
    std::optional<RevisionIndex> find_label(std::string_view label) const;

    // Revisions without children (down_revision): Alembic's "heads".
    const std::vector<RevisionIndex>& heads() const { return heads_; }
    // Heads that no revision depends on either: what `upgrade heads` leaves in the version table.
    // In rank order.
    const std::vector<RevisionIndex>& real_heads() const { return real_heads_; }
    // Revisions without parents (down_revision).
    const std::vector<RevisionIndex>& bases() const { return bases_; }
    // Bases without dependencies.
    const std::vector<RevisionIndex>& real_bases() const { return real_bases_; }

    bool is_head(RevisionIndex index) const { return nodes_[index].children.empty(); }
    bool is_real_head(RevisionIndex index) const;
    bool is_base(RevisionIndex index) const { return nodes_[index].parents.empty(); }
    bool is_branch_point(RevisionIndex index) const { return nodes_[index].children.size() > 1; }
    bool is_merge_point(RevisionIndex index) const { return nodes_[index].parents.size() > 1; }

    // Whether an edge of any kind leaves upwards to more than one revision.
    bool is_real_branch_point(RevisionIndex index) const {
        return nodes_[index].children.size() + nodes_[index].dependents.size() > 1;
    }

    // Every id and label that begins with `prefix`, in the order of their bytes. "" gives all.
    std::vector<KnownName> names_starting_with(std::string_view prefix) const;

    // Marks of everything reachable towards the bases (parents, and dependencies when asked) from
    // `from`, itself included; indexed by RevisionIndex.
    std::vector<bool> ancestors(std::span<const RevisionIndex> from, bool with_dependencies) const;
    // The same towards the heads, along children and dependents.
    std::vector<bool> descendants(std::span<const RevisionIndex> from, bool with_dependents) const;

    std::vector<std::string> ids(std::span<const RevisionIndex> indices) const;

  private:
    friend class MapBuilder;

    // An id, or the label number `label` - 1 of its revision: names without a second copy of them.
    struct Name {
        RevisionIndex revision;
        std::uint32_t label;  // 0: the id
    };
    std::string_view text_of(Name name) const;
    std::vector<Name>::const_iterator lower_bound(std::string_view text) const;

    std::vector<Node> nodes_;
    std::vector<RevisionIndex> order_;
    std::vector<RevisionIndex> heads_;
    std::vector<RevisionIndex> real_heads_;
    std::vector<RevisionIndex> bases_;
    std::vector<RevisionIndex> real_bases_;
    std::vector<Name> names_;  // sorted by text
};

// A RevisionMap and what was odd about its revisions (redundant parents and the like).
struct BuiltMap {
    RevisionMap map;
    Diagnostics warnings;
};

// The characters no id or label may hold: @ - + :, white space and control characters. Empty when
// `id` is fine, else the message.
std::string forbidden_in_id(std::string_view id);

}  // namespace revisiond::graph
