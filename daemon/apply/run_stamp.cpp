// stamp, repair and ensure_version: what changes our own rows and runs no file.
#include <fmt/format.h>

#include <algorithm>

#include "apply/attempts.hpp"
#include "apply/run_lock.hpp"
#include "sql/begin.hpp"

namespace revisiond::apply {
namespace {

Expected<RunResult, RunFailure> failed(Failure failure) {
    return unexpected(RunFailure{std::move(failure), {}});
}

// Between our reading of the rows and our lock on their table. Nothing was written.
void say_rows_changed(Failure& failure, const std::string& table) {
    failure.kind = FailureKind::rows_changed;
    failure.diagnostic = make_error(
        "apply.rows-changed",
        fmt::format("a program that does not take revisiond's lock has changed the rows of {} "
                    "meanwhile; nothing was written",
                    table),
        "run again");
}

// Opens, prepares, records the operation, runs `work` as one transaction, signs out.
Expected<RunResult, RunFailure> run_own(
    const Run& run, LockedDatabase* held, const std::string& kind,
    const std::vector<std::string>& ids,
    const std::function<std::optional<Failure>(LockedDatabase&)>& check,
    const std::function<Message(const Scribe&)>& work) {
    auto lock = RunLock::take(run, held);
    if (!lock) return failed(lock.error());
    LockedDatabase* const database = &**lock;
    if (auto failure = check(*database)) return failed(*std::move(failure));
    if (auto done = database->prepare(ids); !done) return failed(done.error());
    if (auto done = database->begin_operation(kind, run.requester.doing, ids, "", {}); !done) {
        return failed(done.error());
    }
    RunResult result;
    result.operation = database->scribe().operation;
    Message message;
    message.add(sql::begin_transaction);
    message.as_ourselves();
    const Message body = work(database->scribe());
    if (!body.text().empty()) message.add(body.text());
    message.add("COMMIT");
    const std::string table = database->scribe().version_table.display();
    if (auto done = run_retrying(run, database->session(), message.text(),
                                 fmt::format("recording the {} of {}", kind, table));
        !done) {
        Failure failure = std::move(done.error());
        if (failure.server && requirement_failed(*failure.server)) say_rows_changed(failure, table);
        database->end_operation("failed", failure.diagnostic.message);
        return failed(std::move(failure));
    }
    auto rows = database->session().run(database->scribe().version_rows_sql());
    if (!rows) return failed(database_failure(rows.error(), "reading " + table));
    result.rows = first_column(rows->at(0));
    result.applied = ids;
    database->end_operation("succeeded", "");
    return result;
}

std::vector<std::string> ids_of(const std::vector<database::RecordedRevision>& revisions) {
    std::vector<std::string> ids;
    ids.reserve(revisions.size());
    for (const auto& revision : revisions) ids.push_back(revision.revision);
    return ids;
}

}  // namespace

Expected<RunResult, RunFailure> run_stamp(const database::ConnectionParameters& parameters,
                                          const database::TableNames& names,
                                          const StampRequest& request, const ApplyOptions& options,
                                          const Requester& requester, Listener& listener,
                                          Stops stops, LockedDatabase* held) {
    const Run run{parameters, names, options, requester, listener, std::move(stops.at_once)};
    const auto check = [&](LockedDatabase& database) -> std::optional<Failure> {
        if (database.state().rows == request.from) return std::nullopt;
        return rows_changed(database.state().version_table, request.from, database.state().rows);
    };
    const auto work = [&](const Scribe& scribe) {
        Message message;
        message.add("LOCK TABLE " + scribe.version_table.quoted() + " IN SHARE ROW EXCLUSIVE MODE");
        std::vector<std::string> rows = request.from;
        if (request.purge) {
            message.add("DELETE FROM " + scribe.version_table.quoted());
            rows.clear();
        }
        for (const graph::RowChange& change : request.row_changes)
            message.add(scribe.change_row_sql(change));
        rows = graph::apply_changes(std::move(rows), request.row_changes);
        message.add(require_sql(scribe.rows_are_sql(rows)));
        std::vector<database::RecordedRevision> remembered = request.adopt;
        remembered.insert(remembered.end(), request.stamped.begin(), request.stamped.end());
        if (!remembered.empty()) message.add(scribe.remember_sql(remembered));
        for (const database::RecordedRevision& revision : request.stamped) {
            Scribe::HistoryEntry entry;
            entry.revision = revision.revision;
            entry.direction = "stamp";
            entry.outcome = "stamped";
            entry.checksum = revision.checksum;
            message.add(scribe.history_sql(entry));
        }
        if (request.stamped.empty()) {
            // Downwards nothing is newly marked: the history names where the database is now, or
            // nothing for base.
            Scribe::HistoryEntry entry;
            entry.direction = "stamp";
            entry.outcome = "stamped";
            for (const std::string& row : rows) {
                if (std::find(request.from.begin(), request.from.end(), row) != request.from.end())
                    continue;
                entry.revision = row;
                message.add(scribe.history_sql(entry));
            }
            if (entry.revision.empty()) message.add(scribe.history_sql(entry));
        }
        message.add(scribe.journal_forget_all_sql());
        return message;
    };
    return run_own(run, held, "stamp", ids_of(request.stamped), check, work);
}

Expected<RunResult, RunFailure> run_repair(const database::ConnectionParameters& parameters,
                                           const database::TableNames& names,
                                           const RepairRequest& request,
                                           const ApplyOptions& options, const Requester& requester,
                                           Listener& listener, Stops stops, LockedDatabase* held) {
    const Run run{parameters, names, options, requester, listener, std::move(stops.at_once)};
    const auto work = [&](const Scribe& scribe) {
        Message message;
        if (!request.accept.empty()) message.add(scribe.remember_sql(request.accept));
        for (const RepairRequest::Settle& settle : request.settle) {
            message.add(fmt::format(
                "UPDATE {} SET state = '{}' WHERE version_table = {} AND revision = {} AND state = "
                "'started'",
                scribe.table("journal"), settle.done ? "resolved_done" : "resolved_retry",
                scribe.version_table_literal(), sql::quote_literal(settle.revision)));
        }
        return message;
    };
    return run_own(
        run, held, "repair", ids_of(request.accept),
        [](LockedDatabase&) { return std::optional<Failure>{}; }, work);
}

Expected<RunResult, RunFailure> run_ensure_version(const database::ConnectionParameters& parameters,
                                                   const database::TableNames& names,
                                                   const ApplyOptions& options,
                                                   const Requester& requester, Listener& listener,
                                                   Stops stops, LockedDatabase* held) {
    const Run run{parameters, names, options, requester, listener, std::move(stops.at_once)};
    return run_own(
        run, held, "ensure_version", {}, [](LockedDatabase&) { return std::optional<Failure>{}; },
        [](const Scribe&) { return Message{}; });
}

}  // namespace revisiond::apply
