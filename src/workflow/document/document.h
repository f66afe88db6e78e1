// The model of an Arazzo document: values, compiled and linked, ready to be run. Made by library.cc (read_document.cc
// reads a Tree into it, link.cc ties names to what they name) and never changed afterwards, so that any number of runs
// share it.
//
// A part with a mistake in it is still here, as far as it could be read: the mistake is in the library's problems, and
// where it would keep a step from being executed, in the step's or workflow's `obstacle`.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jsonschema/schema.h"
#include "workflow/document/criterion.h"
#include "workflow/document/openapi.h"
#include "workflow/document/template.h"

namespace workflow {

struct Document;
struct Workflow;

struct Source {
    enum class Kind { openapi, arazzo, asyncapi };

    std::string name;
    Kind kind = Kind::openapi;
    std::string url;       // as written
    std::string location;  // absolute
    const json::value* node = nullptr;
    std::shared_ptr<OpenApi> api;        // of an OpenAPI description that could be read
    const Document* document = nullptr;  // of an Arazzo description that could be read
    std::string why_not;                 // why it could not be read
    // As the document that was opened sees it: "api" of its own, "ext.api" of the Arazzo source "ext". A document that
    // is reached in several ways has its sources under as many names.
    std::vector<std::string> names;
};

// The entry for the source in a map by such names; null: there is none.
template <class Map>
const typename Map::mapped_type* find_for_source(const Map& by_name, const Source& source) {
    for (const auto& name : source.names)
        if (auto found = by_name.find(name); found != by_name.end()) return &found->second;
    return nullptr;
}

// A workflow as named in a document: "refresh" or "$sourceDescriptions.auth.refresh".
struct WorkflowLink {
    std::string text;
    const json::value* node = nullptr;
    const Workflow* workflow = nullptr;
    std::string why_not;
};

struct Parameter {
    std::string name;
    ParameterPlace in = ParameterPlace::none;
    Template value;
    const json::value* node = nullptr;
    bool inherited = false;  // from the workflow
};

struct Replacement {
    std::string target_text;
    std::optional<SelectorType>
        selector_type;  // unset: by the payload's media type, XPath for XML and JSON Pointer otherwise
    std::optional<std::vector<std::string>> pointer;
    std::optional<XPath> xpath;
    std::optional<jsonpath::Query> jsonpath;
    Template value;
    const json::value* node = nullptr;
};

struct Body {
    std::string content_type;  // empty: the operation's
    std::optional<Template> payload;
    std::vector<Replacement> replacements;
    const json::value* node = nullptr;
};

struct Action {
    enum class Kind { end, go, retry };

    std::string name;
    Kind kind = Kind::end;
    std::optional<std::size_t> step;  // index into the workflow's steps
    std::optional<WorkflowLink> workflow;
    std::vector<Parameter> parameters;  // for the workflow (1.1)
    std::optional<double> retry_after_seconds;
    std::int64_t retry_limit = 1;
    std::vector<Criterion> criteria;
    const json::value* node = nullptr;
    const json::value* step_node = nullptr;
    std::string obstacle;  // why the action cannot be taken
};

struct Output {
    std::string name;
    Template value;
    const json::value* node = nullptr;
};

struct StepDependency {
    std::string text;
    std::string workflow;  // id; empty: this one
    std::string step;
    std::optional<std::size_t> index;  // in this workflow
    const json::value* node = nullptr;
};

struct Step {
    enum class Kind { operation, workflow, asyncapi, nothing };

    std::string id;
    std::string description;
    Kind kind = Kind::nothing;
    const json::value* node = nullptr;
    std::string target;  // as written: operationId, operationPath, workflowId
    const json::value* target_node = nullptr;

    const Operation* operation = nullptr;  // lives in source->api
    const Source* source = nullptr;
    WorkflowLink called;

    std::vector<Parameter> parameters;  // with those of the workflow
    std::optional<Body> body;
    std::vector<Criterion> success_criteria;
    std::vector<Action> on_success;  // with those of the workflow behind
    std::vector<Action> on_failure;
    std::vector<Output> outputs;
    std::optional<std::int64_t> timeout_ms;
    std::vector<StepDependency> depends_on;
    std::string obstacle;  // why it cannot be executed
};

struct Workflow {
    const Document* document = nullptr;
    std::string id;
    std::string summary;
    std::string description;
    const json::value* node = nullptr;
    const json::value* inputs = nullptr;  // the schema as written
    std::optional<jsonschema::Schema> inputs_schema;
    std::vector<WorkflowLink> depends_on;
    std::vector<Parameter> parameters;
    std::vector<Action> success_actions;
    std::vector<Action> failure_actions;
    std::vector<Step> steps;
    std::map<std::string, std::size_t, std::less<>> step_places;  // by id; of several the first
    std::vector<std::size_t> order;  // of the steps, when it differs from theirs because of dependsOn
    std::vector<Output> outputs;
    std::string obstacle;

    const Step* find_step(std::string_view id) const;
    std::optional<std::size_t> index_of(std::string_view step_id) const;
};

struct Document {
    std::string url;   // from where it was read
    std::string base;  // against which its relative references resolve
    std::string self;  // $self, resolved; empty: none
    std::string file;  // for messages
    int minor = 0;     // of the specification's version: 1.0 or 1.1
    std::string title;
    std::string version;
    Tree tree;
    std::vector<Source> sources;
    std::vector<std::unique_ptr<Workflow>> workflows;
    std::map<std::string, const Workflow*, std::less<>> workflows_by_id;  // of several the first
    std::map<std::string, Parameter, std::less<>> parameters;             // components
    std::map<std::string, const json::value*, std::less<>> success_actions;
    std::map<std::string, const json::value*, std::less<>> failure_actions;

    const Source* find_source(std::string_view name) const;
    const Workflow* find_workflow(std::string_view id) const;
};

// Reads what stands in the document itself; links between its parts and to sources are still open.
void read_document(Document&, Diagnostics&);

// Ties names to steps, workflows and operations. All sources have been read.
void link_document(Document&, Diagnostics&);

// What an expression sees of a document.
Value source_value(const Document&, const std::string& source, const std::string& field);
Value component_value(const Document&, const std::string& kind, const std::string& name, const Scope&);

// The JSON Pointer of a node of the tree; empty for the root and for what is not in it.
std::string pointer_of(const Tree&, const json::value& node);

}  // namespace workflow
