// SHA-256, for checksums of sections, plan digests and lock keys.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace revisiond {

using Sha256Bytes = std::array<std::uint8_t, 32>;

Sha256Bytes sha256(std::string_view bytes);
std::string to_hex(const Sha256Bytes& bytes);

// A digest over several fields that cannot run into each other: each is preceded by its length.
// Not copyable; one thread at a time.
class DigestBuilder {
  public:
    DigestBuilder();
    ~DigestBuilder();
    DigestBuilder(const DigestBuilder&) = delete;
    DigestBuilder& operator=(const DigestBuilder&) = delete;

    DigestBuilder& add(std::string_view field);
    DigestBuilder& add(std::uint64_t number);
    // Ends the digest; lower-case hex. Call once.
    std::string finish();

  private:
    struct Context;
    std::unique_ptr<Context> context_;
};

}  // namespace revisiond
