// New revision files: names, templates, text.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace revisiond::script {

// All that a template may speak of.
struct NewRevision {
    std::string id;
    std::vector<std::string> down_revisions;
    std::vector<std::string> depends_on;
    std::vector<std::string> branch_labels;
    std::string message;
    std::int64_t created = 0;  // microseconds since 1970 UTC
};

// The header lines ("-- revision = …" and so on), in the order of DESIGN 3, every string quoted as
// TOML; absent keys are left out. Each ends with \n.
std::string render_header(const NewRevision& revision);

// A template is a revision file that holds ${header}, ${message}, ${revision}, ${slug} and
// ${created}; "$${" is a literal "${". Anything else in ${…} is an error with "did you mean".
// ${header} must stand on a line of its own, once. A key that the template adds to the header
// itself (such as transaction = false) stays. ${message} is put in with its line ends as blanks, so
// that it stays inside its comment. What comes out is parsed again: a text that does not read back
// to `revision` is an error, never a file.
Expected<std::string> render_template(std::string_view template_file,
                                      std::string_view template_text, const NewRevision& revision);

// A built-in template of `revision --template`: sql, concurrent-index, backfill. Null when there is
// none of that name. Their SQL is commented out: an unedited file is valid and does nothing.
const char* builtin_template(std::string_view name);
std::vector<std::string> builtin_template_names();

// Alembic's slug: runs of word characters joined by _, lower case (ASCII; other letters stay as
// they are), cut at `limit` code points back to the last _, which is dropped.
std::string slug(std::string_view message, std::size_t limit = 40);

// The file name by `file_template`, ".sql" behind it: %(rev)s %(slug)s %(epoch)s %(year)d
// %(month).2d %(day).2d %(hour).2d %(minute).2d %(second).2d (UTC), "%%"; Alembic's default is
// "%(rev)s_%(slug)s". A '/' makes subdirectories; "..", an absolute path and names that begin with
// '.' (which loading skips) are refused. An empty slug takes the _ before it along.
Expected<std::string> file_name(std::string_view file_template, const NewRevision& revision,
                                std::size_t slug_limit = 40);

// RFC 3339 with a Z, whole seconds.
std::string to_rfc3339(std::int64_t microseconds);

// The text as a TOML string, in double quotes.
std::string toml_string(std::string_view text);

}  // namespace revisiond::script
