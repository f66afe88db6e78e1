#include "db/postgres_writer.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <utility>

namespace db::postgres {
namespace {

// Where a work had to be undone late, the next one may have to be, too.
constexpr int careful_transactions = 4;

}  // namespace

Writer::Writer(const PostgresOptions& options, Generation& generation, Progress& progress, Claim& claim, Health& health,
               Crowd& crowd)
    : options_(options),
      generation_(generation),
      progress_(progress),
      claim_(claim),
      health_(health),
      crowd_(crowd),
      queue_(options.queue_limit) {
    crowd_.add(queue_);
    for (std::size_t i = 0; i < options.write_connections; ++i) threads_.emplace_back([this, i] { loop(i); });
}

Writer::~Writer() {
    stop();
    crowd_.remove(queue_);
}

void Writer::stop() {
    queue_.stop();
    for (std::thread& thread : threads_)
        if (thread.joinable()) thread.join();
}

void Writer::write(Database::Work work, Database::Done done) {
    Job job{std::move(work), std::move(done), Clock::now() + options_.deadline};
    if (!queue_.add(job)) return job.done(unavailable("too many writes are waiting"));
    options_.status->works_waiting.store(queue_.size(), std::memory_order_relaxed);
}

void Writer::loop(std::size_t number) {
    pthread_setname_np(pthread_self(), "db-writer");
    Worker worker{.number = number, .line{options_.address, health_, crowd_, &queue_}};
    while (true) {
        std::vector<Job> jobs = queue_.take(worker.limit, [&worker] { worker.line.close(); });
        if (jobs.empty()) return;
        options_.status->works_waiting.store(queue_.size(), std::memory_order_relaxed);
        const auto begun = Clock::now();
        Jobs batch;
        for (Job& job : jobs) batch.push_back(&job);
        run(worker, std::move(batch));
        if (std::ranges::any_of(jobs, &Job::is_left)) queue_.give_back(jobs);
        if (options_.status->on_commit && !jobs.empty())
            options_.status->on_commit(jobs.size(),
                                       std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun));
        if (!jobs.empty()) tell(jobs);
        if (worker.line.is_left_out()) queue_.stand_aside(time_aside);
    }
}

// Until each of them has been done, or has waited too long.
void Writer::run(Worker& worker, Jobs jobs) {
    for (int attempts = 1;; ++attempts) {
        fail_late(worker, jobs);
        if (jobs.empty()) return;
        if (jobs.size() > worker.limit) return run_apart(worker, jobs);
        run_once(worker, jobs);
        if (jobs.empty()) return;
        if (worker.line.is_left_out()) {
            fail_late(worker, jobs);
            for (Job* job : jobs) job->is_left = true;
            return;
        }
        // Two that meet again and again are to come at different times.
        if (attempts > 2)
            queue_.rest(std::chrono::milliseconds(worker.random() % static_cast<unsigned>(std::min(attempts, 50))));
    }
}

void Writer::run_apart(Worker& worker, Jobs& jobs) {
    while (!jobs.empty()) {
        const auto end = jobs.begin() + static_cast<std::ptrdiff_t>(std::min(worker.limit, jobs.size()));
        Jobs part(jobs.begin(), end);
        jobs.erase(jobs.begin(), end);
        run(worker, std::move(part));
    }
}

// Leaves those that are to be run again.
void Writer::run_once(Worker& worker, Jobs& jobs) {
    Connection* const connection = worker.line.connect(earliest_answer(jobs));
    if (connection == nullptr) {
        worker.reason = worker.line.reason();
        if (!worker.line.is_left_out()) queue_.rest(rest_without_connection);
        return;
    }
    if (!may_write(worker, jobs)) return;
    const auto marker = static_cast<std::int64_t>(worker.random() >> 1);
    const bool is_careful = options_.is_step_by_step || worker.careful > 0;
    const auto mode = is_careful ? Transaction::Mode::careful : Transaction::Mode::ahead;
    progress_.begin(worker.number);
    Outcome outcome = attempt(worker, *connection, jobs, mode, marker);
    if (outcome == Outcome::unknown) outcome = resolve(worker, jobs, marker);
    if (outcome == Outcome::unknown)
        progress_.end_unknown(worker.number, marker);
    else
        progress_.end(worker.number);
    switch (outcome) {
    case Outcome::committed:
        options_.status->commits.fetch_add(1, std::memory_order_relaxed);
        worker.limit = std::min(worker.limit + 1, options_.batch_limit);
        worker.careful = std::max(0, worker.careful - 1);
        worker.line.worked();
        jobs.clear();
        return;
    case Outcome::conflict:
        worker.limit = std::max<std::size_t>(1, worker.limit / 2);
        options_.status->batches_run_twice.fetch_add(1, std::memory_order_relaxed);
        return;
    case Outcome::needs_care:
        options_.status->batches_run_twice.fetch_add(1, std::memory_order_relaxed);
        if (mode == Transaction::Mode::ahead) {
            worker.careful = jobs.size() > 1 ? careful_transactions : 1;
        } else if (jobs.size() > 1) {
            worker.limit = 1;  // whose it is shows when each is alone
        } else {
            jobs[0]->failure =
                worker.is_broken ? std::make_exception_ptr(Broken(worker.reason)) : unavailable(worker.reason);
            jobs.clear();
        }
        return;
    case Outcome::lost:
    case Outcome::unknown: return;  // unknown: all of them are late
    }
}

bool Writer::may_write(Worker& worker, Jobs& jobs) {
    const Claim::State state = claim_.state();
    if (state == Claim::State::unwanted || state == Claim::State::held) return true;
    worker.reason = state == Claim::State::refused ? Claim::lost : "it is not known whether another server has it";
    if (state == Claim::State::refused) {
        for (Job* job : jobs) job->failure = unavailable(worker.reason);
        jobs.clear();
    } else {
        queue_.rest(std::chrono::milliseconds(20));
    }
    return false;
}

Writer::Outcome Writer::attempt(Worker& worker, Connection& connection, Jobs& jobs, Transaction::Mode mode,
                                std::int64_t marker) {
    bool is_committing = false;
    try {
        if (!connection.has_own_schema()) connection.look_for_own_schema();
        if (progress_.needs_ids(worker.number)) progress_.publish(connection);
        Transaction transaction(connection, mode, connection.has_own_schema(),
                                progress_.is_shared() ? progress_.name() : std::string_view(), claim_.is_wanted());
        const Outcome outcome = [&] {
            for (Job* job : jobs) {
                job->failure = nullptr;
                if (!run_work(transaction, *job)) return Outcome::needs_care;
            }
            if (!progress_.is_in(worker.number)) return Outcome::conflict;
            is_committing = true;
            return transaction.commit(marker) ? Outcome::committed : Outcome::needs_care;
        }();
        if (const auto seen = transaction.generation()) generation_.see(*seen);
        if (outcome == Outcome::committed && transaction.invalidates() && !transaction.generation())
            generation_.see(generation_.number() + 1);  // nobody else looks yet: there is no row for it
        if (outcome == Outcome::committed) return outcome;
        is_committing = false;
        worker.reason = transaction.reason();
        worker.is_broken = transaction.is_broken();
        transaction.roll_back();
        if (transaction.has_lost_place()) {
            claim_.doubt();
            progress_.join(connection);
        }
        if (connection.is_stale()) worker.line.close();
        if (outcome == Outcome::conflict) return outcome;
        return transaction.trouble() == Transaction::Trouble::conflict ? Outcome::conflict : Outcome::needs_care;
    } catch (const Lost& lost) {
        worker.reason = lost.sentence;
        worker.line.lose(lost.sentence);
        return is_committing ? Outcome::unknown : Outcome::lost;
    } catch (const std::exception& failure) {  // of the driver's own questions
        worker.reason = failure.what();
        worker.line.lose(failure.what());
        return is_committing ? Outcome::unknown : Outcome::lost;
    }
}

// False: it cannot go on with this transaction.
bool Writer::run_work(Transaction& transaction, Job& job) {
    try {
        transaction.begin_work();
        const db::Outcome outcome = job.work(transaction);
        transaction.look_at_generation();
        if (outcome == db::Outcome::keep)
            transaction.keep_work();
        else
            transaction.undo_work();
    } catch (const Lost&) {
        throw;
    } catch (const RunAgain&) {
    } catch (...) {
        job.failure = std::current_exception();
        try {
            transaction.undo_work();
        } catch (const RunAgain&) {
        }
    }
    return transaction.trouble() == Transaction::Trouble::none;
}

Writer::Outcome Writer::resolve(Worker& worker, const Jobs& jobs, std::int64_t marker) {
    const auto latest = earliest_answer(jobs);
    while (Clock::now() < latest) {
        Connection* const connection = worker.line.connect(latest);
        if (connection == nullptr) {
            if (worker.line.is_left_out()) queue_.want_one();
            queue_.rest(rest_without_connection);
            continue;
        }
        try {
            if (!connection->has_own_schema()) break;
            if (const auto is_there = find_out(*connection, marker))
                return *is_there ? Outcome::committed : Outcome::lost;
            queue_.rest(std::chrono::milliseconds(10));
        } catch (const Lost& lost) {
            worker.line.lose(lost.sentence);
        }
    }
    for (Job* job : jobs) job->answer_by = std::min(job->answer_by, Clock::now());
    worker.reason = "it is not known whether what was written is there";
    return Outcome::unknown;
}

void Writer::fail_late(Worker& worker, Jobs& jobs) {
    const auto now = Clock::now();
    std::erase_if(jobs, [&](Job* job) {
        if (job->answer_by > now) return false;
        job->failure = unavailable(worker.reason.empty() ? "waited too long to be written"
                                                         : "waited too long to be written: " + worker.reason);
        return true;
    });
}

void Writer::tell(std::vector<Job>& jobs) {
    const auto tell_all = [&jobs] {
        for (Job& job : jobs) job.done(std::move(job.failure));
    };
    options_.tell ? options_.tell(tell_all) : tell_all();
}

}  // namespace db::postgres
