// What expressions and criteria see in the fuzz targets of workflow/: a bit of everything.

#pragma once

#include <boost/json.hpp>

#include "workflow/document/expression.h"

namespace workflow {

struct FuzzScope {
    FuzzScope() {
        exchange.method = "POST";
        exchange.url = "https://api.test/things/7?limit=2";
        exchange.request_headers = {{"Accept", "application/json"}};
        exchange.query_parameters = {{"limit", 2}};
        exchange.path_parameters = {{"id", "7"}};
        exchange.request_body = boost::json::parse(R"({"name":"A","tags":["x","y"]})");
        exchange.status = 200;
        exchange.response_headers = {{"Content-Type", "application/json"}, {"X-Thing", "Thing-1"}};
        exchange.response_bytes =
            R"({"pets":[{"id":1,"name":"A"},{"id":2,"name":"B"}],"n":5,"f":2.5,"s":"Hello","a/b":{"m~n":7,"x.y":8},"nul":null,"t":true,"":{"":0}})";
        exchange.read_response_body();
    }

    Scope scope() const {
        return {
            .exchange = &exchange, .inputs = &inputs, .outputs = &outputs, .steps = &steps, .workflows = &workflows};
    }

    Exchange exchange;
    json::object inputs{{"limit", 3}, {"pattern", "^[A-Z]+$"}, {"a.b", "dotted"}, {"xml", "<r><a n='1'>x</a></r>"}};
    json::object outputs{{"id", 5}};
    json::object steps{{"first", {{"outputs", {{"id", 1}, {"list", {1, 2, 3}}}}}}};
    json::object workflows{{"other", {{"inputs", json::object()}, {"outputs", {{"token", "t"}}}}}};
};

}  // namespace workflow
