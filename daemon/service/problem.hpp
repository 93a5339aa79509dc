// The room service: the use cases, once, for the command line and HTTP alike. Values in, values
// out: nothing here prints, reads an argv or knows an exit code.
#pragma once

#include <optional>
#include <string>

#include "apply/apply.hpp"
#include "base/diagnostic.hpp"
#include "base/expected.hpp"
#include "config/config.hpp"
#include "database/server_message.hpp"

namespace revisiond::service {

// Why a use case did not succeed.
// `diagnostics` is never empty and its first error is the reason in words; the failure beside it,
// when the database was involved, says which kind it is (lock_held, sql, …) and what the server
// sent.
struct Problem {
    Diagnostics diagnostics;
    std::optional<apply::Failure> failure;
    apply::RunResult result;  // what took effect before; empty when nothing did

    // The error that the others follow from.
    const Diagnostic& reason() const;
    bool is(apply::FailureKind kind) const;
};

Problem to_problem(Diagnostic diagnostic);
Problem to_problem(Diagnostics diagnostics);
// Nothing ran, and why.
Problem refusal(Diagnostics diagnostics);

// The one place where an SqlError of a reader becomes words. A connection that cannot be had names
// host, port, database and user, and says what to check; a secret is never in it.
Problem to_problem(const database::SqlError& error, const config::ConnectionSettings& connection);

// The same for a failure of the executor, which does not know how we were told to connect.
Problem to_problem(apply::RunFailure failure, const config::ConnectionSettings& connection);

}  // namespace revisiond::service
