// Record: what happened in a run, step by step, collected from its events for the reports (JUnit, HAR, JSON). Writers
// mask secrets; the record itself holds what was really sent and received.

#pragma once

#include <mutex>

#include "workflow/run/driver.h"
#include "workflow/run/secrets.h"

namespace workflow {

struct StepRecord {
    const Workflow* workflow = nullptr;
    const Step* step = nullptr;
    int depth = 0;
    int attempt = 1;
    Time started{};
    milliseconds elapsed{0};
    milliseconds exchange_elapsed{0};
    std::shared_ptr<const Exchange> exchange;
    std::vector<CriterionChecked> criteria;
    std::vector<std::string> notes;
    std::vector<ActionConsidered> actions;
    std::string action;
    bool ended = false;
    bool taken = false;  // by Recorder::take_ended()
    bool passed = false;
    std::string reason;
    json::object outputs;
};

struct Record {
    const Workflow* workflow = nullptr;
    Time started{};
    Time ended{};
    std::vector<StepRecord> steps;  // in the order in which they began
    Finished finished;
};

class Recorder : public Observer {
public:
    void on(const Event&) override;
    void finish(const Finished& finished, Time at);
    const Record& record() const { return record_; }

    // The steps that have ended since the last call, for whoever keeps them elsewhere; here their exchanges are
    // dropped.
    std::vector<StepRecord> take_ended();

private:
    StepRecord* open();
    StepRecord* begin(const StepEnded&, Time);

    Record record_;
    std::vector<std::size_t> open_;          // steps that have not ended, a called workflow's above its caller
    std::optional<std::size_t> last_ended_;  // the step that actions belong to
    bool is_between_ = false;                // since then, no other step has begun and no workflow ended
};

// Of one workflow, or of several that were run in one go: then JUnit has a suite for each, JSON a list of "workflows".
std::string junit_report(const std::vector<Record>&, const Secrets&);
std::string har_report(const std::vector<Record>&, const Secrets&, std::string_view version);
std::string json_report(const std::vector<Record>&, const Secrets&);
std::string junit_report(const Record&, const Secrets&);
std::string har_report(const Record&, const Secrets&, std::string_view version);
std::string json_report(const Record&, const Secrets&);
json::value json_step(const StepRecord&, const Secrets&);  // as in the JSON report

// "2026-01-31T12:00:00.123Z"
std::string timestamp(Time);

}  // namespace workflow
