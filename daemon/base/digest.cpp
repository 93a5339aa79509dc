#include "base/digest.hpp"

#include <openssl/evp.h>

#include <fmt/format.h>

#include <stdexcept>

namespace revisiond {
namespace {

void require(int openssl_result) {
    if (openssl_result != 1) throw std::runtime_error("SHA-256 is not available in this OpenSSL");
}

}  // namespace

struct DigestBuilder::Context {
    Context() : evp(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        require(EVP_DigestInit_ex(evp.get(), EVP_sha256(), nullptr));
    }
    void update(std::string_view bytes) {
        require(EVP_DigestUpdate(evp.get(), bytes.data(), bytes.size()));
    }
    Sha256Bytes finish() {
        Sha256Bytes bytes{};
        unsigned int length = 0;
        require(EVP_DigestFinal_ex(evp.get(), bytes.data(), &length));
        return bytes;
    }
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> evp;
};

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
    Sha256Bytes result{};
    unsigned int length = 0;
    require(EVP_Digest(bytes.data(), bytes.size(), result.data(), &length, EVP_sha256(), nullptr));
    return result;
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
