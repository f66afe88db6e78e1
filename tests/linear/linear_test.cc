// Nothing takes more than its share of time on bytes of strangers: for every parser, eight times the size takes at most
// twelve times the work (thirty-two in a build with AddressSanitizer; `.ci/run linear` builds without). Work is time of
// this thread's processor, the best of a few: other threads do not count, and what is refused early is fine. Each input
// is of a kind that somebody could have forgotten: many of one thing, one long thing, things inside one another, things
// that are wrong.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/csv.h"
#include "engine/email.h"
#include "http/forwarded.h"
#include "json/pointer.h"
#include "json/read.h"
#include "jsonpath/query.h"
#include "jsonschema/schema.h"
#include "regex/regex.h"
#include "service/query.h"
#include "uri/uri.h"
#include "workflow/document/check.h"
#include "workflow/document/library.h"
#include "workflow/document/loader.h"
#include "workflow/document/tree.h"
#include "workflow/text/masking.h"
#include "workflow/text/xml.h"

namespace {

constexpr double size_ratio = 8;
// A sanitizer's shadow of the memory goes out of the caches first, and it asks the system for large pieces anew each
// time; what is quadratic takes 64 times as long, there as well.
#ifdef __SANITIZE_ADDRESS__
constexpr double work_ratio_max = 32;
constexpr int attempts_max = 15;
#else
constexpr double work_ratio_max = 12;
constexpr int attempts_max = 5;
#endif

using Make = std::function<std::string(std::size_t bytes)>;
using Read = std::function<void(const std::string&)>;

struct Input {
    std::string name;
    std::size_t bytes;  // of the smaller one
    Make make;
    Read read;
};

// The same text, or a text for each number, until there are so many bytes.
std::string fill(std::size_t bytes, std::string_view unit) {
    std::string text;
    while (text.size() < bytes) text += unit;
    return text;
}

std::string fill(std::size_t bytes, const std::function<std::string(std::size_t)>& unit) {
    std::string text;
    for (std::size_t i = 0; text.size() < bytes; ++i) text += unit(i);
    return text;
}

// "A1, A2, ..." for "A{}, ".
Make each(std::string before, std::string unit, std::string after = "") {
    return [=](std::size_t bytes) {
        return before + fill(bytes, [&](std::size_t i) { return fmt::format(fmt::runtime(unit), i); }) + after;
    };
}

Make many(std::string before, std::string unit, std::string after = "") {
    return [=](std::size_t bytes) { return before + fill(bytes, unit) + after; };
}

// Opened as often as closed.
Make nested(std::string before, std::string open, std::string inmost, std::string close, std::string after = "") {
    return [=](std::size_t bytes) {
        const std::size_t levels = bytes / (open.size() + close.size());
        std::string text = before;
        for (std::size_t i = 0; i < levels; ++i) text += open;
        text += inmost;
        for (std::size_t i = 0; i < levels; ++i) text += close;
        return text + after;
    };
}

void read_json_text(const std::string& text) { (void)json::read_json(text); }
void read_query(const std::string& text) { (void)service::parse_query(text); }
void read_tree(const std::string& text) { (void)workflow::read_tree(text); }
void read_xml(const std::string& text) { (void)workflow::Xml::parse(text); }
void read_xpath(const std::string& text) { (void)workflow::XPath::compile(text); }
void read_jsonpath(const std::string& text) { (void)jsonpath::Query::compile(text); }
void read_ecma(const std::string& text) { (void)regex::Regex::compile_ecma(text); }
void read_iregexp(const std::string& text) { (void)regex::Regex::compile_iregexp(text); }
void resolve_reference(const std::string& text) { (void)uri::resolve("http://a.example/b/c/d?q", text); }
void read_reference(const std::string& text) { (void)uri::is_uri_reference(text); }

void read_csv(const std::string& text) {
    cli::CsvReader reader(text);
    while (reader.next()) {
    }
}

void read_email(const std::string& text) {
    if (is_email(text)) (void)email_key(text);
}

void read_forwarded(const std::string& text) {
    const std::vector<http::Network> trusted = {*http::Network::parse("0.0.0.0/0")};
    http::Request request{.remote_address = "10.0.0.1"};
    request.headers.add("Forwarded", text);
    (void)http::find_requester(request, trusted);
    request.headers.remove("Forwarded");
    request.headers.add("X-Forwarded-For", text);
    (void)http::find_requester(request, trusted);
}

void read_pointer(const std::string& text) {
    const boost::json::value document = {{"a", {{"a", 1}}}};
    (void)json::find_by_pointer(document, text);
}

void read_schema(const std::string& text) {
    const auto schema = json::read_json(text);
    if (schema.ok()) (void)jsonschema::Schema::compile(schema.value());
}

Read validate(const char* schema_text) {
    return
        [schema = jsonschema::Schema::compile(json::read_json(schema_text).value()).value()](const std::string& text) {
            const auto instance = json::read_json(text);
            if (instance.ok()) (void)schema.validate(instance.value());
        };
}

void mask(const std::string& text) { (void)workflow::mask_secrets(text, {"a-secret", "another%20one"}); }

constexpr const char* api = R"(openapi: 3.1.0
info: {title: T, version: '1'}
servers: [{url: 'https://api.example'}]
paths:
  /a:
    get: {operationId: a, responses: {'200': {description: ok}}}
)";

void check_with(const std::string& document, const std::string& openapi) {
    workflow::MemoryLoader loader({{"http://d.test/flow.yaml", document}, {"http://d.test/api.yaml", openapi}});
    const workflow::Library library("http://d.test/flow.yaml", loader);
    (void)workflow::check(library);
}

void check_document(const std::string& text) { check_with(text, api); }

const std::string head =
    "arazzo: 1.1.0\ninfo: {title: T, version: '1'}\n"
    "sourceDescriptions: [{name: s, url: api.yaml, type: openapi}]\n";
const std::string steps = head + "workflows:\n- workflowId: w\n  steps:\n";
const std::string one_step = steps + "  - stepId: s\n    operationId: a\n";

void check_api(const std::string& text) { check_with(one_step, text); }

std::vector<Input> workflow_inputs() {
    constexpr std::size_t small = 32 << 10;
    const auto document = [](std::string name, Make make) {
        return Input{std::move(name), small, make, check_document};
    };
    const auto short_document = [](std::string name, Make make) {
        return Input{std::move(name), 7 << 10, std::move(make), check_document};
    };
    const auto of_api = [](std::string name, Make make) { return Input{std::move(name), small, make, check_api}; };
    const auto of_steps = [&](std::string name, const std::string& members) {
        return document(std::move(name), each(steps, "  - {{stepId: s{0}, operationId: a" + members + "}}\n"));
    };
    const auto of_step = [&](std::string name, const std::string& list, const std::string& unit) {
        return document(std::move(name), each(one_step + "    " + list + ":\n", "    " + unit + "\n"));
    };
    const std::string workflows = head + "workflows:\n";
    const std::string paths = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n";
    return {
        document("workflow_unknown_keys", each(one_step, "k{}: 1\n")),
        document("workflow_extensions", each(one_step, "x-k{}: 1\n")),
        of_steps("workflow_steps", ""),
        of_steps("workflow_steps_of_unknown_operations", "z{0}"),
        of_steps("workflow_steps_that_go_on", ", onSuccess: [{{name: g, type: goto, stepId: s{0}}}]"),
        of_steps("workflow_steps_that_go_back", ", onSuccess: [{{name: g, type: goto, stepId: s0}}]"),
        of_steps("workflow_steps_that_go_nowhere", ", onFailure: [{{name: g, type: goto, stepId: z{0}}}]"),
        of_steps("workflow_steps_that_use_the_first", ", outputs: {{o: $steps.s0.outputs.o}}"),
        of_steps("workflow_steps_that_use_a_later_one",
                 ", parameters: [{{name: p, in: query, value: $steps.s9.outputs.o}}]"),
        of_steps("workflow_steps_that_use_what_is_not_there", ", outputs: {{o: $steps.zz{0}.outputs.o}}"),
        of_steps("workflow_steps_that_depend_on_the_first", ", dependsOn: [s0]"),
        of_steps("workflow_steps_that_depend_on_themselves", ", dependsOn: [s{0}]"),
        document("workflow_steps_of_one_name", many(steps, "  - {stepId: s, operationId: a}\n")),
        document("workflow_workflows",
                 each(workflows, "- {{workflowId: w{}, steps: [{{stepId: s, operationId: a}}]}}\n")),
        document("workflow_workflows_that_call_the_next",
                 [=](std::size_t bytes) {
                     return workflows + fill(bytes, [](std::size_t i) {
                                return fmt::format("- {{workflowId: w{}, steps: [{{stepId: s, workflowId: w{}}}]}}\n",
                                                   i, i + 1);
                            });
                 }),
        document("workflow_workflows_that_depend_on_the_next",
                 [=](std::size_t bytes) {
                     return workflows + fill(bytes, [](std::size_t i) {
                                return fmt::format(
                                    "- {{workflowId: w{}, dependsOn: [w{}], steps: [{{stepId: s, operationId: a}}]}}\n",
                                    i, i + 1);
                            });
                 }),
        document("workflow_dependencies", each(workflows + "- workflowId: w\n  steps: [{stepId: s, operationId: a}]\n"
                                                           "  dependsOn:\n",
                                               "  - z{}\n")),
        of_step("workflow_parameters", "parameters", "- {{name: p{}, in: query, value: 1}}"),
        of_step("workflow_parameters_of_one_name", "parameters", "- {{name: p, in: query, value: {}}}"),
        of_step("workflow_unknown_components", "parameters", "- {{reference: $components.parameters.p{}}}"),
        document("workflow_inherited_parameters",
                 [](std::size_t bytes) {
                     return steps +
                            fill(
                                bytes / 2,
                                [](std::size_t i) { return fmt::format("  - {{stepId: s{}, operationId: a}}\n", i); }) +
                            "  parameters:\n" + fill(bytes / 2, [](std::size_t i) {
                                return fmt::format("  - {{name: p{}, in: query, value: 1}}\n", i);
                            });
                 }),
        document("workflow_components",
                 [](std::size_t bytes) {
                     return one_step + "    parameters:\n" +
                            fill(bytes / 2,
                                 [](std::size_t i) {
                                     return fmt::format("    - {{reference: $components.parameters.p{}}}\n", i);
                                 }) +
                            "components:\n  parameters:\n" + fill(bytes / 2, [](std::size_t i) {
                                return fmt::format("    p{0}: {{name: p{0}, in: query, value: 1}}\n", i);
                            });
                 }),
        of_step("workflow_outputs", "outputs", "  o{}: $statusCode"),
        document("workflow_outputs_of_outputs",
                 [](std::size_t bytes) {
                     return one_step + "    outputs:\n" +
                            fill(bytes / 2, [](std::size_t i) { return fmt::format("      o{}: $statusCode\n", i); }) +
                            "  outputs:\n" + fill(bytes / 2, [](std::size_t i) {
                                return fmt::format("    o{0}: $steps.s.outputs.o{0}\n", i);
                            });
                 }),
        of_step("workflow_criteria", "successCriteria", "- condition: $statusCode == {}"),
        of_step("workflow_wrong_criteria", "successCriteria", "- condition: $statusCode =! {}"),
        of_step("workflow_actions", "onSuccess",
                "- {{name: n{}, type: end, criteria: [{{condition: $statusCode == 1}}]}}"),
        document("workflow_sources", each("arazzo: 1.1.0\ninfo: {title: T, version: '1'}\nworkflows:\n- workflowId: w\n"
                                          "  steps: [{stepId: s, operationId: a}]\nsourceDescriptions:\n",
                                          "- {{name: s{}, url: api.yaml, type: openapi}}\n")),
        document("workflow_template",
                 many(one_step + "    parameters: [{name: p, in: query, value: \"", "{$inputs.a}x", "\"}]\n")),
        document("workflow_template_without_end",
                 many(one_step + "    parameters: [{name: p, in: query, value: \"", "{$a ", "}\"}]\n")),
        document("workflow_long_expression",
                 many(one_step + "    parameters: [{name: p, in: query, value: $inputs", ".a", "}]\n")),
        short_document("workflow_condition", many(one_step + "    successCriteria:\n    - condition: $statusCode == 1",
                                                  " && $statusCode == 1", "\n")),
        short_document("workflow_nested_condition", nested(one_step + "    successCriteria:\n    - condition: \"", "(",
                                                           "$statusCode == 1", ")", "\"\n")),
        document("workflow_payload",
                 each(one_step + "    requestBody:\n      payload:\n", "        k{}: \"{{$inputs.a}}\"\n")),
        document("workflow_inputs", each(workflows + "- workflowId: w\n  steps: [{stepId: s, operationId: a}]\n"
                                                     "  inputs:\n    properties:\n",
                                         "      p{}: {{type: string}}\n")),
        document("workflow_inputs_that_refer_to_each_other",
                 [=](std::size_t bytes) {
                     return workflows +
                            "- workflowId: w\n  steps: [{stepId: s, operationId: a}]\n"
                            "  inputs:\n    allOf: [{$ref: '#/components/inputs/d0'}]\ncomponents:\n  inputs:\n" +
                            fill(bytes, [](std::size_t i) {
                                return fmt::format(
                                    "    d{0}: {{allOf: [{{$ref: '#/components/inputs/d{1}'}}, "
                                    "{{$ref: '#/components/inputs/d{1}'}}]}}\n",
                                    i, i + 1);
                            });
                 }),
        of_api("openapi_paths", each(api, "  /p{0}: {{get: {{operationId: o{0}, responses: {{}}}}}}\n")),
        of_api("openapi_operations_of_one_name", each(api, "  /p{0}: {{get: {{operationId: a, responses: {{}}}}}}\n")),
        of_api("openapi_parameters",
               each(paths + "  /a:\n    get:\n      operationId: a\n      responses: {}\n      parameters:\n",
                    "      - {{name: p{}, in: query}}\n")),
        of_api("openapi_schemas",
               each(std::string(api) + "components:\n  schemas:\n", "    c{}: {{$ref: '#/components/schemas/c0'}}\n")),
        of_api("openapi_ids_inside_one_another",
               [=](std::size_t bytes) {
                   return paths + "  /a: {get: {operationId: a, responses: {'200': {content: {x/y: {schema: {$id: '" +
                          std::string(bytes / 2, 'i') + "', allOf: [" + fill(bytes / 2, "{$ref: a},") + "]}}}}}}}\n";
               }),
    };
}

std::vector<Input> text_inputs() {
    std::size_t small = 96 << 10;
    std::vector<Input> inputs;
    const auto add = [&](std::string name, Read read, Make make) {
        inputs.push_back({std::move(name), small, std::move(make), std::move(read)});
    };
    add("json_numbers", read_json_text, many("[", "1,", "1]"));
    add("json_members", read_json_text, each("{", "\"k{}\":1,", "\"\":1}"));
    add("json_members_of_one_name", read_json_text, many("{", "\"k\":1,", "\"k\":1}"));
    add("json_arrays", read_json_text, nested("", "[", "", "]"));
    add("json_objects", read_json_text, nested("", "{\"a\":", "1", "}"));
    add("json_open", read_json_text, many("", "["));
    add("json_text", read_json_text, many("\"", "\\u00e4\\n", "\""));
    add("json_text_without_end", read_json_text, many("[\"", "a"));
    add("json_long_number", read_json_text, many("[1", "9", "]"));
    add("json_long_fraction", read_json_text, many("[0.", "3", "]"));
    add("json_white_space", read_json_text, many("[", " \n", "1]"));
    add("json_pointer", read_pointer, many("", "/a"));
    add("json_pointer_of_escapes", read_pointer, many("/", "~1~0"));

    add("query_parameters", read_query, each("", "p{}=1&"));
    add("query_of_one_name", read_query, many("", "p=1&"));
    add("query_escapes", read_query, many("p=", "%41"));
    add("query_brackets", read_query, many("p", "[a]", "=1"));

    add("email_long_name", read_email, many("", "a", "@example.com"));
    add("email_dots", read_email, many("", "a.", "a@example.com"));
    add("email_labels", read_email, many("a@", "a.", "example"));
    add("email_unicode_labels", read_email, many("a@", "\xc3\xa4.", "example"));
    add("email_at", read_email, many("", "a@", "example.com"));
    add("email_quotes", read_email, many("\"", "\\a", "\"@example.com"));

    add("csv_rows", read_csv, each("uid,domain\n", "a{},b\n"));
    add("csv_cells", read_csv, many("", "a,"));
    add("csv_quotes", read_csv, many("\"", "\"\"", "\"\n"));
    add("csv_open_quotes", read_csv, many("", "\"a\n"));
    add("csv_lines_in_a_quote", read_csv, many("\"", "a\n"));
    add("csv_wrong_quotes", read_csv, many("", "a\"b\n"));

    add("forwarded_elements", read_forwarded, many("", "for=192.0.2.1,", "for=192.0.2.1"));
    add("forwarded_pairs", read_forwarded, many("for=192.0.2.1", ";a=b"));
    add("forwarded_quotes", read_forwarded, many("for=\"", "\\a", "\""));
    add("forwarded_commas", read_forwarded, many("", ", "));

    add("uri_up", resolve_reference, many("", "../", "x"));
    add("uri_down_and_up", resolve_reference, many("", "a/../", "x"));
    add("uri_here", resolve_reference, many("", "./", "x"));
    add("uri_slashes", resolve_reference, many("", "/", "x"));
    add("uri_escapes", read_reference, many("/", "%41"));
    add("uri_colons", read_reference, many("//[", "1:", "]"));

    small = 7 << 10;  // patterns and paths that are too long are refused
    add("jsonpath_names", read_jsonpath, many("$", ".a"));
    add("jsonpath_selectors", read_jsonpath, many("$[", "'a',", "'a']"));
    add("jsonpath_conditions", read_jsonpath, many("$[?@.a==1", "&&@.a==1", "]"));
    add("jsonpath_filters", read_jsonpath, nested("$", "[?@", "", "]"));
    add("jsonpath_parentheses", read_jsonpath, nested("$[?", "(", "@.a", ")", "]"));
    add("jsonpath_negations", read_jsonpath, many("$[?", "!(", "@.a"));

    for (const auto& [name, read] : {std::pair<std::string, Read>("ecma", read_ecma), {"iregexp", read_iregexp}}) {
        add(name + "_letters", read, many("", "ab"));
        add(name + "_choices", read, many("a", "|ab"));
        add(name + "_groups", read, many("", "(a|b)?"));
        add(name + "_nested_groups", read, nested("", "(a", "", ")*"));
        add(name + "_classes", read, many("", "[a-z0-9]"));
        add(name + "_one_class", read, many("[", "a-cx", "]"));
        add(name + "_counts", read, many("", "a{2,3}"));
        add(name + "_nested_counts", read, nested("", "(", "a", "){2}"));
        add(name + "_open", read, many("", "("));
        small = 1 << 10;  // each is some hundred ranges
        add(name + "_properties", read, many("", "\\p{L}"));
        small = 7 << 10;
    }
    add("ecma_look_ahead", read_ecma, many("", "(?=a)"));
    add("ecma_back_references", read_ecma, many("(a)", "\\1"));

    small = 96 << 10;
    add("schema_properties", read_schema, each(R"({"properties":{)", R"("p{}":{{"type":"string"}},)", R"("":true}})"));
    add("schema_all_of", read_schema, many(R"({"allOf":[)", R"({"type":"string"},)", "true]}"));
    add("schema_nested", read_schema, nested("", R"({"not":)", "true", "}"));
    add("schema_enum", read_schema, each(R"({"enum":[)", "{},", "null]}"));
    add("schema_required", read_schema, each(R"({"required":[)", "\"p{}\",", "\"\"]}"));
    add("schema_patterns", read_schema, each(R"({"patternProperties":{)", R"("^p{}$":true,)", R"("":true}})"));
    add("schema_references", read_schema, [](std::size_t bytes) {
        return R"({"$ref":"#/$defs/d0","$defs":{)" +
               fill(bytes, [](std::size_t i) { return fmt::format(R"("d{}":{{"$ref":"#/$defs/d{}"}},)", i, i + 1); }) +
               R"("":true}})";
    });
    add("schema_definitions_twice", read_schema, [](std::size_t bytes) {
        return R"({"$ref":"#/$defs/d0","$defs":{)" +
               fill(bytes,
                    [](std::size_t i) {
                        return fmt::format(
                            R"("d{0}":{{"allOf":[{{"$ref":"#/$defs/d{1}"}},{{"$ref":"#/$defs/d{1}"}}]}},)", i, i + 1);
                    }) +
               R"("":true}})";
    });
    add("validate_items", validate(R"({"items":{"type":"integer"}})"), many("[", "1,", "1]"));
    add("validate_wrong_items", validate(R"({"items":{"type":"string"}})"), many("[", "1,", "1]"));
    add("validate_unique_items", validate(R"({"uniqueItems":true})"), each("[", "{},", "-1]"));
    add("validate_deep_unique_items", validate(R"({"uniqueItems":true})"), each("[", "[[[[{}]]]],", "-1]"));
    add("validate_properties",
        validate(R"({"patternProperties":{"^k":{"type":"integer"}},"unevaluatedProperties":false})"),
        each("{", "\"k{}\":1,", "\"k\":1}"));
    add("validate_contains", validate(R"({"contains":{"const":2},"unevaluatedItems":false})"), many("[", "1,", "2]"));

    add("yaml_keys", read_tree, each("", "k{}: 1\n"));
    add("yaml_keys_of_one_name", read_tree, many("", "k: 1\n"));
    add("yaml_items", read_tree, many("", "- a\n"));
    add("yaml_anchors", read_tree, each("", "k{0}: &a{0} 1\nl{0}: *a{0}\n"));
    add("yaml_merges", read_tree, each("a: &a {a: 1, b: 2}\n", "k{}: {{<<: *a}}\n"));
    add("yaml_merges_into_one", read_tree, many("a: &a {a: 1, b: 2}\nb:\n", "  <<: *a\n"));
    add("yaml_flow", read_tree, many("a: [", "1, ", "1]\n"));
    add("yaml_flow_of_texts", read_tree, many("a: [", "\"a\", ", "1]\n"));
    add("yaml_flow_map", read_tree, each("a: {", "k{}: 1, ", "k: 1}\n"));
    add("yaml_open", read_tree, many("a: ", "["));
    add("yaml_open_maps", read_tree, many("", "{a: "));
    add("yaml_questions", read_tree, many("", "? "));
    add("yaml_dashes", read_tree, many("", "- "));
    add("yaml_words", read_tree, many("a: ", "word ", "\n"));
    add("yaml_quoted", read_tree, many("a: \"", "\\n", "\"\n"));
    add("yaml_quoted_lines", read_tree, many("a: \"", "b\n  ", "\"\n"));
    add("yaml_block", read_tree, many("a: |\n", "  line\n"));
    add("yaml_folded", read_tree, many("a: >\n", "  line\n\n"));
    add("yaml_comments", read_tree, many("", "# c\n", "a: 1\n"));
    add("yaml_blank_lines", read_tree, many("", "\n", "a: 1\n"));
    add("yaml_plain_lines", read_tree, many("a: b\n", "  c\n"));
    add("yaml_documents", read_tree, many("a: 1\n", "---\n"));
    add("yaml_tags", read_tree, many("", "- !!str a\n"));
    add("yaml_colons", read_tree, many("a: ", ":", "\n"));
    add("json_tree", read_tree, each("{", "\"k{}\":[1,\"a\"],", "\"k\":1}"));

    add("xml_elements", read_xml, many("<r>", "<a/>", "</r>"));
    add("xml_nested", read_xml, nested("", "<a>", "", "</a>"));
    add("xml_attributes", read_xml, each("<r ", "a{}=\"1\" ", "/>"));
    add("xml_entities", read_xml, many("<r>", "&amp;", "</r>"));
    add("xml_comments", read_xml, many("<r>", "<!-- c -->", "</r>"));
    add("xml_open", read_xml, many("", "<a>"));
    add("xml_sections", read_xml, many("<r>", "<![CDATA[a]]>", "</r>"));
    small = 1'000;
    add("xpath_path", read_xpath, many("", "/a"));
    add("xpath_alternatives", read_xpath, many("a", " or a"));
    add("xpath_predicates", read_xpath, nested("a", "[a", "", "]"));
    add("xpath_parentheses", read_xpath, nested("", "(", "a", ")"));
    add("xpath_negations", read_xpath, many("", "-", "1"));

    small = 96 << 10;
    add("masking_plain", mask, many("", "a-secre "));
    add("masking_secrets", mask, many("", "a-secret "));
    add("masking_percents", mask, many("", "%25"));
    add("masking_escapes", mask, many("", "\\u0061\\\\"));
    add("masking_base64", mask, many("", "YS1zZWNyZXQ"));
    add("masking_entities", mask, many("", "&amp;#x61;"));
    return inputs;
}

std::vector<Input> all_inputs() {
    std::vector<Input> inputs = text_inputs();
    for (Input& input : workflow_inputs()) inputs.push_back(std::move(input));
    return inputs;
}

double seconds_of(const Read& read, const std::string& text) {
    const auto now = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
    };
    const double begun = now();
    read(text);
    return now() - begun;
}

class LinearTest : public testing::TestWithParam<Input> {};

TEST_P(LinearTest, EightTimesTheSizeTakesAtMostTwelveTimesTheWork) {
    const Input& input = GetParam();
    const std::string small = input.make(input.bytes);
    const std::string large = input.make(static_cast<std::size_t>(static_cast<double>(input.bytes) * size_ratio));
    input.read(small);                    // what is made once for all of them, is made
    constexpr double too_little = 0.001;  // less says nothing: pages, caches
    double of_small = 0, of_large = 0;
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const double again_small = std::max(seconds_of(input.read, small), too_little);
        const double again_large = seconds_of(input.read, large);
        of_small = attempt == 0 ? again_small : std::min(of_small, again_small);
        of_large = attempt == 0 ? again_large : std::min(of_large, again_large);
        if (of_large <= of_small * work_ratio_max) return;
    }
    ADD_FAILURE() << fmt::format("{} bytes take {:.1f} ms, {} bytes {:.1f} ms: {:.1f} times as long", small.size(),
                                 of_small * 1e3, large.size(), of_large * 1e3, of_large / of_small);
}

INSTANTIATE_TEST_SUITE_P(Inputs, LinearTest, testing::ValuesIn(all_inputs()),
                         [](const testing::TestParamInfo<Input>& info) { return info.param.name; });

}  // namespace
