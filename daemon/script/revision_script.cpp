#include "script/revision_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/digest.hpp"
#include "base/spelling.hpp"
#include "base/text.hpp"
#include "script/header.hpp"
#include "script/outline.hpp"
#include "script/reporter.hpp"
#include "sql/redact.hpp"

namespace revisiond::script {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t longest_header = 64 * 1024;
constexpr std::string_view header_hint =
    "a header reads: -- revision = \"9f2c41d07a3e\", then on lines of their own "
    "-- down_revision = \"23e153465abc\" and -- message = \"what it does\"";

// Text that is no text: nothing can be read in it, so nothing more is said of the file.
bool report_encoding(Reporter& reporter) {
    const std::string_view text = reporter.text();
    if (const auto bad = first_invalid_utf8(text)) {
        reporter.error(*bad, 1, "script.not-utf8",
                       fmt::format("the file is not UTF-8: byte 0x{:02x} at offset {}",
                                   static_cast<unsigned char>(text[*bad]), *bad),
                       "save the file as UTF-8");
        return true;
    }
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        reporter.error(nul, 1, "script.nul-byte",
                       fmt::format("the file holds a NUL byte at offset {}", nul),
                       "PostgreSQL takes no NUL in SQL; save the file as UTF-8 text");
        return true;
    }
    return false;
}

// The header line that a comment was meant to be: `-- revison = "…"`.
const CommentLine* misspelt_header(const Outline& outline) {
    const std::array<std::string, 1> wanted = {"revision"};
    for (const CommentLine& line : outline.preamble) {
        const std::string_view key = key_of(line.text);
        if (!key.empty() && !is_header_key(key) && nearest(key, wanted)) return &line;
    }
    return nullptr;
}

void report_no_header(Reporter& reporter, const Outline& outline) {
    if (trim(reporter.text()).empty())
        return reporter.error("script.no-header", "the file is empty", std::string(header_hint));
    if (const CommentLine* line = misspelt_header(outline))
        return reporter.error(
            line->offset, key_of(line->text).size(), "script.no-header",
            fmt::format("no header: no comment line sets \"revision\", but this one sets \"{}\"",
                        key_of(line->text)),
            "did you mean \"revision\"?");
    const std::size_t at = outline.stray           ? outline.stray->offset
                           : outline.marks.empty() ? 0
                                                   : outline.marks.front().begin;
    const std::size_t end = reporter.text().find_first_of("\r\n", at);
    reporter.error(at, end - at, "script.no-header",
                   "no header: no comment line above this one sets \"revision\"",
                   std::string(header_hint));
}

// A line outside the header that sets one of its keys: read as prose it would be lost in silence.
void report_key_outside(Reporter& reporter, const CommentLine& line, std::string_view where) {
    const std::string_view key = key_of(line.text);
    if (!is_header_key(key)) return;
    const std::string_view value = trim(line.text.substr(line.text.find('=') + 1));
    if (value.empty() ||
        std::string_view("\"'[tf0123456789").find(value.front()) == std::string_view::npos)
        return;
    const auto offset = static_cast<std::size_t>(key.data() - reporter.text().data());
    reporter.error(offset, key.size(), "script.key-outside-header",
                   fmt::format("\"{}\" is set {} and would be lost", key, where),
                   "the header is one run of comment lines that begins with the line that sets "
                   "\"revision\"; move the line into it");
}

// Where the run of header lines ends.
std::size_t header_end(const Outline& outline) {
    std::size_t end = outline.header + 1;
    while (end < outline.preamble.size() &&
           outline.preamble[end].begin == outline.preamble[end - 1].end)
        ++end;
    return end;
}

std::string prose(std::span<const CommentLine> lines) {
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i > 0) text += lines[i].begin == lines[i - 1].end ? "\n" : "\n\n";
        text += lines[i].text;
    }
    return std::string(trim(text));
}

void read_preamble(Reporter& reporter, const Outline& outline, RevisionScript& script) {
    const std::span<const CommentLine> lines = outline.preamble;
    const std::size_t end = header_end(outline);
    for (const CommentLine& line : lines.first(outline.header))
        report_key_outside(reporter, line, "above the header");
    for (const CommentLine& line : lines.subspan(end))
        report_key_outside(reporter, line, "below the header");
    script.long_message = prose(lines.first(outline.header));
    const CommentLine& first = lines[outline.header];
    script.revision.at = reporter.at(first.offset, first.text.size());
    if (lines[end - 1].end - first.begin > longest_header)
        return reporter.error(
            first.offset, 1, "script.header-too-long",
            fmt::format("the header that begins here is longer than {} bytes", longest_header),
            "a blank line ends the header");
    std::vector<HeaderLine> header;
    header.reserve(end - outline.header);
    for (const CommentLine& line : lines.subspan(outline.header, end - outline.header))
        header.push_back({line.offset, line.text});
    read_header(reporter, header, script);
}

void report_unknown_section(Reporter& reporter, const Mark& mark) {
    const std::vector<std::string> known = {"upgrade", "downgrade", "verify"};
    std::string lower(mark.name);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const auto near = nearest(lower, known);
    reporter.error(mark.offset, mark.name.size(), "script.unknown-section",
                   fmt::format("unknown section [{}]", mark.name),
                   near ? fmt::format("did you mean -- [{}]?", *near)
                        : "the sections are [upgrade], [downgrade] and [verify]; a comment in "
                          "brackets needs another word beside them");
}

std::optional<Section>& section_of(RevisionScript& script, std::string_view name) {
    if (name == "upgrade") return script.upgrade;
    return name == "downgrade" ? script.downgrade : script.verify;
}

void read_sections(Reporter& reporter, const Outline& outline, RevisionScript& script) {
    const std::string_view text = reporter.text();
    std::uint32_t line = 1;
    std::size_t counted = 0;
    for (std::size_t i = 0; i < outline.marks.size() && !reporter.full(); ++i) {
        const Mark& mark = outline.marks[i];
        line += static_cast<std::uint32_t>(
            std::count(text.begin() + static_cast<std::ptrdiff_t>(counted),
                       text.begin() + static_cast<std::ptrdiff_t>(mark.end), '\n'));
        counted = mark.end;
        if (!is_section(mark.name)) {
            report_unknown_section(reporter, mark);
            continue;
        }
        std::optional<Section>& section = section_of(script, mark.name);
        if (section) {
            reporter.error(mark.offset, mark.name.size(), "script.duplicate-section",
                           fmt::format("a second section [{}]; the first begins on line {}",
                                       mark.name, section->line - 1),
                           "join the two sections");
            continue;
        }
        const std::size_t end =
            i + 1 < outline.marks.size() ? outline.marks[i + 1].begin : text.size();
        section = Section{std::string(text.substr(mark.end, end - mark.end)), line, mark.end};
    }
}

std::string checksum(const std::optional<Section>& section) {
    return section_checksum(section ? std::string_view(section->text) : std::string_view());
}

}  // namespace

ParsedScript parse_script(std::string file, std::string_view content) {
    const std::size_t begin = content.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    content.remove_prefix(begin);
    Reporter reporter(std::move(file), content);
    if (report_encoding(reporter)) return {std::nullopt, std::move(reporter).take()};

    RevisionScript script;
    const Outline outline = read_outline(reporter);
    if (outline.header == outline.preamble.size()) {
        report_no_header(reporter, outline);
    } else {
        read_preamble(reporter, outline, script);
        if (outline.stray)
            reporter.error(
                outline.stray->offset, outline.stray->width, "script.stray-text",
                outline.marks.empty() ? "SQL outside a section" : "SQL above the first section",
                "put it below a line that reads -- [upgrade]");
    }
    read_sections(reporter, outline, script);
    for (auto* section : {&script.upgrade, &script.downgrade, &script.verify})
        if (*section) (*section)->offset += begin;
    if (reporter.count() == 0) return {std::move(script), {}};
    Diagnostics diagnostics = std::move(reporter).take();
    for (Diagnostic& diagnostic : diagnostics) sql::redact_line(diagnostic.at, content, 1);
    return {std::nullopt, std::move(diagnostics)};
}

std::string section_checksum(std::string_view text) {
    return to_hex(sha256(normalise_line_ends(text)));
}

std::string upgrade_checksum(const RevisionScript& script) {
    return checksum(script.upgrade);
}

std::string downgrade_checksum(const RevisionScript& script) {
    return checksum(script.downgrade);
}

}  // namespace revisiond::script
