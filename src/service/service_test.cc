#include "service/service.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <thread>

#include "engine/accounts/move_end_date.h"
#include "service/feed_waiters.h"
#include "tests/testing/engine_test.h"
#include "tests/testing/wrapped_database.h"

namespace {

using testing::HasSubstr;
using enum http::Method;

// A small API of its own: it names accounts by uid, answers in plain text, and can be told to break.
Result<ShowAccount> parse_uid(const service::Call& call) {
    if (call.path_values[0] == "unreadable") return Error{Reason::malformed, "unreadable"};
    if (call.path_values[0] == "parser-breaks") throw std::runtime_error("the parser broke");
    return ShowAccount{call.path_values[0]};
}

Result<MoveEndDate> parse_move(const service::Call& call) { return MoveEndDate{.uid = call.path_values[0]}; }

// Writes, and then refuses or breaks.
Result<Account> open_and_fail(db::Tx& tx, World& world, const Caller& caller, const ShowAccount& command) {
    Account account = TRY(open_account(tx, world, caller, {.uid = command.uid, .domain = "b5test.com"}));
    if (command.uid == "refused") return Error{Reason::conflict, "refused after writing"};
    if (command.uid == "breaks") throw std::runtime_error("SELECT secret FROM credential");
    if (command.uid == "unavailable") throw db::Unavailable("the disk is full");
    return account;
}

Result<Account> show_anybody(db::Tx&, World&, const Caller& caller, const ShowAccount& command) {
    return Account{.reseller_id = caller.reseller.id, .uid = command.uid};
}

// Whose uid is the key.
Result<Account> look_at_key(db::Tx&, World&, const Caller&, const ShowAccount& command) {
    if (command.uid == "missing") return Error{Reason::unauthenticated, "required", {{"key", Rule::required, ""}}};
    if (command.uid == "wrong") return Error{Reason::unauthenticated, "not valid", {{"key", Rule::not_valid, ""}}};
    return Account{.uid = command.uid};
}

http::Response render_account(const service::Call& call, const Account& account) {
    if (account.uid == "renderer-breaks") throw std::runtime_error("the renderer broke");
    return {.status = 200,
            .content_type = "text/plain",
            .body = account.uid + " for " + std::to_string(call.caller.reseller.id)};
}

http::Response render_error(const service::Call&, const Error& error) {
    return {.status = 499, .content_type = "text/plain", .body = outcome(Result<int>(error)) + ": " + error.detail};
}

http::Response render_status(const service::Call&, int status, std::string_view detail) {
    return {.status = status, .content_type = "text/plain", .body = std::string(detail)};
}

std::optional<std::string_view> find_key(const http::Request& request) {
    const std::string* key = request.headers.find("key");
    if (!key) return std::nullopt;
    return *key;
}

const std::vector<service::Route> routes = {
    service::read_route(get, "/test/{uid}", parse_uid, show_account, render_account),
    service::write_route(post, "/test/{uid}", parse_uid, open_and_fail, render_account),
    service::write_route(patch, "/test/{uid}", parse_move, move_end_date, render_account),
    service::for_anyone(service::read_route(get, "/test/{uid}/anyone", parse_uid, show_anybody, render_account)),
    service::by_key(service::read_route(get, "/test/{uid}/key", parse_uid, look_at_key, render_account)),
};

const service::Dialect test_dialect = {
    .name = "test",
    .prefix = "/test/",
    .routes = &routes,
    .credential_kind = CredentialKind::partner_token,
    .media_types = {"text/plain", "application/json"},
    .find_secret = find_key,
    .render_error = render_error,
    .render_status = render_status,
};

class ServiceTest : public EngineTest {
protected:
    ServiceTest() {
        write([&](db::Tx& tx) {
            ASSERT_TRUE(add_credential(tx, world_, {.reseller_id = partner_id, .secret = "right"}).ok());
        });
    }

    http::Response send(http::Method method, std::string target, http::Headers headers = {{"key", "right"}},
                        std::string body = {}, std::string address = "192.0.2.1") {
        http::Request request{
            .method = method, .target = std::move(target), .headers = std::move(headers), .body = std::move(body)};
        request.method_name = http::to_string(method);
        request.remote_address = std::move(address);
        const auto answered = std::make_shared<std::promise<http::Response>>();
        auto answer = answered->get_future();
        service_.serve(std::move(request),
                       [answered](http::Response response) { answered->set_value(std::move(response)); });
        if (answer.wait_for(std::chrono::seconds(20)) != std::future_status::ready)
            throw std::runtime_error("no answer came");
        return answer.get();
    }

    std::string answer_from(std::string address, http::Method method, std::string target, http::Headers headers) {
        const http::Response response = send(method, std::move(target), std::move(headers), {}, std::move(address));
        return std::to_string(response.status) + ' ' + response.body;
    }

    // "200 a for 2"
    std::string answer(http::Method method, std::string target, http::Headers headers = {{"key", "right"}},
                       std::string body = {}) {
        const http::Response response = send(method, std::move(target), std::move(headers), std::move(body));
        return std::to_string(response.status) + ' ' + response.body;
    }

    service::ServiceOptions options() {
        service::ServiceOptions options;
        options.dialects = {&test_dialect};
        options.log_access = [this](const service::AccessRecord& record) {
            accesses_.push_back(std::string(record.method) + ' ' + std::string(record.route) + ' ' +
                                std::to_string(record.status) + ' ' + std::to_string(record.reseller_id) + ' ' +
                                std::string(record.client_address));
            request_ids_.push_back(std::string(record.request_id));
            traces_.push_back(std::string(record.trace_id));
        };
        options.log_failure = [this](std::string_view request_id, std::string_view sentence) {
            failures_.push_back(std::string(request_id) + ": " + std::string(sentence));
        };
        options.wrong_credentials = {.of_network = 3, .network_regains = 1, .of_all = 60, .all_regain = 20};
        options.shows_limits = true;
        options.trusted_proxies = {*http::Network::parse("10.0.0.0/8")};
        return options;
    }

    std::vector<std::string> accesses_;
    std::vector<std::string> request_ids_;
    std::vector<std::string> traces_;
    std::vector<std::string> failures_;
    WrappedDatabase wrapped_{*database_};
    service::Service service_{wrapped_, world_, options()};
};

TEST_F(ServiceTest, JoinsParseOperationAndRender) {
    open("a");
    EXPECT_EQ(answer(get, "/test/a"), "200 a for 2");
    EXPECT_EQ(answer(get, "/test/b"), "499 not_found: There is no such account.");
    EXPECT_EQ(answer(get, "/test/unreadable"), "499 malformed: unreadable");
    EXPECT_EQ(answer(post, "/test/new"), "200 new for 2");
    EXPECT_EQ(answer(get, "/test/new"), "200 new for 2");
}

TEST_F(ServiceTest, AnswersThoseWithALimitAsLongAsItLasts) {
    open("a");
    const http::Response unlimited = send(get, "/test/a");
    EXPECT_EQ(unlimited.headers.find("RateLimit"), nullptr);
    write([&](db::Tx& tx) {
        tx.run({"set_limits",
                "INSERT INTO reseller_setting (reseller_id, name, value) VALUES (2, 'read_limit', '2/60'),"
                " (2, 'credential_write_limit', '1/10')"},
               {});
        tx.invalidate_caches();
        ASSERT_TRUE(add_credential(tx, world_, {.reseller_id = partner_id, .secret = "another"}).ok());
        ASSERT_TRUE(add_credential(tx, world_, {.reseller_id = other_id, .secret = "neighbour"}).ok());
    });
    EXPECT_EQ(answer(get, "/test/a"), "200 a for 2");
    EXPECT_EQ(answer(get, "/test/a", {{"key", "another"}}), "200 a for 2") << "of the same reseller's two";
    const http::Response refused = send(get, "/test/a");
    EXPECT_EQ(refused.body, "limit_exceeded: Too many requests; try again in 30 seconds.");
    EXPECT_EQ(*refused.headers.find("Retry-After"), "30");
    EXPECT_EQ(*refused.headers.find("RateLimit-Policy"), R"("reads";q=2;w=60)");
    EXPECT_EQ(*refused.headers.find("RateLimit"), R"("reads";r=0;t=30)");
    EXPECT_EQ(answer(get, "/test/a", {{"key", "neighbour"}}), "499 not_found: There is no such account.");

    EXPECT_EQ(answer(post, "/test/b"), "200 b for 2") << "writes are counted apart";
    EXPECT_EQ(answer(post, "/test/c"), "499 limit_exceeded: Too many requests; try again in 10 seconds.");
    EXPECT_EQ(answer(post, "/test/c", {{"key", "another"}}), "200 c for 2") << "each credential by itself";
    EXPECT_EQ(answer(get, "/test/a/anyone", {}), "200 a for 0");
    world_.advance(std::chrono::seconds(30));
    EXPECT_EQ(answer(get, "/test/a"), "200 a for 2");
}

TEST_F(ServiceTest, KnowsTheTraceToWhichARequestBelongsAndPassesItOn) {
    const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const std::string header = "00-" + trace + "-00f067aa0ba902b7-01";
    answer(post, "/test/in-a-trace", {{"key", "right"}, {"traceparent", header}});
    answer(post, "/test/in-none", {{"key", "right"}});
    answer(post, "/test/in-no-good-one", {{"key", "right"}, {"traceparent", header + "-"}});
    answer(post, "/test/in-two", {{"key", "right"}, {"traceparent", header}, {"traceparent", header}});
    EXPECT_EQ(traces_, (std::vector<std::string>{trace, "", "", ""}));
    const std::string kept = events_of(show("in-a-trace")).at(0).trace;
    EXPECT_EQ(kept.substr(0, 36), "00-" + trace + '-');
    EXPECT_EQ(kept.substr(52), "-01");
    EXPECT_EQ(kept.size(), header.size());
    EXPECT_NE(kept, header) << "its parent is this request, not its caller";
    EXPECT_EQ(events_of(show("in-none")).at(0).trace, "");
}

TEST_F(ServiceTest, UndoesWhatWasWrittenBeforeARefusal) {
    EXPECT_EQ(answer(post, "/test/refused"), "499 conflict: refused after writing");
    EXPECT_EQ(answer(get, "/test/refused"), "499 not_found: There is no such account.");
    EXPECT_TRUE(failures_.empty());
}

TEST_F(ServiceTest, SaysNothingOfABrokenMachineToTheCallerAndAllToTheLog) {
    const http::Headers headers = {{"key", "right"}, {"X-Request-Id", "r-1"}};
    EXPECT_EQ(answer(post, "/test/breaks", headers), "499 broken: Internal server error");
    EXPECT_EQ(answer(post, "/test/unavailable", headers),
              "499 unavailable: The service is not available now; try again later.");
    EXPECT_EQ(failures_, (std::vector<std::string>{"r-1: SELECT secret FROM credential", "r-1: the disk is full"}));
    EXPECT_EQ(answer(get, "/test/breaks"), "499 not_found: There is no such account.");
}

TEST_F(ServiceTest, AnswersWhenAParserOrARendererThrows) {
    EXPECT_EQ(answer(get, "/test/parser-breaks"), "499 broken: Internal server error");
    EXPECT_EQ(answer(get, "/test/renderer-breaks/anyone", {}), "499 broken: Internal server error");
    EXPECT_EQ(answer(post, "/test/renderer-breaks"), "499 broken: Internal server error");
    EXPECT_EQ(failures_.size(), 3u);
    EXPECT_EQ(accesses_.size(), 3u);
}

TEST_F(ServiceTest, AnswersWhenTheDatabaseFails) {
    wrapped_.fail_with(failure_of<db::Unavailable>("disk I/O error"));
    const http::Response response = send(get, "/test/a");
    EXPECT_EQ(response.body, "unavailable: The service is not available now; try again later.");
    EXPECT_EQ(failures_.size(), 1u);
    wrapped_.fail_with(nullptr);
    ASSERT_EQ(answer(post, "/test/a"), "200 a for 2");
    wrapped_.fail_at_commit_with(failure_of<db::Unavailable>("disk full"));
    EXPECT_EQ(answer(post, "/test/b"), "499 unavailable: The service is not available now; try again later.");
    EXPECT_EQ(answer(post, "/test/a"), "499 unavailable: The service is not available now; try again later.");
    wrapped_.fail_at_commit_with(nullptr);
    EXPECT_EQ(answer(get, "/test/b"), "499 not_found: There is no such account.");
    EXPECT_EQ(answer(get, "/test/a"), "200 a for 2");
}

TEST_F(ServiceTest, AsksForACredentialBeforeAnythingElseOfTheRequest) {
    EXPECT_EQ(answer(get, "/test/nobody", {}), "499 unauthenticated: A credential is required.");
    EXPECT_EQ(answer(get, "/test/nobody", {{"key", "wrong"}}),
              "499 unauthenticated credential not_valid: The credential is not valid.");
    EXPECT_EQ(answer(post, "/test/x", {{"Content-Type", "image/png"}}, "x"),
              "499 unauthenticated: A credential is required.");
    EXPECT_EQ(answer(get, "/test/parser-breaks", {}), "499 unauthenticated: A credential is required.");
}

TEST_F(ServiceTest, LetsAnyoneInWhereTheRouteSaysSo) {
    EXPECT_EQ(answer(get, "/test/x/anyone", {}), "200 x for 0");
    EXPECT_EQ(answer(get, "/test/x/anyone", {{"key", "wrong"}}), "200 x for 0");
}

TEST_F(ServiceTest, LimitsWrongCredentialsAndServesEveryRightOne) {
    for (int i = 0; i < 3; ++i) EXPECT_THAT(answer(get, "/test/a", {{"key", "wrong"}}), HasSubstr("unauthenticated"));
    for (int i = 0; i < 100; ++i) EXPECT_THAT(answer(get, "/test/a", {{"key", "wrong"}}), HasSubstr("limit_exceeded"));
    EXPECT_THAT(answer(get, "/test/a"), HasSubstr("not_found"));
    EXPECT_EQ(answer(get, "/test/x/anyone"), "200 x for 0");
    world_.advance(std::chrono::seconds(1));
    EXPECT_THAT(answer(get, "/test/a", {{"key", "wrong"}}), HasSubstr("unauthenticated"));
}

TEST_F(ServiceTest, CountsWrongKeysThatAnOperationLooksAtLikeWrongCredentials) {
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(answer(get, "/test/missing/key", {}), "499 unauthenticated key required: required");
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(answer(get, "/test/wrong/key", {}), "499 unauthenticated key not_valid: not valid");
    EXPECT_THAT(answer(get, "/test/wrong/key", {}), HasSubstr("limit_exceeded"));
    EXPECT_EQ(answer(get, "/test/right/key", {}), "200 right for 0");
    EXPECT_THAT(answer(get, "/test/a", {{"key", "wrong"}}), HasSubstr("limit_exceeded"));
    EXPECT_THAT(answer(get, "/test/a"), HasSubstr("not_found"));
}

TEST_F(ServiceTest, CountsFailuresOfTheClientsBehindATrustedProxyEachByItself) {
    const auto through = [this](const char* proxy, const char* client) {
        return answer_from(proxy, get, "/test/a", {{"key", "wrong"}, {"X-Forwarded-For", client}});
    };
    for (int i = 0; i < 10; ++i) through("10.0.0.1", "192.0.2.7");
    EXPECT_THAT(through("10.0.0.1", "192.0.2.7"), HasSubstr("limit_exceeded"));
    EXPECT_THAT(through("10.0.0.2", "192.0.2.9, 192.0.2.7"), HasSubstr("limit_exceeded"));
    EXPECT_THAT(through("10.0.0.1", "192.0.2.8"), HasSubstr("unauthenticated"));
    EXPECT_THAT(through("192.0.2.50", "192.0.2.7"), HasSubstr("unauthenticated")) << "no proxy of ours says so";
    EXPECT_EQ(accesses_.front(), "GET /test/{uid} 499 0 192.0.2.7");
    EXPECT_EQ(accesses_.back(), "GET /test/{uid} 499 0 192.0.2.50");
}

TEST_F(ServiceTest, BelievesOtherProxiesFromOneRequestToTheNext) {
    const auto seen_through = [this](const char* proxy) {
        answer_from(proxy, get, "/test/a", {{"key", "right"}, {"X-Forwarded-For", "192.0.2.7"}});
        return accesses_.back().substr(accesses_.back().rfind(' ') + 1);
    };
    EXPECT_EQ(seen_through("10.0.0.1"), "192.0.2.7");
    EXPECT_EQ(seen_through("172.16.0.1"), "172.16.0.1");
    service_.set_trusted_proxies({*http::Network::parse("172.16.0.0/12")});
    EXPECT_EQ(seen_through("10.0.0.1"), "10.0.0.1");
    EXPECT_EQ(seen_through("172.16.0.1"), "192.0.2.7");
    service_.set_trusted_proxies({});
    EXPECT_EQ(seen_through("172.16.0.1"), "172.16.0.1");
    service_.set_trusted_proxies({*http::Network::parse("10.0.0.0/8")});
    EXPECT_EQ(seen_through("10.0.0.1"), "192.0.2.7");
}

TEST_F(ServiceTest, TakesBodiesOfItsMediaTypesOnly) {
    const auto with_type = [&](const char* type) {
        return send(post, "/test/a", {{"key", "right"}, {"Content-Type", type}}, "x").status;
    };
    EXPECT_EQ(with_type("text/plain"), 200);
    EXPECT_EQ(with_type("TEXT/Plain; charset=utf-8"), 499);  // taken: the uid is not free any more
    EXPECT_EQ(with_type("application/json ;x"), 499);
    EXPECT_EQ(with_type("application/jsonx"), 415);
    EXPECT_EQ(with_type("text"), 415);
    EXPECT_EQ(with_type(""), 415);
    EXPECT_EQ(with_type(";"), 415);
    EXPECT_EQ(send(post, "/test/b", {{"key", "right"}, {"Content-Type", "image/png"}}).status, 200);  // no body
    EXPECT_EQ(send(get, "/test/b", {{"key", "right"}, {"Content-Type", "image/png"}}, "x").status, 200);
}

TEST_F(ServiceTest, SaysWhichMethodsAPathKnows) {
    const http::Response response = send(put, "/test/a", {});
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(*response.headers.find("allow"), "GET, HEAD, POST, PATCH");
    EXPECT_EQ(answer(get, "/test/a/b/c", {}), "404 There is nothing at this path.");
}

TEST_F(ServiceTest, DescribesAProblemWhereNoApiWasMeant) {
    const http::Response response = send(get, "/elsewhere");
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(response.body,
              R"({"type":"about:blank","title":"Not Found","status":404,"detail":"There is nothing at this path."})");
}

TEST_F(ServiceTest, RefusesWhatHttpCouldNotReadInTheShapeOfTheApiThatWasMeant) {
    const http::Response meant = service_.refuse({.target = "/test/a"}, 413, "Too large.");
    EXPECT_EQ(meant.body, "Too large.");
    EXPECT_EQ(meant.headers.count("x-request-id"), 1u);
    EXPECT_THAT(service_.refuse({}, 400, "What?").body, HasSubstr(R"("status":400,"detail":"What?")"));
    EXPECT_EQ(accesses_.size(), 2u);
}

TEST_F(ServiceTest, GivesEveryAnswerARequestIdTheCallersIfItIsSane) {
    const auto id_of = [&](const char* sent) {
        const http::Response response = send(get, "/test/nobody", {{"key", "right"}, {"X-Request-Id", sent}});
        EXPECT_EQ(response.headers.count("X-Request-Id"), 1u);
        return *response.headers.find("X-Request-Id");
    };
    EXPECT_EQ(id_of("a-Z_0.9:/+=@"), "a-Z_0.9:/+=@");
    for (const char* sent : {"", " ", "a b", "a\"b", "a\tb", "a\x7f", "\xc3\xa9", "<script>", "a\r\nb"}) {
        const std::string made = id_of(sent);
        EXPECT_EQ(made.size(), 16u) << sent;
        EXPECT_EQ(made.find_first_not_of("0123456789abcdef"), std::string::npos);
    }
    EXPECT_EQ(id_of(std::string(128, 'a').c_str()), std::string(128, 'a'));
    EXPECT_EQ(id_of(std::string(129, 'a').c_str()).size(), 16u);
    const std::string first = *send(get, "/test/a").headers.find("x-request-id");
    EXPECT_NE(*send(get, "/test/a").headers.find("x-request-id"), first);
}

TEST_F(ServiceTest, NotesTheCallersRequestIdInEvents) {
    ASSERT_EQ(send(post, "/test/a", {{"key", "right"}, {"X-Request-Id", "r-7"}}).status, 200);
    EXPECT_EQ(events_of(show("a"))[0].request_id, "r-7");
}

TEST_F(ServiceTest, TellsTheLogOfEachAnswerOnceAndNeverOfAQuery) {
    send(get, "/test/a?token=secret", {{"key", "right"}, {"X-Request-Id", "r-1"}});
    send(delete_, "/test/a", {});
    send(get, "/elsewhere?token=secret", {});
    send(get, "/test/a", {{"key", "wrong"}});
    send(get, "/test/a/secret/in/a/wrong/place", {});
    EXPECT_EQ(accesses_, (std::vector<std::string>{"GET /test/{uid} 499 2 192.0.2.1", "DELETE /test/* 405 0 192.0.2.1",
                                                   "GET * 404 0 192.0.2.1", "GET /test/{uid} 499 0 192.0.2.1",
                                                   "GET /test/* 404 0 192.0.2.1"}));
    EXPECT_EQ(request_ids_[0], "r-1");
}

TEST_F(ServiceTest, WakesWhoWaitsForEventsAtItsEndAndTakesNobodyAfterwards) {
    const auto waiters = std::make_shared<service::FeedWaiters>(
        *database_, service::FeedWaitersOptions{
                        .wait_for_commit = [](auto) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); },
                        .ring = [] {},
                        .between_looks = std::chrono::milliseconds(1)});
    std::atomic<bool> is_woken = false;
    const auto add = [&] {
        return waiters->add({.resellers = std::make_shared<const ResellerTree>(),
                             .until = std::chrono::steady_clock::now() + std::chrono::hours(1),
                             .wake = [&] { is_woken = true; }});
    };
    {
        service::ServiceOptions with_waiters = options();
        with_waiters.feed_waiters = waiters;
        service::Service service(wrapped_, world_, std::move(with_waiters));
        ASSERT_TRUE(add());
    }
    EXPECT_TRUE(is_woken);
    EXPECT_FALSE(add());
}

TEST(MediaTypeOf, LeavesParametersAndCapitalsOut) {
    EXPECT_EQ(service::media_type_of("application/json"), "application/json");
    EXPECT_EQ(service::media_type_of("Application/JSON\t ; charset=utf-8"), "application/json");
    EXPECT_EQ(service::media_type_of(""), "");
    EXPECT_EQ(service::media_type_of(";application/json"), "");
}

}  // namespace
