#include "directory/content_digest.hpp"

#include "base/digest.hpp"
#include "directory/read_file.hpp"

namespace revisiond::directory {

std::string content_digest(const Scan& found, const DirectoryOptions& options) {
    DigestBuilder digest;
    for (const Diagnostic& diagnostic : found.diagnostics)
        digest.add(diagnostic.at.file).add(diagnostic.message);
    std::string content;
    for (const FoundFile& file : found.files) {
        const Expected<FileIdentity> identity = read_file(file, options.max_file_bytes, content);
        digest.add(file.path).add(identity ? std::string_view(content) : identity.error().message);
    }
    return digest.finish();
}

}  // namespace revisiond::directory
