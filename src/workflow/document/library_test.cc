#include "workflow/document/library.h"

#include <gtest/gtest.h>

#include "workflow/run/response_check.h"

namespace workflow {
namespace {

constexpr const char* api = R"(
openapi: 3.0.3
info: {title: Pets, version: '1'}
paths:
  /pets:
    get: {operationId: listPets}
    post: {operationId: createPet}
  /pets/{id}: {$ref: 'paths.yaml#/pet'}
)";

std::string head(const std::string& sources, const std::string& version = "1.0.1") {
    return "arazzo: " + version + "\ninfo: {title: T, version: '1'}\nsourceDescriptions: [" + sources + "]\n";
}

std::string one_step(const std::string& step) {
    return "workflows:\n- workflowId: w\n  steps:\n  - {stepId: s, " + step + "}\n";
}

class Libraries : public ::testing::Test {
protected:
    void open(std::map<std::string, std::string> documents, LibraryOptions options = {},
              const std::string& entry = "http://d.test/flow.yaml") {
        loader_ = std::make_unique<MemoryLoader>(std::move(documents));
        library_ = std::make_unique<Library>(entry, *loader_, std::move(options));
    }

    std::string problems() const {
        std::string out;
        for (const auto& problem : library_->problems())
            out += std::to_string(problem.position.line) + ":" + std::to_string(problem.position.column) + " " +
                   problem.message + " | " + problem.fix + "\n";
        return out;
    }

    const Step& step() const { return library_->entry()->workflows.at(0)->steps.at(0); }
    std::string operation() const {
        return step().operation ? step().operation->method + " " + step().operation->path : "none";
    }

    std::unique_ptr<MemoryLoader> loader_;
    std::unique_ptr<Library> library_;
};

TEST_F(Libraries, find_operations_by_id_by_source_and_by_path) {
    const std::string paths = "pet: {get: {operationId: getPet}}";
    auto try_one = [&](const std::string& target) {
        open({{"http://d.test/flow.yaml", head("{name: pets, url: api.yaml}") + one_step(target)},
              {"http://d.test/api.yaml", api},
              {"http://d.test/paths.yaml", paths}});
        return operation() + (problems().empty() ? "" : " " + problems());
    };
    EXPECT_EQ(try_one("operationId: listPets"), "GET /pets");
    EXPECT_EQ(try_one("operationId: $sourceDescriptions.pets.createPet"), "POST /pets");
    EXPECT_EQ(try_one("operationId: getPet, parameters: [{name: id, in: path, value: 1}]"), "GET /pets/{id}");
    EXPECT_EQ(try_one("operationPath: '{$sourceDescriptions.pets.url}#/paths/~1pets/post'"), "POST /pets");
    EXPECT_EQ(try_one("operationPath: '{$sourceDescriptions.pets.url}#/paths/~1pets~1{id}/get'"), "GET /pets/{id}");
    EXPECT_EQ(try_one("operationPath: '{$sourceDescriptions.pets.url}#/paths/~1pets~1%7Bid%7D/get'"), "GET /pets/{id}");
    EXPECT_NE(try_one("operationId: pets.listPets")
                  .find("GET /pets 7:30 an operation of a named source starts with $sourceDescriptions"),
              std::string::npos);
    EXPECT_NE(try_one("operationId: listpets")
                  .find("none 7:30 there is no operation \"listpets\" in the source \"pets\" | write listPets"),
              std::string::npos)
        << try_one("operationId: listpets");
    EXPECT_NE(try_one("operationId: $sourceDescriptions.pet.listPets").find("there is no source \"pet\" | write pets"),
              std::string::npos);
    EXPECT_NE(try_one("operationPath: '{$sourceDescriptions.pets.url}#/paths/~1pets/put'").find("has no operation PUT"),
              std::string::npos);
    EXPECT_NE(try_one("operationPath: '/pets'").find("is no operationPath"), std::string::npos);
}

TEST_F(Libraries, want_an_operation_of_several_sources_to_be_named) {
    std::string other = "openapi: 3.1.0\npaths: {/x: {get: {operationId: listPets}, put: {operationId: only}}}\n";
    auto sources = head("{name: a, url: api.yaml}, {name: b, url: other.yaml}");
    open({{"http://d.test/flow.yaml", sources + one_step("operationId: listPets")},
          {"http://d.test/api.yaml", api},
          {"http://d.test/other.yaml", other}});
    EXPECT_NE(problems().find("stands in several sources | write $sourceDescriptions.a.listPets"), std::string::npos)
        << problems();
    open({{"http://d.test/flow.yaml", sources + one_step("operationId: only")},
          {"http://d.test/api.yaml", api},
          {"http://d.test/other.yaml", other}});
    EXPECT_EQ(operation(), "PUT /x");
    EXPECT_FALSE(has_errors(library_->problems()));
}

TEST_F(Libraries, read_arazzo_sources_also_when_they_refer_to_one_another) {
    open({{"http://d.test/flow.yaml",
           head("{name: pets, url: api.yaml}, {name: shared, url: sub/shared.yaml, type: arazzo}") +
               one_step("workflowId: $sourceDescriptions.shared.login")},
          {"http://d.test/api.yaml", api},
          {"http://d.test/sub/shared.yaml",
           head("{name: pets, url: ../api.yaml}, {name: back, url: ../flow.yaml, type: arazzo}") +
               "workflows: [{workflowId: login, steps: [{stepId: l, operationId: listPets}, {stepId: b, workflowId: "
               "$sourceDescriptions.back.w}]}]\n"}});
    EXPECT_EQ(problems(), "");
    ASSERT_TRUE(step().called.workflow);
    EXPECT_EQ(step().called.workflow->id, "login");
    EXPECT_EQ(step().called.workflow->steps[1].called.workflow, library_->entry()->workflows[0].get());
    EXPECT_EQ(library_->documents().size(), 2u);
}

TEST_F(Libraries, resolve_against_self_and_fall_back_to_what_stands_beside) {
    auto flow = head("{name: pets, url: ../api.yaml}", "1.1.0\n$self: https://canonical.test/flows/flow.yaml") +
                one_step("operationId: listPets");
    open({{"http://d.test/x/flow.yaml", flow}, {"https://canonical.test/api.yaml", api}}, {},
         "http://d.test/x/flow.yaml");
    EXPECT_EQ(operation(), "GET /pets") << problems();
    EXPECT_EQ(library_->entry()->self, "https://canonical.test/flows/flow.yaml");
    EXPECT_EQ(library_->entry()->sources[0].location, "https://canonical.test/api.yaml");
    open({{"http://d.test/x/flow.yaml", flow}, {"http://d.test/api.yaml", api}}, {}, "http://d.test/x/flow.yaml");
    EXPECT_EQ(operation(), "GET /pets") << problems();
    open({{"http://d.test/x/flow.yaml", flow}, {"http://elsewhere/api", api}},
         {.source_urls = {{"pets", "http://elsewhere/api"}}}, "http://d.test/x/flow.yaml");
    EXPECT_EQ(operation(), "GET /pets") << problems();
}

TEST_F(Libraries, keep_documents_from_the_network_away_from_the_disk) {
    open({{"http://d.test/flow.yaml",
           head("{name: pets, url: 'file:///etc/passwd'}") + one_step("operationId: listPets")},
          {"file:///etc/passwd", api}});
    EXPECT_NE(problems().find("a document from the network may refer only to the network"), std::string::npos)
        << problems();
}

TEST_F(Libraries, name_what_is_no_openapi_3_document) {
    auto try_one = [&](const std::string& document) {
        open({{"http://d.test/flow.yaml", head("{name: pets, url: api.yaml}") + one_step("operationId: listPets")},
              {"http://d.test/api.yaml", document}});
        return problems();
    };
    EXPECT_NE(try_one("swagger: '2.0'").find("Swagger 2.0"), std::string::npos);
    EXPECT_NE(try_one("asyncapi: 3.0.0").find("AsyncAPI"), std::string::npos);
    EXPECT_NE(try_one("a: 1").find("no OpenAPI 3 document"), std::string::npos);
    EXPECT_NE(try_one("[1, 2").find("line 1"), std::string::npos) << try_one("[1, 2");
    EXPECT_EQ(Library::obstacles(*library_->entry()->workflows[0]).size(), 1u);
}

TEST_F(Libraries, follow_references_and_stop_in_a_circle) {
    std::string circular =
        "openapi: 3.1.0\npaths: {/a: {get: {operationId: a, parameters: [{$ref: '#/components/parameters/p'}]}}}\n"
        "components: {parameters: {p: {$ref: '#/components/parameters/q'}, q: {$ref: '#/components/parameters/p'}}}\n";
    open({{"http://d.test/flow.yaml", head("{name: x, url: api.yaml}") + one_step("operationId: a")},
          {"http://d.test/api.yaml", circular}});
    EXPECT_NE(problems().find("a reference leads in a circle"), std::string::npos) << problems();
}

// Real OpenAPI documents are made of several files. Whatever an operation refers to is there after the loader has gone.
TEST_F(Libraries, keep_all_files_that_an_operation_reaches) {
    const std::string other = R"(
components:
  parameters:
    id: {name: id, in: path, schema: {$ref: 'deep/ids.yaml#/id'}}
  requestBodies:
    pet: {content: {application/json: {schema: {$ref: '#/components/schemas/pet'}}}}
  schemas:
    pet:
      type: object
      required: [name]
      properties: {name: {type: string}, parent: {$ref: '#/components/schemas/pet'}, home: {$ref: 'home.yaml'}}
  responses:
    pet: {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/pet'}}}}
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
)";
    const std::string several = R"(
openapi: 3.1.0
security: [{key: []}]
paths:
  /pets/{id}:
    parameters: [{$ref: 'other.yaml#/components/parameters/id'}]
    post:
      operationId: feed
      requestBody: {$ref: 'other.yaml#/components/requestBodies/pet'}
      responses: {'200': {$ref: 'other.yaml#/components/responses/pet'}}
components:
  securitySchemes: {key: {$ref: 'other.yaml#/components/securitySchemes/key'}}
)";
    const std::map<std::string, std::string> documents = {
        {"http://d.test/flow.yaml",
         head("{name: pets, url: api.yaml}") +
             one_step("operationId: feed, parameters: [{name: id, in: path, value: 1}], requestBody: {payload: {}}")},
        {"http://d.test/api.yaml", several},
        {"http://d.test/other.yaml", other},
        {"http://d.test/deep/ids.yaml", "id: {type: integer}"},
        {"http://d.test/home.yaml",
         "{type: object, properties: {cats: {type: array, items: {$ref: "
         "'other.yaml#/components/schemas/pet'}}}}"}};
    open(documents);
    loader_.reset();
    EXPECT_EQ(problems(), "");
    ASSERT_TRUE(step().operation);
    EXPECT_EQ(step().operation->parameters.at(0).name, "id");
    EXPECT_EQ(step().operation->security.at(0).at(0).key_name, "X-Key");
    ASSERT_EQ(step().operation->bodies.size(), 1U);
    EXPECT_TRUE(step().operation->api->resolve(step().operation->bodies[0].schema).ok());

    Exchange exchange;
    exchange.status = 200;
    exchange.response_headers = {{"Content-Type", "application/json"}};
    exchange.response_bytes = R"({"name": "a", "parent": {"name": "b"}, "home": {"cats": [{"name": 7}]}})";
    ResponseChecker checker;
    const auto found = checker.check(*step().operation, exchange);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].find("/home/cats/0/name"), std::string::npos) << found[0];

    // Each of the files may be missing, or be one that may not be read: that is told, or it does not matter.
    for (const auto& [url, text] : documents) {
        if (url.ends_with("flow.yaml") || url.ends_with("api.yaml")) continue;
        auto fewer = documents;
        fewer.erase(url);
        open(fewer);
        loader_.reset();
        EXPECT_EQ(problems().find("other.yaml") != std::string::npos, url.ends_with("other.yaml")) << problems();
        if (step().operation) (void)checker.check(*step().operation, exchange);
    }
    for (const char* reference : {"file:///etc/passwd#/a", "other.yaml#/nowhere", "other.yaml", "#", "", "%zz"}) {
        auto changed = documents;
        auto& api_text = changed["http://d.test/api.yaml"];
        const std::string place = "'other.yaml#/components/requestBodies/pet'";
        api_text.replace(api_text.find(place), place.size(), std::string("'") + reference + "'");
        open(changed);
        loader_.reset();
        if (step().operation) (void)checker.check(*step().operation, exchange);
    }
}

TEST_F(Libraries, resolve_reusable_objects_and_override_their_values) {
    open({{"http://d.test/flow.yaml", head("{name: pets, url: api.yaml}") +
                                          one_step("operationId: listPets, parameters: [{reference: "
                                                   "$components.parameters.page, value: 7}], onFailure: [{reference: "
                                                   "$components.failureActions.again}]") +
                                          "components: {parameters: {page: {name: page, in: query, value: 1}}, "
                                          "failureActions: {again: {name: r, type: retry, retryLimit: 4}}}\n"},
          {"http://d.test/api.yaml", api}});
    EXPECT_EQ(problems(), "");
    EXPECT_EQ(step().parameters.at(0).value.written(), json::value(7));
    EXPECT_EQ(step().on_failure.at(0).retry_limit, 4);
    open({{"http://d.test/flow.yaml",
           head("{name: pets, url: api.yaml}") +
               one_step("operationId: listPets, parameters: [{reference: $components.parameters.pgae}]") +
               "components: {parameters: {page: {name: page, in: query, value: 1}}}\n"},
          {"http://d.test/api.yaml", api}});
    EXPECT_NE(problems().find("there is no component $components.parameters.pgae | write $components.parameters.page"),
              std::string::npos)
        << problems();
}

TEST_F(Libraries, validate_inputs_by_references_into_the_document) {
    open({{"http://d.test/flow.yaml", head("{name: pets, url: api.yaml}") +
                                          "workflows: [{workflowId: w, inputs: {$ref: '#/components/inputs/i'}, steps: "
                                          "[{stepId: s, operationId: listPets}]}]\n"
                                          "components: {inputs: {i: {type: object, required: [a]}}}\n"},
          {"http://d.test/api.yaml", api}});
    EXPECT_EQ(problems(), "");
    const auto& schema = *library_->entry()->workflows[0]->inputs_schema;
    EXPECT_FALSE(schema.is_valid(json::object()));
    EXPECT_TRUE(schema.is_valid(json::object{{"a", 1}}));
}

// Names are a document's own: "api" is the entry's, "ext.api" that of the Arazzo document that it calls ext.
TEST_F(Libraries, name_sources_as_the_entry_sees_them) {
    const std::map<std::string, std::string> documents = {
        {"http://d.test/flow.yaml", head("{name: api, url: api.yaml}, {name: ext, url: ext.yaml, type: arazzo}") +
                                        "workflows: [{workflowId: w, steps: [{stepId: a, operationId: "
                                        "$sourceDescriptions.api.listPets}, {stepId: b, "
                                        "workflowId: $sourceDescriptions.ext.one}]}]\n"},
        {"http://d.test/ext.yaml", head("{name: api, url: other.yaml}, {name: back, url: flow.yaml, type: arazzo}") +
                                       "workflows: [{workflowId: one, steps: [{stepId: s, operationId: "
                                       "$sourceDescriptions.api.other}]}]\n"},
        {"http://d.test/api.yaml", api},
        {"http://d.test/other.yaml", "openapi: 3.1.0\npaths: {/other: {get: {operationId: other}}}\n"},
        {"http://d.test/elsewhere.yaml", "openapi: 3.1.0\npaths: {/elsewhere: {get: {operationId: other}}}\n"}};
    open(documents);
    EXPECT_EQ(problems(), "");
    const auto& entry = *library_->entry();
    const auto& inner = *entry.find_source("ext")->document;
    EXPECT_EQ(entry.find_source("api")->names.at(0), "api");
    EXPECT_EQ(inner.find_source("api")->names.at(0), "ext.api");

    const std::map<std::string, std::string> servers{{"api", "http://here"}};
    EXPECT_EQ(*find_for_source(servers, *entry.find_source("api")), "http://here");
    EXPECT_FALSE(find_for_source(servers, *inner.find_source("api")));
    const std::map<std::string, std::string> inner_servers{{"ext.api", "http://there"}};
    EXPECT_EQ(*find_for_source(inner_servers, *inner.find_source("api")), "http://there");

    // Where to read one, likewise.
    open(documents, {.source_urls = {{"ext.api", "http://d.test/elsewhere.yaml"}}});
    EXPECT_EQ(library_->entry()->find_source("api")->location, "http://d.test/api.yaml");
    EXPECT_EQ(library_->entry()->find_source("ext")->document->workflows[0]->steps[0].operation->path, "/elsewhere");
}

}  // namespace
}  // namespace workflow
