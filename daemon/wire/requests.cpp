#include "wire/requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/spelling.hpp"
#include "base/text.hpp"
#include "wire/read_json.hpp"

namespace revisiond::wire {
namespace {

// One JSON object being read. What is wrong first is kept; the rest reads as absent.
class Body {
  public:
    Body(std::string_view text, std::vector<std::string> members) : members_(std::move(members)) {
        auto json = read_json(text.empty() ? "{}" : text);
        if (!json) {
            error_ = std::move(json.error());
        } else if (!json->is_object()) {
            fail("the body is not a JSON object", "write {\"member\": value, …}");
        } else {
            json_ = *std::move(json);
            refuse_unknown();
        }
    }

    std::optional<std::string> text(const char* name) {
        const Json* value = find(name, &Json::is_string, "a text");
        return value == nullptr ? std::nullopt : std::optional(value->get<std::string>());
    }

    bool flag(const char* name) {
        const Json* value = find(name, &Json::is_boolean, "true or false");
        return value != nullptr && value->get<bool>();
    }

    std::vector<std::string> texts(const char* name) {
        std::vector<std::string> result;
        const Json* value = find(name, &Json::is_array, "an array of texts");
        if (value == nullptr) return result;
        for (const Json& element : *value) {
            if (!element.is_string()) {
                fail(fmt::format("{} is not an array of texts", name));
                return {};
            }
            result.push_back(element.get<std::string>());
        }
        return result;
    }

    const Json* object(const char* name) { return find(name, &Json::is_object, "an object"); }
    const Json* any(const char* name) {
        const auto found = json_.find(name);
        return found == json_.end() || found->is_null() ? nullptr : &*found;
    }

    void fail(std::string message, std::string hint = {}) {
        if (!error_) error_ = make_error("http.body", std::move(message), std::move(hint));
    }

    template <class T>
    Expected<T> finish(T value) {
        if (error_) return unexpected(*error_);
        return value;
    }

  private:
    const Json* find(const char* name, bool (Json::*is)() const noexcept, const char* wanted) {
        const Json* value = any(name);
        if (value == nullptr || (value->*is)()) return value;
        fail(fmt::format("{} is not {}", name, wanted));
        return nullptr;
    }

    void refuse_unknown() {
        for (const auto& [name, value] : json_.items()) {
            if (std::find(members_.begin(), members_.end(), name) != members_.end()) continue;
            const auto near = nearest(name, members_);
            fail(fmt::format("the body has an unknown member \"{}\"", name),
                 near               ? fmt::format("did you mean \"{}\"?", *near)
                 : members_.empty() ? "this request takes none"
                                    : fmt::format("known: {}", join_words(members_)));
        }
    }

    std::vector<std::string> members_;
    Json json_ = Json::object();
    std::optional<Diagnostic> error_;
};

void read_database_id(Body& body, ApplyBody& apply) {
    const Json* id = body.object("database_id");
    if (id == nullptr) return;
    const auto system = id->find("system_identifier");
    const auto oid = id->find("oid");
    const bool sound = id->size() == 2 && system != id->end() && system->is_string() &&
                       oid != id->end() && oid->is_number_unsigned();
    if (!sound) {
        return body.fail("database_id is not {\"system_identifier\": TEXT, \"oid\": NUMBER}",
                         "give the \"database\" of the plan as it is");
    }
    apply.system_identifier = system->get<std::string>();
    apply.database_oid = oid->get<std::uint64_t>();
}

void read_settle(Body& body, service::RepairWork& work) {
    const Json* settle = body.any("settle");
    if (settle == nullptr) return;
    constexpr const char* shape = "settle is not an array of {\"revision\": TEXT, \"done\": BOOL}";
    if (!settle->is_array()) return body.fail(shape);
    for (const Json& entry : *settle) {
        const bool sound = entry.is_object() && entry.size() == 2 && entry.contains("revision") &&
                           entry["revision"].is_string() && entry.contains("done") &&
                           entry["done"].is_boolean();
        if (!sound) return body.fail(shape);
        auto& revisions = entry["done"].get<bool>() ? work.done : work.retry;
        revisions.push_back(entry["revision"].get<std::string>());
    }
}

}  // namespace

Expected<ApplyBody> read_apply_body(std::string_view json) {
    Body body(json, {"direction", "target", "plan", "database_id", "dry_run", "acknowledge"});
    ApplyBody apply;
    const std::string direction = body.text("direction").value_or("upgrade");
    if (direction == "downgrade") {
        apply.direction = graph::Direction::downgrade;
    } else if (direction != "upgrade") {
        body.fail("direction is neither \"upgrade\" nor \"downgrade\"");
    }
    apply.target = body.text("target").value_or("");
    if (apply.target.empty() && apply.direction == graph::Direction::downgrade) {
        body.fail("a downgrade needs a target", "\"target\": \"-1\" undoes the last revision");
    }
    if (apply.target.empty()) apply.target = "heads";
    apply.plan = body.text("plan");
    read_database_id(body, apply);
    apply.dry_run = body.flag("dry_run");
    apply.acknowledge = body.texts("acknowledge");
    return body.finish(std::move(apply));
}

Expected<StampBody> read_stamp_body(std::string_view json) {
    Body body(json, {"targets", "purge"});
    StampBody stamp{body.texts("targets"), body.flag("purge")};
    if (stamp.targets.empty()) body.fail("targets is empty", "\"targets\": [\"heads\"]");
    return body.finish(std::move(stamp));
}

Expected<service::RepairWork> read_repair_body(std::string_view json) {
    Body body(json, {"accept", "settle"});
    service::RepairWork work;
    const Json* accept = body.any("accept");
    if (accept != nullptr && *accept == "all") {
        work.accept_all = true;
    } else if (accept != nullptr && accept->is_string()) {
        body.fail("accept is neither an array of revisions nor \"all\"");
    } else {
        work.accept = body.texts("accept");
    }
    read_settle(body, work);
    if (!work.anything()) {
        body.fail(
            "nothing says what is to be repaired",
            "\"accept\": revisions or \"all\", or \"settle\": what GET status tells as in doubt");
    }
    return body.finish(std::move(work));
}

std::optional<Diagnostic> read_empty_body(std::string_view json) {
    Body body(json, {});
    auto read = body.finish(Done{});
    return read ? std::nullopt : std::optional(std::move(read.error()));
}

}  // namespace revisiond::wire
