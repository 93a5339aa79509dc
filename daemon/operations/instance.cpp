#include "operations/instance.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

#include "operations/board.hpp"
#include "operations/leader.hpp"
#include "operations/observer.hpp"
#include "operations/queue.hpp"

namespace revisiond::operations {
namespace {

// A random uuid (RFC 9562, version 4).
std::string make_uuid() {
    std::random_device random;
    const auto bits = [&random](std::uint32_t mask) { return random() & mask; };
    return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:08x}{:04x}", bits(0xffffffff), bits(0xffff),
                       bits(0xfff), 0x8000U | bits(0x3fff), bits(0xffffffff), bits(0xffff));
}

}  // namespace

struct Instance::Parts {
    Parts(std::shared_ptr<const service::Project> project, service::FilesState files,
          InstanceSettings given, InstanceListener listener)
        : settings(std::move(given)),
          requester(service::this_process("")),
          board(std::move(project), std::move(files), settings.automatic,
                std::move(listener.snapshot_changed)),
          queue(requester.host, pin),
          leader(board, queue, pin, settings, id, requester),
          observer(board, pin, settings, id, requester, std::move(listener.events_changed)) {}

    std::shared_ptr<const service::Project> project() const { return board.files()->project; }

    const std::string id = make_uuid();
    const InstanceSettings settings;
    const apply::Requester requester;
    const ServerPin pin;
    Board board;
    Queue queue;
    Leader leader;
    Observer observer;

    std::mutex mutex;
    std::condition_variable leader_ended;
    bool leading_is_over = false;
    std::mutex joining;  // one stop() at a time joins
    std::jthread observer_thread;
    std::jthread leader_thread;
};

Instance::Instance(std::shared_ptr<const service::Project> project, service::FilesState files,
                   InstanceSettings settings, InstanceListener listener)
    : parts_(std::make_unique<Parts>(std::move(project), std::move(files), std::move(settings),
                                     std::move(listener))) {
    Parts& parts = *parts_;
    parts.observer_thread =
        std::jthread([&parts](std::stop_token stop) { parts.observer.run(std::move(stop)); });
    parts.leader_thread = std::jthread([&parts](std::stop_token stop) {
        parts.leader.run(std::move(stop));
        {
            const std::lock_guard lock(parts.mutex);
            parts.leading_is_over = true;
        }
        parts.leader_ended.notify_all();
    });
}

Instance::~Instance() {
    stop(std::chrono::milliseconds(0));
}

void Instance::stop(std::chrono::milliseconds budget) {
    Parts& parts = *parts_;
    parts.leader_thread.request_stop();
    {
        std::unique_lock lock(parts.mutex);
        parts.leader_ended.wait_for(lock, budget, [&parts] { return parts.leading_is_over; });
    }
    parts.board.stop_whatever_runs();
    const std::lock_guard one(parts.joining);
    if (parts.leader_thread.joinable()) parts.leader_thread.join();
    parts.observer_thread.request_stop();
    if (parts.observer_thread.joinable()) parts.observer_thread.join();
}

Snapshot Instance::snapshot() const {
    return parts_->board.snapshot();
}

void Instance::files_changed(std::shared_ptr<const service::Project> project,
                             service::FilesState files) {
    parts_->board.set_files(std::move(project), std::move(files));
}

void Instance::files_broken(service::FilesState files) {
    parts_->board.set_files_state(std::move(files));
}

Expected<Accepted, Rejection> Instance::accept(const Request& request) {
    return parts_->queue.accept(*parts_->project(), request);
}

Expected<std::optional<database::Operation>, service::Problem> Instance::cancel(
    const std::string& id, const std::string& actor) {
    return parts_->queue.cancel(*parts_->project(), id, actor);
}

Expected<std::optional<database::Operation>, service::Problem> Instance::operation(
    const std::string& id) {
    return parts_->queue.operation(*parts_->project(), id);
}

Expected<std::vector<database::Operation>, service::Problem> Instance::operations(
    std::size_t limit, std::int64_t before) {
    return parts_->queue.operations(*parts_->project(), limit, before);
}

Expected<database::DriftState, service::Problem> Instance::drift() {
    return parts_->queue.drift(*parts_->project());
}

Expected<std::vector<database::Event>, service::Problem> Instance::events(const std::string& id,
                                                                          int after,
                                                                          std::size_t limit) {
    return parts_->queue.events(*parts_->project(), id, after, limit);
}

Expected<std::vector<database::Event>, service::Problem> Instance::all_events(
    std::int64_t after, const std::vector<std::string>& types, std::size_t limit) {
    return parts_->queue.all_events(*parts_->project(), after, types, limit);
}

Expected<std::int64_t, service::Problem> Instance::last_event_id() {
    return parts_->queue.last_event_id(*parts_->project());
}

}  // namespace revisiond::operations
