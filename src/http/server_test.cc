#include "http/server.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/raw_client.h"

namespace http {
namespace {

using namespace std::chrono_literals;
using Answer = RawClient::Answer;

// What a request looked like to the Service: "POST /a?b [body]".
Response echo(const Request& request) {
    return {.status = 200,
            .content_type = "text/plain",
            .body = request.method_name + " " + request.target + " [" + request.body + "]"};
}

void echo_service(Request request, Reply reply) { reply(echo(request)); }

// Keeps the replies until the test wants them given.
class Keeper {
public:
    Service service() {
        return [this](Request request, Reply reply) {
            const std::lock_guard lock(mutex_);
            held_.push_back({std::move(request), std::move(reply)});
            arrived_.notify_all();
        };
    }

    std::vector<std::pair<Request, Reply>> take(std::size_t count) {
        std::unique_lock lock(mutex_);
        if (!arrived_.wait_for(lock, RawClient::patience, [&] { return held_.size() >= count; }))
            throw std::runtime_error("the requests did not arrive");
        return std::exchange(held_, {});
    }

    std::size_t count() {
        const std::lock_guard lock(mutex_);
        return held_.size();
    }

private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<std::pair<Request, Reply>> held_;
};

struct Refused {
    Request so_far;
    int status;
    std::string detail;
};

class ServerTest : public testing::Test {
protected:
    Server& start(ServerOptions options = {}, Service service = echo_service) {
        if (options.threads == 0) options.threads = 2;
        if (!options.refuse)
            options.refuse = [this](const Request& so_far, int status, std::string_view detail) {
                const std::lock_guard lock(mutex_);
                refused_.push_back({so_far, status, std::string(detail)});
                return Response{.status = status, .content_type = "application/json", .body = "{\"refused\":true}"};
            };
        options.report = [this](std::string_view sentence) {
            const std::lock_guard lock(mutex_);
            reports_.emplace_back(sentence);
        };
        server_ = std::make_unique<Server>(options, std::move(service));
        server_->start();
        return *server_;
    }

    RawClient client() { return RawClient(server_->port()); }

    Answer ask(const std::string& bytes) {
        RawClient client(server_->port());
        client.send(bytes);
        return client.read_answer();
    }

    std::vector<Refused> refused() {
        const std::lock_guard lock(mutex_);
        return refused_;
    }

    std::vector<std::string> reports() {
        const std::lock_guard lock(mutex_);
        return reports_;
    }

    std::mutex mutex_;
    std::vector<Refused> refused_;
    std::vector<std::string> reports_;
    std::unique_ptr<Server> server_;
};

std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}

std::string post(const std::string& target, const std::string& body, const std::string& headers = "") {
    return "POST " + target + " HTTP/1.1\r\nHost: h\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

TEST_F(ServerTest, AnswersAGet) {
    start();
    const Answer answer = ask(get("/a?b"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /a?b []");
    EXPECT_EQ(*answer.headers.find("Content-Length"), "11");
    EXPECT_EQ(*answer.headers.find("Content-Type"), "text/plain");
    EXPECT_EQ(answer.headers.find("Date")->size(), 29u);
    EXPECT_EQ(answer.headers.find("Connection"), nullptr);
}

TEST_F(ServerTest, ServesManyRequestsOnOneConnection) {
    start();
    RawClient client = this->client();
    for (int i = 0; i < 100; ++i) {
        const std::string number = std::to_string(i);
        client.send(post("/" + number, number));
        EXPECT_EQ(client.read_answer().body, "POST /" + number + " [" + number + "]");
    }
}

TEST_F(ServerTest, ReadsARequestHoweverItIsSplit) {
    start();
    RawClient client = this->client();
    const std::string request =
        "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    for (std::size_t at = 1; at < request.size(); ++at) {
        client.send(request.substr(0, at));
        std::this_thread::yield();
        client.send(request.substr(at));
        EXPECT_EQ(client.read_answer().body, "POST /a [abc]") << "split at " << at;
    }
    for (const char c : request) client.send(std::string_view(&c, 1));
    EXPECT_EQ(client.read_answer().body, "POST /a [abc]");
}

TEST_F(ServerTest, AnswersAPipelinedBurstInOrder) {
    start();
    RawClient client = this->client();
    std::string burst;
    for (int i = 0; i < 2000; ++i) burst += i % 2 ? get("/" + std::to_string(i)) : post("/" + std::to_string(i), "x");
    std::thread sender([&] { client.send(burst); });
    for (int i = 0; i < 2000; ++i)
        EXPECT_EQ(client.read_answer().body,
                  i % 2 ? "GET /" + std::to_string(i) + " []" : "POST /" + std::to_string(i) + " [x]");
    sender.join();
}

TEST_F(ServerTest, AnswersInOrderWhateverTheOrderOfTheReplies) {
    Keeper keeper;
    start({}, keeper.service());
    RawClient client = this->client();
    std::string burst;
    for (int i = 0; i < 20; ++i) burst += get("/" + std::to_string(i));
    client.send(burst);
    auto held = keeper.take(20);
    std::vector<std::thread> threads;
    for (auto it = held.rbegin(); it != held.rend(); ++it)
        threads.emplace_back([&held = *it] { held.second(echo(held.first)); });
    for (std::thread& thread : threads) thread.join();
    for (int i = 0; i < 20; ++i) EXPECT_EQ(client.read_answer().body, "GET /" + std::to_string(i) + " []");
}

TEST_F(ServerTest, HandsOnNoMoreThanPipelineMaxAtOnceAndTheRestLater) {
    Keeper keeper;
    start({.pipeline_max = 4}, keeper.service());
    RawClient client = this->client();
    std::string burst;
    for (int i = 0; i < 10; ++i) burst += get("/" + std::to_string(i));
    client.send(burst);
    int next = 0;
    for (const std::size_t expected : {4, 4, 2}) {
        auto held = keeper.take(expected);
        ASSERT_EQ(held.size(), expected);
        EXPECT_EQ(keeper.count(), 0u);
        for (auto& [request, reply] : held) reply(echo(request));
        for (std::size_t i = 0; i < expected; ++i)
            EXPECT_EQ(client.read_answer().body, "GET /" + std::to_string(next++) + " []");
    }
}

TEST_F(ServerTest, TakesTheFirstReplyAndIgnoresFurtherOnes) {
    Keeper keeper;
    start({}, keeper.service());
    RawClient client = this->client();
    client.send(get("/1"));
    auto [request, reply] = keeper.take(1)[0];
    reply({.body = "first"});
    reply({.body = "second"});
    EXPECT_EQ(client.read_answer().body, "first");
    client.send(get("/2"));
    keeper.take(1)[0].second({.body = "third"});
    EXPECT_EQ(client.read_answer().body, "third");
}

TEST_F(ServerTest, AcceptsAReplyAfterItsConnectionAndItsServerHaveGone) {
    Keeper keeper;
    start({}, keeper.service());
    RawClient client = this->client();
    client.send(get("/1"));
    auto held = keeper.take(1);
    client.reset();
    held[0].second({.body = "nobody hears"});
    EXPECT_EQ(RawClient(server_->port()).received(), "");
    RawClient other = this->client();
    other.send(get("/2"));
    held = keeper.take(1);
    server_.reset();
    held[0].second({.body = "nobody hears"});
    EXPECT_TRUE(other.is_closed_by_server());
}

TEST_F(ServerTest, Answers500WhenTheServiceThrowsAndSaysWhy) {
    start({}, [](Request request, Reply reply) {
        if (request.target == "/throw") throw std::runtime_error("a bug");
        reply(echo(request));
    });
    RawClient client = this->client();
    client.send(get("/fine") + get("/throw"));
    EXPECT_EQ(client.read_answer().status, 200);
    const Answer answer = client.read_answer();
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(*answer.headers.find("Connection"), "close");
    EXPECT_TRUE(client.is_closed_by_server());
    EXPECT_EQ(refused().at(0).so_far.target, "/throw");
    EXPECT_EQ(refused().at(0).so_far.remote_address, "127.0.0.1");
    EXPECT_NE(reports().at(0).find("a bug"), std::string::npos);
}

TEST_F(ServerTest, Answers500WhenTheServiceLetsGoOfItsReply) {
    Keeper keeper;
    start({}, keeper.service());
    RawClient client = this->client();
    client.send(get("/lost"));
    keeper.take(1).clear();
    EXPECT_EQ(client.read_answer().status, 500);
    EXPECT_EQ(refused().at(0).so_far.target, "/lost");
}

TEST_F(ServerTest, AnswersInPlainTextWhenARefusalCannotBeWorded) {
    ServerOptions options;
    options.refuse = [](const Request&, int, std::string_view) -> Response { throw std::runtime_error("no words"); };
    start(options, [](Request, Reply) {});
    EXPECT_EQ(ask("rubbish\r\n\r\n").status, 400);
    EXPECT_EQ(ask(get("/lost")).body, "The request could not be answered.\n");
    EXPECT_NE(reports().at(0).find("no words"), std::string::npos);
}

TEST_F(ServerTest, Answers500ForAStatusThatIsNone) {
    start({}, [](Request, Reply reply) { reply({.status = 42}); });
    EXPECT_EQ(ask(get("/")).status, 500);
}

TEST_F(ServerTest, SendsNoBodyWhereThereIsNone) {
    start({}, [](Request request, Reply reply) {
        const int status = request.target == "/204" ? 204 : request.target == "/304" ? 304 : 200;
        reply({.status = status, .content_type = "text/plain", .body = "hello"});
    });
    RawClient client = this->client();
    client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + get("/204") + get("/304") + get("/200"));
    const Answer head = client.read_answer(true);
    EXPECT_EQ(*head.headers.find("Content-Length"), "5");
    EXPECT_EQ(*head.headers.find("Content-Type"), "text/plain");
    for (const int status : {204, 304}) {
        const Answer answer = client.read_answer();
        EXPECT_EQ(answer.status, status);
        EXPECT_EQ(answer.headers.find("Content-Length"), nullptr);
    }
    EXPECT_EQ(client.read_answer().body, "hello");
}

TEST_F(ServerTest, NeverLetsAHeaderOfAnAnswerSplitIt) {
    start({}, [](Request, Reply reply) {
        reply({.status = 201,
               .content_type = "text/plain\r\nX-Evil: 1",
               .headers = {{"Location", "/a\r\nX-Evil: 1"},
                           {"X-Evil: 1\r\nX", "y"},
                           {"X-Nul", std::string("a\0b", 3)},
                           {"", "empty"},
                           {"Content-Length", "0"},
                           {"transfer-encoding", "chunked"},
                           {"Date", "yesterday"},
                           {"X-Good", "caf\xc3\xa9\t1"}}});
    });
    const Answer answer = ask(get("/"));
    EXPECT_EQ(answer.headers.size(), 3u);
    EXPECT_NE(*answer.headers.find("Date"), "yesterday");
    EXPECT_EQ(*answer.headers.find("Content-Length"), "0");
    EXPECT_EQ(*answer.headers.find("X-Good"), "caf\xc3\xa9\t1");
}

TEST_F(ServerTest, ClosesAfterTheAnswerWhenEitherSideWantsThat) {
    start({}, [](Request request, Reply reply) {
        Response response = echo(request);
        if (request.target == "/close") response.connection = Connection::close;
        reply(response);
    });
    for (const std::string& request : {get("/close"), get("/", "Connection: close\r\n")}) {
        RawClient client = this->client();
        client.send(request + get("/never"));
        const Answer answer = client.read_answer();
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(*answer.headers.find("Connection"), "close");
        EXPECT_EQ(client.read_to_end(), "");
    }
}

TEST_F(ServerTest, DropsTheConnectionWithoutAByteAfterTheAnswersBefore) {
    start({}, [](Request request, Reply reply) {
        Response response = echo(request);
        if (request.target == "/drop") response.connection = Connection::drop;
        reply(response);
    });
    RawClient client = this->client();
    client.send(get("/drop"));
    EXPECT_EQ(client.read_to_end(), "");
    RawClient other = this->client();
    other.send(get("/fine") + get("/drop"));
    EXPECT_EQ(other.read_answer().body, "GET /fine []");
    EXPECT_EQ(other.read_to_end(), "");
}

TEST_F(ServerTest, SpeaksHttp10WithAndWithoutKeepAlive) {
    start();
    RawClient client = this->client();
    client.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const Answer first = client.read_answer();
    EXPECT_EQ(*first.headers.find("Connection"), "keep-alive");
    client.send("GET /2 HTTP/1.0\r\n\r\n");
    const Answer second = client.read_answer();
    EXPECT_EQ(second.body, "GET /2 []");
    EXPECT_EQ(*second.headers.find("Connection"), "close");
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(ServerTest, SendsContinueWhenTheBodyIsWantedAndNotYetHere) {
    start({.body_bytes_max = 100});
    RawClient client = this->client();
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(client.read_answer().status, 100);
    client.send("hi");
    EXPECT_EQ(client.read_answer().body, "POST /a [hi]");
    client.send(post("/b", "hi", "Expect: 100-continue\r\n"));
    EXPECT_EQ(client.read_answer().body, "POST /b [hi]");
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n");
    EXPECT_EQ(client.read_answer().status, 413);
    EXPECT_EQ(ask(post("/b", "hi", "Expect: wonders\r\n")).status, 417);
}

TEST_F(ServerTest, SendsContinueOnlyBehindTheAnswersBefore) {
    Keeper keeper;
    start({}, keeper.service());
    RawClient client = this->client();
    client.send(get("/1") + "POST /2 HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    keeper.take(1)[0].second({.body = "one"});
    EXPECT_EQ(client.read_answer().body, "one");
    EXPECT_EQ(client.read_answer().status, 100);
    client.send("hi");
    keeper.take(1)[0].second({.body = "two"});
    EXPECT_EQ(client.read_answer().body, "two");
}

TEST_F(ServerTest, RefusesInTheCallersShapeAndClosesSoThatItIsRead) {
    start({.target_bytes_max = 100, .header_bytes_max = 1000, .body_bytes_max = 1000});
    const std::string smuggled =
        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX";
    const std::string large =
        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 10000000\r\n\r\n" + std::string(500'000, 'x');
    const std::string large_chunk =
        "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n7a120\r\n" + std::string(500'000, 'x');
    const std::vector<std::pair<std::string, int>> requests = {
        {"rubbish\r\n\r\n", 400},
        {std::string("\x16\x03\x01\x02\x00\x01\x00", 7) + std::string(500, 'x'), 400},
        {"GET / HTTP/1.1\n\n", 400},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET /" + std::string(5000, 'a'), 414},
        {get("/", "X: " + std::string(5000, 'a') + "\r\n"), 431},
        {smuggled, 400},
        {large, 413},
        {large_chunk, 413},
        {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
        {"GET / HTTP/2.0\r\n\r\n", 505},
    };
    for (const auto& [bytes, status] : requests) {
        SCOPED_TRACE(bytes.substr(0, 100));
        RawClient client = this->client();
        client.send(get("/before"));
        EXPECT_EQ(client.read_answer().status, 200);
        client.send(bytes);
        const Answer answer = client.read_answer();
        EXPECT_EQ(answer.status, status);
        EXPECT_EQ(answer.body, "{\"refused\":true}");
        EXPECT_EQ(*answer.headers.find("Connection"), "close");
        client.half_close();
        EXPECT_EQ(client.read_to_end(), "");
    }
    EXPECT_EQ(refused().size(), requests.size());
}

TEST_F(ServerTest, RefusesOnlyBehindTheAnswersBefore) {
    Keeper keeper;
    start({}, keeper.service());
    RawClient client = this->client();
    client.send(get("/1") + "rubbish\r\n\r\n" + get("/never"));
    auto held = keeper.take(1);
    EXPECT_EQ(held.size(), 1u);
    held[0].second({.body = "one"});
    EXPECT_EQ(client.read_answer().body, "one");
    EXPECT_EQ(client.read_answer().status, 400);
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(ServerTest, AnswersAClientThatHasClosedItsHalf) {
    Keeper keeper;
    start({}, keeper.service());
    RawClient client = this->client();
    client.send(get("/1") + get("/2"));
    client.half_close();
    auto held = keeper.take(2);
    held[1].second({.body = "two"});
    held[0].second({.body = "one"});
    EXPECT_EQ(client.read_answer().body, "one");
    EXPECT_EQ(client.read_answer().body, "two");
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(ServerTest, RefusesHalfARequestAtItsEnd) {
    start();
    for (const std::string& half : {std::string("GET /a HT"), post("/a", "hello").substr(0, 30)}) {
        RawClient client = this->client();
        client.send(half);
        client.half_close();
        EXPECT_EQ(client.read_answer().status, 400);
        EXPECT_EQ(client.read_to_end(), "");
    }
    RawClient client = this->client();
    client.half_close();
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(ServerTest, Answers408WhenTheHeadersTakeTooLong) {
    start({.header_timeout = 40ms});
    RawClient client = this->client();
    client.send("GET /slow HTTP/1.1\r\nHost:");
    EXPECT_EQ(client.read_answer().status, 408);
    EXPECT_TRUE(client.is_closed_by_server());
    EXPECT_EQ(refused().at(0).so_far.target, "/slow");
}

TEST_F(ServerTest, Answers408WhenTheHeadersTrickle) {
    start({.header_timeout = 60ms, .linger_timeout = 40ms});
    RawClient client = this->client();
    const auto begin = std::chrono::steady_clock::now();
    client.send("GET / HTTP/1.1\r\nX: ");
    while (client.send_some("x") && std::chrono::steady_clock::now() - begin < 5s) std::this_thread::sleep_for(2ms);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
    EXPECT_EQ(refused().at(0).status, 408);
}

TEST_F(ServerTest, Answers408WhenTheBodyTakesTooLong) {
    start({.body_timeout = 40ms});
    for (const std::string headers : {"Content-Length: 10\r\n", "Transfer-Encoding: chunked\r\n"}) {
        RawClient client = this->client();
        client.send("POST /slow HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n5");
        EXPECT_EQ(client.read_answer().status, 408);
        EXPECT_TRUE(client.is_closed_by_server());
    }
    EXPECT_EQ(refused().at(0).so_far.target, "/slow");
}

TEST_F(ServerTest, ClosesWithoutAWordWhenNothingComes) {
    start({.header_timeout = 40ms, .idle_timeout = 40ms});
    RawClient silent = this->client();
    RawClient idle = this->client();
    idle.send(get("/"));
    EXPECT_EQ(idle.read_answer().status, 200);
    EXPECT_EQ(idle.read_to_end(), "");
    EXPECT_EQ(silent.read_to_end(), "");
    EXPECT_TRUE(refused().empty());
}

TEST_F(ServerTest, GivesTheServiceAllTheTimeItNeeds) {
    Keeper keeper;
    start({.header_timeout = 10ms, .body_timeout = 10ms, .idle_timeout = 10ms, .write_timeout = 10ms},
          keeper.service());
    RawClient client = this->client();
    client.send(get("/"));
    auto held = keeper.take(1);
    std::promise<void> later;
    server_->after(100ms, [&] { later.set_value(); });
    ASSERT_EQ(later.get_future().wait_for(RawClient::patience), std::future_status::ready);
    held[0].second({.body = "at last"});
    EXPECT_EQ(client.read_answer().body, "at last");
}

TEST_F(ServerTest, ClosesOnAClientThatNeverReads) {
    std::atomic<int> served = 0;
    start({.write_timeout = 40ms}, [&](Request, Reply reply) {
        ++served;
        reply({.body = std::string(1 << 20, 'x')});
    });
    RawClient client = this->client();
    client.shrink_receive_buffer();
    std::string burst;
    for (int i = 0; i < 1000; ++i) burst += get("/");
    client.send(burst);
    EXPECT_TRUE(client.is_cut_off());
    EXPECT_LT(served, 50);  // what waits for a slow reader is bounded
}

TEST_F(ServerTest, SendsALargeAnswerToASlowReader) {
    const std::string body(16 << 20, 'x');
    start({}, [&](Request, Reply reply) { reply({.body = body}); });
    RawClient client = this->client();
    client.send(get("/1") + get("/2"));
    EXPECT_EQ(client.read_answer().body, body);
    EXPECT_EQ(client.read_answer().body, body);
}

TEST_F(ServerTest, HoldsNoMoreInMemoryThanItMay) {
    Keeper keeper;
    start({.body_bytes_max = 1 << 20, .held_bytes_max = 400'000}, [&](Request request, Reply reply) {
        if (request.target == "/keep")
            keeper.service()(std::move(request), std::move(reply));
        else
            reply({.body = std::string(300'000, 'x')});
    });
    RawClient served = client();
    served.send(post("/keep", std::string(300'000, 'x')));
    auto held = keeper.take(1);

    RawClient sender = client();
    sender.send(post("/", std::string(300'000, 'x')).substr(0, 200'000));
    EXPECT_EQ(sender.read_answer().status, 503);
    EXPECT_EQ(ask(post("/small", "x")).status, 200);

    RawClient greedy = client();  // asks for much and reads nothing
    for (int i = 0; i < 1000; ++i) greedy.send_some(get("/"));
    EXPECT_TRUE(greedy.is_cut_off());

    held[0].second({});
    EXPECT_EQ(served.read_answer().status, 200);
    for (int status = 503; status == 503;)
        status = ask(post("/", std::string(300'000, 'x'))).status;  // until it is seen
}

TEST_F(ServerTest, SurvivesClientsThatReset) {
    Keeper keeper;
    start({}, [&](Request request, Reply reply) {
        if (request.target == "/keep")
            keeper.service()(std::move(request), std::move(reply));
        else
            echo_service(std::move(request), std::move(reply));
    });
    for (const std::string& bytes :
         {std::string(), std::string("GET /"), get("/"), get("/keep"), post("/", "hello").substr(0, 30)}) {
        RawClient client = this->client();
        if (!bytes.empty()) client.send(bytes);
        client.reset();
    }
    for (auto& [request, reply] : keeper.take(1)) reply({});
    EXPECT_EQ(ask(get("/a")).status, 200);
}

TEST_F(ServerTest, ServesOneAmongAThousandThatStall) {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    const rlim_t wanted = std::min<rlim_t>(files.rlim_max, 4096);
    const rlimit raised{wanted, files.rlim_max};
    setrlimit(RLIMIT_NOFILE, &raised);
    ASSERT_GE(wanted, 2200u) << "too few file descriptors for this test";

    start();
    std::vector<RawClient> stalled;
    const std::vector<std::string> parts = {"", "G", "GET / HTTP/1.1\r\nHost:", post("/", "hello").substr(0, 30)};
    for (int i = 0; i < 1000; ++i) {
        stalled.push_back(client());
        stalled.back().send(parts[i % parts.size()]);
    }
    EXPECT_EQ(ask(get("/a")).body, "GET /a []");
    setrlimit(RLIMIT_NOFILE, &files);
}

TEST_F(ServerTest, TurnsAwayConnectionsBeyondTheMaximum) {
    start({.connections_max = 3});
    std::vector<RawClient> full;
    for (int i = 0; i < 3; ++i) {
        full.push_back(client());
        full.back().send(get("/"));
        EXPECT_EQ(full.back().read_answer().status, 200);
    }
    RawClient one_too_many = client();
    one_too_many.send(get("/"));
    const Answer answer = one_too_many.read_answer();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(*answer.headers.find("Connection"), "close");
    one_too_many.half_close();
    EXPECT_EQ(one_too_many.read_to_end(), "");
    full.front().send(get("/"));
    EXPECT_EQ(full.front().read_answer().status, 200);
    full.clear();
    for (int status = 503; status == 503;) status = ask(get("/")).status;  // until the server has seen them go
}

TEST_F(ServerTest, SaysWithItsReserveThatTheMachineHasNoMoreDescriptors) {
    start();
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    RawClient first = client();
    first.send(get("/1"));
    EXPECT_EQ(first.read_answer().status, 200);

    const int probe = ::dup(0);
    const rlimit none{static_cast<rlim_t>(probe) + 1, files.rlim_max};
    ::close(probe);
    setrlimit(RLIMIT_NOFILE, &none);  // one descriptor is left: for the client below
    for (int i = 0; i < 3; ++i) {
        RawClient turned_away = client();
        const Answer answer = turned_away.read_answer();
        EXPECT_EQ(answer.status, 503);
        EXPECT_EQ(*answer.headers.find("Retry-After"), "1");
        EXPECT_EQ(turned_away.read_to_end(), "");
    }
    ASSERT_EQ(reports().size(), 1u);
    EXPECT_NE(reports()[0].find("Too many open files"), std::string::npos);
    first.send(get("/3"));
    EXPECT_EQ(first.read_answer().body, "GET /3 []");

    setrlimit(RLIMIT_NOFILE, &files);
    EXPECT_EQ(ask(get("/2")).body, "GET /2 []");
    EXPECT_EQ(reports().size(), 1u);
}

TEST_F(ServerTest, SpreadsConnectionsOverItsThreads) {
    std::mutex mutex;
    std::map<std::thread::id, int> served;
    start({.threads = 4}, [&](Request, Reply reply) {
        {
            const std::lock_guard lock(mutex);
            ++served[std::this_thread::get_id()];
        }
        reply({});
    });
    std::vector<RawClient> clients;
    for (int i = 0; i < 64; ++i) {
        clients.push_back(client());
        clients.back().send(get("/"));
        EXPECT_EQ(clients.back().read_answer().status, 200);
    }
    ASSERT_EQ(served.size(), 4u);
    for (const auto& [thread, count] : served) EXPECT_EQ(count, 16);
}

TEST_F(ServerTest, KnowsItsClientsAddress) {
    const auto address = [](Request request, Reply reply) { reply({.body = request.remote_address}); };
    start({}, address);
    EXPECT_EQ(ask(get("/")).body, "127.0.0.1");
    start({.address = "::"}, address);
    EXPECT_EQ(ask(get("/")).body, "127.0.0.1");
    start({.address = "::1"}, address);
    RawClient client(server_->port(), "::1");
    client.send(get("/"));
    EXPECT_EQ(client.read_answer().body, "::1");
}

std::string failure_to_listen(ServerOptions options) {
    try {
        Server server(options, echo_service);
        return "";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
    start();
    const std::string port = std::to_string(server_->port());
    EXPECT_EQ(failure_to_listen({.port = server_->port()}), "127.0.0.1:" + port + " is in use");
    EXPECT_EQ(failure_to_listen({.address = "localhost"}), "\"localhost\" is not an IPv4 or IPv6 address");
    EXPECT_EQ(failure_to_listen({.address = "192.0.2.1", .port = 1}),
              "cannot listen on 192.0.2.1:1: Cannot assign requested address");
    EXPECT_EQ(failure_to_listen({.address = "2001:db8::1", .port = 1}),
              "cannot listen on [2001:db8::1]:1: Cannot assign requested address");
}

TEST_F(ServerTest, DrainsARequestInFlightAndClosesTheIdle) {
    Keeper keeper;
    start({.threads = 1}, [&](Request request, Reply reply) {
        if (request.target == "/keep")
            keeper.service()(std::move(request), std::move(reply));
        else
            echo_service(std::move(request), std::move(reply));
    });
    RawClient idle = client();
    idle.send(get("/"));
    EXPECT_EQ(idle.read_answer().status, 200);
    RawClient silent = client();
    RawClient busy = client();
    busy.send(get("/keep"));
    auto held = keeper.take(1);
    RawClient amid = client();
    amid.send(post("/amid", "hello").substr(0, 30));

    std::future<bool> drained = std::async(std::launch::async, [&] { return server_->drain(RawClient::patience); });
    EXPECT_EQ(idle.read_to_end(), "");
    EXPECT_EQ(silent.read_to_end(), "");
    EXPECT_THROW(RawClient(server_->port()), std::system_error);
    EXPECT_EQ(drained.wait_for(0s), std::future_status::timeout);

    held[0].second({.body = "kept"});
    const Answer kept = busy.read_answer();
    EXPECT_EQ(kept.body, "kept");
    EXPECT_EQ(*kept.headers.find("Connection"), "close");
    busy.half_close();
    amid.send(post("/amid", "hello").substr(30));
    const Answer rest = amid.read_answer();
    EXPECT_EQ(rest.body, "POST /amid [hello]");
    EXPECT_EQ(*rest.headers.find("Connection"), "close");
    amid.half_close();
    EXPECT_TRUE(drained.get());
}

// Waits until nobody is let in any more.
bool refuses(std::uint16_t port) {
    const auto deadline = std::chrono::steady_clock::now() + RawClient::patience;
    while (std::chrono::steady_clock::now() < deadline) try {
            RawClient probe(port);
            std::this_thread::yield();
        } catch (const std::system_error&) {
            return true;
        }
    return false;
}

TEST_F(ServerTest, AnswersWhatWasOnItsWayOverAnIdleConnectionWhenItEnds) {
    start({.threads = 1, .drain_idle = RawClient::patience}, echo_service);
    RawClient kept_alive = client();
    kept_alive.send(get("/before"));
    EXPECT_EQ(kept_alive.read_answer().headers.find("Connection"), nullptr);
    RawClient begun = client();
    begun.send("GET /half");
    std::future<bool> drained = std::async(std::launch::async, [&] { return server_->drain(RawClient::patience); });
    EXPECT_TRUE(refuses(server_->port()));  // the end has begun
    begun.send(" HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(*begun.read_answer().headers.find("Connection"), "close");
    kept_alive.send(get("/after"));
    const Answer answer = kept_alive.read_answer();
    EXPECT_EQ(answer.body, "GET /after []");
    EXPECT_EQ(*answer.headers.find("Connection"), "close");
    for (RawClient* each : {&kept_alive, &begun}) each->half_close();
    EXPECT_TRUE(drained.get());
}

TEST_F(ServerTest, TakesOverASocketThatListens) {
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in any{.sin_family = AF_INET};
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(bind(descriptor, reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
    ASSERT_EQ(listen(descriptor, 16), 0);
    socklen_t length = sizeof any;
    ASSERT_EQ(getsockname(descriptor, reinterpret_cast<sockaddr*>(&any), &length), 0);
    for (int round = 0; round < 3; ++round) {
        // Whoever comes while no server runs waits, and is served by the next one.
        RawClient early(ntohs(any.sin_port));
        early.send(get("/early"));
        Server server({.listening_socket = dup(descriptor), .threads = 1}, echo_service);
        EXPECT_EQ(server.port(), ntohs(any.sin_port));
        server.start();
        EXPECT_EQ(early.read_answer().body, "GET /early []");
        early.half_close();
        EXPECT_TRUE(server.drain(RawClient::patience));
    }
    close(descriptor);
    EXPECT_THROW(Server({.listening_socket = descriptor}, echo_service), std::runtime_error);
}

TEST_F(ServerTest, DrainsAPipelinedBurst) {
    Keeper keeper;
    start({.threads = 1, .pipeline_max = 2}, keeper.service());
    RawClient idle = this->client();
    RawClient client = this->client();
    client.send(get("/1") + get("/2") + get("/3"));
    auto held = keeper.take(2);
    std::future<bool> drained = std::async(std::launch::async, [&] { return server_->drain(RawClient::patience); });
    EXPECT_EQ(idle.read_to_end(), "");  // the end has begun
    for (auto& [request, reply] : held) reply(echo(request));
    EXPECT_EQ(client.read_answer().body, "GET /1 []");
    EXPECT_EQ(client.read_answer().body, "GET /2 []");
    for (auto& [request, reply] : keeper.take(1)) reply(echo(request));
    const Answer last = client.read_answer();
    EXPECT_EQ(last.body, "GET /3 []");
    EXPECT_EQ(*last.headers.find("Connection"), "close");
    client.half_close();
    EXPECT_TRUE(drained.get());
}

TEST_F(ServerTest, CutsOffWhatOutlivesItsPatience) {
    Keeper keeper;
    start({}, keeper.service());
    RawClient client = this->client();
    client.send(get("/"));
    auto held = keeper.take(1);
    EXPECT_FALSE(server_->drain(20ms));
    EXPECT_TRUE(client.is_closed_by_server());
    held[0].second({});
}

TEST_F(ServerTest, DrainsWithoutHavingStarted) {
    Server server({}, echo_service);
    EXPECT_TRUE(server.drain(1s));
}

TEST_F(ServerTest, RunsLaterWhatItIsTold) {
    start();
    std::promise<std::thread::id> ran;
    auto thread = ran.get_future();
    server_->after(5ms, [&] { ran.set_value(std::this_thread::get_id()); });
    ASSERT_EQ(thread.wait_for(RawClient::patience), std::future_status::ready);
    EXPECT_NE(thread.get(), std::this_thread::get_id());
    server_->after(1h, [] { FAIL(); });
}

TEST_F(ServerTest, RepliesFromManyThreadsToManyClients) {
    Keeper keeper;
    start({.threads = 3}, keeper.service());
    std::atomic<bool> stop = false;
    std::vector<std::thread> workers;
    for (int i = 0; i < 3; ++i)
        workers.emplace_back([&] {
            while (!stop) {
                for (auto& [request, reply] : keeper.take(0)) reply(echo(request));
                std::this_thread::yield();
            }
        });
    std::vector<std::thread> clients;
    for (int c = 0; c < 8; ++c)
        clients.emplace_back([&] {
            RawClient client = this->client();
            for (int round = 0; round < 10; ++round) {
                std::string burst;
                for (int i = 0; i < 20; ++i) burst += post("/" + std::to_string(i), std::to_string(round));
                client.send(burst);
                for (int i = 0; i < 20; ++i)
                    EXPECT_EQ(client.read_answer().body,
                              "POST /" + std::to_string(i) + " [" + std::to_string(round) + "]");
            }
        });
    for (std::thread& thread : clients) thread.join();
    stop = true;
    for (std::thread& thread : workers) thread.join();
    EXPECT_TRUE(server_->drain(RawClient::patience));
}

}  // namespace
}  // namespace http
