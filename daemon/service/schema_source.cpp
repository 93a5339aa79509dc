#include "service/schema_source.hpp"

#include <system_error>

#include "config/config.hpp"

namespace revisiond::service {

SchemaSource parse_schema_source(const std::string& text) {
    if (text == "database") return DatabaseSource{};
    if (text == "target") return TargetSource{};
    if (text.find("://") != std::string::npos) return UrlSource{text};
    std::error_code ignored;
    if (text.ends_with(".sql") || std::filesystem::exists(text, ignored)) return FileSource{text};
    return RevisionSource{text};
}

namespace {

struct Describe {
    std::string operator()(const DatabaseSource&) const { return "the database"; }
    std::string operator()(const TargetSource&) const { return "the target"; }
    std::string operator()(const RevisionSource& source) const {
        if (source.target == "base") return "no revision";
        if (source.target == "current") return "what the database's revisions make";
        return "revision " + source.target;
    }
    std::string operator()(const FileSource& source) const { return source.path.string(); }
    std::string operator()(const UrlSource& source) const {
        std::vector<std::string> ignored;
        const auto connection = config::parse_connection(source.url, ignored);
        return connection ? connection->display() : "the database of the URL";
    }
};

}  // namespace

std::string describe(const SchemaSource& source) {
    return std::visit(Describe(), source);
}

}  // namespace revisiond::service
