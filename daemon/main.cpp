#include "cli/commands.hpp"
#include "serve.hpp"

int main(int argc, char** argv) {
    return revisiond::cli::run_command_line(argc, argv, revisiond::serve);
}
