#include "service/dialect.h"

#include "service/identity_cache.h"

namespace service {
namespace {

// Whoever changes credentials and resellers one after the other makes others begin again; not for ever.
constexpr int begun_max = 5;

bool is_outdated(const std::exception_ptr& failure) {
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const db::Outdated&) {
        return true;
    } catch (...) {
    }
    return false;
}

}  // namespace

void require_known(db::Tx& tx, const Call& call) {
    if (call.identity) tx.require_generation(call.identity->generation);
}

bool is_to_begin_again(const App& app, const Call& call, const std::exception_ptr& failure) {
    return failure && app.begin_again && call.begun < begun_max && is_outdated(failure);
}

void begin_again(const App& app, const std::shared_ptr<Call>& call, const http::Reply& reply) {
    ++call->begun;
    app.begin_again(call, reply);
}

bool begins_again(const App& app, const std::shared_ptr<Call>& call, const std::exception_ptr& failure,
                  const http::Reply& reply) {
    if (!is_to_begin_again(app, *call, failure)) return false;
    begin_again(app, call, reply);
    return true;
}

bool is_of_wrong_key(const Error& error) {
    return !error.fields.empty() && error.fields.front().rule == Rule::not_valid &&
           (error.reason == Reason::unauthenticated || error.reason == Reason::not_found);
}

Error to_error(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const db::Unavailable&) {
        return {Reason::unavailable, "The service is not available now; try again later."};
    } catch (...) {
        return {Reason::broken, "Internal server error"};
    }
}

std::string describe(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& exception) {
        return exception.what();
    } catch (...) {
        return "unknown exception";
    }
}

}  // namespace service
