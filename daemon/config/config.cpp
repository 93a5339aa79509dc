#include "config/config.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/spelling.hpp"
#include "base/text.hpp"
#include "config/database_section.hpp"
#include "config/document.hpp"
#include "config/dotenv.hpp"
#include "config/files.hpp"
#include "config/section.hpp"
#include "config/server_section.hpp"

namespace revisiond::config {
namespace {

namespace fs = std::filesystem;

Expected<fs::path> find_file(const fs::path& explicit_file, const Environment& environment) {
    if (!explicit_file.empty()) return explicit_file;
    const auto named = environment.find("REVISIOND_CONFIG");
    if (named != environment.end() && !named->second.empty()) return fs::path(named->second);
    for (const char* path : {"config.toml", "/etc/revisiond/config.toml"}) {
        std::error_code error;
        if (fs::exists(path, error)) return fs::path(path);
    }
    return unexpected(
        make_error("config.not-found",
                   "no configuration: there is no -c, no REVISIOND_CONFIG, no ./config.toml and no "
                   "/etc/revisiond/config.toml",
                   "`revisiond init` writes a config.toml"));
}

// What env_file sets, and how to speak of it.
struct EnvFile {
    Environment variables;
    std::string hint = "the environment (or in a file that env_file names)";
};

EnvFile read_env_file(Reading& reading, const Section& top, const fs::path& folder) {
    EnvFile result;
    // Without itself: where variables come from cannot depend on them being read.
    const auto name = top.text("env_file");
    if (!name || name->empty()) return result;
    const fs::path path = (folder / *name).lexically_normal();
    std::error_code error;
    if (!fs::exists(path, error)) {
        // A container has its variables from elsewhere.
        result.hint =
            fmt::format("the environment or {} (env_file, which does not exist)", path.string());
        return result;
    }
    result.hint = fmt::format("the environment or {}", path.string());
    const auto content = read_file(path);
    if (!content) {
        top.fail("env_file",
                 fmt::format("names {}, which cannot be read: {}", path.string(), content.error()));
        return result;
    }
    Dotenv dotenv = parse_dotenv(path.string(), *content);
    reading.diagnostics.insert(reading.diagnostics.end(), dotenv.diagnostics.begin(),
                               dotenv.diagnostics.end());
    result.variables = std::move(dotenv.variables);
    return result;
}

void read_databases(Reading& reading, const Section& top, const fs::path& folder,
                    const ApplySettings& apply, Config& config) {
    const Value* databases = top.section("databases");
    if (databases == nullptr || databases->entries.empty()) {
        if (!top.has("databases") || databases != nullptr) {
            top.fail("databases", "names no database",
                     "add a section [databases.main] with its url");
        }
        return;
    }
    for (const Entry& entry : databases->entries) {
        if (entry.value.kind == Kind::table) {
            config.databases.push_back(read_database(reading, entry, folder, apply));
        } else {
            top.fail("databases", fmt::format("holds {}, which is not a section", entry.key),
                     "a database is a section [databases.NAME]");
        }
    }
}

void read_hook(Reading& reading, const Value& value, const fs::path& folder, Config& config) {
    const Section section(reading, value, "revision.post_write_hooks", "revision.post_write_hooks");
    PostWriteHook hook;
    for (const char* key : {"name", "command"}) {
        if (!section.has(key))
            section.fail(key, "is missing", "every hook has a name and a command");
    }
    hook.name = section.text("name").value_or("");
    hook.command = section.texts("command", false).value_or(std::vector<std::string>{});
    if (const auto cwd = section.text("cwd")) hook.cwd = (folder / *cwd).lexically_normal();
    config.revision.post_write_hooks.push_back(std::move(hook));
}

void read_revision(Reading& reading, const Value& table, const fs::path& folder, Config& config) {
    const Section section(reading, table, "revision", "revision");
    RevisionSettings& revision = config.revision;
    if (auto file_template = section.text("file_template")) {
        if (file_template->empty()) section.fail("file_template", "is empty");
        revision.file_template = *file_template;
    }
    if (const auto length = section.count("truncate_slug_length", 1, 200)) {
        revision.truncate_slug_length = *length;
    }
    if (auto name = section.text("template")) {
        // A bare word is a built-in template or a file beside the config file.
        const bool is_path = name->find('/') != std::string::npos || name->ends_with(".sql");
        revision.template_name = is_path ? (folder / *name).lexically_normal().string() : *name;
    }
    const Entry* hooks = section.find("post_write_hooks");
    if (hooks == nullptr) return;
    const bool tables = hooks->value.kind == Kind::array &&
                        std::all_of(hooks->value.elements.begin(), hooks->value.elements.end(),
                                    [](const Value& hook) { return hook.kind == Kind::table; });
    if (!tables) {
        return section.fail("post_write_hooks", "must be an array of sections",
                            "write each hook as [[revision.post_write_hooks]]");
    }
    for (const Value& hook : hooks->value.elements) read_hook(reading, hook, folder, config);
}

void read_sections(Reading& reading, const Section& top, const fs::path& folder, Config& config) {
    ApplySettings apply;
    if (const Value* table = top.section("apply")) {
        read_apply(reading, *table, "apply", "apply", apply);
    }
    if (const Value* table = top.section("revision")) {
        read_revision(reading, *table, folder, config);
    }
    if (const Value* table = top.section("migrations")) {
        const Section section(reading, *table, "migrations", "migrations");
        config.max_file_bytes = section.size("max_file_size").value_or(config.max_file_bytes);
        section.duration("settle", config.settle);
    }
    if (const Value* table = top.section("server")) {
        config.server = read_server(reading, *table, folder);
    }
    read_databases(reading, top, folder, apply, config);
}

std::optional<std::string> value_in(const Environment& environment, const std::string& name) {
    const auto found = environment.find(name);
    if (found == environment.end()) return std::nullopt;
    return found->second;
}

// A secret file without the line end that editors add; nothing when it cannot be read: the variable
// is missing then, and said to be.
std::optional<std::string> secret_in(const fs::path& path) {
    auto content = read_file(path);
    if (!content) return std::nullopt;
    while (content->ends_with('\n') || content->ends_with('\r')) content->pop_back();
    return std::move(*content);
}

// See load().
Lookup lookup_in(const Environment& environment, const fs::path& credentials) {
    return [&environment, credentials](std::string_view name) -> std::optional<std::string> {
        const std::string variable(name);
        const bool plain = variable.find('/') == std::string::npos;
        if (!credentials.empty() && plain) {
            if (auto secret = secret_in(credentials / variable)) return secret;
        }
        if (const auto file = value_in(environment, variable + "_FILE")) return secret_in(*file);
        return value_in(environment, variable);
    };
}

}  // namespace

Environment process_environment() {
    Environment result;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        result.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return result;
}

Expected<Config, Diagnostics> load(const fs::path& explicit_file, const Environment& environment) {
    const auto file = find_file(explicit_file, environment);
    if (!file) return unexpected(Diagnostics{file.error()});
    auto source = read_file(*file);
    if (!source) {
        Diagnostic error = make_error("config.unreadable", "cannot be read: " + source.error());
        error.at.file = file->string();
        return unexpected(Diagnostics{error});
    }
    const auto document = parse_document(file->string(), std::move(*source));
    if (!document) return unexpected(Diagnostics{document.error()});

    const fs::path credentials = value_in(environment, "CREDENTIALS_DIRECTORY").value_or("");
    Reading reading{
        *document, lookup_in(environment, credentials), "the environment", credentials, {}, {}};
    const Section top(reading, document->root, "", "");
    const fs::path folder = file->parent_path();
    EnvFile env_file = read_env_file(reading, top, folder);
    Environment all = environment;
    all.merge(env_file.variables);  // keeps what the environment has
    reading.lookup = lookup_in(all, credentials);
    reading.variables_hint = env_file.hint;

    Config config;
    config.file = *file;
    read_sections(reading, top, folder, config);
    if (has_errors(reading.diagnostics)) {
        reading.diagnostics.insert(reading.diagnostics.end(), reading.warnings.begin(),
                                   reading.warnings.end());
        return unexpected(std::move(reading.diagnostics));
    }
    config.warnings = std::move(reading.warnings);
    return config;
}

Expected<const DatabaseSettings*> Config::database(std::string_view name) const {
    if (databases.empty()) {
        return unexpected(make_error("config.no-database", "the configuration names no database"));
    }
    // Without a name: the only or first one.
    if (name.empty()) return &databases.front();
    std::vector<std::string> names;
    for (const DatabaseSettings& candidate : databases) {
        if (candidate.name == name) return &candidate;
        names.push_back(candidate.name);
    }
    const auto near = nearest(name, names);
    return unexpected(make_error("config.unknown-database",
                                 fmt::format("the configuration has no database \"{}\"", name),
                                 near ? fmt::format("did you mean \"{}\"?", *near)
                                      : fmt::format("it has {}", join_words(names))));
}

}  // namespace revisiond::config
