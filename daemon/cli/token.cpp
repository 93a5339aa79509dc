// token new: a bearer token and its section of the configuration.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "base/digest.hpp"
#include "cli/commands.hpp"
#include "cli/new_token.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {
namespace {

constexpr std::array<std::string_view, 4> scopes = {"read", "plan", "apply", "admin"};
constexpr std::size_t token_digits = 48;

std::string section(const TokenCommand& command, const std::string& name,
                    const std::string& sha256) {
    std::string text =
        fmt::format("[[server.tokens]]\nname = {}\nsha256 = \"{}\"\nscope = \"{}\"\n",
                    wire::json_text(name), sha256, command.scope);
    if (!command.expires.empty()) {
        text += fmt::format("expires = {}\n", wire::json_text(command.expires));
    }
    return text;
}

}  // namespace

NewToken make_token() {
    Sha256Bytes random{};
    if (::getentropy(random.data(), random.size()) != 0) {
        throw std::runtime_error(std::string("getentropy: ") + std::strerror(errno));
    }
    const std::string token = "rvd_" + to_hex(random).substr(0, token_digits);
    return {token, to_hex(sha256(token))};
}

Exit run(const TokenCommand& command, Console& console) {
    if (command.action != "new") {
        return console.fail(make_error("usage.token",
                                       fmt::format("token does not know {}", command.action),
                                       "revisiond token new --scope apply"));
    }
    if (std::ranges::find(scopes, command.scope) == scopes.end()) {
        return console.fail(
            make_error("usage.scope",
                       fmt::format("--scope {} is not read, plan, apply or admin", command.scope)));
    }
    const std::string& given = console.globals().database;
    const std::string& name = given.empty() ? command.scope : given;
    const NewToken made = make_token();
    if (console.globals().json) {
        console.print_line(
            wire::token_json(made.token, name, made.sha256, command.scope, command.expires));
        return Exit::done;
    }
    console.print_line(made.token);
    console.print(fmt::format("\nIt is not shown again. For config.toml:\n\n{}",
                              section(command, name, made.sha256)));
    return Exit::done;
}

}  // namespace revisiond::cli
