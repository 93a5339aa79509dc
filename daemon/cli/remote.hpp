// Commands that act through a daemon: --server and --token-file.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/progress.hpp"
#include "remote/client.hpp"
#include "wire/answers.hpp"

namespace revisiond::cli {

// A daemon, and the database of it that -n names. Whatever goes wrong is printed, and what is
// answered then is how the command ends.
class RemoteDatabase {
  public:
    // The token is that of --token-file, else $REVISIOND_TOKEN.
    static Expected<RemoteDatabase, Exit> open(const RemoteOptions& options, Console& console);

    // What `read` makes of the answer to GET /api/v1`path`?`query`. `scope`: what the token must
    // allow in the end, where that is more than the question needs.
    template <class T>
    Expected<T, Exit> get(const std::string& path, Expected<T> (*read)(std::string_view),
                          const std::string& query = {}, std::string_view scope = {}) {
        auto body = fetch(path, query, scope);
        if (!body) return unexpected(body.error());
        auto value = read(*body);
        if (!value) return unexpected(console_->fail(value.error()));
        return *std::move(value);
    }

    // Asks for work, shows its events while it runs, and prints its result; that of a dry run needs
    // the reports. Ctrl-C offers to cancel it where a person sees that, again asks the daemon to
    // cancel it, once more leaves it alone; without a terminal there is no offer. `notes` are told
    // when it is accepted.
    Exit run(const std::string& path, const std::string& body,
             Progress::Keep keep = Progress::Keep::nothing,
             const std::vector<std::string>& notes = {});

    // GET /ready, which may wait.
    Expected<remote::Answer> ready(const std::string& at_least, const std::string& wait);

  private:
    RemoteDatabase(remote::Client client, std::string server, Console& console)
        : client_(std::move(client)),
          server_(std::move(server)),
          database_(console.globals().database),
          console_(&console) {}

    Expected<std::string, Exit> fetch(const std::string& path, const std::string& query,
                                      std::string_view scope);
    std::string target(const std::string& path, std::string query) const;
    std::string cancel_offer(const std::string& operation) const;
    Exit follow(const std::string& operation, Progress::Keep keep);
    Exit answer(const wire::AnsweredOperation& ended, const Progress& progress,
                Progress::Keep keep) const;

    remote::Client client_;
    std::string server_;  // its URL, as --server says it
    std::string database_;
    Console* console_;
};

}  // namespace revisiond::cli
