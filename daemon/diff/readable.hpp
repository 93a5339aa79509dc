// What the server prints and would print otherwise when it has read that. Such an object would
// differ from its model for good: each comparison would make it again.
#pragma once

#include <string>
#include <vector>

#include "diff/printed_text.hpp"

namespace revisiond::diff {

// The text, or several in one statement, so that the server prints the same when it has read it.
// Strings, bodies of routines among them, are left as they are.
std::string readable(std::string printed);

// Its parts, one for each thing that PostgreSQL's grammar does to a text that its printer
// (ruleutils.c) does not undo. Each adds what is to be changed.

// `a IN (b, c, d)`, `x BETWEEN 1 AND 5 AND y`, `(a, b) = (c, d) AND y`, rows that are IS DISTINCT
// FROM: these are made into AND and OR behind the grammar and printed nested,
// `(((x >= 1) AND (x <= 5)) AND y)`. The grammar makes one row of an AND that stands first in an
// AND, and of an OR in an OR. It does not look through a cast, and a cast of a boolean to boolean
// is nothing: `(((x >= 1) AND (x <= 5))::boolean AND y)`.
void keep_nested(const PrintedText& printed, std::vector<Edit>& edits);

// Where the server casts an array as a whole it prints `(ARRAY['a'::character varying,
// …])::text[]`, and the grammar gives that cast to each element. `x IN ('a', 'b')` of a varchar is
// such an array, and the numbers that percentile_cont() is given. With the type that it has before
// the cast stays what it was: `((ARRAY[…])::character varying[])::text[]`. Behind ANY and ALL of a
// varchar, and for an array of columns, there is a shorter way: without the cast the server adds it
// again.
void keep_array_casts(const PrintedText& printed, std::vector<Edit>& edits);

// `-1::integer` is printed as `(- 1)`, and that read as the number -1.
void keep_negations(const PrintedText& printed, std::vector<Edit>& edits);

// `EXISTS (SELECT 'x' …)` is printed as `SELECT 'x'::text`, and so is a literal in a later branch
// of a UNION, or behind RETURNING. What is read there is named after the cast, and printed as `AS
// text` from then on. A cast without a name, which is printed only where nobody asks for the name,
// gets the name that it had: "?column?".
void keep_unnamed(const PrintedText& printed, std::vector<Edit>& edits);

// `CYCLE n SET c TO 'Y' DEFAULT 'N'` is printed with `'Y'::text`, where the grammar takes no cast
// but the other spelling of it: `text 'Y'`.
void keep_cycle_marks(const PrintedText& printed, std::vector<Edit>& edits);

}  // namespace revisiond::diff
