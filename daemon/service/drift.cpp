#include "service/drift.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "service/schema_copy.hpp"
#include "service/schema_reader.hpp"

namespace revisiond::service {

std::optional<Diagnostic> no_drift_of(const DatabaseView& view) {
    if (auto foreign = foreign_version_table(view)) return foreign;
    if (view.rows.unknown.empty()) return std::nullopt;
    return make_error(
        "drift.unknown-row",
        fmt::format("{} holds {}, which no file knows: it cannot be replayed",
                    view.state.version_table.display(), join_words(view.rows.unknown)),
        "use the migrations that the database was upgraded with");
}

Expected<std::vector<std::string>, Problem> rows_to_replay(const Project& project) {
    auto view = read_database(project);
    if (!view) return unexpected(std::move(view.error()));
    if (const auto refused = no_drift_of(*view)) return unexpected(refusal({*refused}));
    return std::move(view->state.rows);
}

Expected<std::vector<std::string>, Problem> replay_targets(const Project& project,
                                                           const std::vector<std::string>& wanted) {
    if (wanted == std::vector<std::string>{"current"}) return rows_to_replay(project);
    if (wanted == std::vector<std::string>{"base"}) return std::vector<std::string>{};
    return wanted;
}

Problem problem_of_replay(Problem problem) {
    for (Diagnostic& diagnostic : problem.diagnostics) {
        if (diagnostic.severity != Severity::error) continue;
        diagnostic.message = "in a scratch database: " + diagnostic.message;
        diagnostic.hint =
            "the revisions were run there from the first one on; the database itself "
            "was not touched";
    }
    return problem;
}

Expected<Drift, Problem> drift(const Project& project, const std::stop_token& stop,
                               apply::Listener& listener) {
    auto rows = rows_to_replay(project);
    if (!rows) return unexpected(std::move(rows.error()));
    listener.note("reads the schema of the database");
    auto reader = SchemaReader::open(&project, {DatabaseSource{}}, stop);
    if (!reader) return unexpected(std::move(reader.error()));
    auto live = reader->read(DatabaseSource{});
    if (!live) return unexpected(std::move(live.error()));
    listener.note(fmt::format("applies the revisions up to {} in a scratch database",
                              rows->empty() ? "base" : join_words(*rows)));
    auto replayed = reader->replay(*rows);
    if (!replayed) return unexpected(std::move(replayed.error()));
    auto expected = reader->read_scratch(*replayed);
    if (!expected) return unexpected(std::move(expected.error()));
    Drift result;
    result.rows = std::move(*rows);
    listener.note("compares them");
    const diff::DiffOptions options = diff_options(&project, {}, {});
    result.script = diff::compare(*expected, live->catalog, options);
    result.differences = diff::differences(*expected, live->catalog, result.script, options);
    return result;
}

}  // namespace revisiond::service
