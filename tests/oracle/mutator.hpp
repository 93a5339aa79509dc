// Random SQL near SQL that parses.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace revisiond::oracle {

// Puts statements of a corpus together and changes a few of their tokens.
class Mutator {
  public:
    Mutator(std::vector<std::string> statements, std::uint64_t seed);
    std::string next();

  private:
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }
    void mutate(std::vector<std::string>& tokens);

    std::vector<std::string> statements_;
    std::vector<std::string> pool_;
    std::mt19937_64 random_;
};

}  // namespace revisiond::oracle
