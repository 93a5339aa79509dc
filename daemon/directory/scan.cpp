#include "directory/scan.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <system_error>

#include "base/descriptor.hpp"
#include "base/text.hpp"

namespace revisiond::directory {
namespace {

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using DirectoryStream = std::unique_ptr<DIR, CloseDirectory>;

// What a directory entry turned out to be, links followed.
enum class EntryKind {
    file,
    directory,
    other,  // pipes, sockets, devices
};

struct Entry {
    std::string name;
    unsigned char type = DT_UNKNOWN;
};

// Walks depth first, names in the order of their bytes.
class Scanner {
  public:
    void add_root(const std::filesystem::path& directory);
    Scan take() && { return std::move(scan_); }

  private:
    void walk(int fd, const std::string& path);
    void visit(int parent, const Entry& entry, const std::string& path);
    bool first_visit(int fd, const std::string& path);
    std::vector<Entry> entries(DirectoryStream stream, const std::string& path);
    void fail(const std::string& path, int error, std::string hint = {});

    Scan scan_;
    std::map<std::pair<dev_t, ino_t>, std::string> visited_;  // directories, with their first path
};

EntryKind kind_of(mode_t mode) {
    if (S_ISREG(mode)) return EntryKind::file;
    return S_ISDIR(mode) ? EntryKind::directory : EntryKind::other;
}

std::string why(int error) {
    return std::generic_category().message(error);
}

void Scanner::fail(const std::string& path, int error, std::string hint) {
    Diagnostic diagnostic = make_error(
        "directory.cannot-read", fmt::format("cannot read it: {}", why(error)), std::move(hint));
    diagnostic.at.file = display_path(path);
    scan_.diagnostics.push_back(std::move(diagnostic));
}

void Scanner::add_root(const std::filesystem::path& directory) {
    std::string path = directory.native();
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    Descriptor fd(::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) {
        const int error = errno;
        Diagnostic diagnostic =
            make_error("directory.cannot-open",
                       fmt::format("cannot open the migrations directory \"{}\": {}",
                                   display_path(path), why(error)),
                       error == ENOENT ? "the setting \"migrations\" names it; `init` creates one"
                                       : "the setting \"migrations\" names it");
        scan_.diagnostics.push_back(std::move(diagnostic));
        return;
    }
    if (first_visit(fd.get(), path)) walk(fd.release(), path);
}

bool Scanner::first_visit(int fd, const std::string& path) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) {
        fail(path, errno);
        return false;
    }
    const auto [first, is_new] = visited_.emplace(std::pair(status.st_dev, status.st_ino), path);
    if (is_new) return true;
    Diagnostic diagnostic = make_warning(
        "directory.reached-twice",
        fmt::format("this directory is {} again; it is read once", display_path(first->second)),
        "remove the link or the second setting");
    diagnostic.at.file = display_path(path);
    scan_.diagnostics.push_back(std::move(diagnostic));
    return false;
}

std::vector<Entry> Scanner::entries(DirectoryStream stream, const std::string& path) {
    std::vector<Entry> result;
    errno = 0;
    while (const dirent* entry = ::readdir(stream.get())) {
        if (entry->d_name[0] != '.') result.push_back({entry->d_name, entry->d_type});
        errno = 0;
    }
    if (errno != 0) fail(path, errno);
    std::sort(result.begin(), result.end(),
              [](const Entry& a, const Entry& b) { return a.name < b.name; });
    return result;
}

void Scanner::walk(int fd, const std::string& path) {
    DirectoryStream stream(::fdopendir(fd));
    if (!stream) {
        fail(path, errno);
        ::close(fd);
        return;
    }
    const Descriptor parent(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
    for (const Entry& entry : entries(std::move(stream), path))
        visit(parent.get(), entry, path.empty() ? entry.name : path + "/" + entry.name);
}

void Scanner::visit(int parent, const Entry& entry, const std::string& path) {
    EntryKind kind = EntryKind::other;
    if (entry.type == DT_REG)
        kind = EntryKind::file;
    else if (entry.type == DT_DIR)
        kind = EntryKind::directory;
    else if (entry.type == DT_LNK || entry.type == DT_UNKNOWN) {
        struct stat status {};
        if (::fstatat(parent, entry.name.c_str(), &status, 0) != 0)
            return fail(path, errno, "a link that leads nowhere: mend or remove it");
        kind = kind_of(status.st_mode);
    }
    if (kind == EntryKind::directory) {
        Descriptor fd(::openat(parent, entry.name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!fd) return fail(path, errno);
        if (first_visit(fd.get(), path)) walk(fd.release(), path);
        return;
    }
    if (!entry.name.ends_with(".sql")) return;
    if (kind == EntryKind::file) {
        scan_.files.push_back(path);
        return;
    }
    Diagnostic diagnostic =
        make_error("directory.not-a-file", "this is no regular file",
                   "pipes, sockets and devices cannot hold revisions; remove it");
    diagnostic.at.file = display_path(path);
    scan_.diagnostics.push_back(std::move(diagnostic));
}

}  // namespace

Scan scan(std::span<const std::filesystem::path> directories) {
    Scanner scanner;
    for (const std::filesystem::path& directory : directories) scanner.add_root(directory);
    return std::move(scanner).take();
}

std::string display_path(std::string_view path) {
    constexpr std::string_view replacement = "\xEF\xBF\xBD";
    std::string result;
    while (!path.empty()) {
        const std::size_t bad = first_invalid_utf8(path).value_or(path.size());
        for (const char c : path.substr(0, bad)) {
            const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
            if (control)
                result += replacement;
            else
                result += c;
        }
        if (bad == path.size()) break;
        result += replacement;
        path.remove_prefix(bad + 1);
    }
    return result;
}

}  // namespace revisiond::directory
