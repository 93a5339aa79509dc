#include "service/new_revision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <limits>
#include <random>

#include "base/text.hpp"
#include "directory/new_file.hpp"
#include "graph/planner.hpp"
#include "script/render.hpp"
#include "script/revision_script.hpp"
#include "service/post_write_hooks.hpp"
#include "service/targets.hpp"

namespace revisiond::service {

namespace fs = std::filesystem;

namespace {

// Random ids keep away from ids and labels that begin alike, so that every id can be shortened.
bool begins_alike(const graph::RevisionMap& map, const std::string& id) {
    const auto alike = [&id](const std::string& other) {
        const std::size_t length = std::min(id.size(), other.size());
        return id.compare(0, length, other, 0, length) == 0;
    };
    return std::any_of(map.nodes().begin(), map.nodes().end(), [&](const graph::Node& node) {
        return alike(node.revision.id) || std::any_of(node.revision.branch_labels.begin(),
                                                      node.revision.branch_labels.end(), alike);
    });
}

std::string random_id(const graph::RevisionMap& map) {
    std::random_device random;
    std::uniform_int_distribution<std::uint64_t> twelve_digits(0, 0xffff'ffff'ffff);
    for (;;) {
        std::string id = fmt::format("{:012x}", twelve_digits(random));
        if (!begins_alike(map, id)) return id;
    }
}

Expected<std::string> chosen_id(const Project& project, const RevisionRequest& request) {
    if (!request.id) return random_id(project.map());
    const std::string& id = *request.id;
    if (std::string forbidden = graph::forbidden_in_id(id); !forbidden.empty()) {
        return unexpected(make_error("service.bad-id", std::move(forbidden),
                                     "letters, digits and _ are always fine"));
    }
    if (const auto other = project.map().find(id)) {
        return unexpected(make_error("service.id-taken",
                                     fmt::format("revision {} exists already: {}", id,
                                                 project.map()[*other].revision.at.file),
                                     "choose another --rev-id, or leave it out"));
    }
    if (const auto other = project.map().find_label(id)) {
        return unexpected(make_error("service.id-taken",
                                     fmt::format("{} is a branch label of revision {}", id,
                                                 project.map()[*other].revision.id),
                                     "choose another --rev-id, or leave it out"));
    }
    return id;
}

// The map as it would be with the new revision says whether its names are free, and words of the
// target grammar or not. The other revisions are sound: the project was loaded.
Expected<Done, Diagnostics> fits(const Project& project, const script::NewRevision& revision) {
    std::vector<graph::Revision> all;
    for (const graph::Node& node : project.map().nodes()) all.push_back(node.revision);
    graph::Revision added;
    added.id = revision.id;
    added.down_revisions = revision.down_revisions;
    added.depends_on = revision.depends_on;
    added.branch_labels = revision.branch_labels;
    // The last in order, so that it is what a clash is reported of.
    added.created = std::numeric_limits<std::int64_t>::max();
    all.push_back(std::move(added));
    auto built = graph::RevisionMap::build(std::move(all));
    if (built) return Done{};
    Diagnostics errors = std::move(built.error());
    std::erase_if(errors,
                  [](const Diagnostic& found) { return found.severity != Severity::error; });
    return unexpected(std::move(errors));
}

std::int64_t now_in_microseconds() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

bool is_below(const fs::path& path, const fs::path& folder) {
    const fs::path relative = path.lexically_normal().lexically_relative(folder.lexically_normal());
    return !relative.empty() && *relative.begin() != "..";
}

// Where the parent lives, unless told otherwise.
Expected<fs::path> folder_of(const Project& project, const RevisionRequest& request,
                             const graph::NewParents& parents) {
    const std::vector<fs::path>& folders = project.settings().migrations;
    if (request.version_path.empty()) {
        if (parents.down_revisions.empty()) return folders.front();
        const auto parent = project.map().find(parents.down_revisions.front());
        const fs::path file = project.map()[*parent].revision.at.file;
        const auto found = std::find_if(folders.begin(), folders.end(),
                                        [&](const auto& folder) { return is_below(file, folder); });
        return found == folders.end() ? folders.front() : *found;
    }
    const fs::path wanted = fs::absolute(request.version_path);
    for (const fs::path& folder : folders) {
        if (is_below(wanted, fs::absolute(folder))) return request.version_path;
    }
    return unexpected(
        make_error("service.version-path",
                   fmt::format("{} is not one of the configuration's migrations, nor below one",
                               request.version_path.string()),
                   "revisions there would never be read; add it to migrations of the database"));
}

Expected<std::string> template_text(const std::string& name) {
    if (const char* text = script::builtin_template(name)) return std::string(text);
    std::ifstream stream(name, std::ios::binary);
    if (stream) return std::string(std::istreambuf_iterator<char>(stream), {});
    return unexpected(
        make_error("service.no-template",
                   fmt::format("there is no template \"{}\", built in or as a file", name),
                   fmt::format("built in are {}", join_words(script::builtin_template_names()))));
}

// `transaction = false` in the header, unless the template says something of it already.
std::string with_mode(std::string text, const RevisionBody& body) {
    constexpr std::string_view header = "${header}";
    const std::size_t at = text.find(header);
    if (body.transaction || at == std::string::npos ||
        text.find("transaction =") != std::string::npos) {
        return text;
    }
    return text.insert(at + header.size(), "\n-- transaction = false");
}

// Puts the SQL at the ends of the sections that the template made, or makes the sections.
std::string with_body(const std::string& text, const script::RevisionScript& script,
                      const RevisionBody& body) {
    const auto section = [](const std::optional<script::Section>& made) {
        return made ? std::string(trim(made->text)) : std::string();
    };
    std::uint32_t first = std::numeric_limits<std::uint32_t>::max();
    for (const auto* made : {&script.upgrade, &script.downgrade, &script.verify}) {
        if (*made) first = std::min(first, (*made)->line - 1);
    }
    std::size_t end = 0;
    for (std::uint32_t line = 1; line < first && end < text.size(); ++line) {
        const std::size_t next = text.find('\n', end);
        end = next == std::string::npos ? text.size() : next + 1;
    }
    std::string result(trim(std::string_view(text).substr(0, end)));
    const auto add = [&result](std::string_view name, std::string made, const std::string& sql) {
        if (!made.empty()) made += "\n";
        result += fmt::format("\n\n-- [{}]\n{}{}", name, made, sql);
        while (result.ends_with('\n')) result.pop_back();
    };
    add("upgrade", section(script.upgrade), body.upgrade);
    if (!body.irreversible) add("downgrade", section(script.downgrade), body.downgrade);
    if (script.verify) add("verify", section(script.verify), {});
    return result + "\n";
}

// The text, and proof that it is a revision file.
Expected<std::string, Diagnostics> rendered(const Project& project, const RevisionRequest& request,
                                            const script::NewRevision& revision) {
    const std::string& name = request.template_name.empty()
                                  ? project.config().revision.template_name
                                  : request.template_name;
    auto text = template_text(name);
    if (!text) return unexpected(Diagnostics{std::move(text.error())});
    if (request.body) *text = with_mode(std::move(*text), *request.body);
    auto result = script::render_template(name, *text, revision);
    if (!result) return unexpected(Diagnostics{std::move(result.error())});
    script::ParsedScript parsed = script::parse_script(name, *result);
    if (request.body && parsed.script) {
        *result = with_body(*result, *parsed.script, *request.body);
        parsed = script::parse_script(name, *result);
    }
    if (!parsed.script) return unexpected(std::move(parsed.diagnostics));
    return std::move(*result);
}

}  // namespace

Expected<NewFile, Problem> write_revision(const Project& project, NewFile file) {
    if (auto done = directory::write_new_file(file.path, file.text); !done) {
        return unexpected(to_problem(std::move(done.error())));
    }
    const fs::path path = fs::absolute(file.path);
    const fs::path home = fs::absolute(project.config().file).parent_path();
    auto output = run_post_write_hooks(project.config().revision.post_write_hooks, path, home);
    if (!output) {
        std::error_code ignored;
        fs::remove(path, ignored);
        return unexpected(to_problem(std::move(output.error())));
    }
    file.hook_output = std::move(*output);
    return file;
}

namespace {

Expected<NewFile, Problem> make_file(const Project& project, const RevisionRequest& request,
                                     graph::NewParents parents) {
    auto id = chosen_id(project, request);
    if (!id) return unexpected(to_problem(std::move(id.error())));
    auto folder = folder_of(project, request, parents);
    if (!folder) return unexpected(to_problem(std::move(folder.error())));
    const script::NewRevision revision{*id,
                                       parents.down_revisions,
                                       parents.depends_on,
                                       request.branch_labels,
                                       request.message,
                                       now_in_microseconds()};
    if (auto good = fits(project, revision); !good) {
        return unexpected(to_problem(std::move(good.error())));
    }
    auto text = rendered(project, request, revision);
    if (!text) return unexpected(to_problem(std::move(text.error())));
    const config::RevisionSettings& settings = project.config().revision;
    auto name = script::file_name(settings.file_template, revision, settings.truncate_slug_length);
    if (!name) return unexpected(to_problem(std::move(name.error())));

    NewFile file{*id, *folder / *name, *folder, std::move(*text), std::move(parents.down_revisions),
                 {}};
    if (request.only_text) return file;
    return write_revision(project, std::move(file));
}

}  // namespace

Expected<NewFile, Problem> new_revision(const Project& project, const RevisionRequest& request) {
    auto heads = parse_targets(request.heads);
    if (!heads) return unexpected(std::move(heads.error()));
    auto depends_on = parse_targets(request.depends_on);
    if (!depends_on) return unexpected(std::move(depends_on.error()));
    auto parents = graph::parents_of_new(project.map(), *heads, request.splice, *depends_on);
    if (!parents) return unexpected(to_problem(std::move(parents.error())));
    return make_file(project, request, std::move(*parents));
}

Expected<NewFile, Problem> merge(const Project& project, const RevisionRequest& request) {
    auto revisions = parse_targets(request.heads);
    if (!revisions) return unexpected(std::move(revisions.error()));
    auto parents = graph::parents_of_merge(project.map(), *revisions, request.splice);
    if (!parents) return unexpected(to_problem(std::move(parents.error())));
    RevisionRequest named = request;
    if (named.message.empty()) named.message = "merge " + join_words(parents->down_revisions);
    return make_file(project, named, std::move(*parents));
}

}  // namespace revisiond::service
