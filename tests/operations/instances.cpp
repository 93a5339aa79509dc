#include "instances.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace revisiond::test {
namespace {

using namespace std::chrono_literals;

std::string text_of(const service::Problem& problem) {
    std::string text;
    for (const Diagnostic& diagnostic : problem.diagnostics) text += to_text(diagnostic) + "\n";
    return text;
}

template <class T>
T value_of(Expected<T, service::Problem> answer) {
    if (!answer) throw std::runtime_error(text_of(answer.error()));
    return std::move(answer).value();
}

}  // namespace

Files::Files() {
    std::string name = (std::filesystem::temp_directory_path() / "revisiond-files-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
}

Files::~Files() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void Files::add(const std::string& id, const std::string& down, const std::string& upgrade,
                const std::string& downgrade, bool transaction) const {
    std::ofstream file(path_ / (id + ".sql"));
    file << "-- revision = \"" << id << "\"\n";
    if (!down.empty()) file << "-- down_revision = \"" << down << "\"\n";
    if (!transaction) file << "-- transaction = false\n";
    file << "\n-- [upgrade]\n" << upgrade << "\n\n-- [downgrade]\n" << downgrade << "\n";
}

std::shared_ptr<const service::Project> project_of(const Database& db, const Files& files,
                                                   const std::string& version_table) {
    auto config = std::make_shared<config::Config>();
    config::DatabaseSettings& settings = config->databases.emplace_back();
    settings.name = "main";
    settings.connection.parameters = db.parameters;
    settings.migrations = {files.path()};
    settings.version_table = version_table;
    settings.apply.lock_retry_for = 5s;
    auto project = service::Project::open(config, "main");
    if (!project) throw std::runtime_error(text_of(project.error()));
    return std::make_shared<const service::Project>(*std::move(project));
}

Daemon::Daemon(const Database& db, const Files& files, operations::InstanceSettings settings,
               const std::string& version_table)
    : instance_(std::make_unique<operations::Instance>(project_of(db, files, version_table),
                                                       service::FilesState{}, std::move(settings),
                                                       operations::InstanceListener{})) {}

void Daemon::load(const Database& db, const Files& files) {
    instance_->files_changed(project_of(db, files), service::FilesState{});
}

void Daemon::stop(std::chrono::milliseconds budget) {
    instance_->stop(budget);
}

database::Operation Daemon::accept(const operations::Request& request) {
    auto accepted = instance_->accept(request);
    if (!accepted) throw std::runtime_error(text_of(accepted.error().problem));
    return std::move(accepted->operation);
}

database::Operation Daemon::upgrade(const std::string& target) {
    return accept(upgrade_request(target));
}

database::Operation Daemon::finished(const std::string& id) {
    std::optional<database::Operation> found;
    wait_until("operation " + id + " has finished", [&] {
        found = value_of(instance_->operation(id));
        return found && found->finished();
    });
    return *std::move(found);
}

std::vector<std::string> Daemon::event_types(const std::string& id) {
    std::vector<std::string> types;
    for (const database::Event& event : value_of(instance_->events(id, 0, 100'000))) {
        types.push_back(event.type);
    }
    return types;
}

void wait_until(const std::string& what, const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + 60s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) {
            throw std::runtime_error("waited a minute, and never: " + what);
        }
        std::this_thread::sleep_for(20ms);
    }
}

operations::Request upgrade_request(const std::string& target) {
    operations::Request request;
    request.targets = {target};
    request.actor = "tester";
    request.address = "127.0.0.1";
    return request;
}

}  // namespace revisiond::test
