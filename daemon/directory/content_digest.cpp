#include "directory/content_digest.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <functional>
#include <optional>
#include <string_view>

#include "directory/read_file.hpp"

namespace revisiond::directory {
namespace {

// Generous: the clock of a file server need not be ours.
constexpr std::int64_t young = 60;

// The hash of a file's path and stamp; nothing when its stamp says nothing.
std::optional<std::uint64_t> stamp_of(const FoundFile& file, std::int64_t now) {
    struct stat status {};
    const int directory = file.directory < 0 ? AT_FDCWD : file.directory;
    if (::fstatat(directory, file.name.c_str(), &status, 0) != 0) return std::nullopt;
    if (status.st_ctim.tv_sec > now - young || status.st_mtim.tv_sec > now - young)
        return std::nullopt;
    const std::array<std::uint64_t, 8> facts = {
        std::hash<std::string>{}(file.path),
        static_cast<std::uint64_t>(status.st_dev),
        static_cast<std::uint64_t>(status.st_ino),
        static_cast<std::uint64_t>(status.st_size),
        static_cast<std::uint64_t>(status.st_mtim.tv_sec),
        static_cast<std::uint64_t>(status.st_mtim.tv_nsec),
        static_cast<std::uint64_t>(status.st_ctim.tv_sec),
        static_cast<std::uint64_t>(status.st_ctim.tv_nsec),
    };
    return std::hash<std::string_view>{}(
        {reinterpret_cast<const char*>(facts.data()), sizeof facts});
}

}  // namespace

std::string ContentMemory::digest(const Scan& found, const DirectoryOptions& options,
                                  std::int64_t now) {
    DigestBuilder digest;
    for (const Diagnostic& diagnostic : found.diagnostics)
        digest.add(diagnostic.at.file).add(diagnostic.message);
    Contents seen;
    seen.reserve(found.files.size());
    read_ = 0;
    std::string content;
    for (const FoundFile& file : found.files) {
        std::optional<std::uint64_t> stamp = stamp_of(file, now);
        Sha256Bytes bytes{};
        if (const auto known = stamp ? known_.find(*stamp) : known_.end(); known != known_.end()) {
            bytes = known->second;
        } else {
            ++read_;
            const Expected<FileIdentity> identity =
                read_file(file, options.max_file_bytes, content);
            bytes = sha256(identity ? std::string_view(content) : identity.error().message);
            if (!identity) stamp.reset();
        }
        if (stamp) seen.emplace(*stamp, bytes);
        digest.add(file.path).add({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    known_ = std::move(seen);
    return digest.finish();
}

}  // namespace revisiond::directory
