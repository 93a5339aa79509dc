#include "script/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/spelling.hpp"
#include "base/text.hpp"
#include "script/reporter.hpp"
#include "script/revision_script.hpp"

namespace revisiond::script {
namespace {

std::string toml_array(const std::vector<std::string>& items) {
    std::vector<std::string> quoted;
    quoted.reserve(items.size());
    for (const std::string& item : items) quoted.push_back(toml_string(item));
    return "[" + join(quoted, ", ") + "]";
}

constexpr std::array<std::string_view, 5> placeholders = {"header", "message", "revision", "slug",
                                                          "created"};

// Walks over a template and copies it with the placeholders filled.
class TemplateRenderer {
  public:
    TemplateRenderer(std::string_view file, std::string_view text, const NewRevision& revision)
        : reporter_(std::string(file), text), text_(text), revision_(revision) {}

    Expected<std::string> render() &&;

  private:
    void placeholder(std::size_t begin, std::string_view name);
    void header(std::size_t begin, std::size_t width);
    void unknown(std::size_t begin, std::string_view name);

    Reporter reporter_;
    std::string_view text_;
    const NewRevision& revision_;
    std::string result_;
    std::size_t headers_ = 0;
};

void TemplateRenderer::header(std::size_t begin, std::size_t width) {
    const std::size_t end = begin + width;
    const bool line_begins = begin == 0 || text_[begin - 1] == '\n';
    const std::string_view behind = text_.substr(end);
    const bool crlf = behind.starts_with("\r\n");
    if (!line_begins || !(behind.empty() || crlf || behind.starts_with('\n')))
        return reporter_.error(begin, width, "script.template",
                               "${header} does not stand on a line of its own");
    if (++headers_ > 1)
        return reporter_.error(begin, width, "script.template", "a second ${header}",
                               "a file has one header");
    std::string lines = render_header(revision_);
    lines.pop_back();  // the template's own line end follows
    for (const char c : lines) {
        if (c == '\n' && crlf) result_ += '\r';
        result_ += c;
    }
}

void TemplateRenderer::unknown(std::size_t begin, std::string_view name) {
    const std::vector<std::string> known(placeholders.begin(), placeholders.end());
    const auto near = nearest(name, known);
    reporter_.error(
        begin, name.size() + 3, "script.template", fmt::format("unknown placeholder ${{{}}}", name),
        near ? fmt::format("did you mean ${{{}}}?", *near)
             : fmt::format("a template may hold {}; $${{ is a literal ${{", join_words(known)));
}

void TemplateRenderer::placeholder(std::size_t begin, std::string_view name) {
    if (name == "header")
        header(begin, name.size() + 3);
    else if (name == "message")
        result_ += one_line(revision_.message);
    else if (name == "revision")
        result_ += revision_.id;
    else if (name == "slug")
        result_ += slug(revision_.message);
    else if (name == "created")
        result_ += to_rfc3339(revision_.created);
    else
        unknown(begin, name);
}

Expected<std::string> TemplateRenderer::render() && {
    std::size_t at = 0;
    while (at < text_.size()) {
        const std::size_t dollar = std::min(text_.find('$', at), text_.size());
        result_.append(text_.substr(at, dollar - at));
        at = dollar;
        const std::string_view rest = text_.substr(at);
        const std::size_t close = rest.substr(0, rest.find('\n')).find('}');
        if (rest.starts_with("$${")) {
            result_ += "${";
            at += 3;
        } else if (rest.starts_with("${") && close != std::string_view::npos) {
            placeholder(at, rest.substr(2, close - 2));
            at += close + 1;
        } else if (!rest.empty()) {
            result_ += '$';
            ++at;
        }
    }
    if (headers_ == 0 && reporter_.count() == 0)
        reporter_.error("script.template", "the template has no ${header}",
                        "put ${header} on a line of its own");
    Diagnostics diagnostics = std::move(reporter_).take();
    if (!diagnostics.empty()) return unexpected(std::move(diagnostics.front()));
    return std::move(result_);
}

bool reads_back(const RevisionScript& script, const NewRevision& revision) {
    constexpr std::int64_t second = 1'000'000;
    const graph::Revision& read = script.revision;
    return read.id == revision.id && read.down_revisions == revision.down_revisions &&
           read.depends_on == revision.depends_on && read.branch_labels == revision.branch_labels &&
           read.message == revision.message && read.created <= revision.created &&
           revision.created < read.created + second;
}

}  // namespace

std::string toml_string(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            result.append("\\").push_back(c);
        else if (c == '\n')
            result += "\\n";
        else if (byte < 0x20 || byte == 0x7f)
            result += fmt::format("\\u{:04X}", static_cast<unsigned>(byte));
        else
            result += c;
    }
    return result + "\"";
}

std::string render_header(const NewRevision& revision) {
    std::string lines = fmt::format("-- revision = {}\n", toml_string(revision.id));
    const auto add = [&lines](std::string_view key, const std::string& value) {
        lines += fmt::format("-- {} = {}\n", key, value);
    };
    if (revision.down_revisions.size() == 1)
        add("down_revision", toml_string(revision.down_revisions.front()));
    else if (!revision.down_revisions.empty())
        add("down_revision", toml_array(revision.down_revisions));
    if (!revision.message.empty()) add("message", toml_string(revision.message));
    if (revision.created != 0) add("created", to_rfc3339(revision.created));
    if (!revision.branch_labels.empty()) add("branch_labels", toml_array(revision.branch_labels));
    if (!revision.depends_on.empty()) add("depends_on", toml_array(revision.depends_on));
    return lines;
}

Expected<std::string> render_template(std::string_view template_file,
                                      std::string_view template_text, const NewRevision& revision) {
    Expected<std::string> text = TemplateRenderer(template_file, template_text, revision).render();
    if (!text) return text;
    const ParsedScript parsed = parse_script(std::string(template_file), *text);
    if (parsed.script && reads_back(*parsed.script, revision)) return text;
    const std::string why =
        parsed.script ? "its header reads back differently" : parsed.diagnostics.front().message;
    Diagnostic error = make_error(
        "script.template", fmt::format("the filled template is not this revision's file: {}", why),
        "mend the template, or the message or name that was put into it");
    error.at.file = std::string(template_file);
    return unexpected(std::move(error));
}

}  // namespace revisiond::script
