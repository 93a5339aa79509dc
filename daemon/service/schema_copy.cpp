#include "service/schema_copy.hpp"

#include <fmt/format.h>

#include "process/program.hpp"
#include "scratch/private_cluster.hpp"
#include "service/revision_body.hpp"
#include "service/stamp.hpp"

namespace revisiond::service {
namespace {

constexpr std::size_t differences_shown = 50;

// The connection without its password, which the process list must not show.
std::string conninfo(const database::ConnectionParameters& parameters) {
    std::string text;
    for (const auto& [keyword, value] : parameters) {
        if (keyword == "password" || keyword == "sslpassword") continue;
        text += keyword + "='";
        for (const char c : value) {
            if (c == '\'' || c == '\\') text += '\\';
            text += c;
        }
        text += "' ";
    }
    return text;
}

std::vector<std::pair<std::string, std::string>> password_of(
    const database::ConnectionParameters& parameters) {
    for (const auto& [keyword, value] : parameters) {
        if (keyword == "password") return {{"PGPASSWORD", value}};
    }
    return {};
}

// By our own DDL. The patterns of `options` do not count: what is left out may be needed by what is
// not.
Expected<scratch::ScratchDatabase, Problem> write_schema(SchemaReader& reader,
                                                         const catalog::Catalog& original,
                                                         diff::DiffOptions options) {
    auto database = reader.make_scratch();
    if (!database) return database;
    auto empty = reader.read_scratch(*database);
    if (!empty) return unexpected(std::move(empty.error()));
    options.include.clear();
    options.exclude.clear();
    const diff::MigrationScript script = diff::compare(*empty, original, options);
    auto notes = reader.load(*database, {{"our own DDL", section_text(script.statements)}});
    if (!notes) return unexpected(std::move(notes.error()));
    return database;
}

Expected<SchemaCopy, Problem> compared_copy(SchemaReader& reader, scratch::ScratchDatabase database,
                                            const catalog::Catalog& original,
                                            const diff::DiffOptions& options) {
    auto catalog = reader.read_scratch(database);
    if (!catalog) return unexpected(std::move(catalog.error()));
    const diff::MigrationScript script = diff::compare(original, *catalog, options);
    if (!script.empty()) {
        return unexpected(differences("autogenerate.copy", "it is not equal to the database",
                                      script,
                                      "the database may have been changed by hand: look at "
                                      "`revisiond drift`"));
    }
    return SchemaCopy{std::move(database), std::move(*catalog), {}, {}};
}

// The first way is the replay.
Diagnostic not_replayed(const std::string& note) {
    return make_warning("autogenerate.not-replayed",
                        "the revisions do not make what the database is: a new one may fail on a "
                        "database made from them (" +
                            note + ")",
                        "`revisiond drift` shows what was changed beside them");
}

// Makes copies in one way after the other.
class Copier {
  public:
    Copier(SchemaReader& reader, const Project& project, const catalog::Catalog& live,
           const std::vector<std::string>& rows, const diff::DiffOptions& options)
        : reader_(reader), project_(project), live_(live), rows_(rows), options_(options) {}

    Expected<SchemaCopy, Problem> copy() {
        using Way = Expected<scratch::ScratchDatabase, Problem> (Copier::*)();
        const std::pair<const char*, Way> ways[] = {
            {"a replay of the revisions", &Copier::replayed},
            {"pg_dump", &Copier::dumped},
            {"our own DDL", &Copier::written}};
        for (const auto& [name, way] : ways) {
            auto made = (this->*way)();
            auto copy = made ? compared_copy(reader_, std::move(*made), live_, options_)
                             : unexpected(std::move(made.error()));
            if (copy) {
                if (!notes_.empty()) copy->warnings.push_back(not_replayed(notes_.front()));
                copy->notes = std::move(notes_);
                copy->notes.push_back(fmt::format("the scratch copy was made by {}", name));
                return copy;
            }
            if (reader_.stop().stop_requested()) return copy;
            const Diagnostic& reason = copy.error().reason();
            notes_.push_back(fmt::format("no scratch copy by {}: {}", name, reason.message));
            last_ = std::move(copy.error());
        }
        Problem problem = std::move(*last_);
        for (const std::string& note : notes_) {
            problem.diagnostics.push_back(make_warning("autogenerate.copy", note));
        }
        return unexpected(std::move(problem));
    }

  private:
    Expected<scratch::ScratchDatabase, Problem> replayed() { return reader_.replay(rows_); }

    Expected<scratch::ScratchDatabase, Problem> dumped() {
        const int major = live_.server_version / 10000;
        auto dump_program = scratch::find_dump_program(major);
        if (!dump_program) return unexpected(to_problem(std::move(dump_program.error())));
        const database::ConnectionParameters parameters = project_.connection_parameters();
        process::ProgramOptions program;
        program.command = {dump_program->string(), "--schema-only",
                           "--exclude-schema=\"" + project_.names().state_schema + "\"",
                           "--exclude-table=" + project_.names().version_table.quoted(),
                           "--dbname=" + conninfo(parameters)};
        program.environment = password_of(parameters);
        program.stop = reader_.stop();
        process::ProgramResult dump = process::run_program(program);
        if (!dump.succeeded()) {
            return unexpected(to_problem(
                make_error("autogenerate.pg-dump",
                           fmt::format("pg_dump {}: {}", process::describe_end(dump, program),
                                       process::last_words(dump.error_output)))));
        }
        auto database = reader_.make_scratch();
        if (!database) return database;
        auto notes = reader_.load(*database, {{"pg_dump", std::move(dump.output)}});
        if (!notes) return unexpected(std::move(notes.error()));
        return stamped(std::move(*database));
    }

    Expected<scratch::ScratchDatabase, Problem> written() {
        auto database = write_schema(reader_, live_, options_);
        if (!database) return database;
        return stamped(std::move(*database));
    }

    Expected<scratch::ScratchDatabase, Problem> stamped(scratch::ScratchDatabase database) {
        auto done = stamp_copy(database);
        if (!done) return unexpected(std::move(done.error()));
        return database;
    }

    Expected<Done, Problem> stamp_copy(const scratch::ScratchDatabase& database) {
        if (rows_.empty()) return Done{};
        auto project = project_on(project_, database.parameters(), {});
        if (!project) return unexpected(std::move(project.error()));
        apply::Listener silent;
        const RunContext context{project->apply_options(), this_process("a scratch database"),
                                 silent, reader_.stop()};
        auto outcome = stamp(*project, rows_, false, context);
        if (!outcome) return unexpected(std::move(outcome.error()));
        return Done{};
    }

    SchemaReader& reader_;
    const Project& project_;
    const catalog::Catalog& live_;
    const std::vector<std::string>& rows_;
    const diff::DiffOptions& options_;
    std::vector<std::string> notes_;
    std::optional<Problem> last_;
};

}  // namespace

Expected<SchemaCopy, Problem> copy_schema(SchemaReader& reader, const Project& project,
                                          const catalog::Catalog& live,
                                          const std::vector<std::string>& rows,
                                          const diff::DiffOptions& options) {
    return Copier(reader, project, live, rows, options).copy();
}

Expected<SchemaCopy, Problem> write_copy(SchemaReader& reader, const catalog::Catalog& original,
                                         const diff::DiffOptions& options) {
    auto database = write_schema(reader, original, options);
    if (!database) return unexpected(std::move(database.error()));
    return compared_copy(reader, std::move(*database), original, options);
}

diff::DiffOptions diff_options(const Project* project, const std::vector<std::string>& include,
                               const std::vector<std::string>& exclude) {
    diff::DiffOptions options;
    options.privileges = true;
    options.owners = true;
    if (project != nullptr) {
        const config::TargetSettings& settings = project->settings().target;
        options.privileges = settings.privileges;
        options.owners = settings.owners;
        options.tablespaces = settings.tablespaces;
        options.include = settings.include;
        options.exclude = settings.exclude;
    }
    options.include.insert(options.include.end(), include.begin(), include.end());
    options.exclude.insert(options.exclude.end(), exclude.begin(), exclude.end());
    return options;
}

Problem differences(const std::string& code, std::string message,
                    const diff::MigrationScript& script, std::string hint) {
    std::vector<std::string> lines = script.inexpressible;
    for (const diff::Change& change : script.changes) lines.push_back(describe(change));
    if (!lines.empty()) message += ": " + lines.front();
    if (lines.size() > 1) message += fmt::format(", and {} more", lines.size() - 1);
    Diagnostics diagnostics{make_error(code, std::move(message), std::move(hint))};
    for (std::size_t i = 1; i < lines.size() && i < differences_shown; ++i) {
        diagnostics.push_back(make_error(code, lines[i]));
    }
    return to_problem(std::move(diagnostics));
}

}  // namespace revisiond::service
