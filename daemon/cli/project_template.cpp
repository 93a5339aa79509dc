#include "cli/project_template.hpp"

#include <algorithm>
#include <array>

namespace revisiond::cli {
namespace {

constexpr const char* readme =
    "Revision files: one SQL file a revision, in this folder or below it.\n"
    "\n"
    "    revisiond revision -m \"what it does\"   a new one\n"
    "    revisiond history                      what there is\n"
    "    revisiond dev                          try them on a private PostgreSQL\n"
    "    revisiond upgrade                      apply them\n";

constexpr const char* generic_config =
    R"(# Settings of revisiond for this project. Paths are relative to this file.
# ${NAME} is taken from the environment, else from env_file; behind :- is what holds without either.
env_file = ".env"

[databases.main]
url = "postgresql://${DATABASE_USERNAME}:${DATABASE_PASSWORD:-}@${DATABASE_HOSTNAME}:${DATABASE_PORT:-5432}/${DATABASE_NAME}"
migrations = "migrations"
)";

constexpr const char* multidb_config =
    R"(# Settings of revisiond for this project. Paths are relative to this file.
# ${NAME} is taken from the environment, else from env_file; behind :- is what holds without either.
# Commands take the first database unless told otherwise: revisiond -n second upgrade
env_file = ".env"

[databases.main]
url = "postgresql://${DATABASE_USERNAME}:${DATABASE_PASSWORD:-}@${DATABASE_HOSTNAME}:${DATABASE_PORT:-5432}/${DATABASE_NAME}"
migrations = "migrations/main"

[databases.second]
url = "postgresql://${SECOND_DATABASE_USERNAME}:${SECOND_DATABASE_PASSWORD:-}@${SECOND_DATABASE_HOSTNAME}:${SECOND_DATABASE_PORT:-5432}/${SECOND_DATABASE_NAME}"
migrations = "migrations/second"
)";

constexpr const char* sqlalchemy_config =
    R"(# Settings of revisiond for a project with SQLAlchemy. Paths are relative to this file.
# ${NAME} is taken from the environment, else from env_file; behind :- is what holds without either:
# the names that the application's own settings have. The version table is Alembic's, so a database
# that Alembic has kept goes on from where it is.
env_file = ".env"

[databases.main]
url = "postgresql+psycopg2://${DATABASE_USERNAME}:${DATABASE_PASSWORD:-}@${DATABASE_HOSTNAME}:${DATABASE_PORT:-5432}/${DATABASE_NAME}"
migrations = "migrations"
version_table = "alembic_version"
)";

constexpr std::array generic_files{TemplateFile{"config.toml", generic_config},
                                   TemplateFile{"migrations/README", readme}};
constexpr std::array multidb_files{TemplateFile{"config.toml", multidb_config},
                                   TemplateFile{"migrations/main/README", readme},
                                   TemplateFile{"migrations/second/README", readme}};
constexpr std::array sqlalchemy_files{TemplateFile{"config.toml", sqlalchemy_config},
                                      TemplateFile{"migrations/README", readme}};

constexpr std::array templates{
    ProjectTemplate{"generic", "One database.", generic_files},
    ProjectTemplate{"multidb", "Two databases, each with revisions of its own.", multidb_files},
    ProjectTemplate{"sqlalchemy", "One database of an application with SQLAlchemy.",
                    sqlalchemy_files},
};

}  // namespace

std::span<const ProjectTemplate> project_templates() {
    return templates;
}

const ProjectTemplate* project_template(std::string_view name) {
    const auto found =
        std::ranges::find_if(templates, [&](const auto& known) { return name == known.name; });
    return found == templates.end() ? nullptr : &*found;
}

}  // namespace revisiond::cli
