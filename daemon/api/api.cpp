#include "api/api.hpp"

#include <pthread.h>

#include <fmt/format.h>

#include <algorithm>

#include "api/probes.hpp"
#include "api/routes.hpp"
#include "wire/daemon_json.hpp"

namespace revisiond::api {
namespace {

using Clock = std::chrono::steady_clock;

// While revisions run in quick succession: how soon one rendering may follow another, at least and
// as a multiple of what the last one took.
constexpr std::chrono::milliseconds shortest_pause{40};
constexpr int pause_factor = 4;
// How often it is looked whether what is published has grown old.
constexpr std::chrono::seconds tick{1};
// Of one round; of more it is told how many there were.
constexpr std::size_t most_denials_told = 20;
// A round that takes longer hangs.
constexpr std::chrono::seconds longest_round{30};

}  // namespace

std::string status_topic(const std::string& database) {
    return "status/" + database;
}

std::string ready_topic(const std::string& database) {
    return "ready/" + database;
}

std::string database_topic(const std::string& database) {
    return "database/" + database;
}

std::string operation_topic(const std::string& database, const std::string& operation) {
    return "operation/" + database + "/" + operation;
}

Api::Api(runtime::Log& log, OpenDoors doors)
    : log_(log), doors_(doors), relay_(*this), standing_(log) {}

Api::~Api() {
    detach();
}

http::Router Api::router() {
    http::Router router;
    add_probes(router, *this);
    add_reads(router, *this);
    add_graph(router, *this);
    add_operations(router, *this);
    add_writes(router, *this);
    add_streams(router, *this);
    return router;
}

void Api::attach(http::Server& server) {
    server_ = &server;
    pulse_ = Clock::now();
    publish(true);
    thread_ = std::jthread([this](const std::stop_token& stop) {
        ::pthread_setname_np(::pthread_self(), "api");
        while (!stop.stop_requested()) run();
    });
    relay_.start();
}

void Api::detach() {
    relay_.stop();
    thread_.request_stop();
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
    server_ = nullptr;
}

void Api::stop_accepting() {
    accepting_ = false;
    publish(true);
}

bool Api::is_alive() const {
    return Clock::now() - pulse_.load() < longest_round;
}

void Api::serve(Databases databases) {
    *databases_.lock() = std::move(databases);
    publish(true);
}

std::shared_ptr<Database> Api::database(const std::optional<std::string>& name) const {
    const Databases all = databases();
    if (!name) return all.empty() ? nullptr : all.front();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one->name() == *name; });
    return found == all.end() ? nullptr : *found;
}

DatabaseListener Api::listener() {
    return {
        [this] {
            {
                const std::lock_guard lock(mutex_);
                changed_ = true;
            }
            wake_.notify_all();
        },
        [this](const std::string& database) { relay_.look_at(database); },
        [this](const std::string& database, const service::FilesState& files) {
            if (files.ok)
                return log_.info("files read", {{"database", database}, {"digest", files.digest}});
            for (const Diagnostic& diagnostic : files.diagnostics) {
                if (diagnostic.severity != Severity::error) continue;
                log_.error(diagnostic.message,
                           {{"database", database}, {"file", diagnostic.at.file}});
            }
        }};
}

void Api::run() {
    const auto stop = thread_.get_stop_token();
    {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, stop, tick, [this] { return changed_; });
        changed_ = false;
    }
    if (stop.stop_requested()) return;
    const auto began = Clock::now();
    pulse_ = began;
    log_denials();
    publish(false);
    const auto took = Clock::now() - began;
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, std::max<Clock::duration>(shortest_pause, took * pause_factor),
                   [] { return false; });
}

void Api::note_denied(http::Denied denied) {
    const auto denials = denials_.lock();
    if (denials->told.size() < most_denials_told)
        denials->told.push_back(std::move(denied));
    else
        ++denials->more;
}

void Api::log_denials() {
    const Denials denials = std::exchange(*denials_.lock(), {});
    for (const http::Denied& denied : denials.told) {
        log_.warn("request denied", {{"method", denied.method},
                                     {"path", denied.path},
                                     {"status", std::to_string(denied.status)},
                                     {"code", denied.code},
                                     {"actor", denied.actor},
                                     {"address", denied.address}});
    }
    if (denials.more > 0)
        log_.warn("more requests denied", {{"count", std::to_string(denials.more)}});
}

void Api::publish(bool all) {
    const std::lock_guard one(publishing_);
    http::Server* server = server_;
    if (server == nullptr) return;
    const Databases served = databases();
    bool news = all;
    for (const auto& database : served) news = renew(*database) || news;
    if (news) server->publish(prepare(served));
}

// Whether anything of the database is served differently from now on.
bool Api::renew(Database& database) {
    http::Hub& hub = server()->hub();
    const auto before = database.face();
    auto now = before;
    const std::uint64_t version = database.snapshot()->version;
    if (version == 0 || version != before->snapshot().version) {
        now = database.make_face();
        standing_.look(database.name(), now->snapshot());
        hub.announce(ready_topic(database.name()));
    }
    const bool stale = now->is_stale(Clock::now());
    const bool aged =
        stale ? stale_.insert(database.name()).second : stale_.erase(database.name()) > 0;
    if (aged) hub.announce(ready_topic(database.name()));
    const bool same_status = now->status().entity_tag == before->status().entity_tag;
    if (same_status && now->entry() == before->entry()) return aged;
    hub.announce(status_topic(database.name()));
    const http::Event event{
        0, "status", fmt::format(R"({{"type":"status","data":{{"database":{}}}}})", now->entry()),
        false};
    hub.publish(database_topic(database.name()), event);
    hub.publish(all_topic, event);
    return true;
}

http::PreparedAnswers Api::prepare(const Databases& databases) const {
    http::PreparedAnswers answers;
    add_prepared_probes(answers, *this);
    const http::Access read{http::Scope::read, false};
    const http::Access ready{doors_.ready ? std::nullopt : std::optional(http::Scope::read), true};
    const auto now = Clock::now();
    std::string entries;
    for (std::size_t i = 0; i < databases.size(); ++i) {
        const auto face = databases[i]->face();
        entries += (i > 0 ? "," : "") + face->entry();
        const std::string name = "database=" + databases[i]->name();
        answers.add("/api/v1/status?" + name, face->status());
        if (i == 0) answers.add("/api/v1/status", face->status());
        // The heads are what nearly all pods wait for.
        std::vector<std::string> wanted =
            face->snapshot().status ? face->snapshot().status->heads : std::vector<std::string>{};
        wanted.emplace_back();
        for (const std::string& revision : wanted) {
            const http::PreparedAnswer answer{
                ready, face->ready(revision, now)->response, nullptr, {}};
            const std::string query = revision.empty() ? "" : "at_least=" + revision;
            const char* joint = revision.empty() ? "" : "&";
            answers.add("/api/v1/ready?" + query + joint + name, answer);
            if (i == 0) answers.add("/api/v1/ready" + (query.empty() ? "" : "?" + query), answer);
        }
    }
    answers.add("/api/v1/databases", read, {200, "{\"databases\":[" + entries + "]}\n"});
    return answers;
}

}  // namespace revisiond::api
