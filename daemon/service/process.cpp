#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "service/project.hpp"

namespace revisiond::service {

namespace {

// Behind sudo the person is the one who called it.
std::string system_user() {
    if (const char* caller = std::getenv("SUDO_USER"); caller != nullptr && *caller != '\0') {
        return caller;
    }
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found);
    return found != nullptr ? found->pw_name : "uid " + std::to_string(::getuid());
}

std::string host_name() {
    std::array<char, 256> buffer{};
    if (::gethostname(buffer.data(), buffer.size() - 1) != 0) return {};
    return buffer.data();
}

}  // namespace

const char* program_version() {
    return REVISIOND_VERSION;
}

apply::Requester this_process(std::string doing) {
    return {system_user(), host_name(), program_version(), std::move(doing)};
}

}  // namespace revisiond::service
