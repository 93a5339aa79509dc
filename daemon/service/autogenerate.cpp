// From two catalogs to files: the renames first, since only the server knows what else mentions the
// old name; then the comparison; then as many revisions as it takes. A revision's downgrade is the
// comparison of the states behind and before it, so the states between the revisions of a chain are
// read from a clone of the copy that takes the statements one after the other.
#include "service/autogenerate.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "diff/script_parts.hpp"
#include "service/proof.hpp"
#include "service/rename_requests.hpp"
#include "service/renamed_schema.hpp"
#include "service/revision_body.hpp"
#include "service/schema_copy.hpp"
#include "service/schema_reader.hpp"
#include "service/status.hpp"

namespace revisiond::service {
namespace {

using catalog::Catalog;

Problem not_up_to_date(const Status& status) {
    if (status.pending.empty()) {
        return refusal({make_error("autogenerate.not-at-heads",
                                   fmt::format("Target database is not up to date: {} is {}",
                                               status.database, to_string(status.state)),
                                   "`revisiond status` says more")});
    }
    std::vector<std::string> names;
    for (const PendingRevision& pending : status.pending) names.push_back(pending.revision);
    return refusal({make_error(
        "autogenerate.not-at-heads",
        fmt::format("Target database is not up to date: {} {} not applied to {}", join_words(names),
                    names.size() == 1 ? "is" : "are", status.database),
        "run `revisiond upgrade heads` first")});
}

// Its rows, when it is at heads.
Expected<std::vector<std::string>, Problem> rows_at_heads(const Project& project) {
    auto status = service::status(project);
    if (!status) return unexpected(std::move(status.error()));
    const bool at_heads = status->state == StateKind::up_to_date ||
                          (status->state == StateKind::empty && status->revisions == 0);
    if (!at_heads) return unexpected(not_up_to_date(*status));
    return std::move(status->current);
}

Problem inexpressible(const diff::MigrationScript& script, const char* direction) {
    Diagnostics diagnostics;
    for (const std::string& what : script.inexpressible) {
        diagnostics.push_back(make_error("autogenerate.inexpressible",
                                         fmt::format("the {} cannot express {}", direction, what),
                                         "write this revision by hand, or exclude the object"));
    }
    return to_problem(std::move(diagnostics));
}

bool covered(const diff::RenameCandidate& candidate, const std::vector<diff::Rename>& renames) {
    const std::string to = unquoted(candidate.to);
    return std::ranges::any_of(renames, [&to](const diff::Rename& rename) {
        return to == rename.to || to.ends_with("." + rename.to);
    });
}

std::string_view without_mark(std::string_view definition) {
    constexpr std::string_view mark = " NOT VALID";
    if (definition.ends_with(mark)) definition.remove_suffix(mark.size());
    return definition;
}

// The catalog without what an online script adds and takes away again.
// What tables below have from these and from nowhere else goes with them.
void add_inherited(const Catalog& catalog, std::set<catalog::ObjectIndex>& left_out) {
    for (bool grown = !left_out.empty(); grown;) {
        grown = false;
        for (catalog::ObjectIndex index = 0; index < catalog.size(); ++index) {
            const catalog::Object& object = catalog.at(index);
            if (object.kind != catalog::Kind::constraint) continue;
            if (!object.is(catalog::Property::local, "f")) continue;
            const bool below = std::ranges::any_of(
                object.depends_on, [&](catalog::ObjectIndex on) { return left_out.contains(on); });
            if (below) grown = left_out.insert(index).second || grown;
        }
    }
}

Catalog without_aids(const Catalog& catalog, const diff::OnlineScript& script) {
    std::set<catalog::ObjectIndex> left_out;
    for (const diff::ObjectName& aid : script.aids) {
        const auto index = catalog.find(aid.kind, aid.address);
        if (index != catalog::no_object) left_out.insert(index);
    }
    add_inherited(catalog, left_out);
    return left_out.empty() ? catalog : catalog.without({left_out.begin(), left_out.end()});
}

// A constraint that is the same but for being validated counts as validated or not as it was
// before. It stays in the catalog: the way back may have to rebuild it around something else.
void overlook_validation(Catalog& behind, const Catalog& before, const diff::OnlineScript& script) {
    using catalog::Property;
    for (const diff::ObjectName& name : script.checked) {
        const auto here = behind.find(name.kind, name.address);
        const auto there = before.find(name.kind, name.address);
        if (here == catalog::no_object || there == catalog::no_object) continue;
        catalog::Object& constraint = behind.mutable_at(here);
        const catalog::Object& old = before.at(there);
        if (without_mark(constraint.get(Property::definition)) !=
            without_mark(old.get(Property::definition)))
            continue;
        for (catalog::Attribute& attribute : constraint.attributes) {
            if (attribute.property == Property::definition ||
                attribute.property == Property::validated)
                attribute.value = old.get(attribute.property);
        }
    }
}

// What the parts of an online chain are for, in the file.
std::string part_text(const diff::ScriptPart& part, std::size_t number, std::size_t of) {
    std::string text = fmt::format("-- Online, part {} of {}", number + 1, of);
    if (!part.transaction) text += ": without a transaction, statement by statement";
    return text + ".\n";
}

// One revision to be, and what its statements lead to.
struct Draft {
    diff::ScriptPart part;
    std::vector<diff::Statement> downgrade;
};

// One command.
class Autogenerator {
  public:
    Autogenerator(const Project& project, const AutogenerateRequest& request, SchemaReader reader)
        : project_(project),
          request_(request),
          reader_(std::move(reader)),
          options_(diff_options(&project, request.include, request.exclude)) {}

    Expected<Autogenerated, Problem> run(const std::vector<std::string>& rows) {
        auto live = reader_.read(DatabaseSource{});
        if (!live) return unexpected(std::move(live.error()));
        auto target = reader_.read(TargetSource{});
        if (!target) return unexpected(std::move(target.error()));
        result_.notes = std::move(target->notes);
        auto script = diff::compare(live->catalog, target->catalog, options_);
        if (auto decided = decide_renames(live->catalog, *target, script); !decided) {
            return unexpected(std::move(decided.error()));
        }
        if (script.empty() && renames_.empty()) return std::move(result_);
        auto copy = copy_schema(reader_, project_, live->catalog, rows, options_);
        if (!copy) return unexpected(std::move(copy.error()));
        result_.notes.insert(result_.notes.end(), copy->notes.begin(), copy->notes.end());
        result_.warnings.insert(result_.warnings.end(), copy->warnings.begin(),
                                copy->warnings.end());
        auto done = generate(*copy, target->catalog, std::move(script));
        if (!done) return unexpected(std::move(done.error()));
        return std::move(result_);
    }

  private:
    Expected<Done, Problem> decide_renames(const Catalog& live, const Schema& target,
                                           const diff::MigrationScript& script) {
        auto renames = pending_renames(live, target.catalog, target.marks, request_.renames);
        if (!renames) return unexpected(std::move(renames.error()));
        renames_ = std::move(*renames);
        for (const diff::RenameCandidate& candidate : script.rename_candidates) {
            if (covered(candidate, renames_)) continue;
            if (!request_.is_rename) {
                candidates_.push_back(candidate);
            } else if (request_.is_rename(candidate)) {
                renames_.push_back({unquoted(candidate.from), unquoted(candidate.to)});
            }
        }
        result_.warnings = rename_warnings(candidates_);
        return Done{};
    }

    Expected<Done, Problem> generate(const SchemaCopy& copy, const Catalog& target,
                                     diff::MigrationScript script) {
        RenamedSchema renamed;
        if (!renames_.empty()) {
            auto done = rename(copy, target);
            if (!done) return unexpected(std::move(done.error()));
            renamed = std::move(*done);
            script = diff::compare(renamed.catalog, target, options_);
        }
        if (!script.inexpressible.empty()) return unexpected(inexpressible(script, "upgrade"));
        result_.changes = script.changes;
        result_.renames = renames_;
        const Catalog& start = renames_.empty() ? copy.catalog : renamed.catalog;
        std::vector<diff::Statement> upgrade = std::move(renamed.statements);
        diff::OnlineScript online;
        if (request_.online) {
            online = diff::online_script(start, target, upgrade, script);
        } else {
            upgrade.insert(upgrade.end(), script.statements.begin(), script.statements.end());
            online.parts = diff::split_into_parts(upgrade);
        }
        auto drafts = draft(copy, start, target, std::move(online));
        if (!drafts) return unexpected(std::move(drafts.error()));
        auto& first = drafts->front().downgrade;
        first.insert(first.end(), renamed.undo.begin(), renamed.undo.end());
        return write(copy, target, *drafts);
    }

    // What the copy is with the new names.
    Expected<RenamedSchema, Problem> rename(const SchemaCopy& copy, const Catalog& target) {
        auto clone = reader_.clone(copy.database);
        if (!clone) return unexpected(std::move(clone.error()));
        return rename_schema(reader_, *clone, copy.catalog, target, renames_);
    }

    Expected<std::vector<Draft>, Problem> draft(const SchemaCopy& copy, const Catalog& start,
                                                const Catalog& target, diff::OnlineScript online) {
        std::vector<Draft> drafts;
        std::vector<diff::ScriptPart>& parts = online.parts;
        std::optional<scratch::ScratchDatabase> clone;
        if (parts.size() > 1) {
            auto made = reader_.clone(copy.database);
            if (!made) return unexpected(std::move(made.error()));
            clone = std::move(*made);
        }
        Catalog before = start;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            Catalog behind;
            const bool last = i + 1 == parts.size();
            if (!last) {
                auto read = run(*clone, parts[i]);
                if (!read) return unexpected(std::move(read.error()));
                behind = std::move(*read);
            }
            auto back = undo(last ? target : behind, before, parts[i], online);
            if (!back) return unexpected(std::move(back.error()));
            drafts.push_back({std::move(parts[i]), std::move(*back)});
            before = std::move(behind);
        }
        return drafts;
    }

    // The statements that lead from behind one part of the chain to before it.
    Expected<std::vector<diff::Statement>, Problem> undo(const Catalog& behind,
                                                         const Catalog& before,
                                                         const diff::ScriptPart& part,
                                                         const diff::OnlineScript& online) const {
        Catalog from = without_aids(behind, online);
        const Catalog to = without_aids(before, online);
        overlook_validation(from, to, online);
        auto back = diff::compare(from, to, options_);
        if (!back.inexpressible.empty()) return unexpected(inexpressible(back, "downgrade"));
        std::vector<diff::Statement> statements = request_.online && !part.transaction
                                                      ? diff::online_statements(from, to, back)
                                                      : std::move(back.statements);
        statements.insert(statements.end(), part.undo.begin(), part.undo.end());
        return statements;
    }

    Expected<Catalog, Problem> run(const scratch::ScratchDatabase& clone,
                                   const diff::ScriptPart& part) {
        auto loaded = reader_.load(clone, {{"the upgrade", section_text(part.statements)}});
        if (!loaded) return unexpected(std::move(loaded.error()));
        return reader_.read_scratch(clone);
    }

    Expected<Done, Problem> write(const SchemaCopy& copy, const Catalog& target,
                                  const std::vector<Draft>& drafts) {
        auto folder = DraftFolder::make();
        if (!folder) return unexpected(std::move(folder.error()));
        for (std::size_t i = 0; i < drafts.size(); ++i) {
            auto file = new_file(*folder, drafts[i], i, drafts.size());
            if (!file) return unexpected(std::move(file.error()));
            auto added = folder->add(*file);
            if (!added) return added;
            result_.files.push_back(std::move(*file));
        }
        auto proven =
            prove(reader_, project_, copy, *folder, result_.files, target, options_, true);
        if (!proven) return proven;
        result_.notes.push_back(
            "the upgrade and the downgrade were executed and led to the target "
            "and back");
        return request_.revision.only_text ? Done{} : keep();
    }

    Expected<NewFile, Problem> new_file(const DraftFolder& folder, const Draft& draft,
                                        std::size_t number, std::size_t of) {
        RevisionRequest request = request_.revision;
        request.only_text = true;
        request.body = body_of(draft, number == 0);
        if (request_.online && of > 1) {
            request.body->upgrade.insert(0, part_text(draft.part, number, of));
        }
        if (of > 1) request.message += fmt::format(" ({} of {})", number + 1, of);
        if (number == 0) return new_revision(project_, request);
        const NewFile& parent = result_.files.back();
        auto with_drafts = project_on(project_, project_.connection_parameters(), {folder.path()});
        if (!with_drafts) return unexpected(std::move(with_drafts.error()));
        request.heads = {parent.id};
        request.id.reset();
        request.branch_labels.clear();
        request.depends_on.clear();
        request.version_path = parent.folder;
        return new_revision(*with_drafts, request);
    }

    RevisionBody body_of(const Draft& draft, bool first) const {
        RevisionBody body;
        if (first) body.upgrade = candidates_text(candidates_);
        body.upgrade += section_text(draft.part.statements);
        body.downgrade = losses_text(draft.part.statements) + section_text(draft.downgrade);
        body.transaction = draft.part.transaction && diff::fits_one_transaction(draft.downgrade);
        return body;
    }

    // Writes all of them, or none.
    Expected<Done, Problem> keep() {
        std::vector<NewFile> written;
        for (NewFile& file : result_.files) {
            auto done = write_revision(project_, file);
            if (!done) {
                std::error_code ignored;
                for (const NewFile& other : written) {
                    std::filesystem::remove(other.path, ignored);
                }
                return unexpected(std::move(done.error()));
            }
            written.push_back(std::move(*done));
        }
        result_.files = std::move(written);
        return Done{};
    }

    const Project& project_;
    const AutogenerateRequest& request_;
    SchemaReader reader_;
    diff::DiffOptions options_;
    std::vector<diff::Rename> renames_;
    std::vector<diff::RenameCandidate> candidates_;  // that nobody decided
    Autogenerated result_;
};

}  // namespace

Expected<Autogenerated, Problem> autogenerate(const Project& project,
                                              const AutogenerateRequest& request,
                                              const std::stop_token& stop) {
    auto rows = rows_at_heads(project);
    if (!rows) return unexpected(std::move(rows.error()));
    auto reader = SchemaReader::open(&project, {DatabaseSource{}, TargetSource{}}, stop);
    if (!reader) return unexpected(std::move(reader.error()));
    return Autogenerator(project, request, std::move(*reader)).run(*rows);
}

}  // namespace revisiond::service
