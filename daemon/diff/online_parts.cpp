// Which part each statement goes to. A statement waits for those before it that touch what it
// touches: a table with all that belongs to it, what that depends on, and a name that is taken or
// given up. So it goes to the first part of its stage that is not before any of theirs.
#include <algorithm>
#include <string>
#include <unordered_map>

#include "diff/online.hpp"
#include "diff/rules.hpp"

namespace revisiond::diff {
namespace {

using PartIndex = std::size_t;

// Whether all of what such a statement stands on is in the catalogs.
bool is_known(Kind kind) {
    return kind != Kind::event_trigger && kind != Kind::default_privileges &&
           kind != Kind::extension;
}

class Arrangement {
  public:
    Arrangement(const Catalog& from, const Catalog& to) : from_(from), to_(to) {}

    void add(OnlineStatement online) {
        if (online.stage == Stage::validate) {
            late_.push_back(std::move(online));
            return;
        }
        const std::vector<std::string> touched = touches(online.statement.object);
        PartIndex first = online.statement.commit_before ? parts_.size() : barrier_;
        for (const std::string& what : touched) {
            const auto found = last_.find(what);
            if (found != last_.end()) first = std::max(first, found->second);
        }
        const bool known = is_known(online.statement.object.kind);
        if (!known && !parts_.empty()) first = std::max(first, parts_.size() - 1);
        const bool barrier = !known || online.statement.commit_before;
        // In the last part nothing can come between those that stay together.
        if (online.together && !parts_.empty()) first = std::max(first, parts_.size() - 1);
        const PartIndex part = put(std::move(online), first);
        if (barrier) barrier_ = part;
        for (const std::string& what : touched) last_[what] = part;
    }

    // Renames come first, and everything else stands on them.
    void add_first(const Statement& statement) { put({statement, Stage::plain, {}}, 0); }

    std::vector<ScriptPart> finish() && {
        for (OnlineStatement& online : late_) {
            PartIndex first = 0;
            for (const std::string& what : touches(online.statement.object)) {
                const auto found = last_.find(what);
                if (found != last_.end()) first = std::max(first, found->second);
            }
            online.stage = Stage::validate_now;
            put(std::move(online), first);
        }
        if (parts_.empty()) parts_.emplace_back();
        for (ScriptPart& part : parts_) allow_forward_references(part.statements);
        return std::move(parts_);
    }

  private:
    PartIndex put(OnlineStatement online, PartIndex first) {
        PartIndex part = first;
        while (part < parts_.size() && stages_[part] != online.stage) ++part;
        if (part >= parts_.size()) {
            part = parts_.size();
            parts_.emplace_back();
            parts_.back().transaction = online.stage != Stage::concurrent;
            stages_.push_back(online.stage);
        }
        ScriptPart& into = parts_[part];
        into.undo.insert(into.undo.end(), online.undo.begin(), online.undo.end());
        into.statements.push_back(std::move(online.statement));
        return part;
    }

    std::vector<std::string> touches(const ObjectName& name) const {
        std::vector<std::string> keys;
        for (const Catalog* catalog : {&from_, &to_}) {
            const ObjectIndex index = catalog->find(name.kind, name.address);
            if (index != no_object) collect(*catalog, index, keys);
        }
        if (keys.empty()) keys.push_back(name.display());
        return keys;
    }

    static void collect(const Catalog& catalog, ObjectIndex index, std::vector<std::string>& keys) {
        note(catalog, index, keys);
        if (std::string slot = name_slot(catalog.at(index)); !slot.empty()) keys.push_back(slot);
        for (const ObjectIndex on : catalog.at(index).depends_on) note(catalog, on, keys);
        for (const ObjectIndex child : catalog.children(index)) {
            // An attachment is a statement of its own.
            if (catalog.at(child).kind != Kind::index_partition) collect(catalog, child, keys);
        }
    }

    // What it is the top of, or part of.
    static void note(const Catalog& catalog, ObjectIndex index, std::vector<std::string>& keys) {
        while (catalog.at(index).parent != no_object) index = catalog.at(index).parent;
        const Object& top = catalog.at(index);
        keys.push_back(ObjectName{top.kind, top.address}.display());
    }

    const Catalog& from_;
    const Catalog& to_;
    std::vector<ScriptPart> parts_;
    std::vector<Stage> stages_;
    std::unordered_map<std::string, PartIndex> last_;  // which part was the last to touch it
    PartIndex barrier_ = 0;
    std::vector<OnlineStatement> late_;
};

}  // namespace

OnlineScript online_script(const Catalog& from, const Catalog& to,
                           const std::vector<Statement>& before, const MigrationScript& script) {
    OnlineForms forms(from, to, script);
    Arrangement arrangement(from, to);
    for (const Statement& statement : before) arrangement.add_first(statement);
    for (OnlineStatement& online : forms.statements) arrangement.add(std::move(online));
    return {std::move(arrangement).finish(), std::move(forms.aids), std::move(forms.checked)};
}

std::vector<Statement> online_statements(const Catalog& from, const Catalog& to,
                                         const MigrationScript& script) {
    OnlineForms forms(from, to, script);
    std::vector<Statement> statements;
    for (OnlineStatement& online : forms.statements) {
        statements.push_back(std::move(online.statement));
    }
    allow_forward_references(statements);
    return statements;
}

}  // namespace revisiond::diff
