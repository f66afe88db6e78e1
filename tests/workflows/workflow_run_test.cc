// `partnerd workflow` as its users run it: the program in a process of its own, against servers, proxies and files of
// this test's.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "http/server.h"
#include "tests/testing/temporary_folder.h"
#include "tests/workflows/small_servers.h"

namespace {

namespace json = boost::json;

const std::string program = PARTNERD_PROGRAM;

struct Ran {
    int exit_code = -1;
    std::string output;
};

Ran run(const std::string& command) {
    Ran ran;
    FILE* pipe = popen(
        ("unset http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; " + command + " 2>&1").c_str(), "r");
    std::array<char, 4096> block;
    for (std::size_t count; (count = fread(block.data(), 1, block.size(), pipe)) > 0;)
        ran.output.append(block.data(), count);
    const int status = pclose(pipe);
    ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Answers 200 with {} and notes what it was asked, unless a test says otherwise.
class Api {
public:
    using Answer = std::function<std::optional<http::Response>(const http::Request&)>;

    explicit Api(Answer answer = {})
        : answer_(std::move(answer)), server_({.threads = 2}, [this](auto request, auto reply) {
              http::Response response{.status = 200, .content_type = "application/json", .body = "{}"};
              {
                  const std::lock_guard lock(mutex_);
                  requests_.push_back(request);
                  if (answer_)
                      if (auto own = answer_(request)) response = std::move(*own);
              }
              reply(std::move(response));
          }) {
        server_.start();
    }

    std::uint16_t port() const { return server_.port(); }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }
    std::vector<http::Request> requests() {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    std::vector<std::string> targets() {
        std::vector<std::string> out;
        for (const auto& request : requests()) out.push_back(request.target);
        return out;
    }

private:
    std::mutex mutex_;
    std::vector<http::Request> requests_;
    Answer answer_;
    http::Server server_;
};

class Runner : public testing::Test {
protected:
    std::string write(const std::string& name, const std::string& text) {
        std::ofstream(folder_.file(name), std::ios::binary) << text;
        return folder_.file(name);
    }
    std::string read(const std::string& name) const {
        std::ifstream in(folder_.file(name), std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    }
    // An Arazzo document with these workflows, over api.yaml.
    std::string write_flow(const std::string& name, const std::string& workflows) {
        return write(name,
                     "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\n"
                     "sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]\nworkflows:\n" +
                         workflows);
    }
    // An OpenAPI document with GET /NAME, operationId NAME, for each name; `more` at its top.
    void write_api(const std::vector<std::string>& names, const std::string& more) {
        std::string text = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n" + more + "\npaths:\n";
        for (const auto& name : names)
            text += "  /" + name + ": {get: {operationId: " + name + ", responses: {default: {description: d}}}}\n";
        write("api.yaml", text);
    }
    static std::string servers(const std::string& url) { return "servers: [{url: '" + url + "'}]"; }
    Ran workflow(const std::string& arguments, const std::string& variables = {}) const {
        return run(variables + " " + program + " workflow " + arguments);
    }

    test::TemporaryFolder folder_;
};

// --- several workflows in one go ---

TEST_F(Runner, runs_all_workflows_of_a_file_once_each_behind_what_they_depend_on) {
    Api api([](const auto& request) -> std::optional<http::Response> {
        return http::Response{
            .status = 200, .content_type = "application/json", .body = "{\"id\":\"of" + request.target + "\"}"};
    });
    write_api({"a", "b", "c", "e"}, servers(api.url()));
    const auto flow = write_flow("flow.yaml", R"(
- workflowId: third
  dependsOn: [second]
  steps: [{stepId: s, operationId: c, parameters: [{name: of, in: query, value: $workflows.second.outputs.id}]}]
- workflowId: first
  steps: [{stepId: s, operationId: a}, {stepId: t, workflowId: helper, parameters: [{name: what, value: x}]}]
  outputs: {id: $steps.s.outputs.id}
- workflowId: second
  dependsOn: [first]
  steps: [{stepId: s, operationId: b, outputs: {id: $response.body#/id}}]
  outputs: {id: $steps.s.outputs.id}
- workflowId: helper
  inputs: {type: object, required: [what], properties: {what: {type: string}}}
  steps: [{stepId: s, operationId: e}]
)");
    const Ran ran = workflow("run --all " + flow + " --report junit=" + folder_.file("r.xml") +
                             " --report json=" + folder_.file("r.json") + " --report har=" + folder_.file("r.har") +
                             " --outputs " + folder_.file("out.json"));
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_EQ(api.targets(), (std::vector<std::string>{"/a", "/e", "/b", "/c?of=of%2Fb"})) << ran.output;
    EXPECT_TRUE(holds(ran.output, "3 workflows: 3 passed, 0 failed;")) << ran.output;
    EXPECT_TRUE(holds(ran.output, "helper is run where others call it")) << ran.output;

    const auto report = json::parse(read("r.json"));
    ASSERT_EQ(report.at("workflows").as_array().size(), 3u);
    EXPECT_EQ(report.at("outcome"), "passed");
    EXPECT_EQ(report.at("workflows").at(0).at("workflow"), "first");
    EXPECT_EQ(report.at("workflows").at(2).at("workflow"), "third");
    EXPECT_TRUE(holds(read("r.xml"), "<testsuites tests=\"5\" failures=\"0\"")) << read("r.xml");
    EXPECT_TRUE(holds(read("r.xml"), "<testsuite name=\"second\" tests=\"1\"")) << read("r.xml");
    EXPECT_EQ(json::parse(read("r.har")).at("log").at("entries").as_array().size(), 4u);
    EXPECT_EQ(json::parse(read("out.json")).at("second").at("id"), "of/b");
}

TEST_F(Runner, does_not_run_what_depends_on_a_workflow_that_did_not_pass) {
    Api api([](const auto& request) -> std::optional<http::Response> {
        if (request.target == "/a") return http::Response{.status = 500};
        return std::nullopt;
    });
    write_api({"a", "b", "c"}, servers(api.url()));
    const auto flow = write_flow("flow.yaml", R"(
- {workflowId: first, steps: [{stepId: s, operationId: a}]}
- {workflowId: second, dependsOn: [first], steps: [{stepId: s, operationId: b}]}
- {workflowId: other, steps: [{stepId: s, operationId: c}]}
)");
    const Ran ran = workflow("run --all " + flow + " --report json=" + folder_.file("r.json"));
    EXPECT_EQ(ran.exit_code, 1) << ran.output;
    EXPECT_EQ(api.targets(), (std::vector<std::string>{"/a", "/c"}));
    EXPECT_TRUE(holds(ran.output, "second  not run: the workflow \"first\", on which it depends, did not pass"))
        << ran.output;
    EXPECT_TRUE(holds(ran.output, "3 workflows: 1 passed, 1 failed, 1 not run;")) << ran.output;
    EXPECT_EQ(json::parse(read("r.json")).at("workflows").at(1).at("outcome"), "not_run");
}

TEST_F(Runner, runs_several_files_side_by_side_with_one_report) {
    // Nobody is answered before all three have asked.
    std::mutex mutex;
    std::vector<http::Reply> waiting;
    http::Server server({.threads = 2}, [&](http::Request, http::Reply reply) {
        const std::lock_guard lock(mutex);
        waiting.push_back(std::move(reply));
        if (waiting.size() < 3) return;
        for (auto& one : waiting) one({.status = 200});
        waiting.clear();
    });
    server.start();
    write_api({"a"}, servers("http://127.0.0.1:" + std::to_string(server.port())));
    const std::string one = "- {workflowId: w, steps: [{stepId: s, operationId: a}]}\n";
    const auto first = write_flow("first.yaml", one + "- {workflowId: v, steps: [{stepId: s, operationId: a}]}\n");
    const auto second = write_flow("second.yaml", one);
    const auto arguments =
        "run " + first + " w v " + second + " --request-timeout 20 --report junit=" + folder_.file("r.xml");
    const Ran ran = workflow(arguments + " --parallel 3");
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_TRUE(holds(ran.output, "3 workflows: 3 passed")) << ran.output;
    EXPECT_TRUE(holds(ran.output, "second.yaml\nw\n  ✓ s  GET")) << ran.output;
    EXPECT_TRUE(holds(read("r.xml"), "<testsuites tests=\"3\" failures=\"0\"")) << read("r.xml");
    EXPECT_TRUE(holds(read("r.xml"), "second.yaml\"")) << read("r.xml");
}

TEST_F(Runner, gives_each_of_several_workflows_the_inputs_that_it_knows) {
    Api api;
    write_api({"a"}, servers(api.url()));
    const std::string tail =
        ", steps: [{stepId: s, operationId: a, parameters: [{name: n, in: query, value: $inputs.n}]}]}\n";
    const auto flow = write_flow(
        "flow.yaml", "- {workflowId: one, inputs: {type: object, required: [n], properties: {n: {type: integer}}}" +
                         tail +
                         "- {workflowId: two, inputs: {type: object, required: [n], properties: {n: {type: [integer, "
                         "'null']}, m: {type: string}}}" +
                         tail);
    EXPECT_EQ(workflow("run --all " + flow + " -i n=1 -i two.n=2 -i m=x").exit_code, 0);
    EXPECT_EQ(api.targets(), (std::vector<std::string>{"/a?n=1", "/a?n=2"}));
    const Ran unknown = workflow("run --all " + flow + " -i n=1 -i o=2");
    EXPECT_EQ(unknown.exit_code, 2);
    EXPECT_TRUE(holds(unknown.output, "no workflow here has an input \"o\"")) << unknown.output;
    const Ran wrong = workflow("run --all " + flow + " -i n=x");
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_EQ(api.targets().size(), 2u) << "something was sent though inputs are wrong: " << wrong.output;
}

// --- OAuth 2 ---

const std::string oauth = R"(
security: [{oauth: [read, write]}]
components: {securitySchemes: {oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: token, scopes: {read: r, write: w}}}}}}
)";
const std::string two_steps = "- {workflowId: w, steps: [{stepId: s, operationId: a}, {stepId: t, operationId: b}]}\n";
// What may never be seen.
const std::string client_secret = "s3cret of the client/+";
const std::string set_client = "CLIENT='the client:" + client_secret + "'";

// An API with its token endpoint: the tokens are "token-1-sesame", "token-2-sesame" ..., and the last one is good.
class OAuthApi {
public:
    std::string lifetime = "3600";
    bool wants_secret_in_body = false;
    std::string repeats = client_secret;  // what a refusal tells
    int requests_until_revoked = 1'000;
    std::string leads_to;  // where /v1/b redirects to
    int tokens = 0;
    std::vector<std::string> asked_for_tokens;
    Api api{[this](const http::Request& request) { return answer(request); }};

private:
    std::optional<http::Response> answer(const http::Request& request) {
        const auto* shown = request.headers.find("Authorization");
        if (request.target == "/v1/token") return token(request, shown ? *shown : "");
        if (request.target == "/v1/b" && !leads_to.empty())
            return http::Response{.status = 307, .headers = {{"Location", leads_to}}};
        if (--requests_until_revoked == 0) revoked_ = tokens;
        if (revoked_ < tokens && shown && *shown == "Bearer token-" + std::to_string(tokens) + "-sesame")
            return std::nullopt;
        return http::Response{.status = 401};
    }

    std::optional<http::Response> token(const http::Request& request, const std::string& shown) {
        asked_for_tokens.push_back(request.body);
        // the+client:s3cret+of+the+client%2F%2B
        const bool in_header = shown == "Basic dGhlK2NsaWVudDpzM2NyZXQrb2YrdGhlK2NsaWVudCUyRiUyQg==";
        const bool in_body = holds(request.body, "client_id=the+client&client_secret=s3cret+of+the+client%2F%2B");
        if (wants_secret_in_body ? !in_body : !in_header)
            return http::Response{.status = 401,
                                  .content_type = "application/json",
                                  .body = R"({"error":"invalid_client","error_description":"not )" + repeats + R"("})"};
        return http::Response{.status = 200,
                              .content_type = "application/json",
                              .body = R"({"access_token":"token-)" + std::to_string(++tokens) +
                                      R"(-sesame","token_type":"bearer","expires_in":)" + lifetime + "}"};
    }

    int revoked_ = 0;
};

class OAuth : public Runner {
protected:
    Ran run_two_steps(OAuthApi& server, const std::string& more = {}, const std::string& client = set_client) {
        write_api({"a", "b"}, servers(server.api.url() + "/v1") + oauth);
        const auto flow = write_flow("flow.yaml", two_steps);
        const Ran ran =
            workflow("run " + flow + " --client oauth=CLIENT -v --report junit=" + folder_.file("r.xml") +
                         " --report json=" + folder_.file("r.json") + " --report har=" + folder_.file("r.har") + more,
                     client);
        for (const auto& text : {ran.output, read("r.xml"), read("r.json"), read("r.har")})
            for (const std::string secret : {"sesame", "s3cret", "dGhlK2NsaWVudD", "Y2xpZW50"})
                EXPECT_FALSE(holds(text, secret)) << secret << " is told: " << text;
        return ran;
    }
};

TEST_F(OAuth, a_token_is_fetched_once_for_what_the_scheme_says_and_shown_masked) {
    OAuthApi server;
    const Ran ran = run_two_steps(server, " --token-parameter oauth.audience=https://api.example");
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_EQ(server.asked_for_tokens,
              (std::vector<std::string>{
                  "grant_type=client_credentials&scope=read+write&audience=https%3A%2F%2Fapi.example"}));
    EXPECT_TRUE(holds(ran.output, "Authorization: Bearer ***")) << ran.output;
    EXPECT_TRUE(holds(read("r.har"), "Bearer ***")) << "the report does not show that there was one";
}

TEST_F(OAuth, a_token_is_renewed_when_it_has_ended_and_when_it_was_revoked) {
    OAuthApi ends;
    ends.lifetime = "0";
    EXPECT_EQ(run_two_steps(ends).exit_code, 0);
    EXPECT_EQ(ends.tokens, 2);
    OAuthApi revokes;
    revokes.requests_until_revoked = 2;
    const Ran ran = run_two_steps(revokes);
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_EQ(revokes.tokens, 2);
    EXPECT_EQ(revokes.api.targets(), (std::vector<std::string>{"/v1/token", "/v1/a", "/v1/b", "/v1/token", "/v1/b"}));
}

TEST_F(OAuth, a_server_that_takes_the_secret_only_in_the_body_gets_it_there) {
    OAuthApi server;
    server.wants_secret_in_body = true;
    EXPECT_EQ(run_two_steps(server).exit_code, 0);
    EXPECT_EQ(server.asked_for_tokens.size(), 2u);
}

TEST_F(OAuth, without_a_token_the_step_fails_and_nobody_is_asked) {
    OAuthApi server;
    server.repeats = "another s3cret";
    const Ran ran = run_two_steps(server, "", "CLIENT='the client:another s3cret'");
    EXPECT_EQ(ran.exit_code, 1) << ran.output;
    EXPECT_TRUE(holds(ran.output, "there is no token of " + server.api.url() +
                                      "/v1/token for the security scheme oauth: it "
                                      "answered 401 invalid_client (not ***)"))
        << ran.output;
    for (const auto& target : server.api.targets()) EXPECT_EQ(target, "/v1/token");
    EXPECT_EQ(run_two_steps(server, "", "CLIENT=nothing").exit_code, 2);
    EXPECT_EQ(workflow("run " + folder_.file("flow.yaml") + " --client oath=CLIENT", set_client).exit_code, 2);
}

TEST_F(OAuth, a_secret_is_not_sent_in_the_clear_to_where_a_document_says) {
    write_api({"a", "b"}, "servers: [{url: 'http://api.invalid'}]" + oauth);
    const auto flow = write_flow("flow.yaml", two_steps);
    const Ran ran = workflow("run " + flow + " --client oauth=CLIENT", set_client);
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_TRUE(holds(ran.output, "is not https, and a secret is not sent in the clear")) << ran.output;
}

TEST_F(OAuth, a_token_is_not_shown_to_another_server_to_which_a_redirect_leads) {
    OAuthApi server;
    Api other;
    server.leads_to = other.url() + "/elsewhere";
    const Ran ran = run_two_steps(server);
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    ASSERT_EQ(other.targets(), (std::vector<std::string>{"/elsewhere"}));
    EXPECT_EQ(other.requests()[0].headers.find("Authorization"), nullptr);

    OAuthApi same;
    same.leads_to = "/v1/c";
    EXPECT_EQ(run_two_steps(same).exit_code, 0) << "within the server it is";
    EXPECT_EQ(same.api.targets(), (std::vector<std::string>{"/v1/token", "/v1/a", "/v1/b", "/v1/c"}));
}

TEST_F(OAuth, the_token_endpoint_of_openid_connect_is_looked_up) {
    OAuthApi server;
    Api discovery([&](const auto&) -> std::optional<http::Response> {
        return http::Response{.status = 200,
                              .content_type = "application/json",
                              .body = "{\"token_endpoint\":\"" + server.api.url() + "/v1/token\"}"};
    });
    write_api({"a", "b"}, servers(server.api.url()) +
                              "\nsecurity: [{oidc: []}]\ncomponents: {securitySchemes: {oidc: {type: "
                              "openIdConnect, openIdConnectUrl: '" +
                              discovery.url() + "/.well-known/openid-configuration'}}}\n");
    const Ran ran = workflow("run " + write_flow("flow.yaml", two_steps) + " --client oidc=CLIENT", set_client);
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_EQ(discovery.targets(), (std::vector<std::string>{"/.well-known/openid-configuration"}));
    EXPECT_EQ(server.tokens, 1);
}

// --- certificates and proxies ---

class Secure : public Runner {
protected:
    Secure() {
        make_authority("server-ca");
        make_authority("callers-ca");
        make_certificate("server", "server-ca", "subjectAltName=DNS:localhost,IP:127.0.0.1");
        make_certificate("caller", "callers-ca", "subjectAltName=DNS:caller");
    }
    void openssl(const std::string& arguments) {
        const Ran ran = run("cd " + folder_.path() + " && openssl " + arguments);
        ASSERT_EQ(ran.exit_code, 0) << ran.output;
    }
    void make_authority(const std::string& name) {
        openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" + name + " -keyout " +
                name + ".key -out " + name + ".pem");
    }
    void make_certificate(const std::string& name, const std::string& authority, const std::string& extension) {
        write(name + ".ext", extension + "\n");
        openssl("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + name + " -keyout " + name +
                ".key -out " + name + ".csr");
        openssl("x509 -req -in " + name + ".csr -CA " + authority + ".pem -CAkey " + authority +
                ".key -CAcreateserial -days 2 -extfile " + name + ".ext -out " + name + ".pem");
    }
    std::string at(const SmallServer& server) { return "https://localhost:" + std::to_string(server.port()); }
    std::string certificate_options(const std::string& name) const {
        return " --certificate " + name + folder_.file("caller.pem") + " --key " + name + folder_.file("caller.key");
    }
};

TEST_F(Secure, a_certificate_is_shown_to_the_servers_of_its_source_only) {
    SecureServer asks(folder_.file("server.pem"), folder_.file("server.key"), folder_.file("callers-ca.pem"));
    SecureServer open(folder_.file("server.pem"), folder_.file("server.key"), "");
    write_api({"a"},
              servers(at(asks)) + "\nsecurity: [{cert: []}]\ncomponents: {securitySchemes: {cert: {type: mutualTLS}}}");
    const auto flow = write_flow("flow.yaml", "- {workflowId: w, steps: [{stepId: s, operationId: a}]}\n");
    const std::string trusts = " --ca-file " + folder_.file("server-ca.pem");

    const Ran without = workflow("run " + flow + trusts);
    EXPECT_EQ(without.exit_code, 1) << without.output;
    EXPECT_TRUE(holds(without.output, "wants the credential cert")) << without.output;
    const Ran of_source = workflow("run " + flow + trusts + certificate_options("api="));
    EXPECT_EQ(of_source.exit_code, 0) << of_source.output;
    EXPECT_FALSE(holds(of_source.output, "credential")) << of_source.output;
    const Ran of_all = workflow("run " + flow + trusts + certificate_options(""));
    EXPECT_EQ(of_all.exit_code, 0) << of_all.output;
    EXPECT_EQ(asks.asked(), (std::vector<std::string>{"GET /a HTTP/1.1 caller", "GET /a HTTP/1.1 caller"}));

    const Ran wrong_key = workflow("run " + flow + trusts + " --certificate " + folder_.file("caller.pem") + " --key " +
                                   folder_.file("server.key"));
    EXPECT_EQ(wrong_key.exit_code, 2) << wrong_key.output;
    EXPECT_TRUE(holds(wrong_key.output, "cannot use the key in ")) << wrong_key.output;
    const Ran no_file = workflow("run " + flow + trusts + " --certificate nothing.pem");
    EXPECT_EQ(no_file.exit_code, 2) << no_file.output;
}

TEST_F(Secure, a_key_with_a_passphrase_is_refused_without_asking_for_it) {
    openssl("ec -in caller.key -aes256 -passout pass:hush -out locked.key");
    write_api({"a"}, servers("https://localhost:1"));
    const auto flow = write_flow("flow.yaml", "- {workflowId: w, steps: [{stepId: s, operationId: a}]}\n");
    const Ran ran = workflow("run " + flow + " --certificate " + folder_.file("caller.pem") + " --key " +
                             folder_.file("locked.key") + " </dev/null");
    EXPECT_EQ(ran.exit_code, 2) << ran.output;
}

TEST_F(Secure, secure_requests_go_through_a_tunnel_of_the_proxy) {
    SecureServer server(folder_.file("server.pem"), folder_.file("server.key"), "");
    ForwardProxy proxy("Basic dXNlcjpodXNoIGh1c2g=");  // user:hush hush
    write_api({"a", "b"}, servers(at(server)));
    const auto flow = write_flow("flow.yaml", two_steps);
    const std::string arguments = "run " + flow + " -v --ca-file " + folder_.file("server-ca.pem");
    const std::string place = "localhost:" + std::to_string(proxy.port());
    const Ran ran = workflow(arguments, "HTTPS_PROXY=http://user:hush%20hush@" + place);
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_FALSE(holds(ran.output, "hush")) << ran.output;
    EXPECT_EQ(proxy.asked(),
              (std::vector<std::string>{"CONNECT localhost:" + std::to_string(server.port()) + " HTTP/1.1"}))
        << "one connection serves both";
    EXPECT_EQ(server.asked().size(), 2u);

    const Ran refused = workflow(arguments, "HTTPS_PROXY=" + place);
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_TRUE(holds(refused.output,
                      "does not let through to localhost:" + std::to_string(server.port()) + ": it answered 407"))
        << refused.output;
    const Ran direct = workflow(arguments, "HTTPS_PROXY=" + place + " NO_PROXY=example.com,localhost");
    EXPECT_EQ(direct.exit_code, 0) << direct.output;
    EXPECT_EQ(proxy.asked().size(), 2u) << "it was asked though it need not be";
}

TEST_F(Runner, plain_requests_are_made_of_the_proxy) {
    Api api;
    ForwardProxy proxy;
    // A name that only the proxy can reach.
    write_api({"a", "b"}, "servers: [{url: 'http://api.invalid:" + std::to_string(api.port()) + "/v1'}]");
    const auto flow = write_flow("flow.yaml", two_steps);
    const Ran ran = workflow("run " + flow, "http_proxy=127.0.0.1:" + std::to_string(proxy.port()));
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_EQ(proxy.asked().front(), "GET http://api.invalid:" + std::to_string(api.port()) + "/v1/a HTTP/1.1");
    ASSERT_EQ(api.requests().size(), 2u);
    EXPECT_EQ(*api.requests()[0].headers.find("Host"), "api.invalid:" + std::to_string(api.port()));
    const Ran wrong = workflow("run " + flow, "http_proxy=socks5://user:hush@h");
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_FALSE(holds(wrong.output, "hush")) << wrong.output;
}

// --- files ---

TEST_F(Runner, files_are_parts_of_a_multipart_body) {
    Api api;
    write("api.yaml", "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n" + servers(api.url()) + R"(
paths:
  /up:
    post:
      operationId: up
      requestBody:
        content:
          multipart/form-data:
            schema: {type: object, properties: {photo: {type: string, format: binary}, name: {type: string}, all: {type: array, items: {}}}}
            encoding: {photo: {contentType: 'image/png, image/jpeg'}}
      responses: {default: {description: d}}
)");
    const auto flow = [&](const std::string& name, const std::string& literal) {
        return write_flow(name, R"(
- workflowId: w
  inputs: {type: object, properties: {photo: {type: string}}}
  steps:
  - stepId: s
    operationId: up
    requestBody: {contentType: multipart/form-data, payload: {photo: $inputs.photo, name: '@alice', all: [)" +
                                    literal + "]}}\n");
    };
    const std::string bytes("\x89PNG\0\xff\r\n--", 10);
    write("cat.PNG", bytes);
    write("notes.csv", "a,b\n");
    const auto document = flow("flow.yaml", "'@notes.csv', '@notes.csv;type=text/x;filename=\"n\".csv'");
    const Ran ran = workflow("run " + document + " -i photo=@" + folder_.file("cat.PNG") +
                             " --report har=" + folder_.file("r.har"));
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    ASSERT_EQ(api.requests().size(), 1u);
    const std::string body = api.requests()[0].body;
    EXPECT_TRUE(holds(body, "name=\"photo\"; filename=\"cat.PNG\"\r\nContent-Type: image/png\r\n\r\n" + bytes + "\r\n"))
        << body;
    EXPECT_TRUE(holds(body, "name=\"name\"\r\n\r\n@alice\r\n")) << body;
    EXPECT_TRUE(holds(body, "name=\"all\"; filename=\"notes.csv\"\r\nContent-Type: text/csv\r\n\r\na,b\n\r\n")) << body;
    EXPECT_TRUE(holds(body, "filename=\"%22n%22.csv\"\r\nContent-Type: text/x\r\n")) << body;
    EXPECT_NO_THROW((void)json::parse(read("r.har")));

    EXPECT_TRUE(
        holds(workflow("run " + document + " -i photo=@missing.png").output, "the file missing.png is not there"));
    std::filesystem::create_directory(folder_.file("below"));
    const auto outside = write("below/flow.yaml", read("flow.yaml"));
    std::filesystem::copy_file(folder_.file("api.yaml"), folder_.file("below/api.yaml"));
    flow("below/flow.yaml", "'@../notes.csv'");
    const Ran refused = workflow("run " + outside + " -i photo=@" + folder_.file("cat.PNG"));
    EXPECT_TRUE(holds(refused.output, "is outside of the document's folder")) << refused.output;
    EXPECT_EQ(api.requests().size(), 1u) << "nothing is sent without its files";
}

TEST_F(Runner, an_answer_cannot_name_a_file) {
    Api api([](const auto& request) -> std::optional<http::Response> {
        if (request.target != "/a") return std::nullopt;
        return http::Response{.status = 200, .content_type = "application/json", .body = R"({"file":"@hidden.txt"})"};
    });
    write("hidden.txt", "hidden words");
    write("api.yaml", "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n" + servers(api.url()) + R"(
paths:
  /a: {get: {operationId: a, responses: {default: {description: d}}}}
  /up: {post: {operationId: up, requestBody: {content: {multipart/form-data: {}}}, responses: {default: {description: d}}}}
)");
    const auto flow = write_flow("flow.yaml", R"(
- workflowId: w
  steps:
  - {stepId: s, operationId: a, outputs: {file: $response.body#/file}}
  - {stepId: t, operationId: up, requestBody: {contentType: multipart/form-data, payload: {f: $steps.s.outputs.file}}}
)");
    const Ran ran = run("cd " + folder_.path() + " && " + program + " workflow run " + flow);
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    ASSERT_EQ(api.requests().size(), 2u);
    EXPECT_TRUE(holds(api.requests()[1].body, "@hidden.txt")) << api.requests()[1].body;
    EXPECT_FALSE(holds(api.requests()[1].body, "hidden words"));
}

// --- servers, variables, standard input ---

TEST_F(Runner, a_server_is_chosen_by_number_or_description_and_its_variables_are_set) {
    Api api;
    write_api({"a"},
              "servers: [{url: 'http://127.0.0.1:1'}, {url: 'http://{host}:{port}/{base}', description: Staging area, "
              "variables: {host: {default: 127.0.0.1}, port: {default: '1'}, base: {default: v1, enum: [v1, v2]}}}]");
    const auto flow = write_flow("flow.yaml", "- {workflowId: w, steps: [{stepId: s, operationId: a}]}\n");
    const std::string port = " --server-variable api.port=" + std::to_string(api.port());
    const Ran by_number = workflow("run " + flow + " --server api=1" + port);
    EXPECT_EQ(by_number.exit_code, 0) << by_number.output;
    const Ran by_words = workflow("run " + flow + " --server 'api=staging AREA' --server-variable base=v2" + port);
    EXPECT_EQ(by_words.exit_code, 0) << by_words.output;
    EXPECT_EQ(api.targets(), (std::vector<std::string>{"/v1/a", "/v2/a"}));
    for (const auto& [arguments, told] : std::vector<std::pair<std::string, std::string>>{
             {"--server api=2", "there is no server \"2\"; there are: 0 (http://127.0.0.1:1), 1 (Staging area)"},
             {"--server api=1 --server-variable base=v3", "cannot be \"v3\"; it is one of: v1, v2"},
             {"--server-variable bass=v1", "no server has a variable \"bass\"; there are: base, host, port"}}) {
        const Ran ran = workflow("run " + flow + " " + arguments);
        EXPECT_EQ(ran.exit_code, 2) << ran.output;
        EXPECT_TRUE(holds(ran.output, told)) << ran.output;
    }
    EXPECT_EQ(api.targets().size(), 2u);
}

TEST_F(Runner, variables_come_from_a_file_beside_the_environment) {
    Api api;
    write_api(
        {"a"},
        servers(api.url()) +
            "\nsecurity: [{key: []}]\ncomponents: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}");
    const auto flow = write_flow("flow.yaml",
                                 "- {workflowId: w, inputs: {type: object, properties: {pin: {type: integer}}}, steps: "
                                 "[{stepId: s, operationId: a, "
                                 "parameters: [{name: pin, in: query, value: $inputs.pin}]}]}\n");
    const auto file =
        write("the.env", "# secrets\n\nexport KEY='of the #file'  # told to nobody\nPIN = \"4711\\n\" \nOTHER=x # y\n");
    const std::string arguments =
        "run " + flow + " --auth key=KEY --env-file " + file + " --report json=" + folder_.file("r.json");
    EXPECT_EQ(workflow(arguments).exit_code, 0);
    EXPECT_EQ(workflow(arguments, "KEY=of-the-environment").exit_code, 0);
    ASSERT_EQ(api.requests().size(), 2u);
    EXPECT_EQ(*api.requests()[0].headers.find("X-Key"), "of the #file");
    EXPECT_EQ(*api.requests()[1].headers.find("X-Key"), "of-the-environment");

    write("pin.env", "PIN=4711\n");
    const Ran secret = workflow("run " + flow + " --auth key=KEY --input-env pin=PIN -v --env-file " +
                                folder_.file("pin.env") + " --env-file " + file + " --env-file " +
                                folder_.file("pin.env") + " --report json=" + folder_.file("r.json"));
    EXPECT_EQ(secret.exit_code, 0) << secret.output;
    EXPECT_EQ(api.targets().back(), "/a?pin=4711");
    for (const auto& text : {secret.output, read("r.json")}) {
        EXPECT_FALSE(holds(text, "4711")) << text;
        EXPECT_FALSE(holds(text, "of the")) << text;
    }
    const Ran wrong = workflow("run " + flow + " --env-file " + write("wrong.env", "A=1\nB='2\n"));
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_TRUE(holds(wrong.output, "wrong.env, line 2: the quote is never closed")) << wrong.output;
    EXPECT_EQ(workflow("run " + flow + " --env-file nothing.env").exit_code, 2);
}

TEST_F(Runner, documents_and_inputs_come_from_standard_input) {
    Api api;
    write_api({"a"}, servers(api.url()));
    const auto flow = write_flow("flow.yaml",
                                 "- {workflowId: w, steps: [{stepId: s, operationId: a, parameters: [{name: n, in: "
                                 "query, value: $inputs.n}]}]}\n");
    const std::string here = "cd " + folder_.path() + " && " + program + " workflow ";
    EXPECT_EQ(run(here + "run - -i n=1 < flow.yaml").exit_code, 0);
    EXPECT_EQ(run("echo '{\"n\": 2}' | " + program + " workflow run " + flow + " --inputs @-").exit_code, 0);
    EXPECT_EQ(api.targets(), (std::vector<std::string>{"/a?n=1", "/a?n=2"}));
    const Ran checked = run(here + "check - < flow.yaml");
    EXPECT_EQ(checked.exit_code, 0) << checked.output;
    EXPECT_TRUE(holds(checked.output, "-: 0 errors")) << checked.output;
    EXPECT_EQ(run(here + "list - < flow.yaml").exit_code, 0);
    const Ran twice = run(here + "run - --inputs @- < flow.yaml");
    EXPECT_EQ(twice.exit_code, 2) << twice.output;
    EXPECT_TRUE(holds(twice.output, "standard input can be read once")) << twice.output;
}

// --- check ---

TEST_F(Runner, check_speaks_json_and_to_github) {
    write_api({"a"}, servers("http://127.0.0.1:1"));
    const auto good = write_flow("good.yaml", "- {workflowId: w, steps: [{stepId: s, operationId: a}]}\n");
    write_flow("bad,1.yaml", "- {workflowId: w, steps: [{stepId: s, operationId: b}]}\n");
    const auto unreadable = write("unreadable.yaml", "arazzo: [\n");
    const std::string here = "cd " + folder_.path() + " && " + program + " workflow check bad,1.yaml good.yaml";

    const Ran as_json = run(here + " --format json");
    EXPECT_EQ(as_json.exit_code, 1) << as_json.output;
    const auto documents = json::parse(as_json.output).at("documents").as_array();
    ASSERT_EQ(documents.size(), 2u);
    EXPECT_EQ(documents[0].at("file"), "bad,1.yaml");
    EXPECT_EQ(documents[0].at("errors"), 1);
    const auto& problem = documents[0].at("problems").at(0);
    EXPECT_EQ(problem.at("severity"), "error");
    EXPECT_EQ(problem.at("line"), 5);
    EXPECT_TRUE(holds(std::string(problem.at("message").as_string()), "there is no operation \"b\"")) << as_json.output;
    EXPECT_EQ(documents[1].at("errors"), 0);

    const Ran to_github = run(here + " --format github");
    EXPECT_EQ(to_github.exit_code, 1) << to_github.output;
    EXPECT_TRUE(to_github.output.starts_with("::error file=bad%2C1.yaml,line=5,col=")) << to_github.output;
    EXPECT_TRUE(holds(to_github.output, "::there is no operation \"b\"")) << to_github.output;
    EXPECT_EQ(std::count(to_github.output.begin(), to_github.output.end(), '\n'), 1) << to_github.output;

    const Ran broken = workflow("check --format json " + unreadable + " " + good);
    EXPECT_EQ(broken.exit_code, 2) << broken.output;
    EXPECT_EQ(json::parse(broken.output).at("documents").at(0).at("readable"), false);
    EXPECT_EQ(workflow("check --format xml " + good).exit_code, 2);
}

}  // namespace
