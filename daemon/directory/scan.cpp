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
#include "directory/read_file.hpp"

namespace revisiond::directory {
namespace {

constexpr const char* projected_version = "..data";

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
    // A directory that is being walked.
    struct Place {
        std::string path;     // as it is shown; empty: the working directory
        int projection = -1;  // the version's descriptor, inside a projection
        std::string below;    // the path below that version; empty at its top

        Place child(const std::string& name) const {
            return {joined(path, name), projection,
                    projection < 0 ? std::string() : joined(below, name)};
        }
        static std::string joined(const std::string& path, const std::string& name) {
            return path.empty() ? name : path + "/" + name;
        }
    };

    void walk(int fd, Place place);
    void visit(int parent, const Entry& entry, const Place& place);
    void add_file(const Entry& entry, const Place& place);
    Descriptor enter_projection(int fd, Place& place);
    bool first_visit(int fd, const std::string& path);
    std::vector<Entry> entries(DirectoryStream stream, const std::string& path);
    void fail(const std::string& path, int error);
    void fail(const std::string& path, Diagnostic diagnostic);

    Scan scan_;
    std::map<std::pair<dev_t, ino_t>, std::string> visited_;  // directories, with their first path
};

EntryKind kind_of(mode_t mode) {
    if (S_ISREG(mode)) return EntryKind::file;
    return S_ISDIR(mode) ? EntryKind::directory : EntryKind::other;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::string opening_hint(int error) {
    if (std::string hint = reading_hint(error); !hint.empty()) return hint;
    return "make the directory or correct the setting \"migrations\"; `init` makes a new project";
}

void Scanner::fail(const std::string& path, int error) {
    fail(path, cannot_read(error));
}

void Scanner::fail(const std::string& path, Diagnostic diagnostic) {
    diagnostic.at.file = display_path(path);
    scan_.diagnostics.push_back(std::move(diagnostic));
}

void Scanner::add_root(const std::filesystem::path& directory) {
    std::string path = directory.native();
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    Descriptor fd(::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) {
        const int error = errno;
        scan_.diagnostics.push_back(
            make_error("directory.cannot-open",
                       fmt::format("cannot open the migrations directory \"{}\": {}",
                                   display_path(path), std::generic_category().message(error)),
                       opening_hint(error)));
        return;
    }
    if (first_visit(fd.get(), path)) walk(fd.release(), {path, -1, {}});
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

// In a projection, the directory of its version takes the place of `fd`.
Descriptor Scanner::enter_projection(int fd, Place& place) {
    Descriptor version(::openat(fd, projected_version, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!version) return version;
    Descriptor kept(::fcntl(version.get(), F_DUPFD_CLOEXEC, 0));
    place.projection = kept.get();
    place.below.clear();
    scan_.projections.push_back({place.path, std::move(kept)});
    return version;
}

void Scanner::walk(int fd, Place place) {
    scan_.directories.push_back(place.path.empty() ? "." : place.path);
    if (Descriptor version = enter_projection(fd, place)) {
        ::close(fd);
        fd = version.release();
    }
    DirectoryStream stream(::fdopendir(fd));
    if (!stream) {
        fail(place.path, errno);
        ::close(fd);
        return;
    }
    const Descriptor parent(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
    for (const Entry& entry : entries(std::move(stream), place.path))
        visit(parent.get(), entry, place.child(entry.name));
}

void Scanner::visit(int parent, const Entry& entry, const Place& place) {
    EntryKind kind = EntryKind::other;
    if (entry.type == DT_REG)
        kind = EntryKind::file;
    else if (entry.type == DT_DIR)
        kind = EntryKind::directory;
    else if (entry.type == DT_LNK || entry.type == DT_UNKNOWN) {
        struct stat status {};
        if (::fstatat(parent, entry.name.c_str(), &status, 0) != 0) {
            const int error = errno;
            Diagnostic diagnostic = cannot_read(error);
            if (error == ENOENT || error == ELOOP)
                diagnostic.hint = "a link that leads nowhere: mend or remove it";
            return fail(place.path, std::move(diagnostic));
        }
        kind = kind_of(status.st_mode);
    }
    if (kind == EntryKind::directory) {
        Descriptor fd(::openat(parent, entry.name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!fd) return fail(place.path, errno);
        if (first_visit(fd.get(), place.path)) walk(fd.release(), place);
        return;
    }
    if (!entry.name.ends_with(".sql")) return;
    if (kind == EntryKind::file) return add_file(entry, place);
    fail(place.path, make_error("directory.not-a-file", "this is no regular file",
                                "pipes, sockets and devices cannot hold revisions; remove it"));
}

void Scanner::add_file(const Entry& entry, const Place& place) {
    const bool projected = place.projection >= 0;
    scan_.files.push_back({place.path, place.projection, projected ? place.below : place.path});
    if (entry.type != DT_REG && !projected) scan_.linked_files.push_back(place.path);
}

}  // namespace

bool Projection::is_superseded() const {
    struct stat now {};
    struct stat then {};
    const std::string link = path + "/" + projected_version;
    if (::stat(link.c_str(), &now) != 0 || ::fstat(version.get(), &then) != 0) return true;
    return now.st_ino != then.st_ino || now.st_dev != then.st_dev;
}

Scan scan(std::span<const std::filesystem::path> directories) {
    Scanner scanner;
    for (const std::filesystem::path& directory : directories) scanner.add_root(directory);
    return std::move(scanner).take();
}

std::string display_path(std::string_view path) {
    constexpr std::string_view replacement = "\xEF\xBF\xBD";
    if (std::none_of(path.begin(), path.end(), is_control) && !first_invalid_utf8(path))
        return std::string(path);
    std::string result;
    while (!path.empty()) {
        const std::size_t bad = first_invalid_utf8(path).value_or(path.size());
        for (const char c : path.substr(0, bad)) {
            if (is_control(c))
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
