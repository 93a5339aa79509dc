// The daemon.
#pragma once

#include "cli/serving.hpp"

namespace revisiond {

// Serves until a signal ends it: builds the world in order and tears it down in the reverse one.
cli::Exit serve(const cli::ServeRequest& request, cli::Console& console);

}  // namespace revisiond
