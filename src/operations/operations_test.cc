#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations/endpoints.h"
#include "operations/exposition.h"
#include "operations/metrics.h"

namespace {

using operations::Metrics;
using std::chrono::microseconds;
using ::testing::HasSubstr;
using ::testing::Not;

const int route = 0;

Metrics& filled(Metrics& metrics) {
    metrics.add_route(&route, "admin", "GET", "/admin/v1/accounts");
    metrics.record_request(&route, 200, microseconds(90));
    metrics.record_request(&route, 200, microseconds(700));
    metrics.record_request(&route, 503, microseconds(20'000'000));
    metrics.record_request(nullptr, 404, microseconds(1));
    metrics.record_commit(7, microseconds(300));
    metrics.add_counter("lots_total", "Lots.", [] { return 3.0; });
    metrics.add_gauge("odd", "With \"quotes\", a \\ and\na line.", [] { return 0.25; });
    return metrics;
}

TEST(Metrics, are_counted_by_route_and_class_in_cumulative_buckets) {
    Metrics metrics("1.2.3");
    const auto text = operations::render_metrics(filled(metrics).collect(), "").text;
    const std::string labels = R"({api="admin",class="2xx",method="GET",route="/admin/v1/accounts")";
    const std::string name = "partnerd_http_request_duration_seconds";
    EXPECT_THAT(text, HasSubstr(name + "_bucket" + labels + ",le=\"0.0001\"} 1\n"));
    EXPECT_THAT(text, HasSubstr(name + "_bucket" + labels + ",le=\"0.001\"} 2\n"));
    EXPECT_THAT(text, HasSubstr(name + "_bucket" + labels + ",le=\"+Inf\"} 2\n"));
    EXPECT_THAT(text, HasSubstr(name + "_count" + labels + "} 2\n"));
    EXPECT_THAT(text,
                HasSubstr(R"(_bucket{api="admin",class="5xx",method="GET",route="/admin/v1/accounts",le="10"} 0)"));
    EXPECT_THAT(text, HasSubstr(R"(_count{api="none",class="4xx",method="none",route="none"} 1)"));
    EXPECT_THAT(text, HasSubstr("partnerd_db_works_total 7\n"));
    EXPECT_THAT(text, HasSubstr("partnerd_build_info{version=\"1.2.3\"} 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("class=\"1xx\""))) << "a series that nothing was recorded for";
}

TEST(Metrics, are_openmetrics_for_those_who_prefer_them) {
    Metrics metrics("1.2.3");
    const auto families = filled(metrics).collect();
    const char* prometheus_asks =
        "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    const auto shown = operations::render_metrics(families, prometheus_asks);
    EXPECT_EQ(shown.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    EXPECT_TRUE(shown.text.ends_with("\n# EOF\n"));
    EXPECT_THAT(shown.text, HasSubstr("# TYPE partnerd_lots counter\n"));
    EXPECT_THAT(shown.text, HasSubstr("\npartnerd_lots_total 3\n"));
    EXPECT_THAT(shown.text, HasSubstr("le=\"1.0\"}")) << "bounds are floating point numbers";
    EXPECT_THAT(shown.text, HasSubstr(R"(# HELP partnerd_odd With \"quotes\", a \\ and\na line.)"));

    for (const char* accept : {"", "*/*", "text/plain", "text/plain;q=1, application/openmetrics-text;q=0.5",
                               "application/openmetrics-text;q=0"})
        EXPECT_EQ(operations::render_metrics(families, accept).content_type, "text/plain; version=0.0.4; charset=utf-8")
            << accept;
}

class OperationsEndpoints : public ::testing::Test {
protected:
    http::Response ask(const http::Service& service, http::Method method, const std::string& target) {
        http::Request request;
        request.method = method;
        request.target = target;
        http::Response answer;
        service(std::move(request), [&](http::Response response) { answer = std::move(response); });
        return answer;
    }

    std::string disk_sentence_;
    std::vector<operations::Check> checks_ = {{"database", [] { return std::string(); }},
                                              {"disk", [this] { return disk_sentence_; }}};
    Metrics metrics_{"1.2.3"};
};

TEST_F(OperationsEndpoints, say_why_the_server_is_not_ready) {
    const auto service = operations::operations_service(metrics_, checks_);
    EXPECT_EQ(ask(service, http::Method::get, "/healthz").body, R"({"status":"alive"})");
    auto ready = ask(service, http::Method::get, "/readyz");
    EXPECT_EQ(ready.status, 200);
    EXPECT_EQ(ready.body, R"({"status":"ready","checks":{"database":"ok","disk":"ok"}})");
    disk_sentence_ = "only 3 MiB are free";
    ready = ask(service, http::Method::get, "/readyz?verbose");
    EXPECT_EQ(ready.status, 503);
    EXPECT_EQ(ready.body, R"({"status":"not ready","checks":{"database":"ok","disk":"only 3 MiB are free"}})");
    EXPECT_EQ(ask(service, http::Method::get, "/healthz").status, 200) << "it lives all the same";
    EXPECT_EQ(ask(service, http::Method::post, "/readyz").status, 405);
    EXPECT_EQ(ask(service, http::Method::get, "/").status, 404);
}

TEST_F(OperationsEndpoints, give_advice_and_are_ready_all_the_same) {
    checks_.push_back({.name = "archive", .why_not = [] { return "it is full"; }, .is_advice = true});
    const auto ready = ask(operations::operations_service(metrics_, checks_), http::Method::get, "/readyz");
    EXPECT_EQ(ready.status, 200);
    EXPECT_EQ(ready.body, R"({"status":"ready","checks":{"database":"ok","disk":"ok","archive":"it is full"}})");
}

TEST_F(OperationsEndpoints, leave_every_other_path_to_the_service_behind_them) {
    const http::Service behind = [](http::Request request, http::Reply reply) {
        reply({.status = 299, .body = request.target});
    };
    const auto service = operations::with_health(behind, checks_);
    EXPECT_EQ(ask(service, http::Method::get, "/readyz").status, 200);
    EXPECT_EQ(ask(service, http::Method::get, "/healthz").status, 200);
    for (const char* target : {"/", "", "*", "/metrics", "/healthz/", "/readyzz", "/rest/v2/accounts", "/h"})
        EXPECT_EQ(ask(service, http::Method::get, target).status, 299) << target;
}

}  // namespace
