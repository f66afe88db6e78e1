// A run's state as JSON and back. Workflows are named by their document's URL and their id, steps by their index and
// id: a document that was changed in between is refused instead of guessed at.

#include "workflow/run/run_state.h"

#include <algorithm>

namespace workflow {

namespace {

constexpr std::int64_t version = 1;

struct Unfit {
    Error error;
};

[[noreturn]] void refuse(Reason reason, std::string detail) { throw Unfit{{reason, std::move(detail)}}; }

std::int64_t to_milliseconds(Time time) {
    return std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count();
}
Time from_milliseconds(std::int64_t count) { return Time(milliseconds(count)); }

json::value save_workflow(const Workflow& workflow) {
    return {{"document", workflow.document->url}, {"workflow", workflow.id}};
}

json::value save_activation(const Workflow& workflow, const Activation& activation) {
    json::object out{
        {"step", workflow.steps[activation.step].id}, {"attempt", activation.attempt}, {"visit", activation.visit}};
    if (activation.started != Time{}) out["started_ms"] = to_milliseconds(activation.started);
    json::array retries;
    for (auto count : activation.retries) retries.emplace_back(count);
    out["retries"] = std::move(retries);
    if (activation.retry) out["retry"] = *activation.retry;
    if (activation.due) out["due_ms"] = to_milliseconds(*activation.due);
    return out;
}

json::value save_frame(const Frame& frame) {
    json::object out{{"of", save_workflow(*frame.workflow)},
                     {"purpose", static_cast<int>(frame.purpose)},
                     {"inputs", frame.inputs},
                     {"steps", frame.steps},
                     {"entered", frame.entered}};
    json::array stack;
    for (const auto& activation : frame.stack) stack.push_back(save_activation(*frame.workflow, activation));
    out["stack"] = std::move(stack);
    if (frame.deadline) out["deadline_ms"] = to_milliseconds(*frame.deadline);
    return out;
}

class StateLoader {
public:
    explicit StateLoader(const Library& library) : library_(library) {}

    const Document& document(const json::value& url) const {
        for (const auto& document : library_.documents())
            if (url == json::value(document->url)) return *document;
        refuse(Reason::conflict, "the document of the saved run is not there any more");
    }

    const Workflow& workflow(const json::value& saved) const {
        const auto* found =
            document(saved.as_object().at("document")).find_workflow(saved.as_object().at("workflow").as_string());
        if (!found) refuse(Reason::conflict, "the workflow of the saved run is not there any more");
        return *found;
    }

    Activation activation(const Workflow& workflow, const json::value& saved) const {
        const auto& object = saved.as_object();
        Activation out;
        auto step = workflow.index_of(object.at("step").as_string());
        if (!step) refuse(Reason::conflict, "a step of the saved run is not there any more");
        out.step = *step;
        out.attempt = object.at("attempt").to_number<int>();
        out.visit = object.at("visit").to_number<std::uint64_t>();
        for (const auto& count : object.at("retries").as_array())
            out.retries.push_back(count.to_number<std::int64_t>());
        std::size_t actions = workflow.steps[*step].on_failure.size();
        if (out.retries.size() != actions)
            refuse(Reason::conflict, "a step of the saved run has other failure actions now");
        if (const auto* retry = object.if_contains("retry")) {
            out.retry = retry->to_number<std::size_t>();
            if (*out.retry >= actions)
                refuse(Reason::malformed, "the saved run names a failure action that is not there");
        }
        if (const auto* started = object.if_contains("started_ms"))
            out.started = from_milliseconds(started->to_number<std::int64_t>());
        if (const auto* due = object.if_contains("due_ms")) out.due = from_milliseconds(due->to_number<std::int64_t>());
        return out;
    }

    Frame frame(const json::value& saved) const {
        const auto& object = saved.as_object();
        Frame out;
        out.workflow = &workflow(object.at("of"));
        auto purpose = object.at("purpose").to_number<int>();
        if (purpose < 0 || purpose > static_cast<int>(Frame::Purpose::recovery))
            refuse(Reason::malformed, "the saved run has a frame of no known purpose");
        out.purpose = static_cast<Frame::Purpose>(purpose);
        out.inputs = object.at("inputs").as_object();
        out.steps = object.at("steps").as_object();
        out.entered = object.at("entered").as_bool();
        for (const auto& activation_saved : object.at("stack").as_array())
            out.stack.push_back(activation(*out.workflow, activation_saved));
        if (const auto* deadline = object.if_contains("deadline_ms"))
            out.deadline = from_milliseconds(deadline->to_number<std::int64_t>());
        return out;
    }

private:
    const Library& library_;
};

// What step() relies on without looking.
void check_consistency(const std::vector<Frame>& frames, Phase phase) {
    auto wrong = [] { refuse(Reason::malformed, "the saved run contradicts itself"); };
    if (phase == Phase::finished) return frames.empty() ? void() : wrong();
    if (frames.empty() || phase == Phase::leaving) wrong();
    for (std::size_t i = 0; i < frames.size(); ++i) {
        bool is_root = frames[i].purpose == Frame::Purpose::root;
        if (is_root != (i == 0)) wrong();
        bool is_top = i + 1 == frames.size();
        bool needs_step = is_top ? phase != Phase::entering : frames[i + 1].purpose != Frame::Purpose::dependency;
        if (needs_step && frames[i].stack.empty()) wrong();
        if (!is_top && frames[i + 1].purpose == Frame::Purpose::recovery && !frames[i].stack.back().retry) wrong();
        for (std::size_t k = 0; k + 1 < frames[i].stack.size(); ++k)
            if (!frames[i].stack[k].retry) wrong();
    }
}

// Whoever shows what follows must know which of them are secrets.
void tell_inputs(std::vector<Event>& events, const Workflow& workflow, const json::value* inputs) {
    if (inputs && inputs->is_object()) events.push_back({Time{}, InputsForeseen{&workflow, inputs->get_object()}});
}

}  // namespace

json::value Run::save() const {
    const State& state = *state_;
    json::array frames, results, completed;
    for (const auto& frame : state.frames) frames.push_back(save_frame(frame));
    for (const auto& [document, of_document] : state.results)
        results.push_back({{"document", document->url}, {"workflows", of_document}});
    for (const auto* workflow : state.completed) completed.push_back(save_workflow(*workflow));
    return {{"version", version},
            {"phase", static_cast<int>(state.phase == Phase::sending ? Phase::starting : state.phase)},
            // A request under way does not count: it is executed, and counted, again.
            {"steps_executed", state.phase == Phase::sending ? state.steps - 1 : state.steps},
            {"visits", state.visits},
            {"sent_anything", state.sent_anything},
            {"cookies", state.cookies.save()},
            {"frames", std::move(frames)},
            {"results", std::move(results)},
            {"completed", std::move(completed)},
            {"outcome", static_cast<int>(state.finished.outcome)},
            {"outputs", state.finished.outputs},
            {"reason", state.finished.reason}};
}

Result<Run> Run::load(const Library& library, const json::value& saved, RunOptions options) {
    try {
        StateLoader loader(library);
        const auto& object = saved.as_object();
        if (object.at("version") != json::value(version))
            return Error{Reason::conflict, "the run was saved by another version"};
        auto state = std::make_unique<State>();
        state->options = std::move(options);
        auto phase = object.at("phase").to_number<int>();
        if (phase < 0 || phase > static_cast<int>(Phase::finished))
            return Error{Reason::malformed, "the saved run stands in no known phase"};
        state->phase = static_cast<Phase>(phase);
        state->steps = object.at("steps_executed").to_number<std::size_t>();
        state->visits = object.at("visits").to_number<std::uint64_t>();
        state->sent_anything = object.at("sent_anything").as_bool();
        if (const auto* cookies = object.if_contains("cookies")) state->cookies = CookieJar::load(*cookies);
        for (const auto& frame : object.at("frames").as_array()) state->frames.push_back(loader.frame(frame));
        for (const auto& result : object.at("results").as_array())
            state->results[&loader.document(result.as_object().at("document"))] =
                result.as_object().at("workflows").as_object();
        for (const auto& workflow : object.at("completed").as_array())
            state->completed.insert(&loader.workflow(workflow));
        auto outcome = object.at("outcome").to_number<int>();
        if (outcome < 0 || outcome > static_cast<int>(Outcome::cancelled))
            return Error{Reason::malformed, "the saved run has no known outcome"};
        state->finished = {static_cast<Outcome>(outcome), object.at("outputs").as_object(),
                           std::string(object.at("reason").as_string())};
        check_consistency(state->frames, state->phase);
        if (state->options.records) {
            for (const auto& [document, of_document] : state->results)
                for (const auto& result : of_document)
                    if (const auto* workflow = document->find_workflow(std::string_view(result.key())))
                        tell_inputs(
                            state->events, *workflow,
                            result.value().is_object() ? result.value().get_object().if_contains("inputs") : nullptr);
            for (const auto& frame : state->frames)
                state->events.push_back({Time{}, InputsForeseen{frame.workflow, frame.inputs}});
        }
        return Run(std::move(state));
    } catch (const Unfit& unfit) {
        return unfit.error;
    } catch (const std::exception&) {  // of Boost.JSON: a member is missing, or of another type
        return Error{Reason::malformed, "this is no saved run"};
    }
}

}  // namespace workflow
