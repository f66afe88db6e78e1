// Result<T>: a value, or the Error that says why there is none.
//
// Only refusals travel here: what some caller must be told in its own dialect. A broken machine (disk full, database
// gone, a bug) throws, and is caught in one place. Of our own because std::expected is not in C++20, and
// boost::system::result (1.81) loses its implicit return when the error is an aggregate constructible from the value.

#pragma once

#include <cassert>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/error.h"

template <class T>
class [[nodiscard]] Result {
public:
    template <class U = T>
    requires std::is_convertible_v<U, T> Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return state_.index() == 0; }

    const T& value() const& {
        assert(ok());
        return *std::get_if<0>(&state_);
    }
    T&& value() && {
        assert(ok());
        return std::move(*std::get_if<0>(&state_));
    }

    const Error& error() const& {
        assert(!ok());
        return *std::get_if<1>(&state_);
    }
    Error&& error() && {
        assert(!ok());
        return std::move(*std::get_if<1>(&state_));
    }

private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    bool ok() const { return !error_; }
    void value() && { assert(ok()); }
    const Error& error() const& {
        assert(!ok());
        return *error_;
    }
    Error&& error() && {
        assert(!ok());
        return std::move(*error_);
    }

private:
    std::optional<Error> error_;
};

// auto account = TRY(find_account(tx, id));
//
// Returns the error from the enclosing function, or yields the value. For plain functions: GCC 12 crashes on co_await
// inside a statement expression.
#define TRY(expression)                                               \
    __extension__({                                                   \
        auto&& try_result_ = (expression);                            \
        if (!try_result_.ok()) return std::move(try_result_).error(); \
        std::move(try_result_).value();                               \
    })
