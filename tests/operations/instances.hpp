// The verbs of these tests: files in a folder, instances over them, waiting for what becomes of an
// operation.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fixture.hpp"
#include "operations/instance.hpp"

namespace revisiond::test {

// A folder of revision files that is gone at the end.
class Files {
  public:
    Files();
    ~Files();
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

    void add(const std::string& id, const std::string& down, const std::string& upgrade,
             const std::string& downgrade = "", bool transaction = true) const;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

// The settings and files as a project of this database.
std::shared_ptr<const service::Project> project_of(
    const Database& db, const Files& files, const std::string& version_table = "alembic_version");

// An instance and what it has told.
class Daemon {
  public:
    Daemon(const Database& db, const Files& files, operations::InstanceSettings settings = {},
           const std::string& version_table = "alembic_version");

    operations::Instance& operator*() { return *instance_; }
    operations::Instance* operator->() { return instance_.get(); }
    void load(const Database& db, const Files& files);  // the files as they are now
    void stop(std::chrono::milliseconds budget = std::chrono::seconds(10));

    bool leads() const { return instance_->snapshot()->leading; }
    // Accepts; an error fails the test.
    database::Operation accept(const operations::Request& request);
    database::Operation upgrade(const std::string& target = "heads");
    // As it is when it has finished.
    database::Operation finished(const std::string& id);
    std::vector<std::string> event_types(const std::string& id);

  private:
    std::unique_ptr<operations::Instance> instance_;
};

// Until `condition` holds. A minute is no measure: it ends a test that would hang.
void wait_until(const std::string& what, const std::function<bool()>& condition);

operations::Request upgrade_request(const std::string& target = "heads");

}  // namespace revisiond::test
