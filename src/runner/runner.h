// Runner: executes the runs that operators have queued, on a few threads of its own, in turns by reseller: of each
// reseller one step of one run at a time, so that whoever takes long holds up his own runs alone, as long as there
// are more threads than such resellers. The database is its memory: after each step it writes down where the run stands
// and what the step did, and only then goes on; so a run that a restart has interrupted goes on where it stood, and a
// request of which nobody knows whether it was answered is sent again under the same Idempotency-Key. Requests are made
// of this server in process, in the name of the run's operator, and no socket is involved. Never blocks a thread of the
// server's or the database's. Documents are read on other threads, in turns by reseller too.
//
// Where servers share a database, each run is executed by the one that has taken it over: it is its own as long as it
// extends its lease, by each step and in between; what is written down is of its epoch, or does not count. A run whose
// server is gone is taken over by the next that looks, once its lease has ended.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "runner/compiled.h"
#include "service/service.h"
#include "workflow/run/run.h"

namespace workflows {

struct RunnerOptions {
    db::Database* database = nullptr;
    World* world = nullptr;
    std::function<void(service::Service::CallerFor, http::Request, http::Reply)> serve;
    std::function<void(std::string_view sentence)> log_failure;  // may be empty
    FindOwnDocument find_own_document = {};
    // Under way at a time, of all and of one reseller (see room.h); more wait in the database.
    std::size_t runs_max = 1'000;
    std::size_t runs_of_reseller_max = 200;
    std::chrono::milliseconds answer_timeout{60'000};
    std::size_t piece_bytes = 128 << 10;           // of a state, that one transaction writes
    std::chrono::milliseconds retry_delay{1'000};  // after the database could not be written
    bool is_shared = false;                        // others execute runs of this database, too
    std::chrono::milliseconds lease{20'000};       // then: how long a run is this server's
    std::chrono::milliseconds look_delay{5'000};   // then: leases are extended, and others' runs looked for
};

class Runner {
public:
    // Where requests come from that runs make.
    static constexpr std::string_view remote_address = "a workflow's run";

    Runner();
    ~Runner();
    Runner(const Runner&) = delete;

    // Takes up what is unfinished. Once.
    void start(RunnerOptions);
    // What is under way is left as it was last written down, for other servers to take over. Nothing is asked of the
    // database afterwards.
    void stop();

    // There may be something of this reseller to begin.
    void look(std::int64_t reseller_id);

    // Does something that takes long, such as reading a document, where runs are not held up: each reseller's in turn.
    // False: too much of this one waits already, or the runner does not run. Must not throw.
    bool post(std::int64_t reseller_id, std::function<void()>);

    const FindOwnDocument& find_own_document() const;

private:
    struct Core;
    std::shared_ptr<Core> core_;
};

}  // namespace workflows
