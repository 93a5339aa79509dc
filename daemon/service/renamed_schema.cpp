#include "service/renamed_schema.hpp"

#include "service/rename_requests.hpp"
#include "service/revision_body.hpp"

namespace revisiond::service {

Expected<RenamedSchema, Problem> rename_schema(SchemaReader& reader,
                                               const scratch::ScratchDatabase& database,
                                               const catalog::Catalog& from,
                                               const catalog::Catalog& to,
                                               const std::vector<diff::Rename>& renames) {
    auto forth = diff::rename_statements(from, to, renames);
    if (has_errors(forth.diagnostics)) return unexpected(to_problem(forth.diagnostics));
    auto loaded = reader.load(database, {{"the renames", section_text(forth.statements)}});
    if (!loaded) return unexpected(std::move(loaded.error()));
    auto renamed = reader.read_scratch(database);
    if (!renamed) return unexpected(std::move(renamed.error()));
    auto back = diff::rename_statements(*renamed, from, reversed(renames));
    if (has_errors(back.diagnostics)) return unexpected(to_problem(back.diagnostics));
    return RenamedSchema{std::move(*renamed), std::move(forth.statements),
                         std::move(back.statements)};
}

}  // namespace revisiond::service
