// What `init` writes.
#pragma once

#include <span>
#include <string_view>

namespace revisiond::cli {

// One file of a new project, or a template as list_templates names it.
struct TemplateFile {
    const char* path;
    const char* content;
};
struct ProjectTemplate {
    const char* name;
    const char* description;
    std::span<const TemplateFile> files;
};

std::span<const ProjectTemplate> project_templates();
// Null when there is none of that name.
const ProjectTemplate* project_template(std::string_view name);

}  // namespace revisiond::cli
