#include "sql/backslash.hpp"

#include <fmt/format.h>

#include <array>

namespace revisiond::sql {
namespace {

// What to use instead of some of psql's commands.
struct Remedy {
    std::string_view command;
    const char* hint;
};

constexpr const char* include_hint =
    "put the SQL itself into this file: a revision must not change with another file";
constexpr const char* conditional_hint = "write two revisions, or decide inside a DO block with IF";
constexpr const char* variable_hint =
    "declare the name in the header's variables and give its value with -x or in the config";
constexpr const char* connect_hint =
    "a revision runs on one database; choose it with -n or in the config";
constexpr const char* result_hint = "end the statement with ; and use PL/pgSQL in a DO block";
constexpr const char* semicolon_hint = "write the semicolon alone: statements are sent one by one";

constexpr std::array<Remedy, 24> remedies = {{
    {"copy", "use COPY … FROM stdin; with the data behind it, ended by a line that reads \\."},
    {".", "only the data of a COPY … FROM stdin ends with \\."},
    {"i", include_hint},
    {"include", include_hint},
    {"ir", include_hint},
    {"include_relative", include_hint},
    {"set", variable_hint},
    {"unset", variable_hint},
    {"getenv", variable_hint},
    {"prompt", variable_hint},
    {"if", conditional_hint},
    {"elif", conditional_hint},
    {"else", conditional_hint},
    {"endif", conditional_hint},
    {"c", connect_hint},
    {"connect", connect_hint},
    {"gset", result_hint},
    {"gexec", "build the statement with format() and run it with EXECUTE in a DO block"},
    {"g", semicolon_hint},
    {"gx", semicolon_hint},
    {";", semicolon_hint},
    {"encoding", "revision files are UTF-8"},
    {"timing", "remove it: every statement's time is reported"},
    {"echo", "write a comment, or RAISE NOTICE in a DO block"},
}};

std::string_view command_name(std::string_view command) {
    command.remove_prefix(1);
    if (command.starts_with(';')) return command.substr(0, 1);
    return command.substr(0, command.find_first_of(" \t\f\v\\;'\"("));
}

}  // namespace

bool is_skipped_backslash(std::string_view command) {
    const std::string_view name = command_name(command);
    return name == "restrict" || name == "unrestrict";
}

Diagnostic refuse_backslash(std::string_view command) {
    const std::string_view name = command_name(command);
    std::string hint = "only SQL runs here: remove it, or use the SQL that it stands for";
    for (const Remedy& remedy : remedies)
        if (remedy.command == name) hint = remedy.hint;
    return make_error("sql.backslash-command",
                      fmt::format("\\{} is a command of psql, not SQL", name), hint);
}

}  // namespace revisiond::sql
