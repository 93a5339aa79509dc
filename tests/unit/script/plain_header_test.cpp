// The quick reader of headers answers what the reader of TOML answers, or nothing.
#include "script/plain_header.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <iostream>
#include <random>

#include "script/render.hpp"
#include "script/toml_header.hpp"

using namespace revisiond;
using namespace revisiond::script;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

std::vector<HeaderLine> lines_of(std::string_view toml) {
    std::vector<HeaderLine> lines;
    for (std::size_t at = 0; at <= toml.size();) {
        const std::size_t end = std::min(toml.find('\n', at), toml.size());
        lines.push_back({at, toml.substr(at, end - at)});
        at = end + 1;
    }
    return lines;
}

bool is_plain(std::string_view toml) {
    return read_plain_header(lines_of(toml)).has_value();
}

class Headers {
  public:
    explicit Headers(std::uint64_t seed) : random_(seed) {}

    std::string next() {
        std::string header;
        for (std::size_t lines = 1 + below(4); lines > 0; --lines) {
            if (!header.empty()) header += "\n";
            const std::size_t pieces = below(8) == 0 ? below(6) : 0;
            if (pieces == 0) {
                header += blank() + pick(keys) + blank() + "=" + blank() + value() + blank();
                if (below(6) == 0) header += "#" + pick(noise);
            }
            for (std::size_t i = 0; i < pieces; ++i) header += pick(noise);
        }
        return header;
    }

  private:
    const std::vector<std::string> keys = {"revision",
                                           "down_revision",
                                           "message",
                                           "created",
                                           "depends_on",
                                           "transaction",
                                           "a",
                                           "B_",
                                           "\"revision\"",
                                           "a.b",
                                           "a-b",
                                           "7",
                                           ""};
    const std::vector<std::string> texts = {"",     "a",         "23e153465abc", "add users", "x#y",
                                            "a, b", "tab\there", "\\n",          "\\\"",      "é",
                                            "it's", "[",         "\x01",         "\x7f"};
    const std::vector<std::string> words = {"true",
                                            "false",
                                            "True",
                                            "truely",
                                            "1",
                                            "0x1f",
                                            "1.5",
                                            "inf",
                                            "'single'",
                                            "\"\"\"three\"\"\"",
                                            "{a = 1}",
                                            "2026-11-22",
                                            "2026-11-22T10:15:00Z",
                                            "2026-02-29T10:15:00Z",
                                            "2024-02-29T23:59:59Z",
                                            "2026-11-22T10:15:60Z",
                                            "2026-11-22T24:15:00Z",
                                            "2026-11-22 10:15:00Z",
                                            "2026-11-22t10:15:00z",
                                            "2026-11-22T10:15:00.5Z",
                                            "2026-11-22T10:15:00+01:00",
                                            "2026-13-22T10:15:00Z",
                                            "0000-01-01T00:00:00Z",
                                            "10:15:00",
                                            "nonsense",
                                            "",
                                            "]",
                                            "\"open"};
    const std::vector<std::string> noise = {" ", "\t", "=",      "\"", "'",    "#",    "[", "]",
                                            ",", "a",  "remark", "é",  "\x02", "true", "{", "}"};

    std::size_t below(std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
    }
    const std::string& pick(const std::vector<std::string>& from) {
        return from[below(from.size())];
    }
    std::string blank() { return below(3) == 0 ? (below(3) == 0 ? "\t" : " ") : ""; }
    std::string text() {
        return "\"" + (below(3) == 0 ? pick(texts) : "id" + std::to_string(below(9))) + "\"";
    }

    std::string value() {
        switch (below(5)) {
            case 0:
                return pick(words);
            case 1: {
                std::string list = "[" + blank();
                for (std::size_t items = below(4); items > 0; --items)
                    list += (below(9) == 0 ? pick(words) : text()) + blank() +
                            (items > 1 || below(3) == 0 ? "," : "") + blank();
                return list + "]";
            }
            default:
                return text();
        }
    }

    std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("a header read quickly is read as TOML reads it") {
    const std::uint64_t seed = from_environment("REVISIOND_SEED", std::random_device{}());
    const std::uint64_t cases = from_environment("REVISIOND_CASES", 20'000);
    std::cout << "seed " << seed << ", " << cases << " cases\n";
    Headers headers(seed);
    std::size_t plain = 0;
    for (std::uint64_t i = 0; i < cases; ++i) {
        const std::string text = headers.next();
        const std::vector<HeaderLine> lines = lines_of(text);
        const auto quick = read_plain_header(lines);
        if (!quick) continue;
        ++plain;
        Reporter reporter("a.sql", text);
        const std::vector<HeaderEntry> full = read_toml_header(reporter, lines);
        if (reporter.count() > 0 || *quick != full) FAIL("seed " << seed << ": " << text);
    }
    CHECK(plain > cases / 10);
    CHECK(plain < cases);
}

TEST_CASE("the headers that revisiond writes are read quickly") {
    NewRevision revision;
    revision.id = "9f2c41d07a3e";
    revision.down_revisions = {"23e153465abc", "4be1c0ffee12"};
    revision.message = "add phone number";
    revision.created = 1795342500LL * 1000000;
    revision.branch_labels = {"accounts"};
    revision.depends_on = {"4be1c0ffee12"};
    const std::string rendered = render_header(revision);
    std::string toml;
    for (const HeaderLine& line : lines_of(rendered))
        if (line.toml.size() > 3)
            toml += (toml.empty() ? "" : "\n") + std::string(line.toml.substr(3));
    INFO(toml);
    CHECK(is_plain(toml));
    CHECK(is_plain("transaction = false  # why"));
    CHECK_FALSE(is_plain("message = \"caf\xC3\xA9\""));
    CHECK_FALSE(is_plain("revision = \"a\"\nrevision = \"a\""));
}
