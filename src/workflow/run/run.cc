#include "workflow/run/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "uri/uri.h"
#include "workflow/run/answer.h"
#include "workflow/run/run_state.h"
#include "workflow/run/secrets.h"
#include "workflow/text/retry_after.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace workflow {

namespace {

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string seconds_text(milliseconds delay) { return fmt::format("{} s", static_cast<double>(delay.count()) / 1000); }

std::string violations_text(const std::vector<jsonschema::Violation>& violations) {
    std::string out;
    for (const auto& violation : violations) {
        if (!out.empty()) out += "; ";
        out += (violation.instance_pointer.empty() ? "" : shorten(violation.instance_pointer, 60) + " ") +
               violation.message;
    }
    return out;
}

// Of the values at hand, those that the workflow's schema names; all, when it names none.
json::object inputs_known_to(const Workflow& workflow, const json::object& at_hand) {
    const auto* schema = workflow.inputs ? workflow.inputs->if_object() : nullptr;
    const auto* properties = schema ? schema->if_contains("properties") : nullptr;
    if (!properties || !properties->is_object()) return at_hand;
    json::object out;
    for (const auto& member : at_hand)
        if (properties->get_object().contains(member.key())) out.emplace(member.key(), member.value());
    return out;
}

}  // namespace

// The transitions. Lives for one call of Run::step.
struct Run::Machine {
    State& state;
    Time now;
    std::optional<Todo> resent_ = {};  // a redirect's request, to be handed out

    Frame& top() { return state.frames.back(); }
    Activation& current() { return top().stack.back(); }
    const Step& current_step() { return top().workflow->steps[current().step]; }
    int depth() const { return static_cast<int>(state.frames.size()) - 1; }

    template <class What>
    void tell(What what) {
        if (state.options.records) state.events.push_back({now, std::move(what)});
    }

    Scope scope_of(const Frame& frame, const json::object* outputs = nullptr) {
        const Document* document = frame.workflow->document;
        return {state.exchange.get(), &frame.inputs, outputs, &frame.steps, &state.results[document], document};
    }

    // --- what has happened ---

    Todo happen(Happened happened) {
        if (state.phase == Phase::finished) return state.finished;
        if (auto* cancelled = std::get_if<Cancelled>(&happened)) return finish(Outcome::cancelled, cancelled->why);
        if (auto expired = find_expired()) {
            expire(*expired);
        } else if (state.phase == Phase::sending) {
            if (auto* answer = std::get_if<Answered>(&happened))
                receive(std::move(*answer));
            else if (auto* failure = std::get_if<NotAnswered>(&happened))
                miss(failure->why);
            else
                state.phase = Phase::starting;  // resumed: send it again
        } else if (state.phase == Phase::waiting && is_due()) {
            retry();
        }
        return go_on();
    }

    void send_again(std::shared_ptr<Exchange> exchange) { resent_ = send_now(current_step(), std::move(exchange)); }

    Todo go_on() {
        if (resent_) return std::move(*resent_);
        while (true) {
            switch (state.phase) {
            case Phase::entering: enter(); break;
            case Phase::starting:
                if (auto todo = start()) return std::move(*todo);
                break;
            case Phase::waiting: return wait();
            case Phase::leaving: leave(); break;
            case Phase::sending:
            case Phase::finished: return state.finished;
            }
        }
    }

    Todo finish(Outcome outcome, std::string reason, json::object outputs = {}) {
        while (!state.frames.empty()) {
            const Frame& frame = top();
            if (frame.entered) tell(WorkflowEnded{depth(), frame.workflow, false, reason, {}});
            state.frames.pop_back();
        }
        state.phase = Phase::finished;
        state.finished = {outcome, std::move(outputs), std::move(reason)};
        return state.finished;
    }

    // --- deadlines ---

    std::optional<Time> nearest_deadline() const {
        std::optional<Time> out;
        for (const auto& frame : state.frames)
            if (frame.deadline && (!out || *frame.deadline < *out)) out = frame.deadline;
        return out;
    }

    std::optional<std::size_t> find_expired() const {
        for (std::size_t i = 0; i < state.frames.size(); ++i)
            if (state.frames[i].deadline && *state.frames[i].deadline <= now) return i;
        return std::nullopt;
    }

    // A sub-workflow ran out of its step's time.
    void expire(std::size_t frame) {
        std::string reason = "it took longer than its timeout";
        while (state.frames.size() > frame + 1) {
            if (top().entered) tell(WorkflowEnded{depth(), top().workflow, false, reason, {}});
            state.frames.pop_back();
        }
        state.exchange.reset();
        end_frame(false, reason);
    }

    // --- workflows ---

    void push(const Workflow& workflow, Frame::Purpose purpose, json::object inputs,
              std::optional<Time> deadline = {}) {
        Frame frame;
        frame.workflow = &workflow;
        frame.purpose = purpose;
        frame.inputs = std::move(inputs);
        frame.deadline = deadline;
        state.frames.push_back(std::move(frame));
        state.phase = Phase::entering;
    }

    std::string why_entered(const Frame& frame) {
        if (state.frames.size() < 2) return {};
        const Frame& below = state.frames[state.frames.size() - 2];
        switch (frame.purpose) {
        case Frame::Purpose::root: return {};
        case Frame::Purpose::dependency: return "the workflow " + quoted(below.workflow->id) + " depends on it";
        case Frame::Purpose::call:
            return "called by the step " + quoted(below.workflow->steps[below.stack.back().step].id);
        case Frame::Purpose::recovery:
            return "before the step " + quoted(below.workflow->steps[below.stack.back().step].id) + " is retried";
        }
        return {};
    }

    bool take_inputs(Frame& frame) {
        const auto& workflow = *frame.workflow;
        frame.entered = true;
        std::string refusal = workflow.obstacle;
        if (state.frames.size() > state.options.depth_max)
            refusal = fmt::format("workflows call one another more than {} deep", state.options.depth_max);
        if (refusal.empty() && workflow.inputs_schema) {
            json::value inputs(std::move(frame.inputs));
            (void)workflow.inputs_schema->apply_defaults(inputs).ok();
            auto violations = workflow.inputs_schema->validate(with_plain_numbers(inputs), 5);
            if (!violations.empty()) refusal = "its inputs are not valid: " + violations_text(violations);
            frame.inputs = std::move(inputs.as_object());
        }
        tell(WorkflowStarted{depth(), &workflow, why_entered(frame), frame.inputs});
        auto& result = state.results[workflow.document][workflow.id].emplace_object();
        result["inputs"] = frame.inputs;
        if (refusal.empty()) return true;
        end_frame(false, refusal);
        return false;
    }

    // What the workflows that this one calls will be given, as far as it can be said by now.
    void foresee(const Frame& frame, const json::object* outputs_in_scope = nullptr) {
        if (!state.options.records) return;
        const auto scope = scope_of(frame, outputs_in_scope);
        auto foresee_call = [&](const WorkflowLink& link, const std::vector<Parameter>& parameters, bool takes_inputs) {
            if (!link.workflow || parameters.empty()) return;
            json::object inputs;
            if (takes_inputs) inputs = inputs_known_to(*link.workflow, frame.inputs);
            for (const auto& parameter : parameters) {
                Gaps gaps;
                auto value = parameter.value.evaluate(scope, gaps);
                if (value && gaps.cannot.empty()) inputs[parameter.name] = std::move(value).copy();
            }
            if (!inputs.empty()) tell(InputsForeseen{link.workflow, std::move(inputs)});
        };
        for (const auto& step : frame.workflow->steps) {
            foresee_call(step.called, step.parameters, false);
            for (const auto* actions : {&step.on_success, &step.on_failure})
                for (const auto& action : *actions)
                    if (action.workflow) foresee_call(*action.workflow, action.parameters, true);
        }
    }

    // Its inputs, then the workflows that it depends on, then its first step.
    void enter() {
        Frame& frame = top();
        if (!frame.entered && !take_inputs(frame)) return;
        for (const auto& link : frame.workflow->depends_on) {
            if (!link.workflow || state.completed.contains(link.workflow)) continue;
            bool is_open =
                std::ranges::any_of(state.frames, [&](const auto& open) { return open.workflow == link.workflow; });
            if (is_open)
                return end_frame(false, "it depends, in a circle, on itself: dependsOn " + quoted(link.workflow->id));
            return push(*link.workflow, Frame::Purpose::dependency,
                        inputs_known_to(*link.workflow, json::object(frame.inputs)));
        }
        if (frame.workflow->steps.empty()) return end_frame(true, "");
        foresee(frame);
        go_to(first_step(*frame.workflow));
    }

    static std::size_t first_step(const Workflow& workflow) { return workflow.order.empty() ? 0 : workflow.order[0]; }

    static std::optional<std::size_t> step_after(const Workflow& workflow, std::size_t step) {
        if (workflow.order.empty()) return step + 1 < workflow.steps.size() ? std::optional(step + 1) : std::nullopt;
        auto at = std::ranges::find(workflow.order, step) + 1;
        return at < workflow.order.end() ? std::optional(*at) : std::nullopt;
    }

    void end_frame(bool passed, std::string reason) {
        state.passed = passed;
        state.reason = std::move(reason);
        state.phase = Phase::leaving;
    }

    json::object compute_outputs(Frame& frame) {
        json::object outputs;
        auto kept = std::exchange(state.exchange, nullptr);
        for (const auto& output : frame.workflow->outputs) {
            Gaps gaps;
            auto value = output.value.evaluate(scope_of(frame, &outputs), gaps);
            if (value && gaps.cannot.empty())
                outputs.emplace(output.name, std::move(value).copy());
            else if (state.passed)
                tell(Noted{"the output " + output.name + " is left out: " +
                           (gaps.cannot.empty() ? to_text(output.value.written()) : gaps.cannot) + " has no value"});
        }
        state.exchange = std::move(kept);
        return outputs;
    }

    // Ends the frame on top and hands its outcome to what stands below.
    void leave() {
        Frame frame = std::move(top());
        bool passed = state.passed;
        std::string reason = std::move(state.reason);
        json::object outputs = compute_outputs(frame);
        auto& result = state.results[frame.workflow->document][frame.workflow->id];
        if (!result.is_object()) result.emplace_object();
        result.get_object()["outputs"] = outputs;
        result.get_object()["steps"] = std::move(frame.steps);
        if (passed) state.completed.insert(frame.workflow);
        tell(WorkflowEnded{depth(), frame.workflow, passed, reason, outputs});
        state.frames.pop_back();
        switch (frame.purpose) {
        case Frame::Purpose::root:
            finish(passed                 ? Outcome::passed
                   : !state.sent_anything ? Outcome::not_run
                                          : Outcome::failed,
                   reason, std::move(outputs));
            return;
        case Frame::Purpose::dependency:
            if (passed)
                state.phase = Phase::entering;
            else
                end_frame(false, "the workflow " + quoted(frame.workflow->id) +
                                     ", on which it depends, did not pass: " + reason);
            return;
        case Frame::Purpose::call:  // the last response that it got stays in sight
            return judge(passed,
                         passed ? "" : "the workflow " + quoted(frame.workflow->id) + " did not pass: " + reason,
                         std::move(outputs));
        case Frame::Purpose::recovery:
            state.exchange.reset();
            return recovered(passed, "the workflow " + quoted(frame.workflow->id) + " did not pass: " + reason);
        }
    }

    // --- steps ---

    void go_to(std::size_t step) {
        top().stack.clear();
        begin(step);
    }

    void begin(std::size_t step) {
        Activation activation;
        activation.step = step;
        activation.visit = ++state.visits;
        activation.retries.resize(top().workflow->steps[step].on_failure.size());
        top().stack.push_back(std::move(activation));
        state.phase = Phase::starting;
    }

    std::string unmet_dependency(const Frame& frame, const Step& step) {
        for (const auto& dependency : step.depends_on) {
            const json::object* steps = &frame.steps;
            if (!dependency.workflow.empty() && dependency.workflow != frame.workflow->id) {
                const auto& results = state.results[frame.workflow->document];
                const auto* result = results.if_contains(dependency.workflow);
                const auto* of = result && result->is_object() ? result->get_object().if_contains("steps") : nullptr;
                steps = of ? of->if_object() : nullptr;
            }
            const auto* done = steps ? steps->if_contains(dependency.step) : nullptr;
            const auto* completed = done && done->is_object() ? done->get_object().if_contains("completed") : nullptr;
            if (!completed || !completed->is_bool() || !completed->get_bool()) return dependency.text;
        }
        return {};
    }

    // A todo when there is something to send; otherwise the next phase is set.
    std::optional<Todo> start() {
        const Step& step = current_step();
        if (++state.steps > state.options.steps_max)
            return finish(Outcome::failed,
                          fmt::format("more than {} steps were executed, the last being {}: the workflow seems to go "
                                      "round in circles (--max-steps sets the limit)",
                                      state.options.steps_max, quoted(step.id)));
        current().started = now;
        state.exchange.reset();
        tell(StepStarted{depth(), top().workflow, &step, current().attempt});
        if (!step.obstacle.empty()) return fail(step.obstacle), std::nullopt;
        if (auto unmet = unmet_dependency(top(), step); !unmet.empty())
            return fail("the step " + quoted(unmet) + ", on which it depends, has not been completed"), std::nullopt;
        if (step.kind == Step::Kind::workflow) return call(step), std::nullopt;
        if (!step.operation) return fail("it names no operation"), std::nullopt;
        return send(step);
    }

    void call(const Step& step) {
        std::vector<std::string> notes;
        auto inputs = build_inputs(step.parameters, scope_of(top()), notes);
        for (auto& note : notes) tell(Noted{std::move(note)});
        if (!inputs.ok()) return fail(inputs.error().detail);
        std::optional<Time> deadline;
        if (step.timeout_ms) deadline = now + milliseconds(*step.timeout_ms);
        push(*step.called.workflow, Frame::Purpose::call, std::move(inputs).value(), deadline);
    }

    std::optional<Todo> send(const Step& step) {
        auto exchange = std::make_shared<Exchange>();
        std::vector<std::string> notes;
        auto built = build_request(step, scope_of(top()), state.options.requests, *exchange, notes);
        for (auto& note : notes) tell(Noted{std::move(note)});
        if (!built.ok()) return fail("the request cannot be made: " + built.error().detail), std::nullopt;
        bool wants_key = exchange->method == "POST" || exchange->method == "PATCH";
        if (!state.options.idempotency_prefix.empty() && wants_key &&
            !exchange->request_headers.find("Idempotency-Key"))
            exchange->request_headers.set("Idempotency-Key",
                                          fmt::format("\"{}-{}\"", state.options.idempotency_prefix, current().visit));
        state.redirects = 0;
        state.is_elsewhere = false;
        return send_now(step, std::move(exchange));
    }

    Todo send_now(const Step& step, std::shared_ptr<Exchange> exchange) {
        state.cookies.add_to(exchange->url, exchange->request_headers, now);
        state.exchange = exchange;
        state.sent_at = now;
        state.sent_anything = true;
        state.phase = Phase::sending;
        tell(RequestSent{exchange});
        Send out{exchange->method,
                 exchange->url,
                 exchange->request_headers,
                 exchange->request_bytes,
                 {},
                 state.is_elsewhere ? nullptr : &step};
        if (step.timeout_ms) out.timeout = milliseconds(*step.timeout_ms);
        if (auto deadline = nearest_deadline()) {
            auto left = std::chrono::ceil<milliseconds>(*deadline - now);
            if (!out.timeout || left < *out.timeout) out.timeout = left;
        }
        return out;
    }

    milliseconds since_sent() const {
        return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(now - state.sent_at));
    }

    void receive(Answered answer) {
        Exchange& exchange = *state.exchange;
        state.cookies.take(exchange.url, answer.headers, now);
        if (auto undecoded = decode_answer(answer.headers, answer.body); !undecoded.ok())
            tell(Noted{"the answer is taken as it came: " + undecoded.error().detail});
        exchange.status = answer.status;
        for (const auto& header : answer.headers_added) exchange.request_headers.set(header.name, header.value);
        exchange.response_headers = std::move(answer.headers);
        exchange.response_bytes = std::move(answer.body);
        exchange.read_response_body();
        tell(ResponseReceived{state.exchange, since_sent()});
        const Step& step = current_step();
        if (auto next = redirected(step, exchange)) return send_again(std::move(next));
        bool documented = true;
        std::string reason;
        if (state.options.check_response) {
            for (const auto& problem : state.options.check_response(*step.operation, exchange)) {
                tell(CriterionChecked{"the response is as the OpenAPI document describes it", false, problem});
                if (documented) reason = "the response is not as described: " + problem;
                documented = false;
            }
        }
        if (documented && step.success_criteria.empty() && exchange.status >= 400) {
            documented = false;
            reason = fmt::format("the status is {}, and the step has no successCriteria that would allow it",
                                 exchange.status);
        }
        judge(documented, std::move(reason), {});
    }

    // The request that a redirect asks for; null: the answer stands for itself, because it is none, or because the API
    // describes it, or the step itself looks at it.
    std::shared_ptr<Exchange> redirected(const Step& step, const Exchange& from) {
        constexpr int redirects_max = 10;
        const bool is_redirect =
            from.status == 301 || from.status == 302 || from.status == 303 || from.status == 307 || from.status == 308;
        const auto* location = is_redirect ? from.response_headers.find("Location") : nullptr;
        if (!location || expects_redirect(step, from.status)) return nullptr;
        auto stay = [&](const std::string& why) {
            tell(Noted{"the redirect is not followed: " + why});
            return nullptr;
        };
        if (state.redirects >= redirects_max) return stay(fmt::format("it is the {}th in a row", redirects_max + 1));
        auto url = std::string(without_fragment(uri::resolve(from.url, *location)));
        if (!is_http_url(url)) return stay("it leads to no http URL");
        const auto before = uri::split(from.url), after = uri::split(url);
        const auto scheme = [](const uri::Parts& parts) { return parts.scheme.value_or(""); };
        const bool is_downgrade =
            equal_ignoring_ascii_case(scheme(before), "https") && !equal_ignoring_ascii_case(scheme(after), "https");
        if (is_downgrade) return stay("it leads from https to http");
        auto next = std::make_shared<Exchange>();
        next->method = from.method;
        next->url = url;
        next->request_headers = from.request_headers;
        next->request_headers.remove("Cookie");
        next->query_parameters = from.query_parameters;
        next->path_parameters = from.path_parameters;
        next->request_body = from.request_body;
        next->request_bytes = from.request_bytes;
        const bool is_same_origin =
            equal_ignoring_ascii_case(scheme(before), scheme(after)) &&
            equal_ignoring_ascii_case(before.authority.value_or(""), after.authority.value_or(""));
        state.is_elsewhere = state.is_elsewhere || !is_same_origin;
        if (!is_same_origin) {  // what is meant for one server is not told another
            std::vector<std::string> secret;
            for (const auto& header : next->request_headers)
                if (Secrets::is_secret_header(header.name)) secret.push_back(header.name);
            for (const auto& scheme : step.operation->security)
                for (const auto& one : scheme)
                    if (one.kind == SecurityScheme::Kind::api_key) secret.push_back(one.key_name);
            for (const auto& name : secret) next->request_headers.remove(name);
        }
        // RFC 9110 15.4: what everybody does with 301 and 302, and what 303 asks for.
        const bool becomes_get =
            (from.status == 303 && from.method != "HEAD") || (from.status < 303 && from.method == "POST");
        if (becomes_get) {
            next->method = "GET";
            next->request_body.reset();
            next->request_bytes.clear();
            for (const char* name : {"Content-Type", "Content-Length", "Idempotency-Key"})
                next->request_headers.remove(name);
        }
        ++state.redirects;
        tell(Noted{fmt::format("{} led to {} {}", from.status, next->method, url)});
        return next;
    }

    static bool expects_redirect(const Step& step, int status) {
        const auto* described = step.operation->find_response(status);
        if (described && described->status != "default") return true;
        bool looks = false;
        auto look = [&](const Criterion& criterion) {
            bool asks_status = false;
            criterion.for_each_expression([&](const Expression& expression) {
                asks_status = asks_status || expression.root() == Expression::Root::status_code;
            });
            const auto& text = criterion.text();
            for (auto at = text.find('3'); asks_status && at != std::string::npos; at = text.find('3', at + 1))
                looks = looks ||
                        (at + 2 < text.size() && (text[at + 1] == '0') && text[at + 2] >= '0' && text[at + 2] <= '9');
        };
        auto read = [&](const Expression& expression) {
            looks = looks || (expression.root() == Expression::Root::response_header &&
                              equal_ignoring_ascii_case(expression.name(), "Location"));
        };
        for (const auto& criterion : step.success_criteria) look(criterion), criterion.for_each_expression(read);
        for (const auto* actions : {&step.on_success, &step.on_failure})
            for (const auto& action : *actions)
                for (const auto& criterion : action.criteria) look(criterion), criterion.for_each_expression(read);
        for (const auto& output : step.outputs) output.value.for_each_expression(read);
        return looks;
    }

    void miss(const std::string& why) {
        tell(NoResponse{state.exchange, why, since_sent()});
        fail(why);
    }

    // Computes the step's outputs, checks its criteria, and goes on accordingly. `given`: what a called workflow has
    // put out.
    void judge(bool so_far, std::string reason, json::object given) {
        Frame& frame = top();
        const Step& step = current_step();
        frame.steps[step.id] = {{"outputs", given}, {"completed", false}};
        const json::object* outputs_in_scope = step.kind == Step::Kind::workflow ? &given : nullptr;
        compute_step_outputs(frame, step, outputs_in_scope);
        for (const auto& criterion : step.success_criteria) {
            if (!state.options.records) {
                if (criterion.holds(scope_of(frame, outputs_in_scope))) continue;
            }
            auto verdict = criterion.check(scope_of(frame, outputs_in_scope));
            if (!verdict.holds && reason.empty()) reason = criterion.text() + ": " + verdict.why;
            so_far = so_far && verdict.holds;
            tell(CriterionChecked{criterion.text(), verdict.holds, verdict.why});
        }
        auto& result = frame.steps[step.id].get_object();
        result["completed"] = so_far;
        foresee(frame, outputs_in_scope);
        tell(StepEnded{depth(), frame.workflow, &step, current().attempt, so_far, reason,
                       result["outputs"].get_object(), since_started()});
        if (so_far)
            succeeded(outputs_in_scope);
        else
            failed(std::move(reason), outputs_in_scope);
    }

    milliseconds since_started() {
        return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(now - current().started));
    }

    void compute_step_outputs(Frame& frame, const Step& step, const json::object* outputs_in_scope) {
        for (const auto& output : step.outputs) {
            Gaps gaps;
            auto value = output.value.evaluate(scope_of(frame, outputs_in_scope), gaps);
            if (value && gaps.cannot.empty()) {
                auto copy = std::move(value).copy();
                frame.steps[step.id].get_object()["outputs"].get_object()[output.name] = std::move(copy);
            } else {
                tell(Noted{"the output " + output.name + " is left out: " +
                           (gaps.cannot.empty() ? to_text(output.value.written()) : gaps.cannot) + " has no value"});
            }
        }
    }

    // A step that never came to be judged: nothing was sent, or nothing came back.
    void fail(std::string reason) {
        Frame& frame = top();
        const Step& step = current_step();
        frame.steps[step.id] = {{"outputs", json::object()}, {"completed", false}};
        tell(StepEnded{depth(), frame.workflow, &step, current().attempt, false, reason, {}, since_started()});
        failed(std::move(reason), nullptr);
    }

    // --- actions ---

    void consider(const Action& action, bool is_taken, std::string why) {
        tell(ActionConsidered{action.name,
                              action.kind == Action::Kind::end  ? "end"
                              : action.kind == Action::Kind::go ? "goto"
                                                                : "retry",
                              is_taken, std::move(why)});
    }

    // Whether its criteria hold. One that cannot be evaluated does not ("the condition MUST evaluate to fail", 1.1.0
    // Evaluation Errors), and is told to everybody.
    bool is_called_for(const Action& action, const Scope& scope, bool tells_success = true) {
        if (!state.options.records) return all_hold(action.criteria, scope);
        for (const auto& criterion : action.criteria) {
            const auto verdict = criterion.check(scope);
            if (verdict.holds) continue;
            consider(action, false, criterion.text() + ": " + verdict.why);
            if (verdict.is_error)
                tell(Noted{"the action " + quoted(action.name) + " is not taken, because its criterion " +
                           criterion.text() + " cannot be evaluated: " + verdict.why});
            return false;
        }
        if (tells_success) consider(action, true, action.criteria.empty() ? "it has no criteria" : "its criteria hold");
        return true;
    }

    void succeeded(const json::object* outputs_in_scope) {
        Frame& frame = top();
        if (frame.stack.size() > 1) {
            frame.stack.pop_back();
            return recovered(true, {});
        }
        const Step& step = current_step();
        for (const auto& action : step.on_success) {
            if (!is_called_for(action, scope_of(frame, outputs_in_scope))) continue;
            if (action.kind == Action::Kind::end) {
                tell(ActionTaken{"end " + quoted(action.name)});
                return end_frame(true, "");
            }
            return transfer(action, outputs_in_scope);
        }
        if (auto next = step_after(*frame.workflow, current().step))
            go_to(*next);
        else
            end_frame(true, "");
    }

    void failed(std::string reason, const json::object* outputs_in_scope) {
        Frame& frame = top();
        const Step& step = current_step();
        bool on_behalf = frame.stack.size() > 1;
        for (std::size_t i = 0; i < step.on_failure.size(); ++i) {
            const auto& action = step.on_failure[i];
            if (on_behalf && action.kind != Action::Kind::retry) {
                consider(action, false, "the step runs on behalf of a retry, where only its own retries count");
                continue;
            }
            if (action.kind == Action::Kind::retry && current().retries[i] >= action.retry_limit) {
                consider(action, false, fmt::format("it was made {} times, as often as it may be", action.retry_limit));
                continue;
            }
            const bool is_retry = action.kind == Action::Kind::retry;
            if (!is_called_for(action, scope_of(frame, outputs_in_scope), !is_retry)) continue;
            if (is_retry) {
                if (!schedule_retry(i, action, reason, outputs_in_scope)) continue;
                return;
            }
            if (action.kind == Action::Kind::end) {
                tell(ActionTaken{"end " + quoted(action.name)});
                return end_frame(false, "the step " + quoted(step.id) + " failed: " + reason);
            }
            return transfer(action, outputs_in_scope);
        }
        if (on_behalf) {
            frame.stack.pop_back();
            return recovered(false, "the step " + quoted(step.id) + " failed: " + reason);
        }
        end_frame(false, "the step " + quoted(step.id) + " failed: " + reason);
    }

    void transfer(const Action& action, const json::object* outputs_in_scope) {
        if (action.step) {
            tell(ActionTaken{"goto " + quoted(action.name) + ": step " +
                             quoted(top().workflow->steps[*action.step].id)});
            return go_to(*action.step);
        }
        const auto* target = action.workflow ? action.workflow->workflow : nullptr;
        if (!target)
            return end_frame(false, "the action " + quoted(action.name) + " leads nowhere" +
                                        (action.obstacle.empty() ? "" : ": " + action.obstacle));
        auto inputs = inputs_for(*target, action, outputs_in_scope);
        if (!inputs.ok()) return end_frame(false, "the action " + quoted(action.name) + ": " + inputs.error().detail);
        tell(ActionTaken{"goto " + quoted(action.name) + ": workflow " + quoted(target->id)});
        Frame& frame = top();
        auto& result = state.results[frame.workflow->document][frame.workflow->id].get_object();
        state.passed = false;
        result["outputs"] = compute_outputs(frame);
        result["steps"] = frame.steps;
        tell(WorkflowEnded{depth(), frame.workflow, true, "it goes on as the workflow " + quoted(target->id), {}});
        auto purpose = frame.purpose;
        auto deadline = frame.deadline;
        state.frames.pop_back();
        state.exchange.reset();
        push(*target, purpose, std::move(inputs).value(), deadline);
    }

    Result<json::object> inputs_for(const Workflow& target, const Action& action,
                                    const json::object* outputs_in_scope) {
        json::object out = inputs_known_to(target, top().inputs);
        std::vector<std::string> notes;
        auto given = TRY(build_inputs(action.parameters, scope_of(top(), outputs_in_scope), notes));
        for (auto& note : notes) tell(Noted{std::move(note)});
        for (auto& member : given) out[member.key()] = std::move(member.value());
        return out;
    }

    milliseconds delay_of(const Action& action) {
        if (state.exchange && state.exchange->status) {
            const auto* header = state.exchange->response_headers.find("Retry-After");
            auto asked = header ? parse_retry_after(*header, now) : std::nullopt;
            if (asked) return *asked;
        }
        double seconds = std::min(action.retry_after_seconds.value_or(0), 1e9);
        return milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1000)));
    }

    // False when the retry cannot be made.
    bool schedule_retry(std::size_t index, const Action& action, const std::string& reason,
                        const json::object* outputs_in_scope) {
        auto delay = delay_of(action);
        auto refuse = [&](const std::string& why) {
            consider(action, false, why);
            tell(Noted{"the retry " + quoted(action.name) + " is not made: " + why});
            return false;
        };
        if (delay > state.options.wait_max)
            return refuse(fmt::format("it would have to wait {}, longer than {}", seconds_text(delay),
                                      seconds_text(state.options.wait_max)));
        const auto* target = action.workflow ? action.workflow->workflow : nullptr;
        std::optional<json::object> inputs;
        if (target) {
            auto made = inputs_for(*target, action, outputs_in_scope);
            if (!made.ok()) return refuse(made.error().detail);
            inputs = std::move(made).value();
        } else if (!action.obstacle.empty()) {
            return refuse(action.obstacle);
        }
        if (top().stack.size() > state.options.depth_max)
            return refuse("retries on behalf of retries are nested too deep");
        consider(action, true, action.criteria.empty() ? "it has no criteria" : "its criteria hold");
        Activation& activation = current();
        ++activation.retries[index];
        activation.retry = index;
        activation.due = now + delay;
        activation.exchange = state.exchange;
        std::string text =
            fmt::format("retry {} ({} of {})", quoted(action.name), activation.retries[index], action.retry_limit);
        if (delay.count() > 0) text += " in " + seconds_text(delay);
        if (action.step) text += " after the step " + quoted(top().workflow->steps[*action.step].id);
        if (target) text += " after the workflow " + quoted(target->id);
        tell(ActionTaken{text + ", because " + reason});
        if (target)
            push(*target, Frame::Purpose::recovery, std::move(*inputs));
        else if (action.step)
            begin(*action.step);
        else
            state.phase = Phase::waiting;
        return true;
    }

    // What a retry wanted first is done, well or not: "the reference is executed and the context is returned, after
    // which the current step is retried", and retryLimit must be exhausted before anything else follows. The step to be
    // retried is on top again.
    void recovered(bool passed, const std::string& reason) {
        if (!passed)
            tell(Noted{"what was to run before the retry did not pass (" + reason +
                       "); the retry is made all the same"});
        state.phase = Phase::waiting;
    }

    bool is_due() { return !current().due || *current().due <= now; }

    void retry() {
        Activation& activation = current();
        activation.due.reset();
        activation.retry.reset();
        activation.exchange.reset();
        ++activation.attempt;
        state.phase = Phase::starting;
    }

    Todo wait() {
        if (is_due()) {
            retry();
            return go_on();
        }
        auto until = *current().due;
        if (auto deadline = nearest_deadline()) until = std::min(until, *deadline);
        return Wait{std::max(milliseconds(0), std::chrono::ceil<milliseconds>(until - now))};
    }
};

// Gives the run what is known of the document and of those that it refers to.
void Run::take_earlier(const Document& document, State& state) {
    if (!state.results.try_emplace(&document).second) return;
    const auto& earlier = *state.options.earlier;
    if (auto known = earlier.of_documents.find(document.url); known != earlier.of_documents.end())
        state.results[&document] = known->second;
    for (const auto& workflow : document.workflows)
        if (earlier.passed.contains({document.url, workflow->id})) state.completed.insert(workflow.get());
    for (const auto& source : document.sources)
        if (source.document) take_earlier(*source.document, state);
}

Run::Run(const Workflow& workflow, json::object inputs, RunOptions options) : state_(std::make_unique<State>()) {
    state_->options = std::move(options);
    Frame frame;
    frame.workflow = &workflow;
    frame.inputs = std::move(inputs);
    state_->frames.push_back(std::move(frame));
    if (state_->options.earlier) take_earlier(*workflow.document, *state_);
}

Run::Run(std::unique_ptr<State> state) : state_(std::move(state)) {}
Run::~Run() = default;
Run::Run(Run&&) noexcept = default;
Run& Run::operator=(Run&&) noexcept = default;

Todo Run::step(Happened happened, Time now) { return Machine{*state_, now}.happen(std::move(happened)); }

Results Run::results() const {
    Results out;
    for (const auto& [document, results] : state_->results)
        for (const auto& member : results) out.of_documents[document->url][member.key()] = member.value();
    for (const auto* workflow : state_->completed) out.passed.emplace(workflow->document->url, workflow->id);
    return out;
}

void Results::add(const Results& other) {
    for (const auto& [url, results] : other.of_documents)
        for (const auto& member : results) of_documents[url][member.key()] = member.value();
    passed.insert(other.passed.begin(), other.passed.end());
}

std::vector<Event> Run::take_events() { return std::exchange(state_->events, {}); }

}  // namespace workflow
