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

Expected<Drift, Problem> drift(const Project& project, const std::stop_token& stop,
                               apply::Listener& listener) {
    auto view = read_database(project);
    if (!view) return unexpected(std::move(view.error()));
    if (const auto refused = no_drift_of(*view)) return unexpected(refusal({*refused}));
    listener.note("reads the schema of the database");
    auto reader = SchemaReader::open(&project, {DatabaseSource{}}, stop);
    if (!reader) return unexpected(std::move(reader.error()));
    auto live = reader->read(DatabaseSource{});
    if (!live) return unexpected(std::move(live.error()));
    listener.note(fmt::format("applies the revisions up to {} in a scratch database",
                              view->state.rows.empty() ? "base" : join_words(view->state.rows)));
    auto replayed = reader->replay(view->state.rows);
    if (!replayed) return unexpected(std::move(replayed.error()));
    auto expected = reader->read_scratch(*replayed);
    if (!expected) return unexpected(std::move(expected.error()));
    Drift result;
    result.rows = view->state.rows;
    listener.note("compares them");
    const diff::DiffOptions options = diff_options(&project, {}, {});
    result.script = diff::compare(*expected, live->catalog, options);
    result.differences = diff::differences(*expected, live->catalog, result.script, options);
    return result;
}

}  // namespace revisiond::service
