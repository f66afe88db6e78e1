// Events: what a run tells while it goes on, in order. Read by progress lines and reports; never by the run itself.
// They refer to the library's documents, which must outlive them. Nothing in them is masked yet: see secrets.h.

#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "workflow/document/document.h"

namespace workflow {

struct WorkflowStarted {
    int depth = 0;
    const Workflow* workflow = nullptr;
    std::string why;      // "it is a dependency of pay"; empty for the workflow that was asked for
    json::object inputs;  // with the defaults of its schema
};
// What a workflow will be given when it is called, as far as it is known by now: before the step that brought it to
// light is told, so that nobody shows what is a secret there. Also the inputs of a run that was resumed.
struct InputsForeseen {
    const Workflow* workflow = nullptr;
    json::object inputs;
};
struct WorkflowEnded {
    int depth = 0;
    const Workflow* workflow = nullptr;
    bool passed = false;
    std::string reason;
    json::object outputs;
};
struct StepStarted {
    int depth = 0;
    const Workflow* workflow = nullptr;
    const Step* step = nullptr;
    int attempt = 1;
};
struct RequestSent {
    std::shared_ptr<const Exchange> exchange;
};
struct ResponseReceived {
    std::shared_ptr<const Exchange> exchange;
    std::chrono::milliseconds elapsed{0};
};
struct NoResponse {
    std::shared_ptr<const Exchange> exchange;
    std::string why;
    std::chrono::milliseconds elapsed{0};
};
struct CriterionChecked {
    std::string text;
    bool holds = false;
    std::string why;
};
struct Noted {
    std::string text;
};
struct StepEnded {
    int depth = 0;
    const Workflow* workflow = nullptr;
    const Step* step = nullptr;
    int attempt = 1;
    bool passed = false;
    std::string reason;
    json::object outputs;
    std::chrono::milliseconds elapsed{0};
};
// Each action of a step that was looked at, in order, up to the one that was taken.
struct ActionConsidered {
    std::string name;
    std::string type;  // "end", "goto", "retry"
    bool is_taken = false;
    std::string why;  // "its criteria hold", "$statusCode == 503: $statusCode is 500"
};
struct ActionTaken {
    std::string text;  // "retry \"wait\" (1 of 3) in 1.5 s"
};

using Happening =
    std::variant<WorkflowStarted, InputsForeseen, WorkflowEnded, StepStarted, RequestSent, ResponseReceived, NoResponse,
                 CriterionChecked, Noted, StepEnded, ActionConsidered, ActionTaken>;

struct Event {
    std::chrono::system_clock::time_point at;
    Happening what;
};

}  // namespace workflow
