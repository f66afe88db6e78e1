// Any text as a document: as YAML or JSON, as an Arazzo document with its checks, and as an OpenAPI document that
// another uses. No crash, nothing that takes long, and every complaint has a place within the text.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "workflow/document/check.h"
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
    for (const auto& flow : library.entry()->workflows) (void)workflow::Library::obstacles(*flow);
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
