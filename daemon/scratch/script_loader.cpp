// Statements go in batches, each one message and so one transaction of the server, because a round
// trip a statement costs more than the DDL. A batch that fails is rolled back as a whole and run
// again one by one. What fails then waits for the next pass. A pass runs the settings of a script
// (SET, set_config) again, so that a statement that is tried later has the search_path of its
// place.
#include "scratch/script_loader.hpp"

#include <algorithm>
#include <cstdint>
#include <set>

#include <fmt/format.h>

#include "sql/identifier.hpp"

namespace revisiond::scratch {
namespace {

using database::Session;
using database::SqlError;

constexpr std::size_t batch_statements = 200;
constexpr std::size_t batch_bytes = 256 * 1024;

constexpr const char* clean_session =
    "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; DISCARD TEMP; DEALLOCATE ALL; CLOSE ALL;"
    "SET client_encoding TO 'UTF8'; SET standard_conforming_strings TO on;"
    "SET client_min_messages TO warning; SET statement_timeout TO 0; SET lock_timeout TO 0;"
    "SET default_transaction_read_only TO off";

// A statement and what became of it.
struct Item {
    const sql::Statement* statement;
    bool setting = false;  // changes the session: runs in every pass
    bool alone = false;    // not in a batch
    bool done = false;
    std::optional<SqlError> error;
};

struct Script {
    const ScriptText* source;
    sql::SplitOptions options;
    sql::SplitScript split;
    std::vector<Item> items;

    bool pending() const {
        return std::any_of(items.begin(), items.end(), [](const Item& item) { return !item.done; });
    }
};

bool is_state(const SqlError& error, std::string_view sqlstate) {
    return error.server.sqlstate == sqlstate;
}

// The consequence of another statement that has not run: 42P01 no table, 42703 no column, 42883 no
// function, 42704 no other object, 3F000 no schema, 42830 no key to refer to, 55P04 a new enum
// label.
bool is_missing_object(const SqlError& error) {
    static const std::set<std::string> states = {"42P01", "42703", "42883", "42704",
                                                 "3F000", "42830", "55P04"};
    return states.contains(error.server.sqlstate);
}

bool is_transaction_frame(const std::string& tag) {
    return tag == "BEGIN" || tag == "START TRANSACTION" || tag == "COMMIT" || tag == "END";
}

Item make_item(const sql::Statement& statement) {
    Item item{&statement, false, false, false, {}};
    const bool sets = statement.traits.session != sql::SessionEffect::none;
    item.setting = sets || statement.text.find("set_config") != std::string::npos;
    item.alone = statement.traits.transaction != sql::TransactionRule::any ||
                 statement.traits.copy_to_stdout;
    return item;
}

// One loading, from the scripts to the end.
class Loader {
  public:
    Loader(Session& session, const std::vector<ScriptText>& scripts, const LoadOptions& options,
           ReachGuard& guard)
        : session_(session), options_(options), guard_(guard) {
        for (const ScriptText& script : scripts) {
            Script& added = scripts_.emplace_back();
            added.source = &script;
            added.options.file = script.file;
            added.split = sql::split(script.text, added.options);
            for (const auto& statement : added.split.statements) {
                added.items.push_back(make_item(statement));
            }
        }
    }

    Expected<LoadNotes, Diagnostics> load() {
        if (Diagnostics refused = refusals(); !refused.empty()) return unexpected(refused);
        while (true) {
            const std::size_t before = done_;
            if (!pass()) break;
            if (finished()) return LoadNotes{std::move(notes_)};
            if (done_ > before || leave_bodies_unchecked()) continue;
            break;
        }
        return unexpected(Diagnostics{first_real_error()});
    }

  private:
    Diagnostics refusals() {
        Diagnostics found;
        for (Script& script : scripts_) {
            for (Diagnostic& diagnostic : script.split.diagnostics) {
                if (diagnostic.code != "sql.transaction-control") {
                    found.push_back(std::move(diagnostic));
                }
            }
            for (Item& item : script.items) refuse(script, item, found);
        }
        refuse_reaching_ones(found);
        return found;
    }

    void refuse_reaching_ones(Diagnostics& found) {
        std::vector<std::string_view> statements;
        std::vector<std::pair<const Script*, const Item*>> places;
        for (const Script& script : scripts_) {
            for (const Item& item : script.items) {
                if (item.done) continue;
                statements.emplace_back(item.statement->text);
                places.emplace_back(&script, &item);
            }
        }
        const auto answers = guard_.judge(statements);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            if (!answers[i]) continue;
            found.push_back(refuse_reaching(*answers[i], options_));
            found.back().at = place(*places[i].first, *places[i].second->statement, 0);
        }
    }

    void refuse(const Script& script, Item& item, Diagnostics& found) {
        const sql::Statement& statement = *item.statement;
        if (statement.copy)
            return skip(item, fmt::format("{}:{}: the rows of COPY are not loaded",
                                          script.source->file, statement.line));
        if (statement.traits.transaction == sql::TransactionRule::control) {
            if (is_transaction_frame(statement.traits.tag)) return skip(item, {});
            found.push_back(make_error("target.transaction-control",
                                       statement.traits.tag + " cannot be loaded",
                                       "remove it; BEGIN and COMMIT are passed over"));
            found.back().at = place(script, statement, 0);
        }
    }

    void skip(Item& item, std::string note) {
        item.done = true;
        if (!note.empty()) notes_.push_back(std::move(note));
    }

    // Walks through the whole script: for messages only.
    static SourceLocation place(const Script& script, const sql::Statement& statement,
                                std::size_t position) {
        return sql::locate_position(script.source->text, script.options, statement, position);
    }

    // Runs what is left; false when the connection is lost or a stop was asked for.
    bool pass() {
        for (Script& script : scripts_) {
            if (!script.pending()) continue;
            std::string clean = clean_session;
            if (unchecked_bodies_) clean += "; SET check_function_bodies TO off";
            if (auto cleaned = session_.run(clean); !cleaned) return fatal(cleaned.error());
            for (std::size_t at = 0; at < script.items.size();) {
                const std::size_t end = first_pass_ ? batch_end(script, at) : at + 1;
                if (!run(script, at, end)) return false;
                at = end;
            }
        }
        first_pass_ = false;
        return true;
    }

    // Where a batch that begins at `at` ends; at + 1 when the item runs alone.
    static std::size_t batch_end(const Script& script, std::size_t at) {
        std::size_t bytes = 0;
        std::size_t end = at;
        while (end < script.items.size() && end - at < batch_statements && bytes < batch_bytes &&
               !script.items[end].alone) {
            bytes += script.items[end].statement->text.size();
            ++end;
        }
        return std::max(end, at + 1);
    }

    bool run(Script& script, std::size_t begin, std::size_t end) {
        if (end - begin > 1 && run_batch(script, begin, end)) return true;
        for (std::size_t i = begin; i < end; ++i) {
            Item& item = script.items[i];
            if (item.done && !item.setting) continue;
            if (!run_one(script, item)) return false;
        }
        return true;
    }

    bool run_batch(Script& script, std::size_t begin, std::size_t end) {
        std::string message;
        for (std::size_t i = begin; i < end; ++i) {
            const Item& item = script.items[i];
            if (!item.done || item.setting) message += item.statement->text + "\n;\n";
        }
        for (auto ran = session_.run(message); !ran; ran = session_.run(message)) {
            if (!make_missing_role(ran.error())) return false;
        }
        for (std::size_t i = begin; i < end; ++i) finish(script.items[i]);
        return true;
    }

    bool run_one(Script& script, Item& item) {
        auto result = session_.execute(item.statement->text);
        while (!result && (stands_in_the_way(*item.statement, result.error()) ||
                           make_missing_role(result.error()))) {
            result = session_.execute(item.statement->text);
        }
        if (result || tolerated(script, item, result.error())) {
            finish(item);
            return true;
        }
        if (result.error().connection_lost || result.error().cancelled) {
            return fatal(result.error());
        }
        item.error = std::move(result.error());
        return true;
    }

    void finish(Item& item) {
        if (!item.done) ++done_;
        item.done = true;
        item.error.reset();
    }

    // A dump of a database whose public schema is not the first one makes it.
    bool stands_in_the_way(const sql::Statement& statement, const SqlError& error) {
        return is_state(error, "42P06") && statement.text.find("public") != std::string::npos &&
               session_.run("DROP SCHEMA public").has_value();
    }

    bool tolerated(const Script& script, const Item& item, const SqlError& error) {
        const std::string& tag = item.statement->traits.tag;
        const auto note = [&](const char* what) {
            if (first_pass_) {
                notes_.push_back(fmt::format("{}:{}: {}: {}", script.source->file,
                                             item.statement->line, what, error.text()));
            }
            return true;
        };
        if (tag == "SET" && is_state(error, "42704")) return note("this setting is passed over");
        if (tag == "COMMENT" && is_state(error, "42501"))
            return note("this comment is passed over");
        const bool role = tag == "CREATE ROLE" || tag == "CREATE USER" || tag == "CREATE GROUP";
        return role && options_.private_server && is_state(error, "42710");
    }

    bool finished() const {
        return std::none_of(scripts_.begin(), scripts_.end(),
                            [](const Script& script) { return script.pending(); });
    }

    template <class Function>
    void for_each_error(const Function& function) const {
        for (const Script& script : scripts_) {
            for (const Item& item : script.items) {
                if (item.error) function(script, item);
            }
        }
    }

    // At once, since what grants rights means the objects of its place (ON ALL TABLES, default
    // privileges), and what follows SET ROLE the role.
    bool make_missing_role(const SqlError& error) {
        const std::string name = missing_role(error);
        if (name.empty() || !options_.private_server || !made_roles_.insert(name).second) {
            return false;
        }
        auto now = session_.run("SELECT session_user, pg_catalog.current_setting('role')");
        if (!now) return false;
        const auto& row = now->at(0).rows.at(0);
        const std::string role = row[1].value_or("none");
        return session_
            .run(fmt::format("RESET SESSION AUTHORIZATION; RESET ROLE; CREATE ROLE {}; SET SESSION "
                             "AUTHORIZATION {}; SET ROLE {}",
                             sql::quote_identifier(name),
                             sql::quote_identifier(row[0].value_or("")),
                             role == "none" ? "NONE" : sql::quote_identifier(role)))
            .has_value();
    }

    // A function whose body needs a table whose default needs the function.
    bool leave_bodies_unchecked() { return !std::exchange(unchecked_bodies_, true); }

    bool fatal(const SqlError& error) {
        fatal_ = error;
        return false;
    }

    Diagnostic first_real_error() const {
        if (fatal_) return make_error("target.connection", fatal_->text());
        const Script* script = nullptr;
        const Item* item = nullptr;
        for_each_error([&](const Script& of, const Item& failed) {
            const bool better = item == nullptr || (is_missing_object(*item->error) &&
                                                    !is_missing_object(*failed.error));
            if (!better) return;
            script = &of;
            item = &failed;
        });
        return diagnostic(*script, *item);
    }

    Diagnostic diagnostic(const Script& script, const Item& item) const {
        const SqlError& error = *item.error;
        std::string message = error.text();
        if (!error.server.detail.empty()) message += ": " + database::redacted(error.server.detail);
        Diagnostic result = make_error("target.sql", std::move(message), hint_of(error));
        result.at = place(script, *item.statement, error.server.position);
        return result;
    }

    std::string hint_of(const SqlError& error) const {
        if (!missing_role(error).empty()) {
            return fmt::format(
                "create the role on {}, or leave its grants and owners out; on a "
                "private server it would be made",
                options_.server_name);
        }
        if (error.server.message.starts_with("extension ") ||
            error.server.message.find("extension control file") != std::string::npos) {
            return fmt::format(
                "install the extension's files on {}, or set scratch_url to a "
                "server that has them",
                options_.private_server ? "this machine" : options_.server_name);
        }
        return database::redacted(error.server.hint);
    }

    Session& session_;
    const LoadOptions& options_;
    ReachGuard& guard_;
    std::vector<Script> scripts_;
    std::vector<std::string> notes_;
    std::set<std::string> made_roles_;
    std::optional<SqlError> fatal_;
    std::size_t done_ = 0;
    bool first_pass_ = true;
    bool unchecked_bodies_ = false;
};

}  // namespace

std::string missing_role(const SqlError& error) {
    constexpr std::string_view begin = "role \"";
    constexpr std::string_view end = "\" does not exist";
    const std::string& message = error.server.message;
    // The second: of SET ROLE.
    const bool state = is_state(error, "42704") || is_state(error, "22023");
    if (!state || !message.starts_with(begin) || !message.ends_with(end)) {
        return {};
    }
    return message.substr(begin.size(), message.size() - begin.size() - end.size());
}

Diagnostic refuse_reaching(const Reaching& reaching, const LoadOptions& options) {
    const bool far = reaching.reach == Reach::other_servers;
    return make_error(
        "scratch.reaches-beyond",
        fmt::format("{} reaches beyond its database and is not run in a scratch database on {}",
                    reaching.what, options.server_name),
        far ? "a scratch database talks to no other server"
            : "on a private server it would run: leave scratch and scratch_url out, and install "
              "the PostgreSQL server here");
}

Expected<LoadNotes, Diagnostics> load_scripts(Session& session,
                                              const std::vector<ScriptText>& scripts,
                                              const LoadOptions& options, ReachGuard& guard) {
    return Loader(session, scripts, options, guard).load();
}

}  // namespace revisiond::scratch
