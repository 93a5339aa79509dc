#include "scratch/reach.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace revisiond::scratch {
namespace {

using sql::TokenKind;

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

constexpr std::array<std::string_view, 6> cluster_objects = {
    "ROLE", "GROUP", "DATABASE", "TABLESPACE", "SUBSCRIPTION", "SYSTEM"};
constexpr std::array<std::string_view, 5> shared_objects = {"ROLE", "DATABASE", "TABLESPACE",
                                                            "PARAMETER", "SUBSCRIPTION"};
constexpr std::array<std::string_view, 14> cluster_functions = {
    "PG_TERMINATE_BACKEND",
    "PG_CANCEL_BACKEND",
    "PG_RELOAD_CONF",
    "PG_ROTATE_LOGFILE",
    "PG_SWITCH_WAL",
    "PG_PROMOTE",
    "PG_CREATE_RESTORE_POINT",
    "PG_CREATE_PHYSICAL_REPLICATION_SLOT",
    "PG_CREATE_LOGICAL_REPLICATION_SLOT",
    "PG_DROP_REPLICATION_SLOT",
    "PG_STAT_RESET_SHARED",
    "PG_FILE_WRITE",
    "PG_WAL_REPLAY_PAUSE",
    "LO_EXPORT"};

// The words of one text, and what stands at a place in them.
class Reader {
  public:
    explicit Reader(const std::vector<Word>& words) : words_(words) {}

    bool is(std::size_t at, std::string_view text) const {
        return at < words_.size() && words_[at].text == text;
    }

    // A command that begins at `at`.
    std::optional<Reaching> command(std::size_t at) const {
        if (is(at, "CREATE") || is(at, "ALTER") || is(at, "DROP")) return definition(at);
        if ((is(at, "REASSIGN") || is(at, "DROP")) && is(at + 1, "OWNED")) {
            return Reaching{Reach::cluster, words_[at].text + " OWNED"};
        }
        if (is(at, "GRANT") || is(at, "REVOKE")) return grant(at);
        if (is(at, "COMMENT") && is(at + 1, "ON") && shared(at + 2)) {
            return Reaching{Reach::cluster, "COMMENT ON " + words_[at + 2].text};
        }
        if (is(at, "SECURITY") && is(at + 1, "LABEL")) return security_label(at);
        if (is(at, "COPY")) return copy(at);
        if (is(at, "IMPORT") && is(at + 1, "FOREIGN")) {
            return Reaching{Reach::other_servers, "IMPORT FOREIGN SCHEMA"};
        }
        return std::nullopt;
    }

    // A function that is called at `at`.
    std::optional<Reaching> call(std::size_t at) const {
        if (!is(at + 1, "(") || !words_[at].is_name()) return std::nullopt;
        const std::string name = words_[at].bare_name();
        if (name.starts_with("DBLINK")) return Reaching{Reach::other_servers, name + "()"};
        if (is_one_of(cluster_functions, name)) return Reaching{Reach::cluster, name + "()"};
        return std::nullopt;
    }

  private:
    bool shared(std::size_t at) const {
        return at < words_.size() && is_one_of(shared_objects, words_[at].text);
    }

    std::optional<Reaching> definition(std::size_t at) const {
        if (at + 1 >= words_.size()) return std::nullopt;
        const std::string& object = words_[at + 1].text;
        if (is(at, "DROP") && object == "OWNED") return Reaching{Reach::cluster, "DROP OWNED"};
        const bool user = object == "USER" && !is(at + 2, "MAPPING");
        if (!user && !is_one_of(cluster_objects, object)) return std::nullopt;
        const bool connects = is(at, "CREATE") && object == "SUBSCRIPTION" && !unconnected(at);
        return Reaching{connects ? Reach::other_servers : Reach::cluster,
                        words_[at].text + " " + object};
    }

    // WITH (connect = false), as pg_dump writes it.
    bool unconnected(std::size_t at) const {
        for (; at < words_.size() && !is(at, ";"); ++at) {
            if (is(at, "CONNECT") && is(at + 1, "=") && is(at + 2, "FALSE")) return true;
        }
        return false;
    }

    // A grant of roles has no ON.
    std::optional<Reaching> grant(std::size_t at) const {
        const std::string verb = words_[at].text;
        for (std::size_t i = at + 1; i < words_.size() && !is(i, ";"); ++i) {
            if (!is(i, "ON")) continue;
            if (!shared(i + 1)) return std::nullopt;
            return Reaching{Reach::cluster, verb + " ON " + words_[i + 1].text};
        }
        return Reaching{Reach::cluster, verb + " of a role"};
    }

    std::optional<Reaching> security_label(std::size_t at) const {
        for (std::size_t i = at; i < words_.size() && !is(i, ";"); ++i) {
            if (is(i, "ON") && shared(i + 1)) {
                return Reaching{Reach::cluster, "SECURITY LABEL ON " + words_[i + 1].text};
            }
        }
        return std::nullopt;
    }

    std::optional<Reaching> copy(std::size_t at) const {
        for (std::size_t i = at; i < words_.size() && !is(i, ";"); ++i) {
            if (!is(i, "FROM") && !is(i, "TO")) continue;
            if (is(i + 1, "PROGRAM")) return Reaching{Reach::other_servers, "COPY … PROGRAM"};
            if (i + 1 < words_.size() && words_[i + 1].kind == TokenKind::string) {
                return Reaching{Reach::cluster, "COPY with a file of the server"};
            }
        }
        return std::nullopt;
    }

    const std::vector<Word>& words_;
};

// In a string that is run, and those within it.
std::optional<Reaching> in_body(std::string_view text, int depth) {
    const std::vector<Word> words = words_of(text);
    const Reader reader(words);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (auto found = reader.command(i)) return found;
        if (auto found = reader.call(i)) return found;
        if (!words[i].is_string() || depth == 0) continue;
        if (auto found = in_body(inside(words[i]), depth - 1)) return found;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Reaching> reaches_at_once(const std::vector<Word>& words) {
    return Reader(words).command(0);
}

std::optional<Reaching> calls_beyond(const std::vector<Word>& words) {
    const Reader reader(words);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (auto found = reader.call(i)) return found;
    }
    return std::nullopt;
}

std::optional<Reaching> body_reaches_beyond(const std::vector<Word>& words) {
    for (const Word& word : words) {
        if (!word.is_string()) continue;
        if (auto found = in_body(inside(word), deepest_string)) return found;
    }
    return std::nullopt;
}

}  // namespace revisiond::scratch
