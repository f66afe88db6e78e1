// Any text as a document: as YAML or JSON, as an Arazzo document that each of the commands is given (check, list, show,
// run with and without --dry-run), and as an OpenAPI document that another uses. No crash, nothing that takes long, and
// every complaint has a place within the text.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "workflow/document/check.h"
#include "workflow/run/record.h"
#include "workflow/text/text.h"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

constexpr const char* arazzo =
    "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: api, url: api, type: openapi}]\n"
    "workflows:\n- {workflowId: w, steps: [{stepId: s, operationId: getOne, parameters: [{name: id, in: path, value: "
    "1}]}]}\n";

constexpr const char* openapi =
    "openapi: 3.1.0\npaths:\n  /a/{id}: {get: {operationId: getOne, parameters: [{name: id, in: path, required: "
    "true}]}}\n";

// What an operation may refer to in another file.
constexpr const char* other =
    "components: {parameters: {id: {name: id, in: path, schema: {$ref: '#/components/schemas/s'}}}, schemas: {s: "
    "{type: "
    "object, properties: {s: {$ref: '#/components/schemas/s'}}}}, responses: {r: {description: d}}, requestBodies: {b: "
    "{content: {application/json: {schema: {$ref: 'other#/components/schemas/s'}}}}}}\n";

// What list, show, run --dry-run and run do with a workflow: whatever has no obstacle can be planned, and a run of it
// ends.
void use(const workflow::Workflow& flow) {
    const auto obstacles = workflow::Library::obstacles(flow);
    for (const auto& step : flow.steps) {
        const bool is_called = step.kind == workflow::Step::Kind::workflow;
        require(!step.obstacle.empty() ||
                (is_called ? step.called.workflow != nullptr : step.operation && step.source));
        require(step.obstacle.empty() || !obstacles.empty());
        (void)workflow::request_content_type(step);
    }
    workflow::Secrets secrets;
    const workflow::json::object inputs{{"id", 1}, {"password", "hush-hush"}};
    secrets.add_inputs(flow, inputs);
    workflow::RunOptions options;
    options.steps_max = 20;
    options.depth_max = 8;
    workflow::Run run(flow, inputs, options);
    workflow::Recorder recorder;
    workflow::Time now{};
    auto todo = run.step(workflow::Begun{}, now);
    int turn = 0;
    for (; turn < 100 && !std::holds_alternative<workflow::Finished>(todo); ++turn) {
        for (const auto& event : run.take_events()) secrets.learn(event), recorder.on(event);
        if (const auto* wait = std::get_if<workflow::Wait>(&todo)) {
            now += wait->delay + workflow::milliseconds(1);
            todo = run.step(workflow::Waited{}, now);
        } else {
            todo = run.step(
                workflow::Answered{turn % 3 ? 200 : 503, {{"Content-Type", "application/json"}}, R"({"a":[1]})"}, now);
        }
    }
    require(turn < 100);
    for (const auto& event : run.take_events()) secrets.learn(event), recorder.on(event);
    recorder.finish(std::get<workflow::Finished>(todo), now);
    require(workflow::parse_json(workflow::json_report(recorder.record(), secrets)).has_value());
    require(workflow::parse_json(workflow::har_report(recorder.record(), secrets, "1")).has_value());
    require(workflow::is_utf8(workflow::junit_report(recorder.record(), secrets)));
}

void check(const std::string& document, const std::string& api, const std::string& fuzzed) {
    std::optional<workflow::MemoryLoader> loader(
        std::in_place,
        std::map<std::string, std::string>{
            {"http://f.test/arazzo", document}, {"http://f.test/api", api}, {"http://f.test/other", other}});
    const workflow::Library library("http://f.test/arazzo", *loader);
    loader.reset();  // nobody may need it any more
    const auto lines = 1 + static_cast<int>(std::count(fuzzed.begin(), fuzzed.end(), '\n')) +
                       static_cast<int>(std::count(fuzzed.begin(), fuzzed.end(), '\r'));
    for (const auto& problem : workflow::check(library)) {
        require(!problem.message.empty());
        if (problem.file == "http://f.test/arazzo" && document == fuzzed) require(problem.position.line <= lines + 1);
    }
    if (!library.entry()) return;
    for (const auto& flow : library.entry()->workflows) use(*flow);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    for (const char* name : {"x.yaml", "x.json"}) {
        const auto read = workflow::read_tree(text, name, {.bytes_max = 1 << 20, .nodes_max = 100'000});
        if (const auto* error = std::get_if<workflow::TreeError>(&read))
            require(!error->message.empty());
        else
            require(workflow::is_utf8(workflow::to_json(std::get<workflow::Tree>(read).root())));
    }
    check(text, openapi, text);
    check(arazzo, text, text);
    return 0;
}
