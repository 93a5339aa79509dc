// Where the data of COPY … FROM stdin stands in a script.
#pragma once

#include <cstddef>
#include <string_view>

namespace revisiond::sql {

// The data lines behind one COPY statement, as offsets into the script.
struct CopyBlock {
    std::size_t begin = 0;  // of the first data line: the line after the semicolon's
    std::size_t end = 0;    // behind the last data line
    std::size_t next = 0;   // behind the `\.` line; the script's end when there is none
    bool ended = false;     // whether there is a `\.` line
};

// The block that belongs to the COPY statement whose semicolon ends at `statement_end`. As in psql,
// only a line that is exactly
// `\.` ends it.
CopyBlock find_copy_data(std::string_view script, std::size_t statement_end);

}  // namespace revisiond::sql
