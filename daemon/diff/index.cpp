#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "diff/conversion.hpp"
#include "diff/simple.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

constexpr Hazards builds{false, false, true, false};

// Column number → statistics target.
std::map<std::string, std::string> targets_of(const Object& index) {
    std::map<std::string, std::string> targets;
    for (const std::string& line : lines_of(index.get(Property::index_statistics))) {
        const auto blank = line.find(' ');
        targets.emplace(line.substr(0, blank), line.substr(blank + 1));
    }
    return targets;
}

// -1: the server's own.
std::string target_of(const Object& index, const std::string& column) {
    const auto targets = targets_of(index);
    const auto found = targets.find(column);
    return found == targets.end() ? "-1" : found->second;
}

// The server sets it for all parts of the index too: those that have another get that back.
void write_target(const Object& index, const std::string& column, const std::string& target,
                  Writer& writer) {
    writer.add(fmt::format("ALTER INDEX {} ALTER COLUMN {} SET STATISTICS {}", index.address,
                           column, target));
    const ObjectIndex whole = writer.index_in_to(index);
    for (const Object& link : writer.to().objects()) {
        const bool attached = link.kind == Kind::index_partition && link.parent != whole &&
                              std::ranges::binary_search(link.depends_on, whole);
        if (!attached || writer.pairing().created(link.parent)) continue;
        const Object& part = writer.to().at(link.parent);
        const std::string kept = target_of(part, column);
        if (kept != target) write_target(part, column, kept, writer);
    }
}

void write_targets(const Object& index, const std::map<std::string, std::string>& before,
                   Writer& writer) {
    const auto after = targets_of(index);
    const auto set = [&](const std::string& column, const std::string& target) {
        write_target(index, column, target, writer);
    };
    for (const auto& [column, target] : before) {
        if (!after.contains(column)) set(column, "-1");
    }
    for (const auto& [column, target] : after) {
        const auto old = before.find(column);
        if (old == before.end() || old->second != target) set(column, target);
    }
}

void create_index(const Object& index, Writer& writer) {
    std::string text = index.get(Property::definition);
    if (writer.options().tablespaces && index.has(Property::tablespace)) {
        const auto condition = text.find(" WHERE ");
        text.insert(std::min(condition, text.size()),
                    " TABLESPACE " + index.get(Property::tablespace));
    }
    writer.add(text, builds).form = StatementForm::create_index;
    write_targets(index, {}, writer);
    write_common(index, writer);
}

void drop_index(const Object& index, Writer& writer) {
    writer.add("DROP INDEX " + index.address).form = StatementForm::drop_index;
}

bool can_alter_index(const Pair& pair) {
    return pair.only({Property::index_statistics, Property::tablespace, Property::name_});
}

void alter_index(const Pair& pair, Writer& writer) {
    if (pair.has(Property::name_)) {
        writer.add(fmt::format("ALTER INDEX {} RENAME TO {}", pair.from.address,
                               last_part(pair.to.address)));
    }
    if (pair.has(Property::tablespace)) {
        const std::string& space = pair.to.get(Property::tablespace);
        writer.add(fmt::format("ALTER INDEX {} SET TABLESPACE {}", pair.to.address,
                               space.empty() ? "pg_default" : space),
                   writes_file_again);
    }
    write_targets(pair.to, targets_of(pair.from), writer);
    write_common_changes(pair.from, pair.to, writer);
}

// Also where attaching the table has attached the index: then this says it once more.
void attach_index(const Object& attachment, Writer& writer) {
    writer.add(fmt::format("ALTER INDEX {} ATTACH PARTITION {}",
                           attachment.get(Property::parent_name), attachment.address));
}

void create_clustering(const Object& clustering, Writer& writer) {
    const Object& table = writer.to().at(clustering.parent);
    writer.add(fmt::format("ALTER {} {} CLUSTER ON {}", catalog::sql_words(table.kind),
                           table.address, clustering.get(Property::definition)));
}

void drop_clustering(const Object& clustering, Writer& writer) {
    if (writer.index_in_to(clustering) != no_object) return;
    const Object& table = writer.from().at(clustering.parent);
    writer.add(fmt::format("ALTER {} {} SET WITHOUT CLUSTER", catalog::sql_words(table.kind),
                           table.address));
}

void write_replica_identity(const Object& object, const Catalog& catalog, std::string_view words,
                            Writer& writer) {
    const Object& table = catalog.at(object.parent);
    writer.add(fmt::format("ALTER {} {} REPLICA IDENTITY {}", catalog::sql_words(table.kind),
                           table.address, words));
}

void create_replica_identity(const Object& identity, Writer& writer) {
    write_replica_identity(identity, writer.to(), identity.get(Property::definition), writer);
}

void drop_replica_identity(const Object& identity, Writer& writer) {
    if (writer.index_in_to(identity) != no_object) return;
    write_replica_identity(identity, writer.from(), "DEFAULT", writer);
}

void write_statistics_target(const Object& statistics, Writer& writer) {
    const std::string& target = statistics.get(Property::statistics);
    writer.add(fmt::format("ALTER STATISTICS {} SET STATISTICS {}", statistics.address,
                           target.empty() ? "-1" : target));
}

void create_statistics(const Object& statistics, Writer& writer) {
    writer.add(statistics.get(Property::definition));
    if (statistics.has(Property::statistics)) write_statistics_target(statistics, writer);
    write_common(statistics, writer);
}

bool can_alter_statistics(const Pair& pair) {
    return pair.only({Property::statistics});
}

void alter_statistics(const Pair& pair, Writer& writer) {
    if (pair.has(Property::statistics)) write_statistics_target(pair.to, writer);
    write_common_changes(pair.from, pair.to, writer);
}

}  // namespace

const KindRules index_rules{create_index, drop_index, can_alter_index, alter_index};
const KindRules index_partition_rules{attach_index, drop_nothing, never_alterable, alter_common};
const KindRules clustering_rules{create_clustering, drop_clustering, never_alterable, alter_common};
const KindRules replica_identity_rules{create_replica_identity, drop_replica_identity,
                                       never_alterable, alter_common};
const KindRules statistics_rules{create_statistics, drop_plainly, can_alter_statistics,
                                 alter_statistics};

}  // namespace revisiond::diff
