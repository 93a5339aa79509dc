// The room base: what every other room speaks and nothing that knows about revisions, SQL or files.
// It may include no other room. Its names live directly in namespace revisiond.
#pragma once

#include <utility>
#include <variant>

#include "base/diagnostic.hpp"

namespace revisiond {

// Wraps an error on its way into an Expected, so that `return unexpected(...)` reads as failure.
template <class E>
struct Unexpected {
    E error;
};

template <class E>
Unexpected<std::decay_t<E>> unexpected(E&& error) {
    return {std::forward<E>(error)};
}

// Either a value or the reason why there is none: how every expected failure travels.
// Exceptions are for the database and for broken invariants only. Reading the wrong side throws
// std::bad_variant_access, which is such a broken invariant.
template <class T, class E = Diagnostic>
class [[nodiscard]] Expected {
  public:
    Expected(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    template <class F>
    Expected(Unexpected<F> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& value() & { return std::get<0>(state_); }
    const T& value() const& { return std::get<0>(state_); }
    T&& value() && { return std::get<0>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    E& error() & { return std::get<1>(state_); }
    const E& error() const& { return std::get<1>(state_); }
    E&& error() && { return std::get<1>(std::move(state_)); }

  private:
    std::variant<T, E> state_;
};

// The value of an operation that yields nothing but success.
struct Done {};

}  // namespace revisiond
