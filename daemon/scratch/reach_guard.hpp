// Which statements may run on a scratch server.
//
// A routine whose body reaches out does no harm while nobody calls it, and real schemas have such
// routines. So their definitions run, their names are remembered, and what could call one is
// refused. Names are enough: who calls a routine writes its name, or is another routine that does,
// or comes by a trigger, rule, view or default that does. Behind those last anything that reads or
// writes rows is refused, whatever it names.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scratch/reach.hpp"

namespace revisiond::scratch {

class ReachGuard {
  public:
    // On a private server what reaches no further than the server is nobody's business.
    explicit ReachGuard(bool private_server) : private_server_(private_server) {}

    // One answer a statement: why it may not run, or nothing. All of them are looked at before the
    // first is judged, since they may run in another order; what was learned stays.
    std::vector<std::optional<Reaching>> judge(const std::vector<std::string_view>& statements);

  private:
    std::optional<Reaching> counted(std::optional<Reaching> reaching) const;
    std::optional<Reaching> said_by(const std::vector<Word>& words) const;
    bool learn(const std::vector<Word>& words);
    std::optional<Reaching> refused(const std::vector<Word>& words) const;

    bool private_server_;
    std::map<std::string, Reaching> routines_;  // by name, in upper case, without its schema
    std::optional<Reaching> hooked_;            // by what rows could reach out
};

}  // namespace revisiond::scratch
