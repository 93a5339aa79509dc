// What `init` writes.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "cli/new_files.hpp"

namespace revisiond::cli {

// A file beside the configuration.
struct TemplateFile {
    const char* name;
    const char* content;
};

// A kind of project, as list_templates names it.
struct ProjectTemplate {
    const char* name;
    const char* description;
    const char* config;                    // {migrations/FOLDER} stands for the path of a folder
    std::span<const char* const> folders;  // of revisions, below the migrations; "" is that itself
    std::span<const TemplateFile> beside;
};

std::span<const ProjectTemplate> project_templates();
// Null when there is none of that name.
const ProjectTemplate* project_template(std::string_view name);

// The configuration first. It names the folders relative to itself, unless `migrations` is
// absolute.
std::vector<NewFile> project_files(const ProjectTemplate& project,
                                   const std::filesystem::path& config,
                                   const std::filesystem::path& migrations);

}  // namespace revisiond::cli
