// The room script: a revision file as a value, both ways. Pure: text in, values out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "graph/revision.hpp"
#include "sql/splitter.hpp"

namespace revisiond::script {

// The body of one [section] of a file.
struct Section {
    std::string text;        // all bytes after the mark's line, to the next mark or the end
    std::uint32_t line = 0;  // of the file that `text` begins on
    std::size_t offset = 0;  // in bytes, from the beginning of the file to `text`
};

// A revision file, parsed. The sections are not split yet: a project of 10,000 files is loaded to
// print its heads.
struct RevisionScript {
    graph::Revision revision;
    std::string long_message;            // the prose above the header, without its "-- "
    std::optional<std::string> created;  // as written
    bool transaction = true;
    std::vector<std::string> variables;  // empty: psql variables are off in this file
    std::optional<Section> upgrade;      // absent: a revision that only merges
    std::optional<Section> downgrade;    // absent: irreversible (unless upgrade is absent or empty
                                         // too: then there is nothing to undo)
    std::optional<Section> verify;

    const std::string& file() const { return revision.at.file; }
};

// Everything wrong with one file.
struct ParsedScript {
    std::optional<RevisionScript> script;  // absent when there are errors
    Diagnostics diagnostics;
};

// Parses the content of one file (UTF-8, an optional BOM, any line ends). `file` is for
// diagnostics. Every problem of the file is reported: not UTF-8, no header, unknown key or section
// (with "did you mean"), wrong type, duplicate key, two sections of one name, text between header
// and first section, unterminated quote, dollar quote or comment, forbidden characters. Never
// throws on input.
ParsedScript parse_script(std::string file, std::string_view content);

// What a revision is told by: see below.
struct Checksums {
    std::string upgrade;
    std::string downgrade;
};

// SHA-256 (lower-case hex) of the upgrade section with line ends normalised and nothing else
// changed; that of the empty text when there is none.
std::string upgrade_checksum(const RevisionScript& script);
std::string downgrade_checksum(const RevisionScript& script);
// The same of a section's text alone.
std::string section_checksum(std::string_view text);

// Which section.
enum class SectionKind { upgrade, downgrade, verify };

// Splits one section; variables missing from `values` are diagnostics. An absent section gives no
// statements. In a transactional revision a statement that PostgreSQL refuses inside a transaction
// is a diagnostic, with `transaction = false` as its hint.
sql::SplitScript split_section(const RevisionScript& script, SectionKind kind,
                               const std::map<std::string, std::string>& values);

// The options that split_section used: for locating the server's positions later.
sql::SplitOptions split_options(const RevisionScript& script, SectionKind kind,
                                const std::map<std::string, std::string>& values);

}  // namespace revisiond::script
