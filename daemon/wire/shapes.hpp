// Parts that several shapes share. Internal to the room; nlohmann only by its forward declarations.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "database/database_state.hpp"
#include "database/operation.hpp"
#include "database/server_message.hpp"
#include "diff/compare.hpp"
#include "diff/renames.hpp"
#include "service/listing.hpp"
#include "service/new_revision.hpp"
#include "service/status.hpp"

namespace revisiond::wire {

using Json = nlohmann::ordered_json;

// On one line; bytes that are not UTF-8 become U+FFFD.
std::string dump(const Json& json);

// code, severity, message and, where known, file, line, column, hint.
Json shape(const Diagnostic& diagnostic);
Json shape(const Diagnostics& diagnostics);
// Every field that is set, SQL in it redacted.
Json shape(const database::ServerMessage& message);
Json shape(const service::RevisionView& revision);
Json shape(const service::Status& status);
Json shape(const database::LockHolder& holder);
Json shape(const std::optional<database::LockHolder>& holder);
Json shape(const std::vector<database::JournalEntry>& journal);
Json shape(const std::string& database, const database::Operation& operation);

// changes, statements and rename_candidates.
Json shape(const diff::MigrationScript& script);
Json shape(const diff::Change& change);
Json shape(const std::vector<diff::Rename>& renames);
Json shape(const service::NewFile& file);
// What went wrong: the reason, and what is known of the failure.
Json error_shape(const service::Problem& problem);

// Null where the text is empty.
Json text_or_null(const std::string& text);

}  // namespace revisiond::wire
