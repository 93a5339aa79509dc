// The dashboard's files, inside the program (web/, by cmake/embed.cmake).
#pragma once

#include <span>
#include <string_view>

#include "http/prepared_answers.hpp"

namespace revisiond::http {

// A file of web/.
struct EmbeddedFile {
    std::string_view path;  // "/scripts/main.js"
    std::string_view media_type;
    std::string_view content;
};

std::span<const EmbeddedFile> embedded_files();

// Each file under its path, and index.html at "/" as well. They need no token: they hold nothing
// but the program. A browser keeps them and asks each time whether they changed (an entity tag from
// SHA-256), so an update of revisiond never meets scripts of the one before.
PreparedAnswers prepare_files(std::span<const EmbeddedFile> files);

}  // namespace revisiond::http
