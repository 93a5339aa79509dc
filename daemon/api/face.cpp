#include "api/face.hpp"

#include <fmt/format.h>

#include "wire/daemon_json.hpp"
#include "wire/json.hpp"

namespace revisiond::api {
namespace {

// Anybody may ask for any id: what is remembered is bounded.
constexpr std::size_t most_remembered = 1000;

// How long a moment of reading is shown when nothing else changes.
constexpr std::chrono::seconds oldest_shown{20};

const http::Access readers{http::Scope::read, false};

std::string body_of(const http::PreparedAnswer& answer) {
    return answer.full->bytes.substr(answer.full->body);
}

std::string without(std::string json, const std::string& as_of) {
    const std::string member = "\"as_of\":\"" + as_of + "\"";
    if (const auto at = json.find(member); at != std::string::npos) json.erase(at, member.size());
    return json;
}

int status_of(Readiness::Verdict verdict) {
    switch (verdict) {
        case Readiness::Verdict::ready:
            return 200;
        case Readiness::Verdict::not_yet:
            return 503;
        case Readiness::Verdict::failed:
            return 409;
    }
    return 503;
}

}  // namespace

Face::Face(const config::DatabaseSettings& settings, operations::Snapshot snapshot,
           const Face* previous)
    : name_(settings.name),
      snapshot_(std::move(snapshot)),
      shown_as_of_(snapshot_->as_of),
      shown_read_at_(snapshot_->read_at) {
    const bool recent =
        previous != nullptr && snapshot_->read_at - previous->shown_read_at_ < oldest_shown;
    const bool unchanged =
        recent && snapshot_->changed == previous->snapshot_->changed && snapshot_->changed != 0;
    if (!unchanged) {
        status_ = http::prepare(readers, {200, wire::status_json(settings, *snapshot_) + "\n"});
        entry_ = wire::database_json(settings, *snapshot_);
    }
    const auto same = [&] {
        return without(entry_, shown_as_of_) == without(previous->entry_, previous->shown_as_of_) &&
               without(body_of(status_), shown_as_of_) ==
                   without(body_of(previous->status_), previous->shown_as_of_);
    };
    if (!unchanged && !(recent && same())) return;
    status_ = previous->status_;
    entry_ = previous->entry_;
    shown_as_of_ = previous->shown_as_of_;
    shown_read_at_ = previous->shown_read_at_;
}

bool Face::is_stale(std::chrono::steady_clock::time_point now) const {
    return snapshot_->status && now - snapshot_->read_at > oldest_proof;
}

std::shared_ptr<const Face::ReadyAnswer> Face::ready(
    const std::string& at_least, std::chrono::steady_clock::time_point now) const {
    if (is_stale(now)) return make_ready(at_least, now);
    const auto known = ready_.lock();
    if (const auto found = known->find(at_least); found != known->end()) return found->second;
    auto answer = make_ready(at_least, now);
    if (known->size() < most_remembered) known->emplace(at_least, answer);
    return answer;
}

std::shared_ptr<const Face::ReadyAnswer> Face::make_ready(
    const std::string& at_least, std::chrono::steady_clock::time_point now) const {
    const Readiness readiness = api::readiness(*snapshot_, at_least, now);
    ReadyAnswer answer;
    answer.verdict = readiness.verdict;
    const std::string members =
        fmt::format(R"("database":{},"at_least":{},"as_of":{})", wire::json_text(name_),
                    at_least.empty() ? "\"heads\"" : wire::json_text(at_least),
                    shown_as_of_.empty() ? "null" : wire::json_text(shown_as_of_));
    if (readiness.verdict == Readiness::Verdict::ready) {
        answer.response = http::render({200,
                                        fmt::format("{{\"ready\":true,{}}}\n", members),
                                        "application/json",
                                        {{"Cache-Control", "no-store"}}});
    } else {
        const bool failed = readiness.verdict == Readiness::Verdict::failed;
        answer.response = http::render(http::problem({status_of(readiness.verdict),
                                                      failed ? "schema-stuck" : "schema-not-ready",
                                                      readiness.detail,
                                                      {},
                                                      "\"ready\":false," + members}));
    }
    return std::make_shared<const ReadyAnswer>(std::move(answer));
}

}  // namespace revisiond::api
