// Property: an input that its workflow's schema calls a secret is in no report, in no encoding, wherever the schema
// says so and however it is written into requests and answers.

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "workflow/run/record.h"
#include "workflow/text/text.h"

namespace workflow {
namespace {

constexpr const char* api = R"(
openapi: 3.1.0
info: {title: T, version: '1'}
servers: [{url: 'http://api.test'}]
paths:
  /echo/{p}: {post: {operationId: echo, parameters: [{name: p, in: path, required: true}, {name: list, in: query, style: pipeDelimited, explode: false}], requestBody: {content: {application/json: {}, application/xml: {}, application/x-www-form-urlencoded: {}, multipart/form-data: {}, text/plain: {}}}}}
)";

// Answers with all that it was sent, in one of the ways in which servers do.
class Mirror : public Transport {
public:
    explicit Mirror(std::mt19937& random) : random_(random) {}

    void send(Send send, std::function<void(Happened)> done) override {
        sent += send.url + send.body;
        for (const auto& header : send.headers) sent += header.name + header.value;
        switch (random_() % 4) {
        case 0: {
            json::object echo{{"url", send.url}, {"body", valid_utf8(send.body)}};
            for (const auto& header : send.headers) echo["h-" + header.name] = header.value;
            return done(Answered{200, {{"Content-Type", "application/json"}}, to_json(echo)});
        }
        case 1:
            return done(Answered{200,
                                 {{"Content-Type", "application/xml"}},
                                 "<r a=\"" + xml_escape(send.url) + "\">" + xml_escape(send.body) + "</r>"});
        case 2: return done(Answered{200, {{"Content-Type", "text/plain"}}, base64(send.body) + "\n" + send.url});
        default:
            return done(
                Answered{400,
                         {{"Content-Type", "application/x-www-form-urlencoded"}, {"X-Echo", percent_encode(send.url)}},
                         "u=" + form_encode(send.url) + "&b=" + form_encode(to_json(json::value(send.body)))});
        }
    }
    void wait(milliseconds, std::function<void()> done) override { done(); }
    Time now() override { return Time{}; }

    std::string sent;

private:
    std::mt19937& random_;
};

class SecretsProperty : public ::testing::Test {
protected:
    std::string random_secret() {
        static const std::vector<std::string> pieces = {"a", "Zq", "7", "\"", "\\", "/",  "+",  " ", "%", "&",
                                                        "<", ">",  "'", "=",  "é",  "日", "😀",  ";", "#", "?",
                                                        ":", "@",  ",", ".",  "{",  "$",  "\t", "~", "*", "|"};
        // No header and no segment of a path can begin or end with white space.
        std::string out = "S";
        const auto count = 5 + random_() % 12;
        for (std::size_t i = 0; i < count; ++i) out += pieces[random_() % pieces.size()];
        for (int i = 0; i < 6; ++i) out += static_cast<char>('a' + random_() % 26);
        return out + "E";
    }

    struct Place {
        std::string inputs;      // the schema of the workflow that is run
        std::string components;  // what it refers to
        std::string expression;  // where the secret is among the inputs
        std::function<json::object(const json::value& secret)> make;
    };

    static std::vector<Place> places() {
        auto flat = [](const json::value& secret) { return json::object{{"pin", secret}}; };
        auto nested = [](const json::value& secret) {
            return json::object{{"who", json::object{{"pin", secret}, {"name", "Ada"}}}};
        };
        auto listed = [](const json::value& secret) { return json::object{{"pins", json::array{"x", secret}}}; };
        const std::string pin = "{type: string, format: password}";
        return {
            {"{type: object, properties: {pin: " + pin + "}}", "", "$inputs.pin", flat},
            {"{$ref: '#/components/inputs/c'}", "c: {type: object, properties: {pin: " + pin + "}}", "$inputs.pin",
             flat},
            {"{allOf: [{$ref: '#/components/inputs/c'}, {type: object}]}",
             "c: {type: object, properties: {pin: " + pin + "}}", "$inputs.pin", flat},
            {"{type: object, properties: {pin: {$ref: '#/components/inputs/c'}}}", "c: " + pin, "$inputs.pin", flat},
            {"{type: object, properties: {pin: {$ref: '#/components/inputs/b'}}}",
             "b: {allOf: [{$ref: '#/components/inputs/c'}]}, c: {writeOnly: true}", "$inputs.pin", flat},
            {"{type: object, properties: {pin: {anyOf: [{type: 'null'}, " + pin + "]}}}", "", "$inputs.pin", flat},
            {"{oneOf: [{properties: {kind: {const: x}}, required: [kind]}, {properties: {pin: " + pin + "}}]}", "",
             "$inputs.pin", flat},
            {"{if: {required: [pin]}, then: {properties: {pin: " + pin + "}}}", "", "$inputs.pin", flat},
            {"{type: object, patternProperties: {'^p': " + pin + "}}", "", "$inputs.pin", flat},
            {"{type: object, additionalProperties: " + pin + "}", "", "$inputs.pin", flat},
            {"{type: object, properties: {who: {type: object, properties: {pin: " + pin + "}}}}", "",
             "$inputs.who#/pin", nested},
            {"{type: object, properties: {who: {$ref: '#/components/inputs/c'}}}",
             "c: {type: object, properties: {pin: {$anchor: p, format: password}}}", "$inputs.who#/pin", nested},
            {"{type: object, properties: {pins: {type: array, items: " + pin + "}}}", "", "$inputs.pins#/1", listed},
            {"{type: object, properties: {pins: {prefixItems: [true, " + pin + "]}}}", "", "$inputs.pins#/1", listed},
        };
    }

    // Every way in which the secret goes out, in the workflow itself or in one that it calls.
    static std::string document(const Place& place, bool is_called) {
        const auto uses = [](const std::string& value) {
            const std::string path = "{name: p, in: path, value: '" + value + "'}";
            const std::string steps[] = {
                "parameters: [" + path + "]",
                "parameters: [" + path + ", {name: q, in: query, value: '" + value +
                    "'}, {name: list, in: query, value: [a, '" + value + "']}]",
                "parameters: [" + path + ", {name: c, in: cookie, value: '" + value + "'}]",
                "parameters: [" + path + "], requestBody: {contentType: application/json, payload: {v: '" + value +
                    "', t: 'text {" + value + "}'}}",
                "parameters: [" + path +
                    "], requestBody: {contentType: application/x-www-form-urlencoded, payload: {v: '" + value +
                    "', o: {i: '" + value + "'}}}",
                "parameters: [" + path + "], requestBody: {contentType: multipart/form-data, payload: {v: '" + value +
                    "'}}",
                "parameters: [" + path + "], requestBody: {contentType: text/plain, payload: 'pin={" + value + "}'}",
                "parameters: [" + path +
                    "], requestBody: {contentType: application/xml, payload: '<r><a>x</a></r>', "
                    "replacements: [{target: /r/a, value: '" +
                    value + "'}]}",
            };
            std::string out;
            for (std::size_t i = 0; i < std::size(steps); ++i)
                out += "  - {stepId: s" + std::to_string(i) + ", operationId: echo, " + steps[i] +
                       ", successCriteria: [{condition: $response.body != 'x'}, {context: $response.body, type: regex, "
                       "condition: '^nothing$'}], onFailure: [{name: on, type: goto, stepId: s" +
                       std::to_string(i + 1) + "}], outputs: {all: $response.body, sent: $request.body}}\n";
            return out + "  - {stepId: s" + std::to_string(std::size(steps)) + ", operationId: echo, parameters: [" +
                   path +
                   "], successCriteria: [{condition: $statusCode > 0}]}\n  outputs: {one: $steps.s0.outputs.all, mine: "
                   "'" +
                   value + "'}\n";
        };
        std::string out =
            "arazzo: 1.1.0\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: api, url: api.yaml, type: "
            "openapi}]\nworkflows:\n";
        if (is_called)
            out +=
                "- workflowId: w\n  inputs: {type: object}\n  steps:\n  - {stepId: before, operationId: echo, "
                "parameters: "
                "[{name: p, in: path, value: '" +
                place.expression +
                "'}], successCriteria: [{condition: $statusCode > 0}]}\n  - {stepId: call, workflowId: inner, "
                "parameters: [{name: inner-pin, value: '" +
                place.expression + "'}]}\n  outputs: {mine: '" + place.expression +
                "'}\n- workflowId: inner\n  inputs: {type: object, properties: {inner-pin: {$ref: "
                "'#/components/inputs/p'}}}\n  steps:\n" +
                uses("$inputs.inner-pin");
        else
            out += "- workflowId: w\n  inputs: " + place.inputs + "\n  steps:\n" + uses(place.expression);
        const auto components = place.components + (place.components.empty() ? "" : ", ") + "p: {format: password}";
        return out + "components: {inputs: {" + components + "}}\n";
    }

    // As it is, and as each encoding that the runner applies writes it, and two of them behind one another.
    static std::vector<std::string> written(const std::string& secret, bool is_whole = false) {
        auto json_text = [](const std::string& text) {
            auto quoted = to_json(json::value(text));
            return quoted.substr(1, quoted.size() - 2);
        };
        // Without the end that other bytes share, where others stand behind it.
        auto core = [is_whole](const std::string& text) {
            auto out = base64(text);
            if (is_whole) return out;
            while (out.ends_with('=')) out.pop_back();
            return out.substr(0, out.size() - 2);
        };
        const std::vector<std::function<std::string(const std::string&)>> encodings = {
            [](const std::string& text) { return text; },
            [](const std::string& text) { return percent_encode(text); },
            [](const std::string& text) { return form_encode(text); },
            [](const std::string& text) { return xml_escape(text); },
            json_text,
            core};
        std::vector<std::string> out;
        for (const auto& first : encodings)
            for (const auto& second : encodings) out.push_back(second(first(secret)));
        return out;
    }

    void expect_hidden(const std::string& text, const std::string& secret, const char* where) {
        for (const auto& form : written(secret))
            ASSERT_EQ(text.find(form), std::string::npos)
                << where << " shows \"" << secret << "\" as \"" << form << "\":\n"
                << text.substr(text.find(form) > 200 ? text.find(form) - 200 : 0, 400) << "\n"
                << document_;
    }

    std::mt19937 random_{20260131};
    std::string document_;
};

TEST_F(SecretsProperty, no_report_shows_an_input_that_its_schema_calls_a_secret) {
    for (const auto& place : places()) {
        for (const bool is_called : {false, true}) {
            document_ = document(place, is_called);
            MemoryLoader loader({{"http://d.test/f.yaml", document_}, {"http://d.test/api.yaml", api}});
            const Library library("http://d.test/f.yaml", loader);
            for (const auto& problem : library.problems())
                ASSERT_NE(problem.severity, Severity::error) << problem.message << "\n" << document_;
            const auto secret = random_secret();
            const auto& workflow = *library.entry()->workflows[0];
            const auto inputs = place.make(json::value(secret));
            Secrets secrets;
            secrets.add_inputs(workflow, inputs);
            struct Learner : Observer {
                Secrets& secrets;
                explicit Learner(Secrets& of) : secrets(of) {}
                void on(const Event& event) override { secrets.learn(event); }
            } learner(secrets);
            Recorder recorder;
            Mirror mirror(random_);
            Cancellation cancellation;
            Finished finished;
            drive(std::make_shared<workflow::Run>(workflow, inputs, RunOptions{}), mirror, {&learner, &recorder},
                  cancellation, [&](Finished result) { finished = std::move(result); });
            recorder.finish(finished, Time{});
            ASSERT_NE(finished.outcome, Outcome::not_run) << finished.reason;
            ASSERT_NE(mirror.sent.find(percent_encode(secret)), std::string::npos) << "it was never sent";
            expect_hidden(json_report(recorder.record(), secrets), secret, "the JSON report");
            expect_hidden(junit_report(recorder.record(), secrets), secret, "the JUnit report");
            expect_hidden(har_report(recorder.record(), secrets, "1"), secret, "the HAR report");
            expect_hidden(to_json(secrets.mask_given(finished.outputs)), secret, "what is kept of the outputs");
            if (HasFatalFailure()) return;
        }
    }
}

TEST_F(SecretsProperty, a_text_hides_it_in_every_encoding_inside_every_other) {
    for (int round = 0; round < 60; ++round) {
        const auto secret = random_secret();
        Secrets secrets;
        secrets.add(secret);
        for (const auto& form : written(secret, true)) {
            const auto shown = secrets.mask("before " + form + " behind");
            ASSERT_EQ(shown.find(form), std::string::npos) << secret << " as " << form;
            ASSERT_TRUE(shown.starts_with("before ")) << shown;
        }
        // As base64 has it behind any other bytes, and as a message cuts it.
        for (const char* prefix : {"", "u", "us", "user:"}) {
            const auto shown = secrets.mask("Basic " + base64(prefix + secret));
            ASSERT_EQ(shown.find(base64(prefix + secret).substr(8, 8)), std::string::npos) << shown;
        }
        ASSERT_EQ(secrets.mask("it is " + shorten(secret, 8)).find(secret.substr(0, 3)), std::string::npos);
    }
}

TEST_F(SecretsProperty, what_is_no_secret_stays) {
    Secrets secrets;
    secrets.add("123");
    EXPECT_EQ(secrets.mask("cvv=123&order=41235&n=123"), "cvv=***&order=41235&n=***");
    EXPECT_EQ(to_json(secrets.mask_value({{"cvv", 123}, {"total", 1234}})), R"({"cvv":"***","total":1234})");
    EXPECT_EQ(Secrets().mask("a%20text \\n of & all \"kinds\""), "a%20text \\n of & all \"kinds\"");
}

}  // namespace
}  // namespace workflow
