#include "workflow/run/record.h"

namespace workflow {

StepRecord* Recorder::open() { return open_.empty() ? nullptr : &record_.steps[open_.back()]; }

void Recorder::on(const Event& event) {
    StepRecord* current = open();
    if (const auto* started = std::get_if<WorkflowStarted>(&event.what)) {
        if (!record_.workflow) {
            record_.workflow = started->workflow;
            record_.started = event.at;
        }
    } else if (std::holds_alternative<WorkflowEnded>(event.what)) {
        is_between_ = false;
    } else if (const auto* step = std::get_if<StepStarted>(&event.what)) {
        is_between_ = false;
        open_.push_back(record_.steps.size());
        auto& record = record_.steps.emplace_back();
        record.workflow = step->workflow;
        record.step = step->step;
        record.depth = step->depth;
        record.attempt = step->attempt;
        record.started = event.at;
    } else if (const auto* sent = std::get_if<RequestSent>(&event.what)) {
        if (current) current->exchange = sent->exchange;
    } else if (const auto* received = std::get_if<ResponseReceived>(&event.what)) {
        if (current) current->exchange_elapsed = received->elapsed;
    } else if (const auto* missing = std::get_if<NoResponse>(&event.what)) {
        if (current) current->exchange_elapsed = missing->elapsed;
    } else if (const auto* criterion = std::get_if<CriterionChecked>(&event.what)) {
        if (current) current->criteria.push_back(*criterion);
    } else if (const auto* note = std::get_if<Noted>(&event.what)) {
        // Behind the end of a step, it is about what followed from it.
        if (is_between_) current = &record_.steps[*last_ended_];
        if (current) current->notes.push_back(note->text);
    } else if (const auto* ended = std::get_if<StepEnded>(&event.what)) {
        // Steps of a called workflow that was cut off never end themselves.
        while (current && current->step != ended->step) {
            open_.pop_back();
            current = open();
        }
        if (!current) current = begin(*ended, event.at);  // of a run that was resumed inside of it
        current->ended = true;
        current->passed = ended->passed;
        current->reason = ended->reason;
        current->outputs = ended->outputs;
        current->elapsed = ended->elapsed;
        is_between_ = true;
        last_ended_ = static_cast<std::size_t>(current - record_.steps.data());
        if (!open_.empty()) open_.pop_back();
    } else if (const auto* considered = std::get_if<ActionConsidered>(&event.what)) {
        if (last_ended_) record_.steps[*last_ended_].actions.push_back(*considered);
    } else if (const auto* action = std::get_if<ActionTaken>(&event.what)) {
        if (last_ended_) record_.steps[*last_ended_].action = action->text;
    }
}

StepRecord* Recorder::begin(const StepEnded& ended, Time at) {
    auto& record = record_.steps.emplace_back();
    record.workflow = ended.workflow;
    record.step = ended.step;
    record.depth = ended.depth;
    record.attempt = ended.attempt;
    record.started = at - ended.elapsed;
    return &record;
}

std::vector<StepRecord> Recorder::take_ended() {
    std::vector<StepRecord> out;
    for (auto& step : record_.steps) {
        if (!step.ended || step.taken) continue;
        out.push_back(step);
        step = StepRecord{.workflow = step.workflow, .step = step.step, .ended = true, .taken = true};
    }
    return out;
}

void Recorder::finish(const Finished& finished, Time at) {
    record_.finished = finished;
    record_.ended = at;
}

}  // namespace workflow
