#include "workflow/document/check.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "workflow/text/url.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* api = R"(
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a: {get: {operationId: getA, parameters: [{name: limit, in: query}]}}
  /a/{id}: {get: {operationId: getOne, parameters: [{name: id, in: path, required: true}]}}
)";

std::string complaints(const std::string& workflows, const std::string& version = "1.0.1") {
    MemoryLoader loader(
        {{"http://d.test/api.yaml", api},
         {"http://d.test/f.yaml",
          "arazzo: " + version +
              "\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: api, url: api.yaml, type: openapi}]\n" +
              workflows}});
    Library library("http://d.test/f.yaml", loader);
    std::string out;
    for (const auto& problem : check(library))
        out += std::to_string(problem.position.line) + ":" + std::to_string(problem.position.column) +
               (problem.severity == Severity::error ? " error " : " warning ") + problem.message + " | " + problem.fix +
               "\n";
    return out;
}

#define EXPECT_COMPLAINT(text, expected) EXPECT_NE((text).find(expected), std::string::npos) << (text)

TEST(Check, has_nothing_against_a_good_document) {
    EXPECT_EQ(
        complaints(
            "workflows:\n- workflowId: w\n  inputs: {type: object, properties: {n: {type: integer}}}\n  steps:\n"
            "  - {stepId: s, operationId: getA, parameters: [{name: limit, in: query, value: $inputs.n}], outputs: "
            "{id: $response.body#/0/id}}\n"
            "  - {stepId: t, operationId: getOne, parameters: [{name: id, in: path, value: $steps.s.outputs.id}]}\n"),
        "");
}

TEST(Check, names_steps_outputs_inputs_and_components_that_are_not_there) {
    auto text = complaints(
        "workflows:\n- workflowId: w\n  inputs: {type: object, properties: {name: {}}}\n  steps:\n"
        "  - stepId: first\n    operationId: getA\n    outputs:\n      id: $response.body#/id\n"
        "  - stepId: second\n    operationId: getOne\n    parameters:\n"
        "    - {name: id, in: path, value: $steps.frist.outputs.id}\n"
        "    - {name: limit, in: query, value: $steps.first.outputs.di}\n"
        "    - {name: q, in: query, value: $inputs.nmae}\n"
        "    - {name: r, in: query, value: $components.parameters.none}\n"
        "    - {name: s, in: query, value: $sourceDescriptions.nope.url}\n"
        "    - {name: t, in: query, value: $workflows.nope.outputs.x}\n");
    EXPECT_COMPLAINT(text,
                     "15:7 error $steps.frist.outputs.id: there is no step \"frist\" in the workflow \"w\" | write "
                     "$steps.first.outputs.id\n");
    EXPECT_COMPLAINT(
        text,
        "error $steps.first.outputs.di: the step \"first\" has no output \"di\" | write $steps.first.outputs.id\n");
    EXPECT_COMPLAINT(text,
                     "warning $inputs.nmae: the workflow's inputs do not describe \"nmae\" | write $inputs.name\n");
    EXPECT_COMPLAINT(text, "error $components.parameters.none: there is no such component");
    EXPECT_COMPLAINT(text, "error $sourceDescriptions.nope.url: there is no source \"nope\"");
    EXPECT_COMPLAINT(text, "error $workflows.nope.outputs.x: there is no workflow \"nope\"");
}

TEST(Check, finds_what_is_used_too_early) {
    auto text = complaints(
        "workflows:\n- workflowId: w\n  steps:\n"
        "  - {stepId: a, operationId: getOne, parameters: [{name: id, in: path, value: $steps.b.outputs.x}]}\n"
        "  - {stepId: b, operationId: getA, outputs: {x: $response.body}, parameters: [{name: limit, in: query, value: "
        "$response.body#/x}]}\n");
    EXPECT_COMPLAINT(text, "error $steps.b.outputs.x: the step \"b\" comes later");
    EXPECT_COMPLAINT(text, "error $response.body#/x has no value before the step's request is answered");
}

TEST(Check, finds_circles_and_what_is_never_reached) {
    auto text = complaints(
        "workflows:\n- {workflowId: a, dependsOn: [b], steps: [{stepId: s, operationId: getA}]}\n"
        "- {workflowId: b, dependsOn: [c], steps: [{stepId: s, operationId: getA}]}\n"
        "- {workflowId: c, dependsOn: [a], steps: [{stepId: s, operationId: getA}]}\n"
        "- workflowId: d\n  steps:\n  - {stepId: s, operationId: getA, onSuccess: [{name: e, type: end}]}\n  - "
        "{stepId: t, operationId: getA}\n"
        "  - {stepId: u, operationId: getA}\n");
    EXPECT_COMPLAINT(text, "5:31 error the workflow \"a\" depends, in a circle, on itself");
    EXPECT_COMPLAINT(text, "error the workflow \"b\" depends, in a circle");
    EXPECT_COMPLAINT(text, "11:5 warning the step \"t\" is never reached");
    EXPECT_COMPLAINT(text, "warning the step \"u\" is never reached");
    text = complaints(
        "workflows:\n- {workflowId: w, steps: [{stepId: a, operationId: getA, dependsOn: [b]}, {stepId: b, "
        "operationId: getA, dependsOn: [a]}]}\n",
        "1.1.0");
    EXPECT_COMPLAINT(text, "depends, in a circle, on itself");
}

TEST(Check, reads_each_kind_of_criterion) {
    auto criterion = [](const std::string& text) {
        return complaints(
            "workflows:\n- workflowId: w\n  steps:\n  - stepId: s\n    operationId: getA\n    successCriteria:\n    "
            "- " +
            text + "\n");
    };
    EXPECT_COMPLAINT(criterion("{condition: $statusCode = 200}"),
                     "10:19 error the condition cannot be read as simple: equality is written == (at character 13)");
    EXPECT_COMPLAINT(criterion("{context: $response.body, condition: '$.a == 1', type: jsonpath}"),
                     "cannot be read as jsonpath");
    EXPECT_COMPLAINT(criterion("{context: $response.body, condition: '(', type: regex}"), "cannot be read as regex");
    EXPECT_COMPLAINT(criterion("{context: $response.body, condition: 'for $x', type: xpath}"),
                     "cannot be read as xpath");
    EXPECT_COMPLAINT(criterion("{condition: '^2', type: regex}"), "a criterion with a type needs a context");
    EXPECT_COMPLAINT(criterion("{context: body, condition: '^2', type: regex}"),
                     "the context is no runtime expression");
    EXPECT_COMPLAINT(criterion("{context: $statusCode, condition: '^2', type: glob}"), "the type of a criterion is");
    EXPECT_EQ(criterion("{context: $response.body, condition: '$.a', type: {type: jsonpath, version: "
                        "draft-goessner-dispatch-jsonpath-00}}"),
              "");
}

TEST(Check, holds_parameters_against_the_operation) {
    auto text = complaints(
        "workflows:\n- workflowId: w\n  steps:\n  - {stepId: s, operationId: getOne}\n"
        "  - {stepId: t, operationId: getA, parameters: [{name: limt, in: query, value: 1}, {name: id, in: path, "
        "value: 1}]}\n");
    EXPECT_COMPLAINT(text, "error the step \"s\" lacks the path parameter \"id\" of /a/{id}");
    EXPECT_COMPLAINT(text, "warning the operation has no query parameter \"limt\" | did you mean limit?");
    EXPECT_COMPLAINT(text, "error the path /a has no parameter \"id\"");
}

TEST(Check, complains_about_the_structure_with_the_fix) {
    auto text = complaints(
        "workflows:\n- workflowId: w\n  step: []\n  steps:\n  - {stepId: s, operationId: getA, timeout: 5, onFailure: "
        "null}\n  - {stepId: s, operationId: getA}\n");
    EXPECT_COMPLAINT(text, "6:3 error a workflow has no field \"step\" | write \"steps\", or start its name with x-");
    EXPECT_COMPLAINT(text, "a step has no \"timeout\" in Arazzo 1.0 | write \"arazzo: 1.1.0\" at the top");
    EXPECT_COMPLAINT(text, "\"onFailure\" must be an array, and is null");
    EXPECT_COMPLAINT(text, "another step of the workflow has the stepId \"s\" already");
    EXPECT_COMPLAINT(complaints("workflows: []\n"), "at least one workflow");
    EXPECT_COMPLAINT(complaints("workflows:\n- {workflowId: 1.0, steps: [{stepId: s, operationId: getA}]}\n"),
                     "\"workflowId\" must be a string, and is a number | put it in quotes: '1'");
}

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

// The specification's own tests of its schemas; each file says by its folder whether it is valid.
TEST(Schema, judges_the_specification_s_tests_as_they_say) {
    int count = 0;
    for (int minor : {0, 1})
        for (const char* verdict : {"pass", "fail"}) {
            auto folder = fs::path(PARTNERD_SOURCE_DIR) / "tests/data/arazzo-spec" /
                          ("schema-tests-v1." + std::to_string(minor)) / verdict;
            for (const auto& file : fs::directory_iterator(folder)) {
                auto tree = read_tree(read(file.path()));
                ASSERT_TRUE(std::holds_alternative<Tree>(tree)) << file.path();
                auto violations = schema_violations(std::get<Tree>(tree).root(), minor);
                bool valid = violations.empty();
                EXPECT_EQ(valid, verdict == std::string("pass"))
                    << file.path() << (valid ? "" : " " + violations[0].instance_pointer + " " + violations[0].message);
                ++count;
            }
        }
    EXPECT_GT(count, 60);
}

// Each example has its true complaints and no other: the specification's authors made a few slips.
TEST(Check, reads_the_specification_s_examples) {
    const std::map<std::string, std::vector<std::string>> slips = {
        {"bnpl-arazzo.yaml",
         {"the source \"BnplApi\"", "has no output \"redirectAuthToken\"", "has no output \"loanTransactionId\"",
          "has no output \"loanTransactionId\"",
          "\"$steps.retrieveFinalizedPaymentPlan.finalizedPaymentPlan\" is no runtime expression"}},
        {"FAPI-PAR.arazzo.yaml", {"there is no operation \"PAR\""}},
        {"pet-coupons.arazzo.yaml", {"lacks the path parameter \"petId\"", "has no parameter \"pet_id\""}},
        {"oauth.arazzo.yaml", {}},
        {"LoginAndRetrievePets.arazzo.yaml", {"the source \"petStoreDescription\""}},
        {"ExtendedParametersExample.arazzo.yaml", {"the source \"animals\""}},
    };
    for (const auto& [name, expected] : slips) {
        DiskLoader loader;
        Library library(
            url_of_path(std::string(PARTNERD_SOURCE_DIR) + "/tests/data/arazzo-spec/examples/1.0.0/" + name), loader);
        std::vector<std::string> errors;
        for (const auto& problem : check(library))
            if (problem.severity == Severity::error) errors.push_back(problem.message);
        ASSERT_EQ(errors.size(), expected.size()) << name << ": " << (errors.empty() ? "" : errors[0]);
        for (std::size_t i = 0; i < errors.size(); ++i)
            EXPECT_NE(errors[i].find(expected[i]), std::string::npos) << name << ": " << errors[i];
    }
}

// Each with the fix that is right for it.
TEST(Check, tells_forms_that_are_no_expressions_and_what_to_write_instead) {
    auto output = [](const std::string& expression) {
        return complaints("workflows:\n- workflowId: w\n  steps:\n  - {stepId: s, operationId: getA, outputs: {o: '" +
                          expression + "'}}\n");
    };
    struct Row {
        const char *written, *severity, *fix;
    };
    const Row rows[] = {
        {"$response.body.id", "warning", "write $response.body#/id"},
        {"$response.body[0].id", "warning", "write $response.body#/0/id"},
        {"$response.body.a[\"b c\"]", "warning", "write $response.body#/a/b c"},
        {"$response.body.list.length", "warning", "length()"},
        {"$response.body.list[*].id", "error", "JSONPath"},
        {"$steps.s.outputs.o[*]", "error", "JSONPath"},
        {"$response.statusCode", "error", "write $statusCode"},
        {"$statuscode", "warning", "write $statusCode"},
        {"$Response.body#/id", "warning", "write $response.body#/id"},
        {"$response.Body#/id", "error", "write $response.body#/id"},
        {"$response.headers.X-A", "error", "write $response.header.X-A"},
        {"$response.body$.id", "error", "#/"},
    };
    for (const auto& row : rows) {
        const auto text = output(row.written);
        EXPECT_NE(text.find(std::string(" ") + row.severity + " "), std::string::npos) << row.written << ": " << text;
        EXPECT_NE(text.find(row.fix), std::string::npos) << row.written << ": " << text;
    }
    EXPECT_EQ(complaints("workflows:\n- workflowId: w\n  steps:\n  - {stepId: s, operationId: getA, successCriteria: "
                         "[{condition: '$response.body.a[0] == 1'}]}\n"),
              "");  // operators of a simple condition
}

TEST(Check, finds_what_goes_round_without_end) {
    auto text = complaints(
        "workflows:\n- {workflowId: a, steps: [{stepId: s, workflowId: b}]}\n- {workflowId: b, steps: [{stepId: s, "
        "workflowId: a}]}\n- {workflowId: c, steps: [{stepId: s, operationId: getA, onSuccess: [{name: g, type: goto, "
        "stepId: s}]}]}\n- {workflowId: d, steps: [{stepId: s, operationId: getA}, {stepId: t, operationId: getA, "
        "onSuccess: [{name: g, type: goto, stepId: s}]}]}\n");
    EXPECT_COMPLAINT(text, "error the workflow \"a\" calls itself without end, through \"b\"");
    EXPECT_COMPLAINT(text, "error the workflow \"b\" calls itself without end, through \"a\"");
    EXPECT_COMPLAINT(text, "error the step \"s\" goes to itself without end");
    EXPECT_COMPLAINT(text, "error the step \"t\" leads back to itself without end");
}

TEST(Check, has_nothing_against_what_goes_round_until_something_holds) {
    for (const char* workflows : {// polling: the goto has criteria
                                  "workflows:\n- {workflowId: w, steps: [{stepId: s, operationId: getA, onSuccess: "
                                  "[{name: g, type: goto, stepId: "
                                  "s, criteria: [{condition: $response.body#/state == 'pending'}]}]}]}\n",
                                  // until the step fails
                                  "workflows:\n- {workflowId: w, steps: [{stepId: s, operationId: getA, "
                                  "successCriteria: [{condition: $statusCode "
                                  "== 200}], onSuccess: [{name: g, type: goto, stepId: s}]}]}\n",
                                  // a call that a step before it can avoid
                                  "workflows:\n- {workflowId: w, steps: [{stepId: s, operationId: getA, onSuccess: "
                                  "[{name: e, type: end, criteria: "
                                  "[{condition: $response.body#/next == null}]}]}, {stepId: t, workflowId: w}]}\n"})
        EXPECT_EQ(complaints(workflows), "") << workflows;
}

TEST(Check, forbids_a_place_to_parameters_of_actions) {
    auto text = complaints(
        "workflows:\n- {workflowId: w, steps: [{stepId: s, operationId: getA, onSuccess: [{name: g, type: goto, "
        "workflowId: "
        "o, parameters: [{name: v, in: query, value: 1}]}]}]}\n- {workflowId: o, steps: [{stepId: s, operationId: "
        "getA}]}\n",
        "1.1.0");
    EXPECT_COMPLAINT(text, "error the \"in\" field must not be used in a parameter of an action");
}

TEST(Check, tells_what_the_schema_says_beside_what_the_reader_says) {
    auto text = complaints(
        "workflows:\n- workflowId: w\n  steps:\n  - {stepId: s, operationId: getNone}\n  - stepId: t\n    operationId: "
        "getA\n"
        "    onFailure: [{name: r, type: retry, retryCount: 3}]\ncomponents: {inputs: {x: 5}}\n");
    EXPECT_COMPLAINT(text, "there is no operation \"getNone\"");
    EXPECT_COMPLAINT(text, "write \"retryLimit\"");
    EXPECT_COMPLAINT(text, "against the specification's schema: /components/inputs/x");
    EXPECT_EQ(text.find("alternatives"), std::string::npos) << text;
    EXPECT_EQ(text.find("by 0"), std::string::npos) << text;
}

TEST(Check, knows_steps_of_other_workflows_and_paths_by_a_sources_name) {
    EXPECT_EQ(complaints(
                  "workflows:\n- workflowId: w\n  dependsOn: [p]\n  steps: [{stepId: s, operationId: getOne, "
                  "parameters: [{name: id, in: path, value: $workflows.p.steps.make.outputs.id}]}]\n- workflowId: p\n  "
                  "steps: [{stepId: make, operationId: getA, outputs: {id: $response.body#/id}}]\n",
                  "1.1.0"),
              "");
    auto text = complaints(
        "workflows:\n- workflowId: w\n  dependsOn: [p]\n  steps: [{stepId: s, operationId: getOne, "
        "parameters: [{name: id, in: path, value: $workflows.p.steps.mak.outputs.id}, {name: q, in: "
        "query, value: $workflows.p.steps.make.outputs.di}]}]\n- workflowId: p\n  "
        "steps: [{stepId: make, operationId: getA, outputs: {id: $response.body#/id}}]\n",
        "1.1.0");
    EXPECT_COMPLAINT(text, "there is no step \"mak\" in the workflow \"p\"");
    EXPECT_COMPLAINT(text, "the step \"make\" has no output \"di\"");
    text = complaints(
        "workflows:\n- {workflowId: w, steps: [{stepId: s, operationPath: "
        "'$sourceDescriptions.api#/paths/~1a/get'}]}\n",
        "1.1.0");
    EXPECT_COMPLAINT(text, "warning an operationPath names its source by its url");
    EXPECT_EQ(text.find(" error "), std::string::npos) << text;
}

TEST(Check, honours_versions_of_expressions_or_refuses_them_by_name) {
    auto criterion = [](const std::string& type, const std::string& version, const std::string& condition) {
        return complaints(
            "workflows:\n- {workflowId: w, steps: [{stepId: s, operationId: getA, successCriteria: [{context: "
            "$response.body, type: {type: " +
                type + ", version: " + version + "}, condition: \"" + condition + "\"}]}]}\n",
            "1.1.0");
    };
    EXPECT_EQ(criterion("jsonpath", "rfc9535", "$[?@.a == 1]"), "");
    EXPECT_EQ(criterion("jsonpath", "draft-goessner-dispatch-jsonpath-00", "$.a[?(@.b == 1)]"), "");
    for (const char* version : {"xpath-10", "xpath-20", "xpath-30", "xpath-31"})
        EXPECT_EQ(criterion("xpath", version, "count(//a) = 1"), "") << version;
    EXPECT_COMPLAINT(
        criterion("jsonpath", "draft-goessner-dispatch-jsonpath-00", "$.a[(@.length-1)]"),
        "draft-goessner-dispatch-jsonpath-00 is declared, of which only what is also RFC 9535 can be read");
    EXPECT_COMPLAINT(criterion("xpath", "xpath-31", "every $a in //a satisfies $a > 1"),
                     "xpath-31 is declared, of which only what is also XPath 1.0 can be read");
    EXPECT_COMPLAINT(criterion("xpath", "xpath-40", "//a"), "the version \"xpath-40\" of xpath is not known");
    EXPECT_COMPLAINT(criterion("jsonpath", "goessner", "$.a"), "the version \"goessner\" of jsonpath is not known");
}

}  // namespace
}  // namespace workflow
