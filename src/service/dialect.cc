#include "service/dialect.h"

namespace service {

bool is_of_wrong_key(const Error& error) {
    return !error.fields.empty() && error.fields.front().rule == "not_valid" &&
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
