#include "cli/normalise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

#include "base/spelling.hpp"
#include "base/text.hpp"

namespace revisiond::cli {
namespace {

bool is_option(std::string_view word) {
    return word.size() > 1 && word[0] == '-' && (word[1] < '0' || word[1] > '9');
}

Diagnostic usage_error(std::string code, std::string message, std::string hint = {}) {
    return make_error("usage." + std::move(code), std::move(message), std::move(hint));
}

std::string see_help(std::string_view context) {
    return context.empty() ? "revisiond --help lists commands and options"
                           : fmt::format("revisiond {} --help lists its options", context);
}

// Walks over the words of one stretch of argv.
class Walker {
  public:
    Walker(const std::vector<std::string>& words, const std::vector<OptionShape>& shapes,
           std::string_view context)
        : words_(words), shapes_(shapes), context_(context) {}

    bool at_end() const { return next_ == words_.size(); }
    std::size_t next() const { return next_; }
    const std::string& peek() const { return words_[next_]; }
    const std::string& take() { return words_[next_++]; }

    // Reads the option at the front with its value.
    std::optional<Diagnostic> option(std::vector<std::string>& out) {
        const std::string& word = take();
        return word[1] == '-' ? long_option(word, out) : short_options(word, out);
    }

  private:
    std::optional<Diagnostic> long_option(const std::string& word, std::vector<std::string>& out) {
        const auto equals = word.find('=');
        const std::string written =
            word.substr(2, equals == std::string::npos ? equals : equals - 2);
        auto found = find_long(written);
        if (!found) return std::move(found).error();
        const auto& [name, shape] = *found;
        out.push_back("--" + name);
        if (equals == std::string::npos) return shape->takes_value ? value(out) : std::nullopt;
        if (!shape->takes_value) {
            return usage_error("no-value", fmt::format("option --{} takes no value", name),
                               see_help(context_));
        }
        out.push_back(word.substr(equals + 1));
        return std::nullopt;
    }

    std::optional<Diagnostic> short_options(const std::string& word,
                                            std::vector<std::string>& out) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const OptionShape* shape = find_short(word[i]);
            if (shape == nullptr) return unknown(fmt::format("-{}", word[i]), {});
            out.push_back(shape->long_names.empty() ? fmt::format("-{}", word[i])
                                                    : "--" + shape->long_names.front());
            if (!shape->takes_value) continue;
            if (i + 1 == word.size()) return value(out);
            out.push_back(word.substr(word[i + 1] == '=' ? i + 2 : i + 1));
            return std::nullopt;
        }
        return std::nullopt;
    }

    std::optional<Diagnostic> value(std::vector<std::string>& out) {
        if (at_end()) {
            return usage_error("missing-value", fmt::format("option {} needs a value", out.back()),
                               see_help(context_));
        }
        out.push_back(take());
        return std::nullopt;
    }

    const OptionShape* find_short(char letter) const {
        const std::string name(1, letter);
        const auto found = std::ranges::find_if(shapes_, [&](const OptionShape& shape) {
            return std::ranges::find(shape.short_names, name) != shape.short_names.end();
        });
        return found == shapes_.end() ? nullptr : &*found;
    }

    struct Found {
        std::string name;
        const OptionShape* shape;
    };

    Expected<Found> find_long(const std::string& written) const {
        std::vector<std::string> names;
        std::vector<Found> candidates;
        for (const OptionShape& shape : shapes_) {
            for (const std::string& name : shape.long_names) {
                if (name == written) return Found{name, &shape};
                if (!written.empty() && name.starts_with(written)) {
                    candidates.push_back({name, &shape});
                }
                names.push_back(name);
            }
        }
        if (candidates.size() == 1) return candidates.front();
        const auto of_alembic = [](const Found& found) { return found.shape->of_alembic; };
        if (std::ranges::count_if(candidates, of_alembic) == 1) {
            return *std::ranges::find_if(candidates, of_alembic);
        }
        if (candidates.empty()) return unexpected(unknown("--" + written, nearest(written, names)));
        std::vector<std::string> choices;
        choices.reserve(candidates.size());
        for (const Found& candidate : candidates) choices.push_back("--" + candidate.name);
        return unexpected(
            usage_error("ambiguous-option",
                        fmt::format("option --{} is ambiguous: {}", written, join_words(choices)),
                        "write it out"));
    }

    Diagnostic unknown(const std::string& option, const std::optional<std::string>& near) const {
        return usage_error("unknown-option",
                           context_.empty()
                               ? fmt::format("unknown option {}", option)
                               : fmt::format("unknown option {} for {}", option, context_),
                           near ? fmt::format("did you mean --{}?", *near) : see_help(context_));
    }

    const std::vector<std::string>& words_;
    const std::vector<OptionShape>& shapes_;
    std::string_view context_;
    std::size_t next_ = 0;
};

}  // namespace

Expected<SplitArguments> split_at_command(const std::vector<std::string>& arguments,
                                          const std::vector<OptionShape>& globals) {
    SplitArguments split;
    Walker walker(arguments, globals, {});
    while (!walker.at_end() && is_option(walker.peek()) && walker.peek() != "--") {
        if (auto error = walker.option(split.before)) return unexpected(*std::move(error));
    }
    if (!walker.at_end() && walker.peek() == "--") walker.take();
    if (walker.at_end()) return split;
    split.command = walker.take();
    split.after.assign(arguments.begin() + static_cast<std::ptrdiff_t>(walker.next()),
                       arguments.end());
    return split;
}

Expected<NormalArguments> normalise(const std::vector<std::string>& arguments,
                                    const std::vector<OptionShape>& shapes,
                                    std::string_view context) {
    NormalArguments normal;
    Walker walker(arguments, shapes, context);
    bool only_positionals = false;
    while (!walker.at_end()) {
        if (!only_positionals && walker.peek() == "--") {
            walker.take();
            only_positionals = true;
        } else if (!only_positionals && is_option(walker.peek())) {
            if (auto error = walker.option(normal.options)) return unexpected(*std::move(error));
        } else {
            normal.positionals.push_back(walker.take());
        }
    }
    return normal;
}

}  // namespace revisiond::cli
