// Run: one execution of a workflow, as a state machine without sockets, clocks or threads. Whoever drives it
// (driver.cc, a test, a server that resumes) tells it what has happened and is told what to do next:
//
//     Todo todo = run.step(Begun{}, now);
//     while (not Finished) todo = run.step(<what became of the todo>, now);
//
// save() can be called between any two steps; a Run loaded from that text goes on where the first one stood and repeats
// no completed step. A request that was under way is sent again, with the same Idempotency-Key.
//
// Where Arazzo leaves a choice, this is ours (docs/arazzo.md):
// - a step without successCriteria succeeds with a status below 400; redirects that nobody describes are followed;
// - a failure action `end` ends the workflow as failed; one that goes on (`goto`) has dealt with the failure;
// - a step's outputs are computed whether it succeeded or not, before its actions' criteria;
// - after a step that calls a workflow, $statusCode and $response are those of the last request made in it (the
//   specification's own example asks for $statusCode there), and the workflow's outputs are outputs of the step;
// - of a retry, the step or workflow named in it runs first, at once; what is left of the delay follows; the retry is
//   made whether it passed or not;
// - of a step that runs on behalf of a retry, only its own retries count; control returns afterwards in any case;
// - a workflow entered by goto takes the inputs of the one it was entered from, as far as its schema names them, and
//   then the action's parameters (1.1); its outcome and outputs take the place of the other's.

#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <variant>

#include "workflow/document/library.h"
#include "workflow/run/event.h"
#include "workflow/run/request.h"

namespace workflow {

using Time = std::chrono::system_clock::time_point;
using std::chrono::milliseconds;

enum class Outcome {
    passed,
    failed,
    not_run,  // nothing was sent: the inputs are not valid, or no request could be made
    cancelled,
};

// What to do.
struct Send {
    std::string method;
    std::string url;
    http::Headers headers;
    std::string body;
    std::optional<milliseconds> timeout;
    const Step* step = nullptr;  // whose request it is; null: a redirect has led it away from the step's server
};
struct Wait {
    milliseconds delay{0};
};
struct Finished {
    Outcome outcome = Outcome::passed;
    json::object outputs;
    std::string reason;  // one sentence when it did not pass
};
using Todo = std::variant<Send, Wait, Finished>;

// What has happened.
struct Begun {};  // also: resumed
struct Answered {
    int status = 0;
    http::Headers headers;
    std::string body;
    http::Headers headers_added;  // to the request, by what has sent it
};
struct NotAnswered {
    std::string why;  // one sentence
};
struct Waited {};
struct Cancelled {
    std::string why;
};
using Happened = std::variant<Begun, Answered, NotAnswered, Waited, Cancelled>;

// Problems with a response, one sentence each; see response_check.h.
using CheckResponse = std::function<std::vector<std::string>(const Operation&, const Exchange&)>;

// What workflows have come to: known to those that depend on them. Workflows are named by their document's URL and
// their id, since each file that was opened has documents of its own.
struct Results {
    std::map<std::string, json::object>
        of_documents;  // URL -> as $workflows sees it: id -> {"inputs", "outputs", "steps"}
    std::set<std::pair<std::string, std::string>> passed;

    void add(const Results&);
};

struct RunOptions {
    RequestOptions requests;
    CheckResponse check_response;                 // may be empty
    std::string idempotency_prefix;               // when not empty, each POST and PATCH carries an Idempotency-Key
    std::size_t steps_max = 1000;                 // executions of steps, retries included
    std::size_t depth_max = 32;                   // workflows that called one another
    milliseconds wait_max{60 * 60 * 1000};        // a longer delay (a hostile Retry-After) fails the step
    bool records = true;                          // events; without, only the outcome is known
    std::shared_ptr<const Results> earlier = {};  // what passed there is not run again as a dependency
};

class Run {
public:
    Run(const Workflow&, json::object inputs, RunOptions);
    ~Run();
    Run(Run&&) noexcept;
    Run& operator=(Run&&) noexcept;

    Todo step(Happened, Time now);

    // What has happened since the last call.
    std::vector<Event> take_events();

    // Of all workflows that ran in it.
    Results results() const;

    json::value save() const;
    // Refuses (malformed) what save() did not make, and (conflict) what does not fit the library's documents any more.
    static Result<Run> load(const Library&, const json::value& saved, RunOptions);

private:
    struct State;
    struct Machine;
    explicit Run(std::unique_ptr<State>);
    static void take_earlier(const Document&, State&);

    std::unique_ptr<State> state_;
};

}  // namespace workflow
