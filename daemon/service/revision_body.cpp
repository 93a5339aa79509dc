#include "service/revision_body.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace revisiond::service {
namespace {

std::string hazards_text(const diff::Statement& statement) {
    std::string text;
    const auto say = [&](bool whether, std::string_view words) {
        if (!whether) return;
        text += fmt::format("-- {}: {}\n", words, one_line(statement.object.display()));
    };
    const diff::Hazards& hazards = statement.hazards;
    say(hazards.loses_data, "Loses data");
    say(hazards.rewrites_table, "Rewrites the table, and nobody can use it meanwhile");
    say(hazards.blocks_writers && !hazards.rewrites_table,
        diff::blocks_readers(statement) ? "Blocks readers and writers while it runs"
                                        : "Blocks writers while it runs");
    say(statement.no_online_form, "There is no online form of this");
    say(hazards.may_fail, "Fails when the rows do not fit");
    return text;
}

const char* verb(diff::ChangeType type) {
    switch (type) {
        case diff::ChangeType::create:
            return "add";
        case diff::ChangeType::drop:
            return "remove";
        case diff::ChangeType::alter:
            return "alter";
        case diff::ChangeType::replace:
            break;
    }
    return "replace";
}

}  // namespace

std::string section_text(const std::vector<diff::Statement>& statements) {
    std::string text;
    for (const diff::Statement& statement : statements) {
        text += hazards_text(statement);
        text += statement.text + ";\n";
    }
    return text;
}

std::string losses_text(const std::vector<diff::Statement>& upgrade) {
    std::string text;
    for (const diff::Statement& statement : upgrade) {
        if (!statement.hazards.loses_data) continue;
        text += fmt::format("-- Cannot bring back the data of {}.\n",
                            one_line(statement.object.display()));
    }
    return text;
}

std::string candidates_text(const std::vector<diff::RenameCandidate>& candidates) {
    std::string text;
    for (const diff::RenameCandidate& candidate : candidates) {
        const std::string kind(catalog::name_of(candidate.kind));
        text += fmt::format(
            "-- Is {0} {2} the {0} {1} with a new name? Then do not use this file: its data would "
            "be\n"
            "-- lost. Delete it and write instead\n"
            "--     revisiond revision --autogenerate --rename '{1}={2}'\n"
            "-- If {1} goes and {2} is new, this file is right: delete this comment.\n",
            kind, one_line(candidate.from), one_line(candidate.to));
    }
    return text;
}

std::string describe(const diff::Change& change) {
    std::string line = fmt::format("{} {}", verb(change.type), change.object.display());
    std::vector<std::string> properties;
    for (const catalog::Property property : change.properties) {
        properties.emplace_back(catalog::name_of(property));
        std::ranges::replace(properties.back(), '_', ' ');
    }
    if (!properties.empty()) line += fmt::format(" ({})", join(properties, ", "));
    if (change.rebuilt) line += " (rebuilt around another change)";
    return line;
}

}  // namespace revisiond::service
