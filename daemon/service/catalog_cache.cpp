#include "service/catalog_cache.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <system_error>

#include "sql/redact.hpp"

namespace revisiond::service {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "revisiond target 2\n";
constexpr std::size_t files_kept = 64;
constexpr std::uint64_t null_length = UINT64_MAX;

fs::path user_directory() {
    const char* cache = std::getenv("XDG_CACHE_HOME");
    if (cache != nullptr && *cache == '/') return fs::path(cache) / "revisiond";
    const char* home = std::getenv("HOME");
    if (home != nullptr && *home == '/') return fs::path(home) / ".cache" / "revisiond";
    return {};
}

// Made when it is not there; ours alone, or not used.
bool usable(const fs::path& directory) {
    std::error_code error;
    fs::create_directories(directory.parent_path(), error);
    ::mkdir(directory.c_str(), 0700);
    struct stat info {};
    return ::lstat(directory.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
           info.st_uid == ::geteuid() && (info.st_mode & 077) == 0;
}

void put(std::string& out, std::uint64_t number) {
    out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put(std::string& out, const std::string& text) {
    put(out, text.size());
    out += text;
}

std::string written(const CachedTarget& target) {
    std::string out(magic);
    put(out, target.notes.size());
    for (const std::string& note : target.notes) put(out, note);
    put(out, target.answers.size());
    for (const auto& [sql, rows] : target.answers) {
        put(out, sql);
        put(out, rows.size());
        for (const auto& row : rows) {
            put(out, row.size());
            for (const auto& value : row) {
                if (value) put(out, *value);
                if (!value) put(out, null_length);
            }
        }
    }
    return out;
}

// Reads what written() wrote; a file that is cut off or damaged reads as nothing.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    std::optional<CachedTarget> read() {
        if (!rest_.starts_with(magic)) return std::nullopt;
        rest_.remove_prefix(magic.size());
        CachedTarget target;
        target.notes.resize(count());
        for (std::string& note : target.notes) note = text(count());
        target.answers.resize(count());
        for (auto& [sql, rows] : target.answers) {
            sql = text(count());
            rows.resize(count());
            for (auto& row : rows) {
                row.resize(count());
                for (auto& value : row) {
                    const std::uint64_t length = number();
                    if (length != null_length) value = text(length);
                }
            }
        }
        if (damaged_ || !rest_.empty()) return std::nullopt;
        return target;
    }

  private:
    std::uint64_t number() {
        std::uint64_t value = 0;
        if (rest_.size() < sizeof value) {
            damaged_ = true;
            return 0;
        }
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_.remove_prefix(sizeof value);
        return value;
    }

    // Of what follows: there cannot be more of it than bytes.
    std::size_t count() {
        const std::uint64_t value = number();
        damaged_ = damaged_ || value > rest_.size();
        return damaged_ ? 0 : static_cast<std::size_t>(value);
    }

    std::string text(std::uint64_t length) {
        damaged_ = damaged_ || length > rest_.size();
        if (damaged_) return {};
        std::string result(rest_.substr(0, length));
        rest_.remove_prefix(length);
        return result;
    }

    std::string_view rest_;
    bool damaged_ = false;
};

bool may_hold_secret(const std::string& text) {
    if (text.find("assw") == std::string::npos && text.find("ASSW") == std::string::npos &&
        text.find("://") == std::string::npos) {
        return false;
    }
    return sql::redact_urls(sql::redact_sql(text)) != text;
}

bool may_hold_secret(const CachedTarget& target) {
    if (std::ranges::any_of(target.notes, [](const auto& note) { return may_hold_secret(note); })) {
        return true;
    }
    for (const auto& [sql, rows] : target.answers) {
        for (const auto& row : rows) {
            for (const auto& value : row) {
                if (value && may_hold_secret(*value)) return true;
            }
        }
    }
    return false;
}

// The oldest go.
void make_room(const fs::path& directory) {
    std::error_code error;
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
        files.emplace_back(entry.last_write_time(error), entry.path());
    }
    if (files.size() <= files_kept) return;
    std::ranges::sort(files);
    files.resize(files.size() - files_kept);
    for (const auto& [time, path] : files) fs::remove(path, error);
}

}  // namespace

database::Query recording(database::Query query, RecordedAnswers& into) {
    return [query = std::move(query), &into](const std::string& sql) {
        auto rows = query(sql);
        if (rows) into.emplace_back(sql, *rows);
        return rows;
    };
}

database::Query replaying(RecordedAnswers recorded) {
    return [answers = std::make_shared<RecordedAnswers>(std::move(recorded)),
            next = std::make_shared<std::size_t>(0)](
               const std::string& sql) -> Expected<database::Rows, database::SqlError> {
        if (*next < answers->size() && (*answers)[*next].first == sql) {
            return std::move((*answers)[(*next)++].second);
        }
        database::SqlError error;
        error.server.sqlstate = not_recorded;
        error.server.message = "this query was not recorded";
        return unexpected(error);
    };
}

CatalogCache::CatalogCache(fs::path directory)
    : directory_(directory.empty() ? user_directory() : std::move(directory)) {
    if (!directory_.empty() && !usable(directory_)) directory_.clear();
}

std::optional<CachedTarget> CatalogCache::load(const std::string& key) const {
    if (directory_.empty()) return std::nullopt;
    std::ifstream file(directory_ / key, std::ios::binary | std::ios::ate);
    if (!file) return std::nullopt;
    std::string content(static_cast<std::size_t>(file.tellg()), '\0');
    file.seekg(0);
    if (!file.read(content.data(), static_cast<std::streamsize>(content.size())))
        return std::nullopt;
    return Reader(content).read();
}

void CatalogCache::store(const std::string& key, const CachedTarget& target) const {
    if (directory_.empty() || may_hold_secret(target)) return;
    std::string name = (directory_ / (key + ".XXXXXX")).string();
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);  // mode 0600
    if (descriptor < 0) return;
    const std::string content = written(target);
    std::size_t done = 0;
    while (done < content.size()) {
        const ssize_t count = ::write(descriptor, content.data() + done, content.size() - done);
        if (count <= 0) break;
        done += static_cast<std::size_t>(count);
    }
    ::close(descriptor);
    const bool whole = done == content.size();
    if (!whole || ::rename(name.c_str(), (directory_ / key).c_str()) != 0) {
        ::unlink(name.c_str());
    }
    make_room(directory_);
}

}  // namespace revisiond::service
