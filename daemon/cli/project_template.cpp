#include "cli/project_template.hpp"

#include <algorithm>
#include <array>

#include "script/render.hpp"

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
migrations = {migrations}
)";

constexpr const char* multidb_config =
    R"(# Settings of revisiond for this project. Paths are relative to this file.
# ${NAME} is taken from the environment, else from env_file; behind :- is what holds without either.
# Commands take the first database unless told otherwise: revisiond -n second upgrade
env_file = ".env"

[databases.main]
url = "postgresql://${DATABASE_USERNAME}:${DATABASE_PASSWORD:-}@${DATABASE_HOSTNAME}:${DATABASE_PORT:-5432}/${DATABASE_NAME}"
migrations = {migrations/main}

[databases.second]
url = "postgresql://${SECOND_DATABASE_USERNAME}:${SECOND_DATABASE_PASSWORD:-}@${SECOND_DATABASE_HOSTNAME}:${SECOND_DATABASE_PORT:-5432}/${SECOND_DATABASE_NAME}"
migrations = {migrations/second}
)";

constexpr const char* sqlalchemy_config =
    R"(# Settings of revisiond for a project with SQLAlchemy. Paths are relative to this file.
# ${NAME} is taken from the environment, else from env_file; behind :- is what holds without either:
# the names that the application's own settings have. The version table is Alembic's, so a database
# that Alembic has kept goes on from where it is.
env_file = ".env"

[databases.main]
url = "postgresql+psycopg2://${DATABASE_USERNAME}:${DATABASE_PASSWORD:-}@${DATABASE_HOSTNAME}:${DATABASE_PORT:-5432}/${DATABASE_NAME}"
migrations = {migrations}
version_table = "alembic_version"

# What the models declare: `revisiond revision --autogenerate` and `revisiond check` compare the
# database with it. Say in target.py where the metadata is.
target_command = ["python3", "target.py"]
)";

// Through SQLAlchemy's own compiler: what create_all() would send is what the target is.
constexpr const char* sqlalchemy_target =
    R"(#!/usr/bin/env python3
"""Prints the schema that the models declare, as DDL for PostgreSQL. Needs SQLAlchemy 1.4 or 2.

revisiond runs this (target_command in config.toml) and compares what it prints with the database.
A column or table that was renamed says so, and keeps its data:

    phone_number = Column(String, info={"renamed_from": "phone"})
    __table_args__ = {"info": {"renamed_from": "people"}}
"""

import importlib
import sys
from pathlib import Path

from sqlalchemy import create_mock_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn, CreateTable

# Where the metadata is, as "module:attribute"; the modules must define, or import, all models.
METADATA = ["app.models:Base.metadata"]


def load(name):
    """The metadata that a name of METADATA stands for."""
    module, _, attribute = name.partition(":")
    try:
        value = importlib.import_module(module)
        for part in attribute.split("."):
            value = getattr(value, part)
    except (ImportError, AttributeError) as error:
        sys.exit(f"target.py: {name} cannot be imported ({error}): correct METADATA in target.py")
    return value


def mark(element, preparer):
    """The comment that revisiond reads a rename from, or nothing."""
    old = element.info.get("renamed_from")
    return f"-- renamed from: {preparer.quote(old)}\n" if old else ""


@compiles(CreateColumn, "postgresql")
def create_column(create, compiler, **options):
    text = compiler.visit_create_column(create, **options)
    return text and mark(create.element, compiler.preparer) + "\t" + text


def main():
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    printed = set()

    def show(ddl, *_, **__):
        text = str(ddl.compile(dialect=engine.dialect)).strip()
        if isinstance(ddl, CreateTable):
            text = mark(ddl.element, engine.dialect.identifier_preparer) + text
        if text not in printed:  # an enum that several metadata share
            print(text + ";")
        printed.add(text)

    # A paramstyle that leaves percent signs alone.
    engine = create_mock_engine("postgresql+psycopg2://", show, paramstyle="named")
    quote = engine.dialect.identifier_preparer.quote
    schemas = set()
    every = [load(name) for name in METADATA]
    for metadata in every:
        schemas.update(table.schema for table in metadata.tables.values())
        schemas.update(sequence.schema for sequence in metadata._sequences.values())
        schemas.update(getattr(column.type, "schema", None)
                       for table in metadata.tables.values() for column in table.columns)
    for schema in sorted(name for name in schemas if name):
        print(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)};")
    for metadata in every:
        metadata.create_all(engine, checkfirst=False)


if __name__ == "__main__":
    main()
)";

constexpr std::array<const char*, 1> one_folder{""};
constexpr std::array<const char*, 2> two_folders{"main", "second"};

constexpr std::array<TemplateFile, 0> nothing{};
constexpr std::array target{TemplateFile{"target.py", sqlalchemy_target}};

constexpr std::array templates{
    ProjectTemplate{"generic", "One database.", generic_config, one_folder, nothing},
    ProjectTemplate{"multidb", "Two databases, each with revisions of its own.", multidb_config,
                    two_folders, nothing},
    ProjectTemplate{"sqlalchemy",
                    "One database of an application with SQLAlchemy, its models as target.",
                    sqlalchemy_config, one_folder, target},
};

void replace(std::string& text, const std::string& what, const std::string& with) {
    const std::size_t at = text.find(what);
    if (at != std::string::npos) text.replace(at, what.size(), with);
}

}  // namespace

std::span<const ProjectTemplate> project_templates() {
    return templates;
}

const ProjectTemplate* project_template(std::string_view name) {
    const auto found =
        std::ranges::find_if(templates, [&](const auto& known) { return name == known.name; });
    return found == templates.end() ? nullptr : &*found;
}

std::vector<NewFile> project_files(const ProjectTemplate& project,
                                   const std::filesystem::path& config,
                                   const std::filesystem::path& migrations) {
    namespace fs = std::filesystem;
    // The setting is relative to the file that it stands in.
    const fs::path named =
        migrations.is_absolute()
            ? migrations
            : fs::absolute(migrations)
                  .lexically_normal()
                  .lexically_relative(fs::absolute(config).lexically_normal().parent_path());
    std::string text = project.config;
    std::vector<NewFile> files;
    for (const char* folder : project.folders) {
        const std::string below = *folder == '\0' ? "" : std::string("/") + folder;
        replace(text, "{migrations" + below + "}",
                script::toml_string(
                    (*folder == '\0' ? named : named / folder).lexically_normal().string()));
        files.push_back({(migrations / folder / "README").lexically_normal(), readme});
    }
    for (const TemplateFile& file : project.beside) {
        files.push_back({(config.parent_path() / file.name).lexically_normal(), file.content});
    }
    files.insert(files.begin(), {config.lexically_normal(), std::move(text)});
    return files;
}

}  // namespace revisiond::cli
