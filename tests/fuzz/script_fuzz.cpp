// Any bytes as a revision file: no crash, a script or errors but never neither, and a splitter that
// agrees with the parser about where quotes and COPY data end.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "script/revision_script.hpp"

using namespace revisiond;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

// What the parser has promised of every section.
void check_section(const script::RevisionScript& script, script::SectionKind kind) {
    const sql::SplitScript split = script::split_section(script, kind, {});
    for (const Diagnostic& diagnostic : split.diagnostics) {
        require(!to_text(diagnostic).empty());
        require(diagnostic.code != "sql.unterminated" && diagnostic.code != "sql.nul-byte");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view content(reinterpret_cast<const char*>(data), size);
    const script::ParsedScript parsed = script::parse_script("fuzz.sql", content);
    require(parsed.script.has_value() != has_errors(parsed.diagnostics));
    for (const Diagnostic& diagnostic : parsed.diagnostics) require(!to_text(diagnostic).empty());
    if (!parsed.script) return 0;
    require(!parsed.script->revision.id.empty());
    require(script::upgrade_checksum(*parsed.script).size() == 64);
    check_section(*parsed.script, script::SectionKind::upgrade);
    check_section(*parsed.script, script::SectionKind::downgrade);
    check_section(*parsed.script, script::SectionKind::verify);
    return 0;
}
