#include "runner/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>

#include "engine/workflows/workflow_runs.h"
#include "runner/messages.h"
#include "runner/room.h"
#include "runner/run_leases.h"
#include "runner/turns.h"
#include "service/slow_work.h"
#include "workflow/run/record.h"
#include "workflow/text/text.h"

namespace workflows {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t threads = 4;
constexpr Share house = 0;  // no reseller's: which runs there are, and whose begin
constexpr std::size_t compiled_max = 32;
constexpr std::size_t compiling_threads = 2;
constexpr std::size_t compiling_of_reseller_max = 1'000;  // that wait
constexpr std::size_t state_bytes_max = 16 << 20;

// A run under way. Touched in its reseller's turns only, but for ids and epoch of its row, which stay as they are.
struct Active {
    WorkflowRun row;
    std::shared_ptr<const workflow::Library> compiled;
    std::optional<workflow::Run> run;
    workflow::Recorder recorder;
    workflow::Secrets secrets;
    std::uint64_t generation = 0;  // what comes back from an earlier one is ignored
    std::atomic<Instant> lease_until = {};
};

}  // namespace

// Outlives the Runner as long as somebody may still call back into it; what comes after stop() is dropped.
struct Runner::Core : std::enable_shared_from_this<Runner::Core> {
    RunnerOptions options;
    std::optional<RunLeases> leases;  // where servers share the database

    Turns turns;
    std::unique_ptr<service::SlowWork> compiling;  // on threads of its own, in turns by reseller
    std::atomic<bool> has_started{false};

    // Touched in the house's turns only.
    Room room{0, 0};
    std::map<std::int64_t, std::shared_ptr<Active>> active;  // by the run's id
    std::map<std::string, std::shared_ptr<const workflow::Library>> compiled;
    std::map<std::string, std::vector<std::shared_ptr<Active>>> waiting_for;  // a document that is being compiled
    bool is_looking_again = false;

    // --- whose turn ---

    void post(std::function<void()> work) { turns.post(house, std::move(work)); }

    static Share share_of(const Active& run) { return run.row.reseller_id; }

    void post(const Active& run, std::function<void()> work) { turns.post(share_of(run), std::move(work)); }

    void log(std::string_view sentence) const {
        if (options.log_failure) options.log_failure(sentence);
    }

    // "be recorded"
    void log_that_it_waits(std::string_view what_it_cannot, const Active& run,
                           const std::exception_ptr& failure) const {
        log(fmt::format("the run {} of a workflow cannot {} and waits: {}", run.row.id, what_it_cannot,
                        service::describe(failure)));
    }

    workflow::Time now() const { return workflow::Time(options.world->now().time_since_epoch()); }

    // --- which runs ---

    // Of all resellers.
    void look() {
        try {
            std::vector<std::int64_t> resellers;
            db::read_and_wait(*options.database,
                              [&](db::Tx& tx) { resellers = list_resellers_with_unfinished_runs(tx); });
            for (const std::int64_t id : resellers) room.want(id);
        } catch (const std::exception& exception) {
            return look_again(exception);
        }
        take_up();
    }

    // Where the database is shared each pass writes, and others' turns of the house come in between.
    void take_up() {
        while (const auto allowance = room.next()) {
            const std::int64_t reseller_id = allowance->reseller_id;
            std::vector<WorkflowRun> rows;
            try {
                rows = list_free(reseller_id, allowance->runs_max);
            } catch (const std::exception& exception) {
                return look_again(exception);
            }
            if (rows.size() == allowance->runs_max) room.want(reseller_id);
            for (WorkflowRun& row : rows) {
                if (active.contains(row.id))
                    room.met(reseller_id, row.id);
                else
                    begin(std::move(row));
            }
            if (leases) return post([this] { take_up(); });
        }
    }

    std::vector<WorkflowRun> list_free(std::int64_t reseller_id, std::size_t runs_max) {
        if (leases)
            return leases->take_over(reseller_id, runs_max, [&](std::int64_t id) { return active.contains(id); });
        std::vector<WorkflowRun> rows;
        db::read_and_wait(*options.database, [&](db::Tx& tx) {
            rows = list_unfinished_runs(tx, reseller_id, room.begun_through(reseller_id), Instant::max(), runs_max);
        });
        return rows;
    }

    // --- where servers share a database ---

    void look_now_and_then() {
        turns.post_after(house, options.look_delay, [self = shared_from_this()] {
            self->look_now_and_then();  // first, so that nothing that is thrown is the end of it
            const Instant until = self->leases->until();
            const auto is_off = [until, most = self->options.look_delay](const Active& run) {
                const Instant ends = run.lease_until;  // later than any where the clock has been set back
                return ends < until - most || ends > until + most;
            };
            self->extend_leases(is_off, until);
            self->look();
        });
    }

    // At a clean end: others need not wait. What is over they have already.
    void give_back() {
        const Instant now = options.world->now();
        extend_leases([now](const Active& run) { return run.lease_until.load() > now; }, Instant{});
    }

    void extend_leases(const std::function<bool(const Active&)>& is_wanted, Instant until) {
        std::vector<WorkflowRun> runs;
        for (const auto& [id, run] : active)
            if (is_wanted(*run)) runs.push_back(named(run->row));
        try {
            leases->extend(runs, until);
        } catch (const std::exception& exception) {
            return log(fmt::format("runs of workflows cannot be kept for this server: {}", exception.what()));
        }
        for (const WorkflowRun& run : runs) active.at(run.id)->lease_until = until;
    }

    // --- which runs begin ---

    void look_again(const std::exception& exception) {
        log(fmt::format("queued runs of workflows cannot be read: {}", exception.what()));
        look_again();
    }

    void look_again() {
        if (std::exchange(is_looking_again, true)) return;
        turns.post_after(house, options.retry_delay, [self = shared_from_this()] {
            self->is_looking_again = false;
            self->look();
        });
    }

    void begin(WorkflowRun row) {
        auto run = std::make_shared<Active>();
        run->row = std::move(row);
        run->lease_until = run->row.lease_until;
        active[run->row.id] = run;
        room.begun(run->row.reseller_id, run->row.id);
        const std::string key = fmt::format("{} {} {}", run->row.reseller_id, run->row.version, run->row.name);
        if (const auto found = compiled.find(key); found != compiled.end()) return hand_over(run, found->second);
        auto& waiting = waiting_for[key];
        waiting.push_back(run);
        if (waiting.size() == 1) compile_for(run->row, key);
    }

    // A large document takes a second: whoever runs others does not wait for it.
    void compile_for(const WorkflowRun& row, const std::string& key) {
        WorkflowRun named{.reseller_id = row.reseller_id, .id = row.id, .name = row.name, .version = row.version};
        const bool has_begun = compiling->begin(row.reseller_id, [this, named, key] {
            std::shared_ptr<const workflow::Library> library;
            std::string failure;
            try {
                std::optional<StoredWorkflow> stored;
                db::read_and_wait(*options.database, [&](db::Tx& tx) { stored = find_workflow_of_run(tx, named); });
                if (stored)
                    library = compile(stored->name, stored->document, stored->sources, options.find_own_document);
            } catch (const std::exception& exception) {
                failure = fmt::format("a workflow cannot be read: {}", exception.what());
            }
            post([this, key, library, failure] { compiled_for(key, library, failure); });
        });
        if (!has_begun) post([this, key] { compiled_for(key, nullptr, "too many workflows wait to be read"); });
    }

    // With a failure, which is of the database, it is tried again.
    void compiled_for(const std::string& key, const std::shared_ptr<const workflow::Library>& library,
                      const std::string& failure) {
        const auto runs = std::exchange(waiting_for[key], {});
        waiting_for.erase(key);
        if (!failure.empty()) {
            log(failure);
            const auto is_one = [&](const Active& one) {
                return std::any_of(runs.begin(), runs.end(), [&](const auto& run) { return run.get() == &one; });
            };
            if (leases) extend_leases(is_one, Instant{});  // given back
            for (const auto& run : runs) {
                active.erase(run->row.id);
                room.put_back(run->row.reseller_id, run->row.id);
            }
            return look_again();
        }
        if (compiled.size() >= compiled_max) compiled.clear();
        if (library) compiled[key] = library;
        for (const auto& run : runs) hand_over(run, library);
    }

    // From here on the run belongs to its reseller's turns.
    void hand_over(const std::shared_ptr<Active>& run, const std::shared_ptr<const workflow::Library>& library) {
        post(*run, [self = shared_from_this(), run, library] { self->begin_with(run, library); });
    }

    void ended(const Active& run) {
        active.erase(run.row.id);
        room.ended(run.row.reseller_id);
        if (active.empty()) return look();
        take_up();
    }

    void begin_with(const std::shared_ptr<Active>& run, std::shared_ptr<const workflow::Library> library) {
        run->compiled = std::move(library);
        const auto ready = prepare(*run);
        if (!ready.ok()) return refuse(run, ready.error().detail);
        advance(run, workflow::Begun{});
    }

    Result<void> prepare(Active& run) {
        const auto refusal = [](std::string detail) { return Error{Reason::invalid, std::move(detail)}; };
        const workflow::Document* document = run.compiled ? run.compiled->entry() : nullptr;
        if (!document) return refusal("the stored document cannot be read any more");
        workflow::RunOptions how;
        how.requests.servers = read_texts(run.row.servers);
        how.requests.credentials.are_implied = true;
        how.idempotency_prefix = run.row.idempotency_prefix;
        const workflow::Workflow* found = run.row.workflow_id.empty() && !document->workflows.empty()
                                              ? document->workflows[0].get()
                                              : document->find_workflow(run.row.workflow_id);
        if (!found) return refusal("there is no workflow \"" + run.row.workflow_id + "\" in the document");
        auto inputs = workflow::parse_json(run.row.inputs);
        if (!inputs || !inputs->is_object()) return refusal("its inputs are no JSON object");
        run.secrets.add_inputs(*found, inputs->get_object());
        run.row.inputs_shown = workflow::to_json(run.secrets.mask_value(*inputs));
        if (run.row.state) return resume(run, std::move(how));
        const auto obstacles = workflow::Library::obstacles(*found);
        if (!obstacles.empty()) return refusal(obstacles[0]);
        run.run.emplace(*found, std::move(inputs->get_object()), std::move(how));
        return {};
    }

    static Result<void> resume(Active& run, workflow::RunOptions how) {
        const auto state = workflow::parse_json(*run.row.state);
        if (!state) return Error{Reason::malformed, "what was written down of it cannot be read"};
        auto loaded = workflow::Run::load(*run.compiled, *state, std::move(how));
        if (!loaded.ok()) return loaded.error();
        run.secrets.learn_from({{"Content-Type", "application/json"}}, *run.row.state);
        run.run.emplace(std::move(loaded).value());
        return {};
    }

    // --- one run ---

    void advance(const std::shared_ptr<Active>& run, workflow::Happened happened) {
        ++run->generation;
        auto steps = std::make_shared<std::vector<WorkflowRunStep>>();
        auto todo = std::make_shared<workflow::Todo>();
        try {
            *todo = run->run->step(std::move(happened), now());
            note_events(*run, *steps);
            if (const auto* finished = std::get_if<workflow::Finished>(todo.get()))
                finish(*run, to_status(finished->outcome), finished->reason, finished->outputs);
            else
                keep_state(*run);
        } catch (const std::exception& exception) {
            log(fmt::format("the run {} of a workflow has broken down: {}", run->row.id, exception.what()));
            finish(*run, RunStatus::failed, "the server could not go on with it", {});
        }
        record(run, steps, todo);
    }

    static void note_events(Active& run, std::vector<WorkflowRunStep>& steps) {
        for (const workflow::Event& event : run.run->take_events()) {
            run.secrets.learn(event);
            run.recorder.on(event);
        }
        for (const auto& step : run.recorder.take_ended())
            steps.push_back({++run.row.steps, to_record(step, run.secrets)});
    }

    // Nothing could be executed.
    void refuse(const std::shared_ptr<Active>& run, std::string reason) {
        const bool has_begun = run->row.state.has_value();
        finish(*run, has_begun ? RunStatus::failed : RunStatus::not_run, std::move(reason), {});
        record(run, std::make_shared<std::vector<WorkflowRunStep>>(),
               std::make_shared<workflow::Todo>(workflow::Finished{}));
    }

    static void finish(Active& run, RunStatus status, std::string reason, const workflow::json::object& outputs) {
        run.row.status = status;
        run.row.reason = run.secrets.mask(reason);
        // What the run was given in secret nobody needs back.
        run.row.outputs = workflow::to_json(run.secrets.mask_given(outputs));
        run.row.state.reset();
        run.row.state_pieces = 0;
        const auto inputs = workflow::parse_json(run.row.inputs);
        if (!run.row.inputs_shown)
            run.row.inputs_shown = inputs ? workflow::to_json(workflow::mask_everything(*inputs)) : "{}";
        // By now more may be known: what became a secret in a workflow that was called.
        else if (inputs)
            run.row.inputs_shown = workflow::to_json(run.secrets.mask_value(*inputs));
        run.row.inputs = *run.row.inputs_shown;
    }

    void keep_state(Active& run) const {
        run.row.status = RunStatus::running;
        run.row.state = workflow::to_json(run.run->save());
        if (run.row.state->size() > state_bytes_max)
            return finish(run, RunStatus::failed, "it holds too much data", {});
        ++run.row.state_number;
        run.row.state_pieces = 0;
        if (run.row.state->size() > options.piece_bytes)
            run.row.state_pieces = static_cast<std::int64_t>(pieces_of(*run.row.state, options.piece_bytes).size());
    }

    // What is done next is done only once this is durable. A long state goes ahead, piece by piece, so that others
    // write in between; it counts once the run itself has been written.
    void record(const std::shared_ptr<Active>& run, std::shared_ptr<const std::vector<WorkflowRunStep>> steps,
                std::shared_ptr<workflow::Todo> todo, std::int64_t piece = 0) {
        if (leases) run->row.lease_until = leases->until();
        if (piece < run->row.state_pieces) return record_piece(run, steps, todo, piece);
        auto kept = std::make_shared<bool>(false);
        options.database->write(
            [row = head_of(run->row), steps, kept, world = options.world](db::Tx& tx) {
                *kept = record_workflow_run(tx, *world, row, *steps);
                return *kept ? db::Outcome::keep : db::Outcome::undo;
            },
            [self = shared_from_this(), run, steps, todo, kept](std::exception_ptr failure) {
                self->post(*run, [=] { self->recorded(run, steps, todo, *kept, failure); });
            });
    }

    void record_piece(const std::shared_ptr<Active>& run,
                      const std::shared_ptr<const std::vector<WorkflowRunStep>>& steps,
                      const std::shared_ptr<workflow::Todo>& todo, std::int64_t piece) {
        WorkflowRun head = named(run->row);
        head.state_number = run->row.state_number;
        std::string text(pieces_of(*run->row.state, options.piece_bytes)[static_cast<std::size_t>(piece)]);
        auto kept = std::make_shared<bool>(false);
        options.database->write(
            [head, piece, kept, text = std::move(text)](db::Tx& tx) {
                *kept = record_workflow_run_piece(tx, head, piece, text);
                return *kept ? db::Outcome::keep : db::Outcome::undo;
            },
            [self = shared_from_this(), run, steps, todo, piece, kept](std::exception_ptr failure) {
                self->post(*run, [=] {
                    if (failure || !*kept) return self->recorded(run, steps, todo, *kept, failure);
                    self->record(run, steps, todo, piece + 1);
                });
            });
    }

    void wait_for_database(const std::shared_ptr<Active>& run,
                           const std::shared_ptr<const std::vector<WorkflowRunStep>>& steps,
                           const std::shared_ptr<workflow::Todo>& todo, const std::exception_ptr& failure) {
        log_that_it_waits("be recorded", *run, failure);
        turns.post_after(share_of(*run), options.retry_delay,
                         [self = shared_from_this(), run, steps, todo] { self->record(run, steps, todo); });
    }

    void recorded(const std::shared_ptr<Active>& run, const std::shared_ptr<const std::vector<WorkflowRunStep>>& steps,
                  const std::shared_ptr<workflow::Todo>& todo, bool kept, const std::exception_ptr& failure) {
        if (failure) return wait_for_database(run, steps, todo, failure);
        run->lease_until = run->row.lease_until;
        if (!kept || is_finished(run->row.status))  // cancelled or taken over meanwhile, or at its end
            return post([self = shared_from_this(), run] { self->ended(*run); });
        if (const auto* wait = std::get_if<workflow::Wait>(todo.get()))
            return expect(run, wait->delay, workflow::Waited{});
        send(run, std::get<workflow::Send>(*todo));
    }

    // Tells the run so, unless something else has happened until then.
    void expect(const std::shared_ptr<Active>& run, milliseconds delay, workflow::Happened happened) {
        turns.post_after(share_of(*run), delay,
                         [self = shared_from_this(), weak = std::weak_ptr<Active>(run), generation = run->generation,
                          happened = std::move(happened)] {
                             const auto run = weak.lock();
                             if (run && run->generation == generation) self->advance(run, happened);
                         });
    }

    void send(const std::shared_ptr<Active>& run, workflow::Send send) {
        const milliseconds timeout = send.timeout ? *send.timeout : options.answer_timeout;
        auto request = std::make_shared<http::Request>(to_request(std::move(send), run->row, run->generation));
        request->remote_address = Runner::remote_address;
        ask_when_known(run, request, timeout);
    }

    // Once the database has said who asks, and that the run is this server's still: until then nothing is sent.
    void ask_when_known(const std::shared_ptr<Active>& run, const std::shared_ptr<http::Request>& request,
                        milliseconds timeout) {
        auto callers = std::make_shared<std::optional<Result<RunCallers>>>();
        options.database->read(
            [callers, row = run->row, world = options.world, is_shared = leases.has_value()](db::Tx& tx) {
                callers->reset();
                if (!is_shared || has_run(tx, row)) callers->emplace(find_run_callers(tx, *world, row));
                return db::Outcome::keep;
            },
            [=, self = shared_from_this()](std::exception_ptr failure) {
                self->post(*run, [=] {
                    if (failure) {
                        self->log_that_it_waits("go on", *run, failure);
                        self->turns.post_after(share_of(*run), self->options.retry_delay,
                                               [=] { self->ask_when_known(run, request, timeout); });
                    } else if (!*callers) {  // taken over meanwhile
                        self->post([self, run] { self->ended(*run); });
                    } else if (!(*callers)->ok()) {
                        self->advance(run, workflow::Cancelled{(*callers)->error().detail});
                    } else {
                        self->ask(run, (*callers)->value(), std::move(*request), timeout);
                    }
                });
            });
    }

    void ask(const std::shared_ptr<Active>& run, const RunCallers& callers, http::Request request,
             milliseconds timeout) {
        expect(run, timeout, workflow::NotAnswered{fmt::format("no answer within {} ms", timeout.count())});
        auto caller_for = [callers](CredentialKind kind) {
            return kind == CredentialKind::operator_token ? callers.operating : callers.acting;
        };
        options.serve(std::move(caller_for), std::move(request),
                      [self = shared_from_this(), run, generation = run->generation](const http::Response& response) {
                          auto happened = std::make_shared<workflow::Happened>(to_happened(response));
                          self->post(*run, [=] {
                              if (run->generation == generation) self->advance(run, std::move(*happened));
                          });
                      });
    }
};

Runner::Runner() : core_(std::make_shared<Core>()) {}

Runner::~Runner() { stop(); }

void Runner::start(RunnerOptions options) {
    core_->options = std::move(options);
    if (core_->options.is_shared)
        core_->leases.emplace(*core_->options.database, *core_->options.world, core_->options.lease);
    core_->room = Room(core_->options.runs_max, core_->options.runs_of_reseller_max);
    core_->compiling = std::make_unique<service::SlowWork>(compiling_threads, compiling_of_reseller_max);
    core_->has_started = true;
    core_->turns.start(threads, core_->options.log_failure);
    core_->post([core = core_.get()] { core->look(); });
    if (core_->leases) core_->look_now_and_then();
}

void Runner::stop() {
    core_->turns.stop();  // what it drops holds the core itself
    if (core_->compiling) core_->compiling->stop();
    if (core_->leases) core_->give_back();
    core_->leases.reset();  // once only: then the database may go
    core_->active.clear();
    core_->waiting_for.clear();
}

void Runner::look(std::int64_t reseller_id) {
    core_->post([core = core_.get(), reseller_id] {
        core->room.want(reseller_id);
        core->take_up();
    });
}

bool Runner::post(std::int64_t reseller_id, std::function<void()> work) {
    return core_->has_started && core_->compiling->begin(reseller_id, std::move(work));
}

const FindOwnDocument& Runner::find_own_document() const { return core_->options.find_own_document; }

}  // namespace workflows
