#include "workflow/run/run.h"

#include <gtest/gtest.h>

#include <deque>

#include "workflow/text/text.h"

namespace workflow {
namespace {

using std::chrono::seconds;

constexpr const char* api_document = R"(
openapi: 3.1.0
info: {title: Test, version: 1.0.0}
servers: [{url: 'http://api.test/v1'}]
paths:
  /things: {post: {operationId: create, requestBody: {content: {application/json: {}}}}, get: {operationId: list}}
  /things/{id}: {get: {operationId: read, parameters: [{name: id, in: path, required: true}]}}
  /refresh: {post: {operationId: refresh}}
)";

// A run on documents in memory, driven by hand: each test says what the world answers.
class Runs : public ::testing::Test {
protected:
    // The text of a document's workflows, without its head.
    void open(const std::string& workflows, const std::string& version = "1.0.1") {
        loader_ = std::make_unique<MemoryLoader>(std::map<std::string, std::string>{
            {"http://docs.test/api.yaml", api_document},
            {"http://docs.test/flow.yaml",
             "arazzo: " + version +
                 "\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: api, url: api.yaml, type: openapi}]\n" +
                 workflows}});
        library_ = std::make_unique<Library>("http://docs.test/flow.yaml", *loader_);
        for (const auto& problem : library_->problems())
            if (problem.severity == Severity::error) ADD_FAILURE() << problem.position.line << ": " << problem.message;
    }

    void start(const std::string& id = "w", json::object inputs = {}) {
        const auto* workflow = library_->entry()->find_workflow(id);
        ASSERT_TRUE(workflow);
        run_ = std::make_unique<workflow::Run>(*workflow, std::move(inputs), options_);
        todo_ = run_->step(Begun{}, now_);
    }

    // What the run wants: "GET /things/1", "wait 1500", "passed", "failed: why".
    std::string wants() const {
        if (const auto* send = std::get_if<Send>(&todo_)) {
            std::string url = send->url;
            if (url.starts_with("http://api.test/v1")) url = url.substr(18);
            return send->method + " " + url + (send->body.empty() ? "" : " " + send->body);
        }
        if (const auto* wait = std::get_if<Wait>(&todo_)) return "wait " + std::to_string(wait->delay.count());
        const auto& finished = std::get<Finished>(todo_);
        switch (finished.outcome) {
        case Outcome::passed: return "passed";
        case Outcome::failed: return "failed: " + finished.reason;
        case Outcome::not_run: return "not run: " + finished.reason;
        case Outcome::cancelled: return "cancelled: " + finished.reason;
        }
        return "";
    }

    void answer(int status, const std::string& body = "{}", http::Headers headers = {}) {
        headers.add("Content-Type", "application/json");
        todo_ = run_->step(Answered{status, headers, body}, now_);
    }

    void no_answer() { todo_ = run_->step(NotAnswered{"could not connect"}, now_); }

    void let_pass(milliseconds time) {
        now_ += time;
        todo_ = run_->step(Waited{}, now_);
    }

    std::string outputs() const { return to_json(std::get<Finished>(todo_).outputs); }

    // Saves, forgets, loads, resumes.
    void restart() {
        auto text = to_json(run_->save());
        auto loaded = workflow::Run::load(*library_, *parse_json(text), options_);
        ASSERT_TRUE(loaded.ok()) << loaded.error().detail;
        run_ = std::make_unique<workflow::Run>(std::move(loaded).value());
        todo_ = run_->step(Begun{}, now_);
    }

    RunOptions options_;
    std::unique_ptr<MemoryLoader> loader_;
    std::unique_ptr<Library> library_;
    std::unique_ptr<workflow::Run> run_;
    Todo todo_;
    Time now_ = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
};

constexpr const char* create_and_read = R"(
workflows:
- workflowId: w
  inputs: {type: object, required: [name], properties: {name: {type: string}, size: {type: integer, default: 3}}}
  steps:
  - stepId: create
    operationId: create
    requestBody: {payload: {name: $inputs.name, size: $inputs.size}}
    successCriteria: [{condition: $statusCode == 201}]
    outputs: {id: $response.body#/id}
  - stepId: read
    operationId: read
    parameters: [{name: id, in: path, value: $steps.create.outputs.id}]
    outputs: {state: $response.body#/state}
  outputs: {id: $steps.create.outputs.id, state: $steps.read.outputs.state}
)";

TEST_F(Runs, execute_steps_in_order_and_hand_values_on) {
    open(create_and_read);
    start("w", {{"name", "n"}});
    EXPECT_EQ(wants(), R"(POST /things {"name":"n","size":3})");
    answer(201, R"({"id":7})");
    EXPECT_EQ(wants(), "GET /things/7");
    answer(200, R"({"state":"open"})");
    EXPECT_EQ(wants(), "passed");
    EXPECT_EQ(outputs(), R"({"id":7,"state":"open"})");
}

TEST_F(Runs, send_nothing_when_the_inputs_are_not_valid) {
    open(create_and_read);
    start();
    EXPECT_EQ(wants().substr(0, 32), "not run: its inputs are not vali");
    start("w", {{"name", 5}});
    EXPECT_EQ(wants().substr(0, 9), "not run: ");
}

TEST_F(Runs, stop_at_a_failure_without_an_action) {
    open(create_and_read);
    start("w", {{"name", "n"}});
    answer(500);
    EXPECT_EQ(wants(), "failed: the step \"create\" failed: $statusCode == 201: $statusCode is 500");
}

// Every request in turn is not answered, answered by an error, and cut off.
TEST_F(Runs, fail_cleanly_at_every_io) {
    open(create_and_read);
    for (int failing = 0; failing < 2; ++failing) {
        for (int kind = 0; kind < 3; ++kind) {
            start("w", {{"name", "n"}});
            for (int i = 0; i < failing; ++i) answer(201, R"({"id":7})");
            ASSERT_TRUE(std::holds_alternative<Send>(todo_));
            if (kind == 0) no_answer();
            if (kind == 1) answer(503);
            if (kind == 2) todo_ = run_->step(Cancelled{"enough"}, now_);
            EXPECT_EQ(wants().substr(0, kind == 2 ? 11 : 7), kind == 2 ? "cancelled: " : "failed:") << failing << kind;
            todo_ = run_->step(Answered{200, {}, "{}"}, now_);  // what comes too late changes nothing
            EXPECT_TRUE(std::holds_alternative<Finished>(todo_));
        }
    }
}

// Saved and loaded before every step, a run makes the same requests, and none twice.
TEST_F(Runs, resume_without_repeating_a_completed_step) {
    open(create_and_read);
    options_.idempotency_prefix = "run-1";
    start("w", {{"name", "n"}});
    auto key = *std::get<Send>(todo_).headers.find("Idempotency-Key");
    EXPECT_EQ(key, "\"run-1-1\"");
    restart();
    EXPECT_EQ(wants(), R"(POST /things {"name":"n","size":3})");
    EXPECT_EQ(*std::get<Send>(todo_).headers.find("Idempotency-Key"), key);
    answer(201, R"({"id":7})");
    restart();
    EXPECT_EQ(wants(), "GET /things/7");
    restart();
    EXPECT_EQ(wants(), "GET /things/7");
    answer(200, R"({"state":"open"})");
    EXPECT_EQ(outputs(), R"({"id":7,"state":"open"})");
    restart();
    EXPECT_EQ(wants(), "passed");
    EXPECT_EQ(outputs(), R"({"id":7,"state":"open"})");
}

TEST_F(Runs, refuse_a_saved_run_that_does_not_fit) {
    open(create_and_read);
    start("w", {{"name", "n"}});
    auto saved = run_->save();
    auto reason = [&](json::value changed) {
        auto loaded = workflow::Run::load(*library_, changed, {});
        return loaded.ok() ? std::string("loaded") : loaded.error().detail;
    };
    EXPECT_EQ(reason(saved), "loaded");
    EXPECT_EQ(reason({}), "this is no saved run");
    auto other = saved;
    other.as_object()["frames"] = json::array();
    EXPECT_EQ(reason(other), "the saved run contradicts itself");
    other = saved;
    other.at("frames").as_array()[0].as_object()["stack"] = json::array();
    EXPECT_EQ(reason(other), "the saved run contradicts itself");
    other = saved;
    other.at("frames").as_array()[0].at("of").as_object()["workflow"] = "gone";
    EXPECT_EQ(reason(other), "the workflow of the saved run is not there any more");
    other = saved;
    other.as_object()["phase"] = 77;
    EXPECT_EQ(reason(other), "the saved run stands in no known phase");
}

std::string with_failure(const std::string& actions) {
    return R"(
workflows:
- workflowId: w
  steps:
  - stepId: s
    operationId: list
    successCriteria: [{condition: $statusCode == 200}]
    onSuccess: [{name: done, type: end}]
    onFailure:
)" + actions +
           R"(
  - stepId: refresh
    operationId: refresh
    outputs: {token: $response.body#/token}
  - stepId: last
    operationId: read
    parameters: [{name: id, in: path, value: x}]
- workflowId: other
  inputs: {type: object, properties: {a: {type: string}}}
  steps: [{stepId: o, operationId: refresh}]
)";
}

TEST_F(Runs, retry_once_when_no_limit_is_given) {
    open(with_failure("    - {name: r, type: retry}"));
    start();
    answer(503);
    EXPECT_EQ(wants(), "GET /things");
    answer(503);
    EXPECT_EQ(wants().substr(0, 6), "failed");
    start();
    no_answer();
    answer(200);
    EXPECT_EQ(wants(), "passed");
}

TEST_F(Runs, wait_as_long_as_retry_after_says_and_the_header_says_better) {
    open(with_failure("    - {name: r, type: retry, retryAfter: 1.5, retryLimit: 3}"));
    start();
    answer(503);
    EXPECT_EQ(wants(), "wait 1500");
    let_pass(milliseconds(600));
    EXPECT_EQ(wants(), "wait 900");
    let_pass(milliseconds(900));
    EXPECT_EQ(wants(), "GET /things");
    answer(503, "{}", {{"Retry-After", "7"}});
    EXPECT_EQ(wants(), "wait 7000");
    let_pass(seconds(7));
    answer(503, "{}", {{"Retry-After", "Thu, 01 Jan 2026 00:00:20 GMT"}});
    EXPECT_EQ(wants(), "wait 11500");
    restart();
    EXPECT_EQ(wants(), "wait 11500");
    let_pass(seconds(12));
    answer(503);
    EXPECT_EQ(wants().substr(0, 6), "failed");
}

TEST_F(Runs, do_not_wait_for_longer_than_allowed) {
    open(with_failure("    - {name: r, type: retry}"));
    start();
    answer(503, "{}", {{"Retry-After", "99999999999999999999"}});
    EXPECT_EQ(wants().substr(0, 6), "failed");
}

TEST_F(Runs, exhaust_a_retry_before_the_next_action) {
    open(with_failure("    - {name: r, type: retry, retryLimit: 2}\n    - {name: g, type: goto, stepId: last}"));
    start();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(wants(), "GET /things") << i;
        answer(500);
    }
    EXPECT_EQ(wants(), "GET /things/x");
    answer(200);
    EXPECT_EQ(wants(), "passed");
}

TEST_F(Runs, take_the_first_action_whose_criteria_hold) {
    open(
        with_failure("    - {name: e, type: end, criteria: [{condition: $statusCode == 404}]}\n    - {name: g, type: "
                     "goto, stepId: last, criteria: [{condition: $statusCode == 500}]}"));
    start();
    answer(404);
    EXPECT_EQ(wants().substr(0, 6), "failed");
    start();
    answer(500);
    EXPECT_EQ(wants(), "GET /things/x");
    start();
    answer(403);
    EXPECT_EQ(wants().substr(0, 6), "failed");
}

TEST_F(Runs, run_a_step_before_a_retry_and_come_back) {
    open(with_failure("    - {name: r, type: retry, retryLimit: 1, retryAfter: 2, stepId: refresh}"));
    start();
    answer(401);
    EXPECT_EQ(wants(), "POST /refresh");
    restart();
    EXPECT_EQ(wants(), "POST /refresh");
    now_ += milliseconds(500);
    answer(200, R"({"token":"t"})");
    EXPECT_EQ(wants(), "wait 1500");
    let_pass(milliseconds(1500));
    EXPECT_EQ(wants(), "GET /things");
    answer(200);
    EXPECT_EQ(wants(), "passed");
}

TEST_F(Runs, make_a_retry_up_to_its_limit_also_when_what_runs_before_it_fails) {
    for (const char* target : {"stepId: refresh", "workflowId: other"}) {
        SCOPED_TRACE(target);
        open(with_failure("    - {name: r, type: retry, retryLimit: 2, " + std::string(target) +
                          "}\n    - {name: g, type: goto, stepId: last, criteria: [{condition: $statusCode == 401}]}"));
        start();
        for (int i = 0; i < 2; ++i) {
            answer(401);
            EXPECT_EQ(wants(), "POST /refresh");
            answer(500);
            EXPECT_EQ(wants(), "GET /things");
        }
        answer(401);
        EXPECT_EQ(wants(), "GET /things/x");  // only then what stands behind it
    }
}

// What it says of each action that it looked at, in order.
TEST_F(Runs, tell_of_each_action_why_it_was_or_was_not_taken) {
    open(
        with_failure("    - {name: busy, type: retry, criteria: [{condition: $statusCode == 503}]}\n"
                     "    - {name: odd, type: end, criteria: [{context: $response.body, type: regex, condition: "
                     "'{$inputs.pattern}'}]}\n"
                     "    - {name: on, type: goto, stepId: last}\n    - {name: never, type: end}"));
    start("w", {{"pattern", "("}});
    answer(500);
    EXPECT_EQ(wants(), "GET /things/x");
    std::vector<std::string> told, notes;
    for (const auto& event : run_->take_events()) {
        if (const auto* action = std::get_if<ActionConsidered>(&event.what))
            told.push_back(action->type + " " + action->name + (action->is_taken ? " taken: " : " not taken: ") +
                           action->why);
        if (const auto* note = std::get_if<Noted>(&event.what)) notes.push_back(note->text);
    }
    ASSERT_EQ(told.size(), 3u);
    EXPECT_EQ(told[0], "retry busy not taken: $statusCode == 503: $statusCode is 500");
    EXPECT_EQ(told[1].substr(0, 19), "end odd not taken: ");
    EXPECT_EQ(told[2], "goto on taken: it has no criteria");
    ASSERT_EQ(notes.size(), 1u);  // to everybody
    EXPECT_NE(notes[0].find("the action \"odd\" is not taken, because its criterion"), std::string::npos) << notes[0];
}

TEST_F(Runs, are_refused_where_the_criterion_of_an_action_cannot_be_read) {
    MemoryLoader loader(
        {{"http://docs.test/api.yaml", api_document},
         {"http://docs.test/flow.yaml",
          "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: api, url: api.yaml}]\n"
          "workflows:\n- workflowId: w\n  steps:\n  - stepId: look\n    operationId: list\n    onSuccess:\n"
          "    - {name: stop, type: end, criteria: [{context: $response.body, type: jsonpath, condition: "
          "\"$[0].status != 'held'\"}]}\n  - {stepId: destroy, operationId: create}\n"}});
    const Library library("http://docs.test/flow.yaml", loader);
    const auto obstacles = Library::obstacles(*library.entry()->workflows[0]);
    ASSERT_EQ(obstacles.size(), 1u);
    EXPECT_EQ(obstacles[0].substr(0, 70),
              "action \"stop\" of step \"look\" of workflow \"w\": its criterion \"$response");
}

TEST_F(Runs, hand_on_outputs_of_steps_of_other_workflows) {
    open(R"(
workflows:
- workflowId: w
  dependsOn: [producer]
  steps: [{stepId: s, operationId: read, parameters: [{name: id, in: path, value: $workflows.producer.steps.make.outputs.id}]}]
- workflowId: producer
  steps: [{stepId: make, operationId: list, outputs: {id: $response.body#/id}}]
)");
    start();
    answer(200, R"({"id":"abc"})");
    EXPECT_EQ(wants(), "GET /things/abc");
}

TEST_F(Runs, give_back_cookies_to_the_server_that_set_them) {
    open(create_and_read);
    start("w", {{"name", "n"}});
    http::Headers set;
    set.add("Set-Cookie", "session=s1; Path=/; HttpOnly");
    set.add("Set-Cookie", "elsewhere=x; Path=/other");
    set.add("Set-Cookie", "theirs=x; Domain=example.org");
    set.add("Set-Cookie", "past=x; Max-Age=0");
    set.add("Set-Cookie", "safe=x; Secure");
    answer(201, R"({"id":7})", set);
    restart();  // they are part of what is saved
    const auto* cookie = std::get<Send>(todo_).headers.find("Cookie");
    ASSERT_TRUE(cookie);
    EXPECT_EQ(*cookie, "session=s1");
}

TEST_F(Runs, follow_redirects_that_nobody_describes) {
    open(create_and_read);
    start("w", {{"name", "n"}});
    answer(307, "", {{"Location", "/v1/moved"}});
    EXPECT_EQ(wants(), R"(POST /moved {"name":"n","size":3})");
    answer(303, "", {{"Location", "https://other.test/v1/seen"}});
    EXPECT_EQ(wants(), "GET https://other.test/v1/seen");
    answer(201, R"({"id":7})");
    EXPECT_EQ(wants(), "GET /things/7");
    for (int i = 0; i < 10; ++i) answer(302, "", {{"Location", "/v1/again"}});
    EXPECT_EQ(wants(), "GET /again");
    answer(302, "", {{"Location", "/v1/again"}});  // enough: it stands for itself
    EXPECT_EQ(wants(), "passed");
}

TEST_F(Runs, leave_a_redirect_to_the_step_that_asks_for_it) {
    open(R"(
workflows:
- workflowId: w
  steps: [{stepId: s, operationId: list, successCriteria: [{condition: $statusCode == 302}], outputs: {to: $response.header.Location}}]
  outputs: {to: $steps.s.outputs.to}
)");
    start();
    answer(302, "", {{"Location", "https://login.test/?code=1"}});
    EXPECT_EQ(outputs(), R"({"to":"https://login.test/?code=1"})");
}

TEST_F(Runs, keep_secrets_from_the_server_that_a_redirect_leads_to) {
    options_.requests.credentials.token = "t";
    open(R"(
workflows:
- workflowId: w
  steps: [{stepId: s, operationId: list, parameters: [{name: Authorization, in: header, value: Bearer t}, {name: X-Kind, in: header, value: k}]}]
)");
    start();
    answer(302, "", {{"Location", "http://other.test/"}});
    const auto& send = std::get<Send>(todo_);
    EXPECT_EQ(send.url, "http://other.test/");
    EXPECT_FALSE(send.headers.find("Authorization"));
    EXPECT_TRUE(send.headers.find("X-Kind"));
}

TEST_F(Runs, hand_on_integers_of_any_length) {
    open(create_and_read);
    start("w", {{"name", "n"}});
    answer(201, R"({"id":123456789012345678901234567890})");
    EXPECT_EQ(wants(), "GET /things/123456789012345678901234567890");
    restart();
    answer(200, R"({"state":-18446744073709551616})");
    EXPECT_EQ(outputs(), R"({"id":123456789012345678901234567890,"state":-18446744073709551616})");
}

TEST_F(Runs, run_a_workflow_before_a_retry) {
    open(with_failure("    - {name: r, type: retry, workflowId: other}"));
    start();
    answer(401);
    EXPECT_EQ(wants(), "POST /refresh");
    answer(200);
    EXPECT_EQ(wants(), "GET /things");
    answer(200);
    EXPECT_EQ(wants(), "passed");
}

TEST_F(Runs, go_to_a_workflow_for_good) {
    open(with_failure("    - {name: g, type: goto, workflowId: other}"));
    start();
    answer(500);
    EXPECT_EQ(wants(), "POST /refresh");
    answer(200);
    EXPECT_EQ(wants(), "passed");
}

TEST_F(Runs, stop_going_round_in_circles) {
    options_.steps_max = 10;
    open(with_failure("    - {name: g, type: goto, stepId: s}"));
    start();
    int requests = 0;
    while (std::holds_alternative<Send>(todo_)) {
        ++requests;
        answer(500);
    }
    EXPECT_EQ(requests, 10);
    EXPECT_NE(wants().find("more than 10 steps"), std::string::npos);
}

constexpr const char* nested = R"(
workflows:
- workflowId: w
  dependsOn: [dep]
  steps:
  - stepId: call
    workflowId: sub
    parameters: [{name: x, value: $workflows.dep.outputs.d}]
    outputs: {r: $outputs.r}
  - stepId: use
    operationId: read
    parameters: [{name: id, in: path, value: $steps.call.outputs.r}]
- workflowId: sub
  inputs: {type: object, required: [x], properties: {x: {type: string}}}
  steps: [{stepId: x, operationId: read, parameters: [{name: id, in: path, value: $inputs.x}], outputs: {got: $response.body#/v}}]
  outputs: {r: $steps.x.outputs.got}
- workflowId: dep
  steps: [{stepId: d, operationId: list, outputs: {d: $response.body#/d}}]
  outputs: {d: $steps.d.outputs.d}
)";

TEST_F(Runs, run_dependencies_first_and_call_workflows) {
    open(nested);
    start();
    EXPECT_EQ(wants(), "GET /things");
    restart();
    answer(200, R"({"d":"D"})");
    EXPECT_EQ(wants(), "GET /things/D");
    restart();
    EXPECT_EQ(wants(), "GET /things/D");
    answer(200, R"({"v":"V"})");
    EXPECT_EQ(wants(), "GET /things/V");
    answer(200);
    EXPECT_EQ(wants(), "passed");
}

TEST_F(Runs, let_a_calling_step_see_the_last_response_and_the_outputs) {
    open(R"(
workflows:
- workflowId: w
  steps:
  - {stepId: call, workflowId: sub, successCriteria: [{condition: $statusCode == 202 && $outputs.r == 5}]}
  - {stepId: use, operationId: read, parameters: [{name: id, in: path, value: $steps.call.outputs.r}]}
- workflowId: sub
  steps: [{stepId: x, operationId: list, outputs: {r: $response.body#/r}}]
  outputs: {r: $steps.x.outputs.r}
)");
    start();
    answer(202, R"({"r":5})");
    EXPECT_EQ(wants(), "GET /things/5");
    start();
    answer(200, R"({"r":5})");
    EXPECT_EQ(wants().find("failed: the step \"call\" failed: $statusCode == 202"), 0u) << wants();
}

TEST_F(Runs, do_not_start_when_a_dependency_fails) {
    open(nested);
    start();
    answer(500);
    EXPECT_EQ(wants().find("failed: the workflow \"dep\", on which it depends, did not pass"), 0u) << wants();
}

TEST_F(Runs, fail_the_step_whose_workflow_fails) {
    open(nested);
    start();
    answer(200, R"({"d":"D"})");
    answer(500);
    EXPECT_EQ(wants().find("failed: the step \"call\" failed: the workflow \"sub\" did not pass"), 0u) << wants();
}

TEST_F(Runs, refuse_a_workflow_that_calls_itself_without_end) {
    open("workflows:\n- workflowId: w\n  steps: [{stepId: s, workflowId: w}]\n");
    start();
    EXPECT_NE(wants().find("more than 32 deep"), std::string::npos) << wants();
}

TEST_F(Runs, inherit_actions_and_parameters_and_let_steps_override_them) {
    open(R"(
workflows:
- workflowId: w
  parameters: [{name: v, in: query, value: one}, {reference: $components.parameters.page, value: 2}]
  failureActions: [{name: r, type: retry, retryLimit: 3}]
  steps:
  - {stepId: a, operationId: list}
  - {stepId: b, operationId: list, parameters: [{name: v, in: query, value: two}], onFailure: [{name: r, type: end}]}
components: {parameters: {page: {name: page, in: query, value: 1}}}
)");
    start();
    EXPECT_EQ(wants(), "GET /things?v=one&page=2");
    answer(500);
    EXPECT_EQ(wants(), "GET /things?v=one&page=2");
    answer(200);
    EXPECT_EQ(wants(), "GET /things?page=2&v=two");
    answer(500);
    EXPECT_EQ(wants().substr(0, 6), "failed");
}

TEST_F(Runs, of_1_1_wait_for_dependencies_and_order_steps_by_them) {
    open(R"(
workflows:
- workflowId: w
  steps:
  - {stepId: last, operationId: list, dependsOn: [first]}
  - {stepId: first, operationId: refresh}
)",
         "1.1.0");
    start();
    EXPECT_EQ(wants(), "POST /refresh");
    answer(200);
    EXPECT_EQ(wants(), "GET /things");
    answer(200);
    EXPECT_EQ(wants(), "passed");
}

TEST_F(Runs, of_1_1_bound_a_step_and_a_called_workflow_in_time) {
    open(R"(
workflows:
- workflowId: w
  steps:
  - {stepId: s, operationId: list, timeout: 250}
  - {stepId: c, workflowId: sub, timeout: 1000}
- workflowId: sub
  steps: [{stepId: x, operationId: list, onFailure: [{name: r, type: retry, retryAfter: 9}]}]
)",
         "1.1.0");
    start();
    EXPECT_EQ(std::get<Send>(todo_).timeout, milliseconds(250));
    answer(200);
    EXPECT_EQ(std::get<Send>(todo_).timeout, milliseconds(1000));
    answer(500);
    EXPECT_EQ(wants(), "wait 1000");
    let_pass(milliseconds(1000));
    EXPECT_EQ(wants(),
              "failed: the step \"c\" failed: the workflow \"sub\" did not pass: it took longer than its timeout");
}

TEST_F(Runs, of_1_1_select_values_and_send_a_whole_querystring) {
    open(R"(
workflows:
- workflowId: w
  steps:
  - stepId: s
    operationId: list
    outputs: {ids: {context: $response.body, selector: '$[?@.ok].id', type: jsonpath}, first: {context: $response.body, selector: /0/id, type: jsonpointer}}
  - stepId: t
    operationId: list
    parameters: [{name: q, in: querystring, value: 'a={$steps.s.outputs.first}&b=x y'}]
  outputs: {ids: $steps.s.outputs.ids}
)",
         "1.1.0");
    start();
    answer(200, R"([{"id":1,"ok":true},{"id":2},{"id":3,"ok":1}])");
    EXPECT_EQ(wants(), "GET /things?a=1&b=x%20y");
    answer(200);
    EXPECT_EQ(outputs(), R"({"ids":[1,3]})");
}

TEST_F(Runs, name_an_asyncapi_step_as_what_is_not_supported) {
    loader_ = std::make_unique<MemoryLoader>(
        std::map<std::string, std::string>{{"http://docs.test/flow.yaml",
                                            "arazzo: 1.1.0\ninfo: {title: T, version: '1'}\nsourceDescriptions: "
                                            "[{name: mq, url: a.yaml, type: asyncapi}]\n"
                                            "workflows: [{workflowId: w, steps: [{stepId: publish, operationId: "
                                            "$sourceDescriptions.mq.send, action: send}]}]"}});
    library_ = std::make_unique<Library>("http://docs.test/flow.yaml", *loader_);
    auto obstacles = Library::obstacles(*library_->entry()->find_workflow("w"));
    ASSERT_EQ(obstacles.size(), 1u);
    EXPECT_EQ(obstacles[0], "step \"publish\" of workflow \"w\": it is an AsyncAPI step, which is not supported");
}

}  // namespace
}  // namespace workflow
