#include "scratch/reach.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "sql/token.hpp"

namespace revisiond::scratch {
namespace {

using sql::TokenKind;

// A token that means something; words in upper case.
struct Word {
    TokenKind kind;
    std::string text;
};

std::vector<Word> words_of(std::string_view text) {
    std::vector<Word> words;
    for (sql::Lexer lexer(text); !lexer.at_end();) {
        const sql::Token token = lexer.next();
        if (token.kind == TokenKind::white_space || token.kind == TokenKind::comment) continue;
        std::string written(token.text);
        if (token.kind == TokenKind::word) {
            std::transform(written.begin(), written.end(), written.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        }
        words.push_back({token.kind, std::move(written)});
    }
    return words;
}

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
        if (!is(at + 1, "(") || words_[at].kind != TokenKind::word) return std::nullopt;
        const std::string& name = words_[at].text;
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

// What stands between the quotes of a string; a doubled quote or a backslash in it does not matter
// to who looks for words.
std::string_view inside(const Word& word) {
    const std::string_view text = word.text;
    const char quote = word.kind == TokenKind::dollar_string ? '$' : '\'';
    const std::size_t begin = text.find(quote);
    if (begin == std::string_view::npos) return {};
    if (quote == '\'') return text.substr(begin + 1, text.size() - begin - 2);
    const std::size_t tag = text.find('$', begin + 1);
    if (tag == std::string_view::npos || text.size() < 2 * (tag + 1)) return {};
    return text.substr(tag + 1, text.size() - 2 * (tag + 1));
}

bool runs_strings(const Reader& reader) {
    if (reader.is(0, "DO")) return true;
    std::size_t at = 1;
    if (reader.is(1, "OR") && reader.is(2, "REPLACE")) at = 3;
    return reader.is(0, "CREATE") && (reader.is(at, "FUNCTION") || reader.is(at, "PROCEDURE"));
}

// `depth` strings within strings: DO $$ EXECUTE 'DO ''…''' $$ is as deep as it gets.
std::optional<Reaching> in_body(std::string_view text, int depth) {
    const std::vector<Word> words = words_of(text);
    const Reader reader(words);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (auto found = reader.command(i)) return found;
        if (auto found = reader.call(i)) return found;
        const bool string =
            words[i].kind == TokenKind::string || words[i].kind == TokenKind::dollar_string;
        if (!string || depth == 0) continue;
        if (auto found = in_body(inside(words[i]), depth - 1)) return found;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Reaching> reaches_beyond(std::string_view statement) {
    const std::vector<Word> words = words_of(statement);
    const Reader reader(words);
    if (auto found = reader.command(0)) return found;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (auto found = reader.call(i)) return found;
    }
    if (!runs_strings(reader)) return std::nullopt;
    for (const Word& word : words) {
        if (word.kind != TokenKind::string && word.kind != TokenKind::dollar_string) continue;
        if (auto found = in_body(inside(word), 3)) return found;
    }
    return std::nullopt;
}

}  // namespace revisiond::scratch
