// serve: the daemon.
#include "cli/commands.hpp"
#include "cli/serving.hpp"

namespace revisiond::cli {

Exit run(const ServeCommand&, Console& console, Serve serve) {
    const Globals& globals = console.globals();
    auto config = load_config(globals);
    if (!config) return console.fail(config.error());
    console.warn((*config)->warnings);
    ServeRequest request;
    request.config = *config;
    request.reload = [file = (*config)->file] {
        return config::load(file, config::process_environment());
    };
    return serve(request, console);
}

}  // namespace revisiond::cli
