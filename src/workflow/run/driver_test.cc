#include "workflow/run/driver.h"

#include <gtest/gtest.h>

#include <future>

#include "http/server.h"
#include "workflow/run/record.h"
#include "workflow/run/response_check.h"
#include "workflow/text/text.h"

namespace workflow {
namespace {

using std::chrono::seconds;

constexpr const char* flow = R"(
arazzo: 1.0.1
info: {title: T, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml}]
workflows:
- workflowId: w
  steps:
  - stepId: create
    operationId: create
    requestBody: {payload: {name: n, password: hush-hush}}
    successCriteria: [{condition: $statusCode == 201}]
    onFailure: [{name: again, type: retry, retryAfter: 0.01, retryLimit: 2}]
    outputs: {id: $response.body#/id}
  - {stepId: read, operationId: read, parameters: [{name: id, in: path, value: $steps.create.outputs.id}]}
  outputs: {id: $steps.create.outputs.id}
)";

constexpr const char* api = R"(
openapi: 3.1.0
info: {title: T, version: '1'}
servers: [{url: 'http://api.test'}]
security: [{bearer: []}]
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
paths:
  /t:
    post:
      operationId: create
      requestBody: {content: {application/json: {}}}
      responses: {'201': {description: made, content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: integer}}}}}}}
  /t/{id}: {get: {operationId: read, parameters: [{name: id, in: path, required: true}], responses: {default: {description: any}}}}
)";

class Drives : public ::testing::Test {
protected:
    Drives()
        : loader_({{"http://d.test/f.yaml", flow}, {"http://d.test/api.yaml", api}}),
          library_("http://d.test/f.yaml", loader_) {}

    const Workflow& workflow() const { return *library_.entry()->workflows.at(0); }

    MemoryLoader loader_;
    Library library_;
    Cancellation cancellation_;
};

// A service on a port of its own, behind a real client.
class OverHttp : public Drives {
protected:
    void serve(http::Service service) {
        server_ = std::make_unique<http::Server>(http::ServerOptions{.threads = 1}, std::move(service));
        server_->start();
        options_.requests.servers["api"] = "http://127.0.0.1:" + std::to_string(server_->port());
        options_.requests.credentials.token = "top-secret-token";
    }

    Finished run(std::vector<Observer*> observers = {}) {
        HttpTransport transport({.call_timeout = milliseconds(5000)});
        std::promise<Finished> promise;
        drive(std::make_shared<workflow::Run>(workflow(), json::object(), options_), transport, std::move(observers),
              cancellation_, [&](Finished finished) { promise.set_value(std::move(finished)); });
        return promise.get_future().get();
    }

    std::unique_ptr<http::Server> server_;
    RunOptions options_;
};

http::Response answer(int status, std::string body) {
    return {.status = status, .content_type = "application/json", .body = std::move(body)};
}

TEST_F(OverHttp, run_a_workflow_with_a_retry_and_write_masked_reports) {
    std::atomic<int> requests = 0;
    serve([&](http::Request request, http::Reply reply) {
        int number = ++requests;
        if (request.path() == "/t")
            return reply(number == 1 ? answer(503, "{}") : answer(201, R"({"id":7,"access_token":"learned-from-it"})"));
        reply(answer(200, R"({"echo":"learned-from-it"})"));
    });
    Recorder recorder;
    auto finished = run({&recorder});
    EXPECT_EQ(finished.outcome, Outcome::passed) << finished.reason;
    EXPECT_EQ(to_json(finished.outputs), R"({"id":7})");
    EXPECT_EQ(requests, 3);
    recorder.finish(finished, std::chrono::system_clock::now());

    Secrets secrets;
    secrets.add("top-secret-token");
    for (const auto& step : recorder.record().steps) {
        secrets.learn_from(step.exchange->request_headers, step.exchange->request_bytes);
        secrets.learn_from(step.exchange->response_headers, step.exchange->response_bytes);
    }
    auto har = har_report(recorder.record(), secrets, "1"), junit = junit_report(recorder.record(), secrets),
         json_text = json_report(recorder.record(), secrets);
    for (const auto& report : {har, junit, json_text})
        for (const char* secret : {"top-secret-token", "hush-hush", "learned-from-it"})
            EXPECT_EQ(report.find(secret), std::string::npos) << secret << " in " << report;
    auto parsed = *parse_json(har);
    EXPECT_EQ(parsed.at("log").at("entries").as_array().size(), 3u);
    EXPECT_NE(junit.find("tests=\"2\" failures=\"0\""), std::string::npos) << junit;
    EXPECT_EQ(parse_json(json_text)->at("steps").as_array().size(), 3u);
}

TEST_F(OverHttp, run_many_at_once) {
    serve([](http::Request request, http::Reply reply) {
        reply(request.path() == "/t" ? answer(201, R"({"id":7})") : answer(200, "{}"));
    });
    HttpTransport transport({});
    std::promise<ManyResult> promise;
    options_.records = false;
    drive_many({50, 8, [&](std::size_t) { return workflow::Run(workflow(), {}, options_); }}, transport, cancellation_,
               [&](ManyResult result) { promise.set_value(std::move(result)); });
    auto result = promise.get_future().get();
    EXPECT_EQ(result.passed, 50u) << result.first_reason;
    EXPECT_EQ(result.failed, 0u);
    EXPECT_EQ(result.durations.size(), 50u);
}

TEST_F(OverHttp, end_at_once_when_stopped) {
    std::promise<void> arrived;
    std::vector<http::Reply> kept;
    serve([&](http::Request, http::Reply reply) {
        kept.push_back(std::move(reply));  // never answered while the run goes on
        arrived.set_value();
    });
    HttpTransport transport({});
    std::promise<Finished> promise;
    drive(std::make_shared<workflow::Run>(workflow(), json::object(), options_), transport, {}, cancellation_,
          [&](Finished finished) { promise.set_value(std::move(finished)); });
    arrived.get_future().get();
    cancellation_.request("enough");
    transport.stop();
    auto finished = promise.get_future().get();
    EXPECT_EQ(finished.outcome, Outcome::cancelled);
    EXPECT_EQ(finished.reason, "enough");
    for (auto& reply : kept) reply(answer(200, "{}"));
}

TEST_F(OverHttp, fail_with_one_sentence_when_nobody_listens) {
    options_.requests.servers["api"] = "http://127.0.0.1:1";
    auto finished = run();
    EXPECT_EQ(finished.outcome, Outcome::failed);
    EXPECT_NE(finished.reason.find("could not connect"), std::string::npos) << finished.reason;
}

TEST_F(OverHttp, hold_responses_against_the_description) {
    std::string body = R"({"id":"seven"})";
    serve([&](http::Request, http::Reply reply) { reply(answer(201, body)); });
    auto checker = std::make_shared<ResponseChecker>();
    options_.check_response = [checker](const Operation& operation, const Exchange& exchange) {
        return checker->check(operation, exchange);
    };
    EXPECT_NE(run().reason.find("the response is not as described: /id"), std::string::npos) << run().reason;
    body = R"({"id":7})";
    EXPECT_EQ(run().outcome, Outcome::passed);
}

TEST(ResponseChecker, names_status_type_and_body) {
    MemoryLoader loader({{"http://d.test/f.yaml", flow}, {"http://d.test/api.yaml", api}});
    Library library("http://d.test/f.yaml", loader);
    const auto& operation = *library.entry()->workflows[0]->steps[0].operation;
    ResponseChecker checker;
    auto check = [&](int status, const char* type, const char* body) {
        Exchange exchange;
        exchange.status = status;
        if (*type) exchange.response_headers.add("Content-Type", type);
        exchange.response_bytes = body;
        auto problems = checker.check(operation, exchange);
        return problems.empty() ? std::string("fine") : problems[0];
    };
    EXPECT_EQ(check(201, "application/json", R"({"id":1})"), "fine");
    EXPECT_EQ(check(200, "application/json", "{}"), "the status 200 is not described");
    EXPECT_EQ(check(201, "text/html", "x"), "the content type text/html is not described for the status 201");
    EXPECT_EQ(check(201, "", "x"), "there is a body without a Content-Type");
    EXPECT_EQ(check(201, "application/json", "{"), "the body is no JSON");
    EXPECT_NE(check(201, "application/json", "{}").find("id"), std::string::npos);
}

}  // namespace
}  // namespace workflow
