// A fault that a sandbox injects into an answer, so that an integration's way of dealing with it can be tested.

#pragma once

#include <chrono>

namespace service {

struct Fault {
    enum class Kind {
        delay,
        too_many_requests,  // 429
        internal_error,     // 500
        unavailable,        // 503
        drop,               // the connection ends without an answer
    };
    Kind kind = Kind::delay;
    std::chrono::milliseconds delay{0};
    bool has_effect = false;  // the request is carried out, and only its answer goes wrong
};

}  // namespace service
