#include "fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "graph/planner.hpp"
#include "scratch/private_cluster.hpp"

namespace revisiond::test {
namespace {

std::string text_of(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics) text += to_text(diagnostic) + "\n";
    return text;
}

// One server for all tests of the program, started at the first use.
const scratch::PrivateCluster& cluster() {
    static const scratch::PrivateCluster server = [] {
        const char* bin = std::getenv("REVISIOND_TEST_POSTGRES");
        auto binaries = scratch::find_server_binaries(bin == nullptr ? "" : bin);
        if (!binaries) throw std::runtime_error(to_text(binaries.error()));
        auto started = scratch::PrivateCluster::start(
            {*binaries, {}, {"max_connections=100", "max_prepared_transactions=2"}, false});
        if (!started) throw std::runtime_error(to_text(started.error()));
        return *std::move(started);
    }();
    return server;
}

std::string file_text(const Database::File& file) {
    std::string text = fmt::format("-- revision = \"{}\"\n", file.id);
    if (!file.down.empty()) text += fmt::format("-- down_revision = \"{}\"\n", file.down);
    if (!file.transaction) text += "-- transaction = false\n";
    text += "\n-- [upgrade]\n" + file.upgrade + "\n\n-- [downgrade]\n" + file.downgrade + "\n";
    if (!file.verify.empty()) text += "\n-- [verify]\n" + file.verify + "\n";
    return text;
}

std::shared_ptr<const script::RevisionScript> parsed(const Database::File& file) {
    auto result = script::parse_script("migrations/" + file.id + ".sql", file_text(file));
    if (!result.script) throw std::runtime_error(text_of(result.diagnostics));
    return std::make_shared<script::RevisionScript>(*std::move(result.script));
}

}  // namespace

void Recorder::waiting_for_lock(const std::optional<database::LockHolder>& holder) {
    waited_for.push_back(holder ? holder->describe() : "");
}
void Recorder::step_begins(const plan::PlanStep& step, std::size_t, std::size_t) {
    begun.push_back(step.revision);
}
void Recorder::statement_begins(const plan::PlanStep&, const sql::Statement& statement) {
    if (before_statement) before_statement(statement);
}
void Recorder::statement_ends(const apply::StatementReport& report) {
    statements.push_back(report);
    if (after_statement) after_statement();
}
void Recorder::step_ends(const plan::PlanStep&, std::chrono::microseconds) {
    if (after_step) after_step();
}
void Recorder::retrying(const apply::RetryReport& report) {
    retries.push_back(report);
    if (after_retry) after_retry();
}
void Recorder::blocked(const plan::PlanStep&, const std::vector<std::string>& who,
                       apply::Milliseconds) {
    blockers.insert(blockers.end(), who.begin(), who.end());
    if (after_blocked) after_blocked();
}
void Recorder::note(const std::string& text) {
    notes.push_back(text);
}

bool Recorder::noted(const std::string& part) const {
    return std::any_of(notes.begin(), notes.end(), [&](const std::string& note) {
        return note.find(part) != std::string::npos;
    });
}

Database::Database() {
    static std::atomic<int> number = 0;
    const std::string name = fmt::format("test_{}", ++number);
    parameters = {{"host", cluster().socket_directory().string()},
                  {"user", "postgres"},
                  {"dbname", "postgres"}};
    execute("CREATE DATABASE " + name);
    parameters[2].second = name;
    names.version_table.name = "alembic_version";
    names.state_schema = "revisiond";
    options.lock_retry_for = apply::Milliseconds(5000);
    options.holder_timeout = apply::Milliseconds(2000);
}

void Database::add(const File& file) {
    scripts_.push_back(parsed(file));
}

void Database::change(const File& file) {
    for (auto& script : scripts_) {
        if (script->revision.id == file.id) script = parsed(file);
    }
}

plan::MigrationPlan Database::plan(graph::Direction direction, const std::string& target) const {
    std::vector<graph::Revision> revisions;
    for (const auto& script : scripts_) revisions.push_back(script->revision);
    auto built = graph::RevisionMap::build(revisions);
    if (!built) throw std::runtime_error(text_of(built.error()));
    const graph::RevisionMap& map = built->map;
    const graph::AppliedRows rows = graph::read_rows(map, this->rows());
    auto where = graph::parse_target(target);
    if (!where) throw std::runtime_error(to_text(where.error()));
    auto journey = direction == graph::Direction::upgrade
                       ? graph::plan_upgrade(map, rows, {*where})
                       : graph::plan_downgrade(map, rows, *where);
    if (!journey) throw std::runtime_error(to_text(journey.error()));
    auto ordered = scripts_;
    for (const auto& script : scripts_) ordered[map.find(script->revision.id).value()] = script;
    const auto script_of = [ordered](graph::RevisionIndex index) { return ordered[index]; };
    auto plan = plan::make_plan(map, rows, *journey, script_of, {});
    if (!plan) throw std::runtime_error(text_of(plan.error()));
    return *std::move(plan);
}

Expected<apply::RunResult, apply::RunFailure> Database::run(const plan::MigrationPlan& plan,
                                                            std::stop_token stop) {
    return apply::run_plan(parameters, names, plan, options, requester, {}, recorder,
                           std::move(stop));
}

Expected<apply::RunResult, apply::RunFailure> Database::upgrade(const std::string& target) {
    return run(plan(graph::Direction::upgrade, target));
}

Expected<apply::RunResult, apply::RunFailure> Database::downgrade(const std::string& target) {
    return run(plan(graph::Direction::downgrade, target));
}

Expected<apply::RunResult, apply::RunFailure> Database::stamp(const apply::StampRequest& request) {
    return apply::run_stamp(parameters, names, request, options, requester, recorder, {});
}

database::Session Database::connect(const std::string& user) const {
    database::ConnectionParameters as = parameters;
    as[1].second = user;
    auto session = database::Session::open(as);
    if (!session) throw std::runtime_error(session.error().text());
    return *std::move(session);
}

std::vector<std::string> Database::query(const std::string& sql) const {
    auto session = connect();
    auto tables = session.run(sql);
    if (!tables) throw std::runtime_error(tables.error().text() + " in " + sql);
    std::vector<std::string> values;
    for (const auto& row : tables->back().rows) values.push_back(row.at(0).value_or("NULL"));
    return values;
}

std::string Database::value(const std::string& sql) const {
    const auto values = query(sql);
    return values.empty() ? "" : values.front();
}

void Database::execute(const std::string& sql) const {
    query(sql);
}

void Database::make_layout(int layout) const {
    const std::string path =
        fmt::format("{}/tests/cases/state_schema/layout_{}.sql", REVISIOND_SOURCE_DIR, layout);
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path + " cannot be read");
    std::stringstream text;
    text << file.rdbuf();
    execute(text.str());
}

std::vector<std::string> Database::rows() const {
    if (value("SELECT to_regclass('alembic_version') IS NOT NULL") != "t") return {};
    return query("SELECT version_num FROM alembic_version ORDER BY 1");
}

database::DatabaseState Database::state() const {
    auto session = connect();
    auto state = database::read_state(database::query_of(session), names);
    if (!state) throw std::runtime_error(state.error().text());
    return *std::move(state);
}

}  // namespace revisiond::test
