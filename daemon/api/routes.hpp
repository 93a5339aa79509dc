// The routes by what they are about: each function is in the file of its name.
#pragma once

#include "http/router.hpp"

namespace revisiond::api {

class Api;

void add_reads(http::Router& router, Api& api);  // databases, status, ready, lock, history, drift
void add_graph(http::Router& router, Api& api);  // revisions, current, plan
void add_operations(http::Router& router, Api& api);  // operations, cancel
void add_writes(http::Router& router, Api& api);      // apply, stamp, repair, drift
void add_streams(http::Router& router, Api& api);     // events

}  // namespace revisiond::api
