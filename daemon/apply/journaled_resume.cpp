// Where a half applied revision goes on: what its journal says, and what the catalog says where the
// journal cannot know.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "apply/journal_check.hpp"
#include "apply/journaled_step.hpp"

namespace revisiond::apply {

Expected<std::vector<database::JournalEntry>, database::SqlError> JournaledStep::read_journal() {
    const Scribe& scribe = context_.scribe;
    auto rows = context_.session.run(fmt::format(
        "SELECT position, statement_hash, state, probe, statement FROM {} WHERE version_table = {}"
        " AND revision = {} AND direction = {} ORDER BY position",
        scribe.table("journal"), scribe.version_table_literal(), sql::quote_literal(step_.revision),
        sql::quote_literal(direction())));
    if (!rows) return unexpected(rows.error());
    std::vector<database::JournalEntry> entries;
    for (const auto& row : rows->at(0).rows) {
        database::JournalEntry& entry = entries.emplace_back();
        const std::string position = row[0].value_or("0");
        std::from_chars(position.data(), position.data() + position.size(), entry.position);
        entry.statement_hash = row[1].value_or("");
        entry.state = row[2].value_or("");
        entry.probe = row[3].value_or("");
        entry.statement = row[4].value_or("");
    }
    return entries;
}

Expected<JournaledStep::Resume, BlockFailure> JournaledStep::find_resume() {
    auto entries = read_journal();
    if (!entries) return unexpected(server(entries.error(), "reading the journal"));
    Resume resume;
    for (const database::JournalEntry& entry : *entries) {
        const auto position = static_cast<std::size_t>(entry.position);
        auto done = is_done(entry);
        if (!done) return unexpected(done.error());
        if (!*done) break;
        const bool same = position < step_.statements.size() &&
                          statement_hash(step_.statements[position]) == entry.statement_hash;
        if (!same) {
            return unexpected(
                own(refused("apply.changed-beginning",
                            fmt::format("revision {} is half applied, and statement {} of it has "
                                        "changed since it ran: {}",
                                        step_.revision, position + 1, entry.statement),
                            "give the statements that have run their old text; what comes after "
                            "them may change")));
        }
        resume.next = position + 1;
    }
    if (resume.next > 0) {
        context_.run.listener.note(fmt::format(
            "revision {}: {} of {} statements were done by an earlier run; going on behind them",
            step_.revision, resume.next, step_.statements.size()));
    }
    statements_ = resume.next;
    return resume;
}

// A failed statement changed nothing but may have left an INVALID index; one that was started has
// no verdict yet.
Expected<bool, BlockFailure> JournaledStep::is_done(const database::JournalEntry& entry) {
    const JournalVerdict verdict = judge(entry);
    if (verdict == JournalVerdict::done) return true;
    const Probe probe = Probe::from_text(entry.probe);
    if (probe.kind != sql::StatementTraits::Concurrent::none) {
        auto shown = settle_and_tell(probe);
        if (!shown)
            return unexpected(server(shown.error(), "clearing up after an interrupted statement"));
        if (*shown != Verdict::unknown) return *shown == Verdict::done;
    }
    if (verdict == JournalVerdict::again) return false;
    return unexpected(own(refused("apply.in-doubt",
                                  fmt::format("revision {}: it cannot be told whether statement {} "
                                              "took effect before the process ended: {}",
                                              step_.revision, entry.position + 1, entry.statement),
                                  fmt::format("look at the database, then `revisiond repair --done "
                                              "{0}` or `revisiond repair --retry {0}`",
                                              step_.revision))));
}

std::optional<BlockFailure> JournaledStep::replay_settings(std::size_t up_to) {
    for (std::size_t position = 0; position < up_to; ++position) {
        const sql::Statement& s = step_.statements[position];
        if (s.traits.session == sql::SessionEffect::none || s.traits.local_setting) continue;
        if (auto done = runner_.execute(context_.session, s); !done) {
            return statement(done.error(), step_.section(), s);
        }
    }
    return std::nullopt;
}

}  // namespace revisiond::apply
