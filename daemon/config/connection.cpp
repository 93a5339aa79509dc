// Connection strings are read as libpq reads them (fe-connect.c), so that a URL that works in psql
// works here: user information ends at the first '@' or '/', hosts are a comma-separated list with
// [IPv6] in brackets, every part is percent-decoded, the query holds keywords. What libpq does not
// know is added for URLs that were written for SQLAlchemy. No message quotes the text: a password
// with a '/' or '@' in it moves into what looks like the host.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/percent.hpp"
#include "base/spelling.hpp"
#include "base/text.hpp"
#include "config/config.hpp"
#include "config/keys.hpp"

namespace revisiond::config {
namespace {

Diagnostic bad(std::string message, std::string hint = {}) {
    return make_error("config.connection", std::move(message), std::move(hint));
}

constexpr const char* encode_hint =
    "percent-encode special characters (@ is %40, / is %2F), or give the part as a key of its own";

constexpr const char* bad_port = "the port is not a number from 1 to 65535";

// The text up to the first of `ends`, taken off `rest`.
std::string_view take_until(std::string_view& rest, std::string_view ends) {
    const std::size_t end = std::min(rest.find_first_of(ends), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(end);
    return part;
}

bool take(std::string_view& rest, char c) {
    if (!rest.starts_with(c)) return false;
    rest.remove_prefix(1);
    return true;
}

// Reads one URL into keywords.
class UrlParser {
  public:
    UrlParser(std::string_view after_scheme, bool has_driver, std::vector<std::string>& notes)
        : rest_(after_scheme), has_driver_(has_driver), notes_(notes) {}

    Expected<ConnectionSettings> parse() {
        read_user();
        refuse_stray_at();
        read_hosts();
        if (take(rest_, '/')) set("dbname", take_until(rest_, "?"), "database name");
        if (take(rest_, '?')) read_query();
        if (error_) return unexpected(*error_);
        return std::move(result_);
    }

  private:
    void read_user() {
        const std::size_t end = rest_.find_first_of("@/");
        if (end == std::string_view::npos || rest_[end] != '@') return;
        std::string_view user = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        set("user", take_until(user, ":"), "user name");
        if (take(user, ':')) set("password", user, "password");
    }

    // Stricter than libpq, which takes the end of a password that is not encoded for the host or
    // the database, and so into every message that names them.
    void refuse_stray_at() {
        if (rest_.substr(0, rest_.find('?')).find('@') == std::string_view::npos) return;
        fail("there is an @ that does not stand between the user and the host",
             "percent-encode the password (@ is %40, / is %2F), or write it as ${VAR} or as the "
             "key password");
    }

    void read_hosts() {
        std::string hosts;
        std::string ports;
        bool first = true;
        do {
            if (!first) hosts += ',', ports += ',';
            first = false;
            hosts += decoded(read_host(), "host");
            if (take(rest_, ':')) ports += read_port();
        } while (!error_ && take(rest_, ','));
        if (!hosts.empty()) result_.set("host", hosts);
        if (!ports.empty()) result_.set("port", ports);
    }

    std::string_view read_host() {
        if (!take(rest_, '[')) return take_until(rest_, ":/?,");
        const std::string_view host = take_until(rest_, "]");
        if (!take(rest_, ']') || host.empty() ||
            (!rest_.empty() && std::string_view(":/?,").find(rest_[0]) == std::string_view::npos)) {
            fail("an IPv6 address is not written as [address]");
        }
        return host;
    }

    std::string read_port() {
        std::string port = decoded(take_until(rest_, "/?,"), "port");
        if (!is_port_list(port)) fail(bad_port);
        return port;
    }

    void read_query() {
        while (!rest_.empty() && !error_) {
            std::string_view parameter = take_until(rest_, "&");
            take(rest_, '&');
            const std::string key = decoded(take_until(parameter, "="), "parameter");
            if (!take(parameter, '=') || parameter.find('=') != std::string_view::npos) {
                return fail("a parameter after the ? is not key=value");
            }
            read_parameter(key, decoded(parameter, "parameter"));
        }
    }

    void read_parameter(const std::string& key, const std::string& value) {
        if (key == "ssl") {
            // JDBC's and asyncpg's word for it.
            result_.set("sslmode", value == "true" ? "require" : value);
        } else if (key == "port" && !is_port_list(value)) {
            fail(bad_port);
        } else if (is_libpq_keyword(key)) {
            result_.set(key, value);
        } else if (has_driver_) {
            notes_.push_back(fmt::format(
                "the parameter {} of the URL is the Python driver's and is ignored", key));
        } else {
            const auto near = nearest(key, libpq_keywords());
            fail("a parameter after the ? is none that PostgreSQL knows",
                 near ? fmt::format("did you mean \"{}\"?", *near) : encode_hint);
        }
    }

    std::string decoded(std::string_view text, const char* part) {
        auto result = percent_decoded(text);
        if (!result) fail(fmt::format("the {} holds a % that begins no %XX", part));
        return result.value_or("");
    }

    void set(const char* keyword, std::string_view raw, const char* part) {
        std::string value = decoded(raw, part);
        if (!value.empty()) result_.set(keyword, std::move(value));
    }

    void fail(std::string message, std::string hint = encode_hint) {
        if (!error_) error_ = bad(std::move(message), std::move(hint));
    }

    std::string_view rest_;
    bool has_driver_;
    std::vector<std::string>& notes_;
    ConnectionSettings result_;
    std::optional<Diagnostic> error_;
};

// Reads libpq's "keyword = value" pairs; a value may stand in single quotes, a backslash takes the
// next byte as it is.
Expected<ConnectionSettings> parse_pairs(std::string_view rest) {
    constexpr std::string_view blank = " \t\r\n\f\v";
    ConnectionSettings result;
    while (!(rest = trim(rest)).empty()) {
        const std::string key(trim(take_until(rest, "= \t\r\n\f\v")));
        rest = trim(rest);
        if (!take(rest, '=')) {
            return unexpected(
                bad("it is neither postgresql://… nor keyword=value pairs", encode_hint));
        }
        if (!is_libpq_keyword(key)) {
            const auto near = nearest(key, libpq_keywords());
            return unexpected(bad("a keyword is none that PostgreSQL knows",
                                  near ? fmt::format("did you mean \"{}\"?", *near) : ""));
        }
        rest.remove_prefix(std::min(rest.find_first_not_of(blank), rest.size()));
        const bool quoted = take(rest, '\'');
        std::string value;
        bool closed = !quoted;
        while (!rest.empty()) {
            if (quoted ? rest[0] == '\'' : blank.find(rest[0]) != std::string_view::npos) {
                closed = true;
                rest.remove_prefix(1);
                break;
            }
            if (rest[0] == '\\' && rest.size() > 1) rest.remove_prefix(1);
            value += rest[0];
            rest.remove_prefix(1);
        }
        if (!closed) return unexpected(bad("a quote in it is not closed"));
        if (key == "port" && !is_port_list(value)) return unexpected(bad(bad_port));
        result.set(key, value);
    }
    return result;
}

bool is_scheme(std::string_view text) {
    return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '+' || c == '.' || c == '-' || c == '_';
    });
}

std::string encoded(std::string_view value) {
    std::string result;
    for (const char c : value) {
        const bool plain = (c >= '!' && c <= '~' &&
                            std::string_view("@:/?#[]%&=,").find(c) == std::string_view::npos) ||
                           static_cast<unsigned char>(c) >= 0x80;
        result += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return result;
}

std::vector<std::string> split_list(const std::string* list) {
    std::vector<std::string> parts;
    if (list == nullptr) return parts;
    std::string_view rest = *list;
    do {
        parts.emplace_back(take_until(rest, ","));
    } while (take(rest, ','));
    return parts;
}

std::string displayed_host(const std::string& host) {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

const std::string* ConnectionSettings::find(std::string_view keyword) const {
    for (const auto& [name, value] : parameters) {
        if (name == keyword) return &value;
    }
    return nullptr;
}

void ConnectionSettings::set(std::string_view keyword, std::string value) {
    for (auto& [name, old] : parameters) {
        if (name == keyword) {
            old = std::move(value);
            return;
        }
    }
    parameters.emplace_back(keyword, std::move(value));
}

std::string ConnectionSettings::display() const {
    std::string result = "postgresql://";
    if (const std::string* user = find("user")) result += encoded(*user) + "@";
    const std::string* host = find("host") != nullptr ? find("host") : find("hostaddr");
    const std::vector<std::string> hosts = split_list(host);
    const std::vector<std::string> ports = split_list(find("port"));
    // A socket directory cannot stand in a URL's host.
    const bool socket = host != nullptr && (host->starts_with('/') || host->starts_with('@'));
    for (std::size_t i = 0; !socket && i < std::max<std::size_t>(hosts.size(), 1); ++i) {
        if (i > 0) result += ",";
        if (i < hosts.size()) result += displayed_host(hosts[i]);
        // One port serves all hosts.
        const std::size_t port = ports.size() == 1 ? 0 : i;
        if (port < ports.size() && !ports[port].empty()) result += ":" + ports[port];
    }
    if (const std::string* name = find("dbname")) result += "/" + encoded(*name);
    char mark = '?';
    const auto add = [&](const char* key, const std::string& value) {
        result += fmt::format("{}{}={}", std::exchange(mark, '&'), key, value);
    };
    if (socket) add("host", *host);
    if (socket && find("port") != nullptr) add("port", *find("port"));
    if (const std::string* service = find("service")) add("service", encoded(*service));
    return result;
}

Expected<ConnectionSettings> parse_connection(std::string_view text,
                                              std::vector<std::string>& notes) {
    text = trim(text);
    if (text.empty()) return unexpected(bad("it is empty"));
    const std::size_t mark = text.find("://");
    const std::string_view scheme = text.substr(0, mark);
    if (mark == std::string_view::npos || !is_scheme(scheme)) return parse_pairs(text);
    const std::string_view dialect = scheme.substr(0, scheme.find('+'));
    if (dialect != "postgresql" && dialect != "postgres") {
        return unexpected(bad(fmt::format("{}:// is not PostgreSQL's", scheme),
                              "write postgresql://user:password@host:port/dbname"));
    }
    return UrlParser(text.substr(mark + 3), dialect != scheme, notes).parse();
}

}  // namespace revisiond::config
