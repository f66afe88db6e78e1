#include "workflow/run/request.h"

#include <gtest/gtest.h>

#include "workflow/document/library.h"
#include "workflow/text/text.h"

namespace workflow {
namespace {

// One step with the given fields against an operation with the given ones; shows the request that comes of it.
class Requests : public ::testing::Test {
protected:
    std::string build(const std::string& operation, const std::string& step, const std::string& path = "/p",
                      const std::string& version = "1.0.1") {
        MemoryLoader loader(
            {{"http://d.test/api.yaml",
              "openapi: 3.1.0\nservers: [{url: 'http://{h}/v1/', variables: {h: {default: s}}}]\npaths: {'" + path +
                  "': {post: {operationId: op" + (operation.empty() ? "" : ", " + operation) + "}}}\n" + components_},
             {"http://d.test/f.yaml", "arazzo: " + version +
                                          "\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: api, url: "
                                          "api.yaml}]\nworkflows: [{workflowId: w, steps: "
                                          "[{stepId: s, operationId: op" +
                                          (step.empty() ? "" : ", " + step) + "}]}]\n"}});
        Library library("http://d.test/f.yaml", loader);
        for (const auto& problem : library.problems()) ADD_FAILURE() << problem.message;
        exchange_ = {};
        notes_.clear();
        Scope scope{.inputs = &inputs_, .document = library.entry()};
        auto built = build_request(library.entry()->workflows[0]->steps[0], scope, options_, exchange_, notes_);
        return built.ok() ? exchange_.url : "refused: " + built.error().detail;
    }

    std::string header(std::string_view name) {
        const auto* value = exchange_.request_headers.find(name);
        return value ? *value : "none";
    }

    json::object inputs_{{"list", {"a b", "c"}}, {"map", {{"k", "v"}, {"n", 1}}},
                         {"text", "x/y z"},      {"number", 5},
                         {"half", 2.5},          {"nothing", nullptr}};
    RequestOptions options_;
    std::string components_;
    Exchange exchange_;
    std::vector<std::string> notes_;
};

TEST_F(Requests, write_path_parameters_in_every_style) {
    auto path = [&](const std::string& style, const std::string& input) {
        return build("parameters: [{name: p, in: path, required: true" + style + "}]",
                     "parameters: [{name: p, in: path, value: $inputs." + input + "}]", "/a/{p}/z")
            .substr(11);
    };
    EXPECT_EQ(path("", "text"), "/a/x%2Fy%20z/z");
    EXPECT_EQ(path("", "list"), "/a/a%20b,c/z");
    EXPECT_EQ(path("", "map"), "/a/k,v,n,1/z");
    EXPECT_EQ(path(", explode: true", "map"), "/a/k=v,n=1/z");
    EXPECT_EQ(path(", style: label", "number"), "/a/.5/z");
    EXPECT_EQ(path(", style: label, explode: true", "list"), "/a/.a%20b.c/z");
    EXPECT_EQ(path(", style: label, explode: false", "map"), "/a/.k,v,n,1/z");
    EXPECT_EQ(path(", style: matrix", "half"), "/a/;p=2.5/z");
    EXPECT_EQ(path(", style: matrix, explode: true", "list"), "/a/;p=a%20b;p=c/z");
    EXPECT_EQ(path(", style: matrix", "list"), "/a/;p=a%20b,c/z");
    EXPECT_EQ(path(", style: matrix, explode: true", "map"), "/a/;k=v;n=1/z");
}

TEST_F(Requests, write_query_parameters_in_every_style) {
    auto query = [&](const std::string& style, const std::string& input) {
        auto url = build("parameters: [{name: q, in: query" + style + "}]",
                         "parameters: [{name: q, in: query, value: $inputs." + input + "}]");
        return url.substr(std::min(url.size(), std::string("http://s/v1/p?").size()));
    };
    EXPECT_EQ(query("", "text"), "q=x%2Fy%20z");
    EXPECT_EQ(query(", allowReserved: true", "text"), "q=x/y%20z");
    EXPECT_EQ(query("", "list"), "q=a%20b&q=c");
    EXPECT_EQ(query(", explode: false", "list"), "q=a%20b,c");
    EXPECT_EQ(query("", "map"), "k=v&n=1");
    EXPECT_EQ(query(", explode: false", "map"), "q=k,v,n,1");
    EXPECT_EQ(query(", style: spaceDelimited, explode: false", "list"), "q=a%20b%20c");
    EXPECT_EQ(query(", style: pipeDelimited, explode: false", "list"), "q=a%20b%7Cc");
    EXPECT_EQ(query(", style: spaceDelimited, explode: false", "map"), "q=k%20v%20n%201");
    EXPECT_EQ(query(", style: pipeDelimited, explode: false", "map"), "q=k%7Cv%7Cn%7C1");
    EXPECT_EQ(query(", style: deepObject", "map"), "q%5Bk%5D=v&q%5Bn%5D=1");
    EXPECT_EQ(query(", content: {application/json: {}}", "map"), "q=%7B%22k%22%3A%22v%22%2C%22n%22%3A1%7D");
    EXPECT_EQ(query("", "nothing"), "");
    EXPECT_EQ(notes_.size(), 1u);
}

TEST_F(Requests, write_headers_and_cookies) {
    build("",
          "parameters: [{name: X-List, in: header, value: $inputs.list}, {name: a, in: cookie, value: $inputs.number}, "
          "{name: b, in: cookie, value: 'x y;z'}]");
    EXPECT_EQ(header("x-list"), "a b,c");
    EXPECT_EQ(header("Cookie"), "a=5; b=x%20y%3Bz");
    EXPECT_EQ(header("Accept"), "*/*");
    inputs_["text"] = "a\r\nInjected: yes";
    EXPECT_NE(build("", "parameters: [{name: X, in: header, value: $inputs.text}]").find("line break"),
              std::string::npos);
    EXPECT_NE(build("", "parameters: [{name: 'X Y', in: header, value: 1}]").find("no header's name"),
              std::string::npos);
}

TEST_F(Requests, refuse_what_lacks_a_value_and_leave_out_what_may_be_left) {
    EXPECT_NE(build("", "parameters: [{name: p, in: path, value: $inputs.none}]", "/a/{p}")
                  .find("refused: the path parameter p is required, and $inputs.none has no value"),
              std::string::npos);
    EXPECT_NE(build("", "", "/a/{p}").find("needs the parameter \"p\""), std::string::npos);
    EXPECT_NE(build("parameters: [{name: q, in: query, required: true}]",
                    "parameters: [{name: q, in: query, value: $inputs.none}]")
                  .find("is required"),
              std::string::npos);
    EXPECT_NE(build("", "parameters: [{name: q, in: query, value: 'a-{$inputs.none}'}]")
                  .find("cannot be made: $inputs.none has no value"),
              std::string::npos);
    EXPECT_EQ(build("", "parameters: [{name: q, in: query, value: $inputs.none}]"), "http://s/v1/p");
    EXPECT_EQ(build("", "requestBody: {payload: {a: $inputs.none, b: [$inputs.none, 1]}}"), "http://s/v1/p");
    EXPECT_EQ(exchange_.request_bytes, R"({"b":[null,1]})");
    EXPECT_EQ(build("", "parameters: [{name: p, in: path, value: '..'}]", "/a/{p}/b"), "http://s/v1/a/%2E%2E/b");
}

TEST_F(Requests, encode_bodies_by_their_content_type) {
    auto body = [&](const std::string& content, const std::string& step_body) {
        auto url = build(content.empty() ? "" : "requestBody: {content: {" + content + "}}",
                         "requestBody: {" + step_body + "}");
        if (url.starts_with("refused")) return url;
        return header("Content-Type") + "|" + exchange_.request_bytes;
    };
    EXPECT_EQ(body("", "payload: {n: $inputs.number, t: 'v-{$inputs.number}', l: $inputs.list}"),
              R"(application/json|{"n":5,"t":"v-5","l":["a b","c"]})");
    EXPECT_EQ(body("", R"(payload: '{"n": {$inputs.number}}')"), R"(application/json|{"n": 5})");
    EXPECT_EQ(body("", "payload: $inputs.text"), R"(application/json|"x/y z")");
    EXPECT_EQ(body("application/x-www-form-urlencoded: {}",
                   "payload: {a: $inputs.text, l: $inputs.list, m: $inputs.map, z: null}"),
              "application/x-www-form-urlencoded|a=x%2Fy+z&l=a+b&l=c&m=%7B%22k%22%3A%22v%22%2C%22n%22%3A1%7D");
    EXPECT_EQ(
        body("application/x-www-form-urlencoded: {encoding: {m: {style: deepObject}}}", "payload: {m: $inputs.map}"),
        "application/x-www-form-urlencoded|m%5Bk%5D=v&m%5Bn%5D=1");
    EXPECT_EQ(body("", "contentType: application/x-www-form-urlencoded, payload: 'a={$inputs.number}&b=c'"),
              "application/x-www-form-urlencoded|a=5&b=c");
    EXPECT_EQ(body("text/plain: {}", "payload: 'hi {$inputs.number}'"), "text/plain|hi 5");
    EXPECT_EQ(body("", "contentType: application/xml, payload: '<a>{$inputs.number}</a>'"), "application/xml|<a>5</a>");
    EXPECT_NE(body("", "contentType: application/xml, payload: {a: 1}").find("cannot be written as application/xml"),
              std::string::npos);
    EXPECT_EQ(body("multipart/form-data: {schema: {properties: {f: {format: binary}}}}",
                   "contentType: multipart/form-data, payload: {a: 1, f: bytes, o: {k: 1}}"),
              "multipart/form-data; boundary=partnerd-part-0|--partnerd-part-0\r\nContent-Disposition: form-data; "
              "name=\"a\"\r\n\r\n1\r\n"
              "--partnerd-part-0\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\nContent-Type: "
              "application/octet-stream\r\n\r\nbytes\r\n"
              "--partnerd-part-0\r\nContent-Disposition: form-data; name=\"o\"\r\nContent-Type: "
              "application/json\r\n\r\n{\"k\":1}\r\n--partnerd-part-0--\r\n");
}

TEST_F(Requests, replace_in_payloads) {
    auto body = [&](const std::string& step_body, const std::string& version = "1.0.1") {
        auto url = build("", "requestBody: {" + step_body + "}", "/p", version);
        return url.starts_with("refused") ? url : exchange_.request_bytes;
    };
    EXPECT_EQ(body("payload: {a: {b: 1}, c: [1, 2]}, replacements: [{target: /a/b, value: $inputs.text}, {target: "
                   "/c/1, value: 9}, {target: /c/-, value: 3}, {target: /new, value: $inputs.map}]"),
              R"({"a":{"b":"x/y z"},"c":[1,9,3],"new":{"k":"v","n":1}})");
    EXPECT_EQ(body(R"(payload: '{"a": 1}', replacements: [{target: /a, value: $inputs.number}])"), R"({"a":5})");
    EXPECT_NE(body("payload: {a: 1}, replacements: [{target: /x/y, value: 1}]").find("no such place"),
              std::string::npos);
    EXPECT_EQ(body("contentType: text/xml, payload: '<o><id n=\"1\"/><s/></o>', replacements: [{target: /o/id/@n, "
                   "value: $inputs.number}, {target: /o/s, value: a<b}]"),
              "<o><id n=\"5\"/><s>a&lt;b</s></o>");
    EXPECT_EQ(body("payload: {i: [{k: a, q: 1}, {k: b, q: 1}]}, replacements: [{target: '$.i[?@.k == ''b''].q', "
                   "targetSelectorType: jsonpath, value: {context: $inputs.map, selector: $.n, type: "
                   "jsonpath}}]",
                   "1.1.0"),
              R"({"i":[{"k":"a","q":1},{"k":"b","q":1}]})");
}

TEST_F(Requests, take_the_server_that_is_given) {
    EXPECT_EQ(build("", ""), "http://s/v1/p");
    options_.servers["api"] = "https://other.test/base/";
    EXPECT_EQ(build("", ""), "https://other.test/base/p");
    options_.servers["api"] = "ftp://x";
    EXPECT_NE(build("", "").find("--server api=URL"), std::string::npos);
}

TEST_F(Requests, bring_the_credentials_that_the_operation_asks_for_and_no_other) {
    components_ =
        "security: [{key: []}, {bearer: []}]\ncomponents: {securitySchemes: {bearer: {type: http, scheme: bearer}, "
        "basic: {type: http, scheme: basic}, key: {type: apiKey, in: query, name: k}, "
        "oauth: {type: oauth2}}}\n";
    build("", "");
    EXPECT_EQ(notes_.size(), 1u) << "no credential was given";
    options_.credentials.token = "T";
    build("", "");
    EXPECT_EQ(header("Authorization"), "Bearer T");
    EXPECT_EQ(build("security: []", ""), "http://s/v1/p");
    EXPECT_EQ(header("Authorization"), "none");
    options_.credentials.by_scheme["api.key"] = "s&k";
    EXPECT_EQ(build("", ""), "http://s/v1/p?k=s%26k");
    EXPECT_EQ(header("Authorization"), "none");
    options_.credentials.by_scheme = {{"basic", "u:p"}};
    build("security: [{basic: []}]", "");
    EXPECT_EQ(header("Authorization"), "Basic dTpw");
    build("security: [{basic: []}]", "parameters: [{name: Authorization, in: header, value: mine}]");
    EXPECT_EQ(header("Authorization"), "mine");
    build("security: [{oauth: []}]", "");
    EXPECT_EQ(header("Authorization"), "Bearer T");
}

// OpenAPI 3.0 and 3.1, "Style Examples": color is empty, "blue", ["blue","black","brown"], {"R":100,"G":200,"B":150}. A
// segment that is a dot alone would be taken for a place, and is written otherwise.
TEST_F(Requests, write_every_cell_of_the_table_of_styles) {
    inputs_ = {{"empty", ""},
               {"text", "blue"},
               {"list", {"blue", "black", "brown"}},
               {"map", {{"R", 100}, {"G", 200}, {"B", 150}}}};
    struct Row {
        const char *place, *style, *explode, *empty, *text, *list, *map;  // null: the table says n/a
    };
    const Row rows[] = {
        {"path", "matrix", "false", ";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"},
        {"path", "matrix", "true", ";color", ";color=blue", ";color=blue;color=black;color=brown",
         ";R=100;G=200;B=150"},
        {"path", "label", "false", "%2E", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"},
        {"path", "label", "true", "%2E", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"},
        {"path", "simple", "false", "", "blue", "blue,black,brown", "R,100,G,200,B,150"},
        {"path", "simple", "true", "", "blue", "blue,black,brown", "R=100,G=200,B=150"},
        {"header", "simple", "false", "", "blue", "blue,black,brown", "R,100,G,200,B,150"},
        {"header", "simple", "true", "", "blue", "blue,black,brown", "R=100,G=200,B=150"},
        {"query", "form", "false", "color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"},
        {"query", "form", "true", "color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"},
        {"query", "spaceDelimited", "false", nullptr, nullptr, "color=blue%20black%20brown",
         "color=R%20100%20G%20200%20B%20150"},
        {"query", "pipeDelimited", "false", nullptr, nullptr, "color=blue%7Cblack%7Cbrown",
         "color=R%7C100%7CG%7C200%7CB%7C150"},
        {"query", "deepObject", "true", nullptr, nullptr, nullptr,
         "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"},
        {"cookie", "form", "false", "color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"},
    };
    for (const auto& row : rows) {
        const std::string place = row.place;
        const std::pair<const char*, const char*> cells[] = {
            {"empty", row.empty}, {"text", row.text}, {"list", row.list}, {"map", row.map}};
        for (const auto& [input, expected] : cells) {
            if (!expected) continue;
            SCOPED_TRACE(place + " " + row.style + " " + row.explode + " " + input);
            const auto url = build("parameters: [{name: color, in: " + place + ", required: true, style: " + row.style +
                                       ", explode: " + row.explode + "}]",
                                   "parameters: [{name: color, in: " + place + ", value: $inputs." + input + "}]",
                                   place == "path" ? "/a/{color}" : "/a");
            const std::string base = "http://s/v1/a";
            if (place == "path") {
                EXPECT_EQ(url, base + "/" + expected);
            } else if (place == "query") {
                EXPECT_EQ(url, base + "?" + expected);
            } else {
                EXPECT_EQ(header(place == "header" ? "color" : "Cookie"), expected);
            }
        }
    }
}

TEST_F(Requests, never_send_a_range_as_a_content_type) {
    const std::pair<const char*, const char*> cases[] = {
        {"application/*+json", "application/json"},
        {"application/*", "application/json"},
        {"'*/*'", "application/json"},
        {"text/*", "text/plain"},
        {"application/*+xml", "application/xml"},
    };
    for (const auto& [range, type] : cases) {
        SCOPED_TRACE(range);
        const std::string payload = "requestBody: {payload: '<a/>'}";
        build("requestBody: {content: {" + std::string(range) + ": {}}}", payload);
        EXPECT_EQ(header("Content-Type"), type);
    }
    build("requestBody: {content: {application/json: {}}}",
          "requestBody: {contentType: 'application/*+json', payload: {a: 1}}");
    EXPECT_EQ(header("Content-Type"), "application/json");
    build("requestBody: {content: {'application/*+json': {}, application/merge-patch+json: {}}}",
          "requestBody: {payload: {a: 1}}");
    EXPECT_EQ(header("Content-Type"), "application/merge-patch+json");
}

TEST_F(Requests, say_which_content_codings_they_can_read) {
    build("", "");
    EXPECT_EQ(header("Accept-Encoding"), "gzip, deflate, br");
    build("", "parameters: [{name: Accept-Encoding, in: header, value: identity}]");
    EXPECT_EQ(header("Accept-Encoding"), "identity");
}

// Only an expression is embedded; what is none is a text.
TEST(Texts, that_are_no_expressions_are_sent_as_they_are) {
    for (const char* text : {"{$gt: 5}", "Dear {$firstName},", "{$}", "{$in: [1, 2]}", "a {$b", "{{$gt: 1}}",
                             "{$inputs}", "$5 and {$6}", "{$where: function() { return 1 }}"}) {
        SCOPED_TRACE(text);
        Problems problems;
        const auto read = read_tree(to_json(json::value(text)), "x.json");
        const auto& tree = std::get<Tree>(read);
        Diagnostics diagnostics("", tree, problems);
        const auto compiled = Template::compile(tree.root(), false, diagnostics);
        EXPECT_FALSE(has_errors(problems));
        Gaps gaps;
        const auto value = compiled.evaluate({}, gaps);
        ASSERT_TRUE(value);
        EXPECT_EQ(to_text(*value), text);
        EXPECT_EQ(gaps.cannot, "");
    }
}

TEST(Texts, have_expressions_put_in_beside_what_is_none) {
    Problems problems;
    const auto read = read_tree(R"("{$gt: {$inputs.min}}")", "x.json");
    const auto& tree = std::get<Tree>(read);
    Diagnostics diagnostics("", tree, problems);
    const json::object inputs{{"min", 5}};
    Gaps gaps;
    EXPECT_EQ(to_text(*Template::compile(tree.root(), false, diagnostics).evaluate({.inputs = &inputs}, gaps)),
              "{$gt: 5}");
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_EQ(problems[0].severity, Severity::warning);
}

}  // namespace
}  // namespace workflow
