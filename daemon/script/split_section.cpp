#include <fmt/format.h>

#include <algorithm>

#include "script/revision_script.hpp"

namespace revisiond::script {
namespace {

const std::optional<Section>& section_of(const RevisionScript& script, SectionKind kind) {
    switch (kind) {
        case SectionKind::upgrade:
            return script.upgrade;
        case SectionKind::downgrade:
            return script.downgrade;
        case SectionKind::verify:
            break;
    }
    return script.verify;
}

// The command as a person names it; its tag says nothing of CONCURRENTLY.
std::string command_name(const sql::StatementTraits& traits) {
    using Concurrent = sql::StatementTraits::Concurrent;
    if (traits.concurrent == Concurrent::none) return traits.tag;
    if (traits.concurrent == Concurrent::detach_partition) return "DETACH PARTITION … CONCURRENTLY";
    return traits.tag + " CONCURRENTLY";
}

Diagnostic refused_in_transaction(const Section& section, const sql::SplitOptions& options,
                                  const sql::Statement& statement) {
    Diagnostic diagnostic = make_error(
        "script.needs-no-transaction",
        fmt::format("PostgreSQL refuses {} inside a transaction", command_name(statement.traits)),
        "set transaction = false in the header");
    diagnostic.at = sql::locate_position(section.text, options, statement, 1);
    diagnostic.at.width = static_cast<std::uint32_t>(
        std::max<std::size_t>(1, std::min(statement.text.find('\n'), statement.text.size())));
    return diagnostic;
}

}  // namespace

sql::SplitOptions split_options(const RevisionScript& script, SectionKind kind,
                                const std::map<std::string, std::string>& values) {
    sql::SplitOptions options;
    options.file = script.file();
    if (const auto& section = section_of(script, kind)) options.first_line = section->line;
    if (!script.variables.empty()) options.variables = values;
    return options;
}

sql::SplitScript split_section(const RevisionScript& script, SectionKind kind,
                               const std::map<std::string, std::string>& values) {
    const std::optional<Section>& section = section_of(script, kind);
    if (!section) return {};
    const sql::SplitOptions options = split_options(script, kind, values);
    sql::SplitScript result = sql::split(section->text, options);
    if (!script.transaction) return result;
    for (const sql::Statement& statement : result.statements)
        if (statement.traits.transaction == sql::TransactionRule::forbidden)
            result.diagnostics.push_back(refused_in_transaction(*section, options, statement));
    return result;
}

}  // namespace revisiond::script
