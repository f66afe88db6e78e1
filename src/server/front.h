// Who answers on the main listener, before the database has been opened and after. At first it says to every API, in
// that API's own shape, that nothing can be answered yet; then it passes all on to the service, and costs a request one
// load. serve.cc builds it; it outlives the listener.

#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "http/message.h"
#include "http/server.h"
#include "service/service.h"

class Front {
public:
    using Refuse = decltype(http::ServerOptions::refuse);

    Front();
    ~Front();
    Front(const Front&) = delete;

    // Before the listener starts, where there is nothing yet to open() to. Of the options, what tells callers apart and
    // what is logged counts.
    void answer_for_now(const service::ServiceOptions&);

    // From the next request on; once. What the two call outlives the listener.
    void open(http::Service serve, Refuse refuse);

    // For the listener.
    void serve(http::Request&& request, http::Reply&& reply) const {
        current_.load(std::memory_order_acquire)->serve(std::move(request), std::move(reply));
    }
    http::Response refuse(const http::Request& request, int status, std::string_view detail) const {
        return current_.load(std::memory_order_acquire)->refuse(request, status, detail);
    }

private:
    struct Answering {
        http::Service serve;
        Refuse refuse;
    };
    struct Closed;

    std::unique_ptr<Closed> closed_;
    std::optional<Answering> for_now_;
    std::optional<Answering> opened_;
    std::atomic<const Answering*> current_ = nullptr;
};
