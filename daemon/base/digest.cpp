#include "base/digest.hpp"

// The functions of before OpenSSL 3.0: those of today load all providers and their algorithms for
// the first digest, 2 MB of resident memory and a millisecond of every command.
#define OPENSSL_API_COMPAT 0x10101000L
#include <openssl/sha.h>

#include <fmt/format.h>

#include <stdexcept>

namespace revisiond {
namespace {

void require(int openssl_result) {
    if (openssl_result != 1) throw std::runtime_error("SHA-256 is not available in this OpenSSL");
}

class Sha256 {
  public:
    Sha256() { require(SHA256_Init(&state_)); }
    void update(std::string_view bytes) {
        require(SHA256_Update(&state_, bytes.data(), bytes.size()));
    }
    Sha256Bytes finish() {
        Sha256Bytes bytes{};
        require(SHA256_Final(bytes.data(), &state_));
        return bytes;
    }

  private:
    SHA256_CTX state_{};
};

}  // namespace

struct DigestBuilder::Context : Sha256 {};

DigestBuilder::DigestBuilder() : context_(std::make_unique<Context>()) {}
DigestBuilder::~DigestBuilder() = default;

DigestBuilder& DigestBuilder::add(std::string_view field) {
    context_->update(fmt::format("{}:", field.size()));
    context_->update(field);
    return *this;
}

DigestBuilder& DigestBuilder::add(std::uint64_t number) {
    return add(fmt::format("{}", number));
}

std::string DigestBuilder::finish() {
    return to_hex(context_->finish());
}

Sha256Bytes sha256(std::string_view bytes) {
    Sha256 sha;
    sha.update(bytes);
    return sha.finish();
}

std::string to_hex(const Sha256Bytes& bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    result.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        result += digits[byte >> 4U];
        result += digits[byte & 0xFU];
    }
    return result;
}

}  // namespace revisiond
