#include "service/schema_comparison.hpp"

#include "service/schema_reader.hpp"

namespace revisiond::service {

Expected<diff::MigrationScript, Problem> compare_schemas(const Project* project,
                                                         const ComparisonRequest& request,
                                                         const std::stop_token& stop) {
    auto reader = SchemaReader::open(project, {request.from, request.to}, stop);
    if (!reader) return unexpected(std::move(reader.error()));
    auto from = reader->read(request.from);
    if (!from) return unexpected(std::move(from.error()));
    auto to = reader->read(request.to);
    if (!to) return unexpected(std::move(to.error()));
    return diff::compare(from->catalog, to->catalog, request.options);
}

}  // namespace revisiond::service
