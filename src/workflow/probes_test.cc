// The workflows of tests/data/arazzo-probes and tests/arazzo/features, each with the outcome that the specification
// demands (expect.json), against their API answered in process.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>

#include "workflow/run/driver.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace workflow {
namespace {

constexpr const char* sample =
    R"({"pets":[{"id":1,"name":"A"},{"id":2,"name":"B"}],"n":5,"f":2.5,"s":"Hello","a/b":{"m~n":7,"x.y":8,"k k":9},
"nul":null,"t":true,"fa":false,"arr":[1,2,3],"uuid":"3fa85f64-5717-4562-b3fc-2c963f66afa6","q":"it's"})";

// {"a":1}
constexpr unsigned char gzip_of_a_1[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
                                         0x03, 0xab, 0x56, 0x4a, 0x54, 0xb2, 0x32, 0xac, 0x05,
                                         0x00, 0xaf, 0xac, 0x1b, 0x56, 0x07, 0x00, 0x00, 0x00};

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

    Happened answer(const Send& send, const std::string& target, const std::optional<json::value>& body) {
        auto path = target.substr(0, target.find('?'));
        if (path == "/json") return json_answer(200, sample);
        if (path == "/list") return json_answer(200, R"([{"id":1,"name":"A"},{"id":2,"name":"B"}])");
        if (path == "/xml") return json_answer(200, R"(<r><a>1</a><b n="2">x</b></r>)", "application/xml");
        if (path == "/text") return json_answer(200, "plain words", "text/plain");
        if (path.starts_with("/status/")) return json_answer(std::stoi(path.substr(8)), "{}");
        if (path == "/gzip") {
            auto zipped = json_answer(200, std::string(reinterpret_cast<const char*>(gzip_of_a_1), sizeof gzip_of_a_1));
            zipped.headers.set("Content-Encoding", "gzip");
            return zipped;
        }
        if (path == "/bom") return json_answer(200, "\xEF\xBB\xBF{\"a\":1}");
        if (path == "/latin1") return json_answer(200, "\xe4", "text/plain; charset=iso-8859-1");
        if (path == "/long") return json_answer(200, R"({"n":123456789012345678901234567890})");
        if (path == "/moved" || path == "/login") {
            auto other = json_answer(path == "/moved" ? 302 : 200, "{}");
            other.headers.set(path == "/moved" ? "Location" : "Set-Cookie",
                              path == "/moved" ? "/list" : "sid=1; Path=/");
            return other;
        }
        if (path == "/slow") {
            clock_ += send.timeout.value_or(milliseconds(5'000));
            if (send.timeout) return NotAnswered{"the server did not answer in time"};
            return json_answer(200, "{}");
        }
        if (path.starts_with("/busy/")) {
            auto slash = path.rfind('/');
            if (++tries_[path.substr(0, slash)] > std::stoi(path.substr(slash + 1))) return json_answer(200, "{}");
            auto busy = json_answer(503, "{}");
            busy.headers.set("Retry-After", "1");
            return busy;
        }
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

// Queries may be encoded in more ways than one.
std::string readable(const std::string& target) {
    const auto query = std::min(target.find('?'), target.size());
    return target.substr(0, query) + percent_decode(target.substr(query), true);
}

// How many of them the specification decides.
int run_probes(const std::string& folder) {
    const std::string path = std::string(PARTNERD_SOURCE_DIR) + folder;
    std::ifstream in(path + "expect.json");
    const auto expected = parse_json(std::string(std::istreambuf_iterator<char>(in), {}));
    int decided = 0;
    for (const auto& probe : expected.value().as_array()) {
        if (probe.as_object().contains("options")) continue;  // of the command line: tests/arazzo/compare
        const std::string name(probe.at("name").as_string());
        SCOPED_TRACE(name + ": " + std::string(probe.at("why").as_string()));
        DiskLoader loader;
        const Library library(url_of_path(path + name + ".arazzo.yml"), loader);
        const auto* flow = library.entry() ? library.entry()->find_workflow("w") : nullptr;
        EXPECT_TRUE(flow);
        if (!flow) continue;
        EchoApi api;
        const auto begun = api.now();
        Cancellation cancellation;
        std::optional<Finished> finished;
        drive(std::make_shared<Run>(*flow, probe.at("inputs").as_object(), RunOptions{}), api, {}, cancellation,
              [&](Finished result) { finished = std::move(result); });
        EXPECT_TRUE(finished);
        if (!finished) continue;
        if (!probe.at("ok").is_null()) {
            EXPECT_EQ(finished->outcome == Outcome::passed, probe.at("ok").as_bool()) << finished->reason;
            ++decided;
        }
        if (const auto* sequence = probe.at("seq").if_array()) {
            std::vector<std::string> wanted, asked;
            for (const auto& target : *sequence) wanted.push_back(readable(std::string(target.as_string())));
            for (const auto& target : api.targets) asked.push_back(readable(target));
            EXPECT_EQ(asked, wanted);
        }
        if (const auto* bodies = probe.at("bodies").if_array()) {
            EXPECT_EQ(to_json(api.bodies), to_json(*bodies));
        }
        const auto* waits = probe.as_object().if_contains("waits");
        if (waits && !waits->is_null()) {
            EXPECT_EQ((api.now() - begun) / milliseconds(1), waits->as_int64());
        }
    }
    return decided;
}

TEST(Probes, end_as_the_specification_demands) { EXPECT_GE(run_probes("/tests/data/arazzo-probes/"), 29); }

TEST(Features, work_as_the_specification_says) { EXPECT_GE(run_probes("/tests/arazzo/features/"), 71); }

}  // namespace
}  // namespace workflow
