// What the text of a routine names is known to nobody but the routine, until it is called. The
// server calls it to see whether rows meet a check, to compute a generated column or to fill a
// materialized view, and simplifies such calls before: then all that the text names must be there.
#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "diff/link_parts.hpp"
#include "diff/rules.hpp"
#include "sql/identifier.hpp"
#include "sql/token.hpp"

namespace revisiond::diff {
namespace {

// Whether the server may call the routines of such an object when it comes or changes.
bool calls_at_once(Kind kind) {
    switch (kind) {
        case Kind::column:
        case Kind::column_default:
        case Kind::constraint:
        case Kind::domain_constraint:
        case Kind::index:
        case Kind::materialized_view:
            return true;
        default:
            return false;
    }
}

bool can_be_queried(Kind kind) {
    return kind == Kind::table || kind == Kind::view || kind == Kind::materialized_view ||
           kind == Kind::foreign_table;
}

// All names that can stand in the body, as the catalog has them.
void add_names(std::string_view text, std::unordered_set<std::string>& names) {
    for (sql::Lexer lexer(text); !lexer.at_end();) {
        const sql::Token token = lexer.next();
        const auto name = sql::parse_qualified_name(token.text);
        if (name) names.insert(name->name);
    }
}

// Of a routine whose body is a string; one in SQL itself says what it needs.
std::unordered_set<std::string> names_in_body(const Object& routine) {
    std::unordered_set<std::string> names;
    for (sql::Lexer lexer(routine.get(Property::definition)); !lexer.at_end();) {
        const sql::Token token = lexer.next();
        if (token.kind != sql::TokenKind::dollar_string) continue;
        const std::size_t tag = token.text.find('$', 1) + 1;
        if (token.text.size() >= 2 * tag) {
            add_names(token.text.substr(tag, token.text.size() - 2 * tag), names);
        }
    }
    return names;
}

class BodyLinker {
  public:
    BodyLinker(const Pairing& pairing, ActionPlan& plan) : to_(pairing.to), plan_(plan) {}

    void run() {
        for (ObjectIndex index = 0; index < to_.size(); ++index) {
            const Object& object = to_.at(index);
            const bool relation = can_be_queried(object.kind) && has_action(index);
            if (relation || is_routine(object.kind)) by_name_[object.name].push_back(index);
        }
        for (ObjectIndex index = 0; index < to_.size(); ++index) {
            if (!has_action(index)) continue;
            if (calls_at_once(to_.at(index).kind)) link_calls(index, index);
            if (to_.at(index).kind == Kind::partition) link_attachment(index);
        }
    }

  private:
    bool has_action(ObjectIndex index) const {
        return plan_.create_of[index] != no_action || plan_.alter_of[index] != no_action;
    }

    void link_calls(ObjectIndex user, ObjectIndex caller) {
        for (const ObjectIndex on : to_.at(caller).depends_on) {
            if (is_routine(to_.at(on).kind)) link(user, on);
        }
    }

    // The rows of a table that is attached are checked.
    void link_attachment(ObjectIndex attachment) {
        for (const ObjectIndex table : to_.at(attachment).depends_on) {
            for (const ObjectIndex child : to_.children(table)) {
                if (to_.at(child).kind == Kind::constraint) link_calls(attachment, child);
            }
        }
    }

    void link(ObjectIndex user, ObjectIndex routine) {
        std::unordered_set<ObjectIndex> seen;
        std::vector<ObjectIndex> waiting{routine};
        while (!waiting.empty()) {
            const ObjectIndex next = waiting.back();
            waiting.pop_back();
            if (!seen.insert(next).second) continue;
            if (can_be_queried(to_.at(next).kind)) {
                put_before(next, user);
            } else {
                const auto& named = named_by(next);
                waiting.insert(waiting.end(), named.begin(), named.end());
            }
        }
    }

    const std::vector<ObjectIndex>& named_by(ObjectIndex routine) {
        const auto [found, fresh] = named_.try_emplace(routine);
        if (!fresh) return found->second;
        for (const std::string& name : names_in_body(to_.at(routine))) {
            const auto objects = by_name_.find(name);
            if (objects == by_name_.end()) continue;
            found->second.insert(found->second.end(), objects->second.begin(),
                                 objects->second.end());
        }
        std::ranges::sort(found->second);
        return found->second;
    }

    void put_before(ObjectIndex relation, ObjectIndex user) {
        if (relation == user || relation == to_.at(user).parent) return;
        for (const auto* actions : {&plan_.create_of, &plan_.alter_of, &plan_.fill_of}) {
            plan_.put_in_order((*actions)[relation], plan_.create_of[user]);
            plan_.put_in_order((*actions)[relation], plan_.alter_of[user]);
        }
    }

    const Catalog& to_;
    ActionPlan& plan_;
    std::unordered_map<std::string, std::vector<ObjectIndex>> by_name_;
    std::unordered_map<ObjectIndex, std::vector<ObjectIndex>> named_;
};

}  // namespace

void link_bodies(const Pairing& pairing, ActionPlan& plan) {
    BodyLinker(pairing, plan).run();
}

}  // namespace revisiond::diff
