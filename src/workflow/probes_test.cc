// The probe workflows of tests/data/arazzo-probes, each with the outcome that the specification demands, against their
// API answered in process.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>

#include "workflow/driver.h"
#include "workflow/text.h"
#include "workflow/url.h"

namespace workflow {
namespace {

const std::string folder = std::string(PARTNERD_SOURCE_DIR) + "/tests/data/arazzo-probes/";

constexpr const char* sample =
    R"({"pets":[{"id":1,"name":"A"},{"id":2,"name":"B"}],"n":5,"f":2.5,"s":"Hello","a/b":{"m~n":7,"x.y":8,"k k":9},
"nul":null,"t":true,"fa":false,"arr":[1,2,3],"uuid":"3fa85f64-5717-4562-b3fc-2c963f66afa6","q":"it's"})";

// What echo-openapi.yml describes.
class EchoApi : public Transport {
public:
    void send(Send send, std::function<void(Happened)> done) override {
        auto target = send.url.substr(std::string("http://127.0.0.1:18300").size());
        targets.push_back(target);
        auto body = parse_json(send.body);
        if (send.method == "POST") bodies.push_back(body ? *body : json::value(send.body));
        done(answer(send, target, body));
    }

    void wait(milliseconds delay, std::function<void()> done) override {
        clock_ += delay;
        done();
    }

    Time now() override { return clock_; }

    std::vector<std::string> targets;
    json::array bodies;

private:
    static Answered json_answer(int status, const std::string& text, const char* type = "application/json") {
        return {status, {{"Content-Type", type}, {"X-Thing", "Thing-1"}}, text};
    }

    Answered answer(const Send& send, const std::string& target, const std::optional<json::value>& body) {
        auto path = target.substr(0, target.find('?'));
        if (path == "/json") return json_answer(200, sample);
        if (path == "/list") return json_answer(200, R"([{"id":1,"name":"A"},{"id":2,"name":"B"}])");
        if (path == "/xml") return json_answer(200, R"(<r><a>1</a><b n="2">x</b></r>)", "application/xml");
        if (path == "/text") return json_answer(200, "plain words", "text/plain");
        if (path.starts_with("/status/")) return json_answer(std::stoi(path.substr(8)), "{}");
        if (path.starts_with("/flaky/")) {
            auto slash = path.rfind('/');
            return json_answer(++tries_[path.substr(0, slash)] <= std::stoi(path.substr(slash + 1)) ? 503 : 200, "{}");
        }
        json::object query, headers;
        for (auto rest = target.size() > path.size() ? target.substr(path.size() + 1) : std::string(); !rest.empty();) {
            auto piece = rest.substr(0, rest.find('&'));
            rest.erase(0, piece.size() + 1);
            auto equal = piece.find('=');
            query[percent_decode(piece.substr(0, equal), true)] = percent_decode(piece.substr(equal + 1), true);
        }
        for (const auto& header : send.headers) headers[to_lower_ascii(header.name)] = header.value;
        json::value echo{{"method", send.method},
                         {"url", target},
                         {"query", query},
                         {"headers", headers},
                         {"body", body ? *body : json::value(send.body)}};
        return json_answer(200, to_json(echo));
    }

    Time clock_ = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
    std::map<std::string, int> tries_;
};

TEST(Probes, end_as_the_specification_demands) {
    std::ifstream in(folder + "expect.json");
    auto expected = *parse_json(std::string(std::istreambuf_iterator<char>(in), {}));
    int decided = 0;
    for (const auto& probe : expected.as_array()) {
        std::string name(probe.at("name").as_string());
        SCOPED_TRACE(name + ": " + std::string(probe.at("why").as_string()));
        DiskLoader loader;
        Library library(url_of_path(folder + name + ".arazzo.yml"), loader);
        const auto* workflow = library.entry()->find_workflow("w");
        ASSERT_TRUE(workflow);
        EchoApi api;
        Cancellation cancellation;
        std::optional<Finished> finished;
        drive(std::make_shared<workflow::Run>(*workflow, probe.at("inputs").as_object(), RunOptions{}), api, {},
              cancellation, [&](Finished result) { finished = std::move(result); });
        ASSERT_TRUE(finished);
        if (!probe.at("ok").is_null()) {
            EXPECT_EQ(finished->outcome == Outcome::passed, probe.at("ok").as_bool()) << finished->reason;
            ++decided;
        }
        if (const auto* sequence = probe.at("seq").if_array()) {
            std::vector<std::string> wanted;
            for (const auto& target : *sequence) wanted.emplace_back(target.as_string());
            EXPECT_EQ(api.targets, wanted);
        }
        if (const auto* bodies = probe.at("bodies").if_array()) {
            EXPECT_EQ(to_json(api.bodies), to_json(*bodies));
        }
    }
    EXPECT_GE(decided, 29);
}

}  // namespace
}  // namespace workflow
