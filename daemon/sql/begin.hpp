// How every transaction of ours begins, whatever defaults the role or the database has.
#pragma once

namespace revisiond::sql {

inline constexpr const char* begin_transaction = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

}  // namespace revisiond::sql
