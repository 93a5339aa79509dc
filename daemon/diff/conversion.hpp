// How values get from one type to another. Internal to the room.
#pragma once

#include <string>
#include <string_view>

namespace revisiond::diff {

// "numeric(10,2)[]" is "numeric[]".
std::string without_modifiers(std::string_view type);
// What stands behind USING; empty when the server converts by itself. `through_text`: the old type
// has the same name as the new one, which knows nothing of it.
std::string conversion_of(const std::string& column, std::string_view from, std::string_view to,
                          bool through_text);
// The same type with a wider or no limit: no row is looked at.
bool only_widens(std::string_view from, std::string_view to);
// Whether values are changed without an error: digits, fractions, fields of a time or the form of a
// JSON text are gone.
bool loses_values(std::string_view from, std::string_view to);
// The name behind the last dot outside quotes.
std::string last_part(std::string_view qualified);
// "SET MINVALUE 5 SET CYCLE": what differs between two lists of sequence options.
// The value of one of the options of an identity's sequence: "START WITH".
std::string sequence_option(std::string_view options, std::string_view name);
std::string identity_changes(std::string_view from, std::string_view to);

}  // namespace revisiond::diff
