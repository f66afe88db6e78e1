// A dialect's service without a socket: send a request, get the response.

#pragma once

#include <future>
#include <string>
#include <vector>

#include "service/service.h"
#include "tests/testing/fresh_database.h"
#include "tests/testing/test_world.h"

class InProcess {
public:
    explicit InProcess(std::vector<const service::Dialect*> dialects, std::vector<http::Network> trusted_proxies = {})
        : service_(*database_, world_,
                   {.dialects = std::move(dialects),
                    .log_access = {},
                    .log_failure = {},
                    .trusted_proxies = std::move(trusted_proxies)}) {}

    // The database ends first, as in the server: what still waits in it reaches for the world and the service.
    ~InProcess() {
        service_.stop();
        database_.close();
    }

    http::Response send(http::Request request) {
        std::promise<http::Response> answered;
        auto response = answered.get_future();
        service_.serve(std::move(request), [&](http::Response answer) { answered.set_value(std::move(answer)); });
        return response.get();
    }

    http::Response send(http::Method method, std::string target, http::Headers headers = {}, std::string body = {}) {
        http::Request request;
        request.method = method;
        request.method_name = std::string(http::to_string(method));
        request.target = std::move(target);
        request.headers = std::move(headers);
        request.body = std::move(body);
        return send(std::move(request));
    }

    db::Database& database() { return *database_; }
    TestWorld& world() { return world_; }
    service::Service& service() { return service_; }

private:
    TestWorld world_;
    FreshDatabase database_;  // ends before the world: what still waits in it needs one
    service::Service service_;
};
