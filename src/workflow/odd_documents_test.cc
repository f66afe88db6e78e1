// Whatever stands in a document, and wherever: nothing of it brings a command down. Each node of documents that use all
// of Arazzo is replaced by each value that nobody expects there, or taken away, and what comes of it is checked,
// listed, planned and run.

#include <gtest/gtest.h>

#include <functional>

#include "workflow/document/check.h"
#include "workflow/run/record.h"
#include "workflow/text/text.h"

namespace workflow {
namespace {

constexpr const char* api =
    R"({"openapi":"3.1.0","info":{"title":"T","version":"1"},"servers":[{"url":"http://api.test"}],
"components":{"parameters":{"limit":{"name":"limit","in":"query","schema":{"type":"integer"}}},
"securitySchemes":{"key":{"type":"apiKey","in":"header","name":"X-Key"}}},"security":[{"key":[]}],
"paths":{"/a":{"get":{"operationId":"getA","parameters":[{"$ref":"#/components/parameters/limit"}],
"responses":{"200":{"description":"d","content":{"application/json":{"schema":{"type":"object"}}}}}},
"post":{"operationId":"create","requestBody":{"content":{"application/json":{"schema":{"type":"object"}}}}}},
"/a/{id}":{"get":{"operationId":"getOne","parameters":[{"name":"id","in":"path","required":true}]}}}})";

constexpr const char* flow = R"({"arazzo":"1.1.0","info":{"title":"T","version":"1"},
"sourceDescriptions":[{"name":"api","url":"api","type":"openapi"}],
"workflows":[{"workflowId":"w","summary":"s","inputs":{"$ref":"#/components/inputs/i"},"dependsOn":["first"],
"parameters":[{"name":"limit","in":"query","value":1}],
"steps":[
{"stepId":"a","operationId":"getA","parameters":[{"reference":"$components.parameters.p"},{"name":"X-P","in":"header","value":"{$inputs.n}"}],
 "successCriteria":[{"condition":"$statusCode == 200 && $response.body#/list[0] != null"},{"context":"$response.body","type":"jsonpath","condition":"$.list[?@.id == 1]"},{"context":"$response.body","type":{"type":"xpath","version":"xpath-10"},"condition":"//a"},{"context":"$response.header.X","type":"regex","condition":"^{$inputs.n}$"}],
 "onFailure":[{"reference":"$components.failureActions.f"},{"name":"go","type":"goto","stepId":"b","criteria":[{"condition":"$statusCode > 0"}]}],
 "outputs":{"id":"$response.body#/list/0/id","sel":{"context":"$response.body","selector":"$.list","type":"jsonpath"}},"timeout":100},
{"stepId":"b","operationPath":"{$sourceDescriptions.api.url}#/paths/~1a/post","requestBody":{"contentType":"application/json","payload":{"n":"$inputs.n","t":"x{$steps.a.outputs.id}"},"replacements":[{"target":"/n","value":2},{"target":"$.t","targetSelectorType":"jsonpath","value":"$inputs.n"}]},
 "onSuccess":[{"name":"end","type":"end","criteria":[{"condition":"$response.body#/done == true"}]}]},
{"stepId":"c","workflowId":"inner","parameters":[{"name":"x","value":"$inputs.n"}],"dependsOn":["b"],"onFailure":[{"name":"r","type":"retry","workflowId":"first","retryAfter":0,"retryLimit":1}]}],
"successActions":[{"name":"done","type":"goto","workflowId":"inner","parameters":[{"name":"x","value":1}],"criteria":[{"condition":"$statusCode == 299"}]}],
"failureActions":[{"name":"retry","type":"retry","retryLimit":1,"stepId":"a"}],
"outputs":{"o":"$steps.a.outputs.id"}},
{"workflowId":"first","steps":[{"stepId":"s","operationId":"$sourceDescriptions.api.getOne","parameters":[{"name":"id","in":"path","value":"1"}]}]},
{"workflowId":"inner","inputs":{"type":"object","properties":{"x":{"format":"password"}}},"steps":[{"stepId":"s","operationId":"getA","parameters":[{"name":"q","in":"querystring","value":"a={$inputs.x}"}]}],"outputs":{"y":"$inputs.x"}}],
"components":{"inputs":{"i":{"type":"object","properties":{"n":{"type":"integer","default":1}}}},"parameters":{"p":{"name":"limit","in":"query","value":5}},"failureActions":{"f":{"name":"f","type":"retry","retryAfter":0.1,"retryLimit":2,"criteria":[{"condition":"$statusCode == 503"}]}}}})";

const std::vector<json::value>& odd_values() {
    static const std::vector<json::value> all = {nullptr,
                                                 true,
                                                 404,
                                                 -1,
                                                 1.5,
                                                 "",
                                                 "$",
                                                 "{$",
                                                 "$inputs.",
                                                 "$steps.x.outputs.y",
                                                 "#/",
                                                 "..",
                                                 "x\nx",
                                                 json::array(),
                                                 json::object(),
                                                 json::array{nullptr},
                                                 json::object{{"", nullptr}},
                                                 json::object{{"$ref", "#"}},
                                                 json::object{{"reference", 5}},
                                                 json::array{json::object{{"name", 1}, {"value", nullptr}}}};
    return all;
}

// What all commands do with a document.
void use(const std::string& document, const std::string& openapi) {
    MemoryLoader loader({{"http://d.test/f.json", document}, {"http://d.test/api", openapi}});
    const Library library("http://d.test/f.json", loader);
    for (const auto& problem : check(library)) ASSERT_FALSE(problem.message.empty());
    if (!library.entry()) return;
    for (const auto& workflow : library.entry()->workflows) {
        const json::object inputs{{"n", 7}};
        Secrets secrets;
        secrets.add_inputs(*workflow, inputs);
        const auto obstacles = Library::obstacles(*workflow);
        for (const auto& step : workflow->steps) {
            // Whoever plans a step relies on this.
            const bool is_called = step.kind == Step::Kind::workflow;
            ASSERT_TRUE(!step.obstacle.empty() ||
                        (is_called ? step.called.workflow != nullptr : step.operation && step.source))
                << document;
            ASSERT_TRUE(step.obstacle.empty() || !obstacles.empty()) << document;
        }
        static int turn = 0;
        for (const int status : {++turn % 2 ? 200 : 503}) {
            RunOptions options;
            options.steps_max = 40;
            Run run(*workflow, inputs, options);
            Recorder recorder;
            Time now{};
            auto todo = run.step(Begun{}, now);
            for (int i = 0; i < 200 && !std::holds_alternative<Finished>(todo); ++i) {
                for (const auto& event : run.take_events()) secrets.learn(event), recorder.on(event);
                if (const auto* wait = std::get_if<Wait>(&todo)) {
                    now += std::max(wait->delay, milliseconds(1));
                    todo = run.step(Waited{}, now);
                } else {
                    todo = run.step(
                        Answered{status, {{"Content-Type", "application/json"}}, R"({"list":[{"id":1}],"done":false})"},
                        now);
                }
            }
            ASSERT_TRUE(std::holds_alternative<Finished>(todo)) << document;
            for (const auto& event : run.take_events()) secrets.learn(event), recorder.on(event);
            recorder.finish(std::get<Finished>(todo), now);
            ASSERT_TRUE(parse_json(json_report(recorder.record(), secrets)));
            ASSERT_TRUE(parse_json(har_report(recorder.record(), secrets, "1")));
            ASSERT_TRUE(is_utf8(junit_report(recorder.record(), secrets)));
        }
    }
}

// Calls with the document in which each node in turn is another.
void for_each_change(const json::value& whole, const std::function<void(const json::value&)>& visit) {
    std::vector<std::vector<std::string>> pointers;
    const std::function<void(const json::value&, std::vector<std::string>)> collect = [&](const json::value& value,
                                                                                          std::vector<std::string> at) {
        if (!at.empty()) pointers.push_back(at);
        at.emplace_back();
        if (const auto* array = value.if_array())
            for (std::size_t i = 0; i < array->size(); ++i) at.back() = std::to_string(i), collect((*array)[i], at);
        if (const auto* object = value.if_object())
            for (const auto& member : *object) at.back() = member.key(), collect(member.value(), at);
    };
    collect(whole, {});
    std::size_t turn = 0;
    for (const auto& pointer : pointers) {
        // Not each with each, which takes long: a different few for each node.
        constexpr std::size_t changes = 2;
        for (std::size_t i = 0; i < changes; ++i) {
            const auto& odd = odd_values()[turn++ % odd_values().size()];
            auto changed = whole;
            *const_cast<json::value*>(follow_pointer(changed, pointer)) = odd;
            visit(changed);
        }
        auto without = whole;
        auto* parent = const_cast<json::value*>(follow_pointer(without, {pointer.begin(), pointer.end() - 1}));
        if (auto* object = parent->if_object()) object->erase(pointer.back());
        visit(without);
    }
}

TEST(OddDocuments, bring_no_command_down) {
    int count = 0;
    for_each_change(*parse_json(flow), [&](const json::value& changed) {
        if (!::testing::Test::HasFatalFailure()) use(to_json(changed), api);
        ++count;
    });
    EXPECT_GT(count, 400);
}

TEST(OddDocuments, nor_does_what_they_refer_to) {
    for_each_change(*parse_json(api), [](const json::value& changed) {
        if (!::testing::Test::HasFatalFailure()) use(flow, to_json(changed));
    });
}

// The same cases by name.
TEST(OddDocuments, are_refused_in_a_sentence_where_a_step_names_nothing) {
    for (const char* target :
         {"operationId: 404", "operationId:", "operationId: ''", "operationId: []", "operationPath: null",
          "operationPath: 5", "workflowId:", "workflowId: {}", "description: x"}) {
        SCOPED_TRACE(target);
        MemoryLoader loader(
            {{"http://d.test/api", api},
             {"http://d.test/f.yaml",
              "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: api, url: api, "
              "type: openapi}]\nworkflows:\n- workflowId: w\n  steps:\n  - stepId: s\n    " +
                  std::string(target) + "\n"}});
        const Library library("http://d.test/f.yaml", loader);
        ASSERT_TRUE(library.entry());
        EXPECT_TRUE(has_errors(library.problems()));
        EXPECT_EQ(Library::obstacles(*library.entry()->workflows[0]).size(), 1u);
    }
}

}  // namespace
}  // namespace workflow
