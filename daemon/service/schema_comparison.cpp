#include "service/schema_comparison.hpp"

#include "service/rename_requests.hpp"
#include "service/renamed_schema.hpp"
#include "service/schema_copy.hpp"
#include "service/schema_reader.hpp"

namespace revisiond::service {
namespace {

diff::DiffOptions options_of(const Project* project, const ComparisonRequest& request) {
    diff::DiffOptions options = diff_options(project, request.include, request.exclude);
    options.privileges = options.privileges && !request.no_privileges;
    options.owners = options.owners && !request.no_owners;
    options.tablespaces = options.tablespaces || request.tablespaces;
    return options;
}

Expected<diff::MigrationScript, Problem> compare_renamed(SchemaReader& reader,
                                                         const catalog::Catalog& from,
                                                         const catalog::Catalog& to,
                                                         const std::vector<diff::Rename>& renames,
                                                         const diff::DiffOptions& options) {
    auto copy = write_copy(reader, from, options);
    if (!copy) return unexpected(std::move(copy.error()));
    auto renamed = rename_schema(reader, copy->database, from, to, renames);
    if (!renamed) return unexpected(std::move(renamed.error()));
    diff::MigrationScript script = diff::compare(renamed->catalog, to, options);
    script.statements.insert(script.statements.begin(), renamed->statements.begin(),
                             renamed->statements.end());
    return script;
}

}  // namespace

Expected<SchemaComparison, Problem> compare_schemas(const Project* project,
                                                    const ComparisonRequest& request,
                                                    const std::stop_token& stop) {
    auto reader = SchemaReader::open(project, {request.from, request.to}, stop);
    if (!reader) return unexpected(std::move(reader.error()));
    auto from = reader->read(request.from);
    if (!from) return unexpected(std::move(from.error()));
    auto to = reader->read(request.to);
    if (!to) return unexpected(std::move(to.error()));
    auto renames = pending_renames(from->catalog, to->catalog, to->marks, request.renames);
    if (!renames) return unexpected(std::move(renames.error()));
    SchemaComparison result{std::move(*renames), {}, std::move(from->notes)};
    result.notes.insert(result.notes.end(), to->notes.begin(), to->notes.end());
    const diff::DiffOptions options = options_of(project, request);
    if (result.renames.empty()) {
        result.script = diff::compare(from->catalog, to->catalog, options);
        return result;
    }
    auto script = compare_renamed(*reader, from->catalog, to->catalog, result.renames, options);
    if (!script) return unexpected(std::move(script.error()));
    result.script = std::move(*script);
    return result;
}

}  // namespace revisiond::service
