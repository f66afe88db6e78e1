// The OpenAPI documents are true, and stay so: they describe the routes that there are and no others, each answer in
// the transcripts is as they say, and each answer that they promise is in a transcript.

#include "dialect/pages/documents.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <list>
#include <map>
#include <set>

#include "core/rule.h"
#include "dialect/admin/workflows.h"
#include "dialect/sandbox/sandbox.h"
#include "engine/access/operator_role.h"
#include "server/dialects.h"
#include "service/conditions.h"
#include "service/router.h"
#include "tests/api/transcript.h"
#include "tests/openapi/document.h"

namespace {

using test::Document;

// Dialects that have no document yet. A name leaves this list with the commit that brings openapi/NAME.json.
const std::set<std::string_view> without_documents = {};

const std::vector<const service::Dialect*>& served_dialects() {
    static const sandbox::Sandbox sandbox([](db::Tx&, World&) {});
    static const workflows::Workflows workflows;
    static const std::vector<const service::Dialect*> dialects = [] {
        std::vector<const service::Dialect*> all{&sandbox.dialect(), &workflows.dialect()};
        for (const service::Dialect* dialect : all_dialects()) all.push_back(dialect);
        return all;
    }();
    return dialects;
}

const Document& document(std::string_view name) {
    static std::map<std::string, Document, std::less<>> documents;
    const auto known = documents.find(name);
    if (known != documents.end()) return known->second;
    const EmbeddedFile* file = documents::find_document(name);
    if (!file) throw std::runtime_error("there is no openapi/" + std::string(name) + ".json");
    return documents.try_emplace(std::string(name), std::string(name), file->bytes).first->second;
}

std::vector<const Document*> documents_of(const service::Dialect& dialect) {
    std::vector<const Document*> all;
    for (const std::string_view name : dialect.documents) all.push_back(&document(name));
    return all;
}

std::vector<const Document*> all_documents() {
    std::vector<const Document*> all;
    for (const service::Dialect* dialect : served_dialects())
        for (const Document* document : documents_of(*dialect)) all.push_back(document);
    return all;
}

std::string describe(const std::vector<std::string>& problems) {
    std::string text;
    for (const std::string& problem : problems) text += "\n  " + problem;
    return text;
}

std::string name_of(const service::Route& route) {
    return std::string(http::to_string(route.method)) + ' ' + std::string(route.path);
}

std::string name_of(const Document::Operation& operation) { return operation.method + ' ' + operation.path; }

TEST(Documents, EachPublishedApiHasItsOwn) {
    for (const service::Dialect* dialect : served_dialects())
        EXPECT_EQ(dialect->documents.empty(), without_documents.contains(dialect->name))
            << dialect->name << ": write openapi/NAME.json and name it in the dialect's `documents`";
}

TEST(Documents, DescribeEachRouteAndNothingElse) {
    for (const service::Dialect* dialect : served_dialects())
        for (const Document* document : documents_of(*dialect)) {
            std::set<std::string> routes, operations;
            for (const service::Route& route : *dialect->routes) routes.insert(name_of(route));
            for (const auto& operation : document->operations()) operations.insert(name_of(operation));
            for (const std::string& route : routes)
                EXPECT_TRUE(operations.contains(route))
                    << "openapi/" << document->name() << ".json does not describe " << route;
            for (const std::string& operation : operations)
                EXPECT_TRUE(routes.contains(operation))
                    << "openapi/" << document->name() << ".json describes " << operation << ", which is no route";
        }
}

TEST(Documents, NameEachOperationOnceAndSayWhatItDoes) {
    for (const Document* document : all_documents()) {
        std::set<std::string> ids;
        for (const auto& operation : document->operations()) {
            SCOPED_TRACE(document->name() + ' ' + name_of(operation));
            EXPECT_TRUE(ids.insert(operation.node.text("operationId")).second);
            EXPECT_FALSE(operation.node.text("operationId").empty());
            EXPECT_FALSE(operation.node.text("summary").empty());
            EXPECT_TRUE(operation.node.child("tags"));
        }
    }
}

// Path parameters, Idempotency-Key, media types and credentials: what the table of routes says as well.
TEST(Documents, SayAboutEachOperationWhatItsRouteSays) {
    for (const service::Dialect* dialect : served_dialects())
        for (const Document* document : documents_of(*dialect))
            for (const service::Route& route : *dialect->routes) {
                SCOPED_TRACE(document->name() + ' ' + name_of(route));
                const auto* operation = document->find_operation(http::to_string(route.method), route.path);
                if (!operation) continue;  // told above
                std::set<std::string> in_path;
                bool has_key = false;
                for (const auto& parameter : operation->parameters) {
                    if (parameter.text("in") == "path") in_path.insert(parameter.text("name"));
                    if (parameter.text("name") == "Idempotency-Key") has_key = true;
                }
                for (const std::string& name : in_path)
                    EXPECT_NE(route.path.find('{' + name + '}'), std::string_view::npos) << name;
                EXPECT_EQ(in_path.size(), std::size_t(std::ranges::count(route.path, '{')));
                EXPECT_EQ(has_key, route.honours_idempotency_key);
                for (const auto& [type, media] : operation->node.child("requestBody").child("content").children())
                    EXPECT_NE(std::ranges::find(dialect->media_types, type), dialect->media_types.end()) << type;
                const auto own = operation->node.child("security");
                const auto security = own ? own : document->root().child("security");
                EXPECT_EQ(security && !security.children().empty(), route.access == service::Access::authenticated);
            }
}

// Who changes what is shown as one thing can say what has been seen of it, and hears of it where that does not hold.
// Where nothing has an entity tag, none is asked for. Documents of APIs that are our own name If-None-Match as well.
TEST(Documents, NameConditionsWhereTheyAreEvaluatedAndNowhereElse) {
    const std::set<std::string_view> own_apis = {"admin", "partner", "workflows"};
    for (const service::Dialect* dialect : served_dialects())
        for (const Document* document : documents_of(*dialect))
            for (const service::Route& route : *dialect->routes) {
                SCOPED_TRACE(document->name() + ' ' + name_of(route));
                const auto* operation = document->find_operation(http::to_string(route.method), route.path);
                if (!operation) continue;  // told above
                const bool is_evaluated =
                    route.method != http::Method::get && service::find_shown(*dialect->routes, route) != nullptr;
                const auto is_named = [&](std::string_view name) {
                    return std::ranges::any_of(operation->parameters, [&](const Document::Node& it) {
                        return it.text("in") == "header" && it.text("name") == name;
                    });
                };
                const auto responses = operation->node.child("responses");
                EXPECT_EQ(is_named("If-Match"), is_evaluated);
                EXPECT_EQ(is_named("If-None-Match"), is_evaluated && own_apis.contains(dialect->name));
                EXPECT_EQ(bool(responses.child("412")), is_evaluated);
                // What holds no entity tag is malformed. In an envelope that is no status.
                const bool has_statuses = dialect->name != "signalmind";
                EXPECT_FALSE(is_evaluated && has_statuses && !responses.child("400"));
            }
}

// Operators have roles, and each route of theirs names the least that it needs.
TEST(Documents, NameTheLeastRoleOfEachOperationForOperators) {
    for (const service::Dialect* dialect : served_dialects()) {
        const bool is_for_operators = dialect->credential_kind == CredentialKind::operator_token;
        for (const service::Route& route : *dialect->routes) {
            if (route.access != service::Access::authenticated) continue;
            SCOPED_TRACE(name_of(route));
            EXPECT_EQ(route.least_role.has_value(), is_for_operators);
            for (const Document* document : documents_of(*dialect)) {
                const auto* operation = document->find_operation(http::to_string(route.method), route.path);
                if (!operation) continue;  // told above
                const std::string role = route.least_role ? std::string(name_of(*route.least_role)) : "";
                EXPECT_EQ(operation->node.text("x-least-role"), role);
                EXPECT_FALSE(is_for_operators && role != "reader" && !operation->node.child("responses").child("403"));
            }
        }
    }
}

TEST(Documents, AreWhatOpenApiSaysADocumentIs) {
    std::ifstream file(PARTNERD_SOURCE_DIR "/tests/data/openapi-3.1/schema.json", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto schema = jsonschema::Schema::compile(boost::json::parse(text), "", {}, {.asserts_formats = true});
    ASSERT_TRUE(schema.ok()) << schema.error().detail;
    for (const Document* document : all_documents())
        for (const jsonschema::Violation& violation : schema.value().validate(*document->root().value))
            ADD_FAILURE() << document->name() << violation.instance_pointer << ' ' << violation.message;
}

// Each schema, not only those that a transcript leads to.
TEST(Documents, HaveSchemasThatAreSchemas) {
    for (const Document* document : all_documents())
        for (const auto& [name, schema] : document->root().child("components").child("schemas").children()) {
            const auto compiled = jsonschema::Schema::compile(*document->root().value, "https://partnerd.invalid/", {},
                                                              {.schema_pointer = schema.pointer});
            EXPECT_TRUE(compiled.ok()) << document->name() << ' ' << name << ": " << compiled.error().detail;
        }
}

// The codes of what is wrong member by member, wherever an example shows a problem.
void collect_codes(const boost::json::value& value, std::set<std::string>& codes) {
    if (const auto* array = value.if_array())
        for (const auto& element : *array) collect_codes(element, codes);
    const auto* object = value.if_object();
    if (!object) return;
    const auto* field = object->if_contains("field");
    const auto* code = object->if_contains("code");
    const bool is_refused_row = object->contains("row");
    if (field && field->is_string() && code && code->is_string() && !is_refused_row) codes.emplace(code->get_string());
    for (const auto& member : *object) collect_codes(member.value(), codes);
}

TEST(Documents, NameRulesByTheirWords) {
    std::set<std::string> codes;
    int schemas = 0;
    for (const Document* document : all_documents()) {
        collect_codes(*document->root().value, codes);
        const auto errors = document->root().child("components").child("schemas").child("Problem").child("properties");
        const auto code = errors.child("errors").child("items").child("properties").child("code");
        if (!code) continue;
        ++schemas;
        for (int number = 0; !to_string(Rule(number)).empty(); ++number) {
            const std::string_view word = to_string(Rule(number));
            EXPECT_EQ(describe(document->validate(code, boost::json::string(word))), "") << document->name();
        }
    }
    EXPECT_GE(schemas, 3) << "the operator's, the partner's and the sandbox's";
    EXPECT_TRUE(codes.contains("out_of_range"));
    for (const std::string& code : codes) EXPECT_TRUE(parse_rule(code)) << code;
}

TEST(Documents, HaveExamplesThatFitTheirSchemas) {
    for (const Document* document : all_documents()) {
        const auto problems = document->check_examples();
        EXPECT_TRUE(problems.empty()) << document->name() << describe(problems);
    }
}

// What the transcripts say about an operation of a document.
class Transcripts : public testing::Test {
protected:
    struct Meant {
        const service::Dialect* dialect = nullptr;
        const service::Route* route = nullptr;
    };

    static const std::list<WrittenExchange>& exchanges() {
        static const std::list<WrittenExchange> all = [] {
            std::list<WrittenExchange> read;
            for (const std::string& path : list_transcripts("."))
                for (WrittenExchange& exchange : read_exchanges(".", path)) read.push_back(std::move(exchange));
            return read;
        }();
        return all;
    }

    // Only the sandbox's transcripts are played against a sandbox.
    static Meant find_route(const WrittenExchange& exchange) {
        const http::Request& request = exchange.request;
        const bool is_of_sandbox = exchange.place.starts_with("./sandbox/");
        for (const service::Dialect* dialect : served_dialects()) {
            if (!request.path().starts_with(dialect->prefix) || (dialect->name == "sandbox" && !is_of_sandbox))
                continue;
            return {dialect,
                    service::find_route(*dialect->routes, request.method, request.path(), dialect->ignores_case).route};
        }
        return {};
    }

    // The document whose words were spoken is the one that fits; of those that do not fit, the nearest.
    struct Judged {
        const Document* document = nullptr;
        const Document::Operation* operation = nullptr;
        std::vector<std::string> problems;
    };

    static std::optional<Judged> judge(const WrittenExchange& exchange) {
        const Meant meant = find_route(exchange);
        if (!meant.route) return std::nullopt;
        std::optional<Judged> best;
        for (const Document* document : documents_of(*meant.dialect)) {
            const auto* operation = document->find_operation(http::to_string(meant.route->method), meant.route->path);
            if (!operation) continue;
            auto problems = document->check_response(*operation, exchange.request, exchange.response);
            // Where every answer is 200, its envelope tells a refusal.
            const bool is_accepted = exchange.response.status < 300 &&
                                     exchange.response.body.find(R"("Success":false)") == std::string::npos &&
                                     exchange.request.body.find("{{") == std::string::npos;
            if (is_accepted)
                for (std::string& problem : document->check_request(*operation, exchange.request))
                    problems.push_back("the request was accepted, but " + problem);
            if (!best || problems.size() < best->problems.size())
                best = Judged{document, operation, std::move(problems)};
        }
        return best;
    }
};

TEST_F(Transcripts, HaveNothingThatTheDocumentsDoNotSay) {
    int judged = 0;
    for (const WrittenExchange& exchange : exchanges()) {
        const auto verdict = judge(exchange);
        if (!verdict) continue;
        ++judged;
        EXPECT_TRUE(verdict->problems.empty()) << exchange.place << ", by openapi/" << verdict->document->name()
                                               << ".json:" << describe(verdict->problems);
    }
    EXPECT_GT(judged, 300);
}

TEST_F(Transcripts, ShowEachAnswerThatTheDocumentsPromise) {
    std::set<std::string> shown;
    for (const WrittenExchange& exchange : exchanges())
        if (const auto verdict = judge(exchange))
            for (const Document* document : documents_of(*find_route(exchange).dialect)) {
                // An answer without words fits several documents.
                const auto* same = document->find_operation(verdict->operation->method, verdict->operation->path);
                if (same && document->check_response(*same, exchange.request, exchange.response).empty())
                    shown.insert(document->name() + ' ' + name_of(*same) + ' ' +
                                 std::to_string(exchange.response.status));
            }
    for (const Document* document : all_documents())
        for (const auto& operation : document->operations())
            for (const auto& [status, response] : operation.node.child("responses").children()) {
                if (status == "default") continue;
                const std::string name = document->name() + ' ' + name_of(operation) + ' ' + status;
                EXPECT_TRUE(shown.contains(name)) << "no transcript shows " << name;
            }
}

// What the documents show of a condition that does not hold is what is answered, word for word.
TEST_F(Transcripts, AnswerAConditionThatDoesNotHoldAsTheDocumentsShowIt) {
    std::map<const service::Dialect*, std::vector<boost::json::value>> answered;
    for (const WrittenExchange& exchange : exchanges()) {
        const Meant meant = find_route(exchange);
        if (meant.route && !meant.dialect->documents.empty() && exchange.response.status == 412)
            answered[meant.dialect].push_back(boost::json::parse(exchange.response.body));
    }
    for (const service::Dialect* dialect : served_dialects())
        for (const Document* document : documents_of(*dialect))
            for (const auto& operation : document->operations()) {
                const auto stale = operation.node.child("responses").child("412");
                if (!stale) continue;
                SCOPED_TRACE(document->name() + ' ' + name_of(operation));
                int shown = 0;
                for (const auto& [type, media] : stale.child("content").children())
                    for (const auto& [name, example] : media.child("examples").children()) {
                        ++shown;
                        const boost::json::value& value = *example.child("value").value;
                        EXPECT_NE(std::ranges::find(answered[dialect], value), answered[dialect].end())
                            << "no transcript answers " << boost::json::serialize(value);
                    }
                EXPECT_GT(shown, 0) << "there is no example";
            }
}

}  // namespace
