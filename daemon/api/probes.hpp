// livez, readyz, metrics and openapi.json: what machines ask.
#pragma once

#include "http/prepared_answers.hpp"
#include "http/router.hpp"

namespace revisiond::api {

class Api;

void add_probes(http::Router& router, Api& api);
// Those that the acceptor answers by itself.
void add_prepared_probes(http::PreparedAnswers& answers, const Api& api);

}  // namespace revisiond::api
