#include "service/admission.h"

#include <functional>
#include <mutex>
#include <utility>

#include "http/forwarded.h"
#include "service/dialect.h"

namespace service {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t write_credit = 16;
constexpr std::size_t all_writes_waiting = 20'000;
constexpr std::size_t shares_of_strangers = 256;

std::exception_ptr unavailable(const char* why) { return std::make_exception_ptr(db::Unavailable(why)); }

}  // namespace

Share share_of(const Call& call) {
    if (call.authenticated)
        return call.caller.home_reseller_id != 0 ? call.caller.home_reseller_id : call.caller.reseller.id;
    const std::size_t hash = std::hash<std::string>()(http::network_of(call.client_address));
    return -1 - static_cast<Share>(hash % shares_of_strangers);
}

void write(const App& app, const Call& call, db::Database::Work work, db::Database::Done done, std::int64_t cost) {
    app.admission->write(share_of(call), std::move(work), std::move(done), cost);
}

class Admission::Writes : public std::enable_shared_from_this<Admission::Writes> {
public:
    Writes(db::Database& database, const AdmissionLimits& limits)
        : database_(database), limits_(limits), waiting_(limits.writes_waiting, all_writes_waiting, write_credit) {}

    void write(Share share, db::Database::Work work, db::Database::Done done, std::int64_t cost) {
        Job job{std::move(work), std::move(done), cost, Clock::now() + limits_.write_deadline};
        const char* refused_because = nullptr;
        bool may_begin = false;
        {
            const std::lock_guard lock(mutex_);
            may_begin = !stopped_ && waiting_.empty() && under_way_ < limits_.writes_under_way;
            if (may_begin)
                under_way_ += cost;
            else if (stopped_)
                refused_because = "the server is being stopped";
            else if (!waiting_.push(share, std::move(job), cost))
                refused_because = "too many writes are waiting";
        }
        if (refused_because) return job.done(unavailable(refused_because));
        if (may_begin) begin(std::move(job));
    }

    void stop() {
        std::vector<Job> dropped;
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
            dropped = waiting_.take_all();
        }
        for (Job& job : dropped) job.done(unavailable("the server is being stopped"));
    }

private:
    struct Job {
        db::Database::Work work;
        db::Database::Done done;
        std::int64_t cost;
        Clock::time_point begin_before;
    };

    void begin(Job job) {
        auto done = [self = shared_from_this(), cost = job.cost,
                     done = std::move(job.done)](std::exception_ptr failure) {
            self->end(cost);
            done(std::move(failure));
        };
        database_.write(std::move(job.work), std::move(done));
    }

    // Gives out what has become free. One thread at a time does so, in a loop and not from within itself: a database
    // that refuses at once calls back at once.
    void end(std::int64_t cost) {
        std::unique_lock lock(mutex_);
        under_way_ -= cost;
        if (is_giving_out_) return;
        is_giving_out_ = true;
        while (under_way_ < limits_.writes_under_way) {
            auto job = waiting_.pop();
            if (!job) break;
            const bool is_late = job->begin_before < Clock::now();
            if (!is_late) under_way_ += job->cost;
            lock.unlock();
            if (is_late)
                job->done(unavailable("waited too long to be written"));
            else
                begin(std::move(*job));
            lock.lock();
        }
        is_giving_out_ = false;
    }

    db::Database& database_;
    const AdmissionLimits limits_;
    std::mutex mutex_;
    FairQueue<Job> waiting_;
    std::int64_t under_way_ = 0;  // what is in the database's hands, by its cost
    bool is_giving_out_ = false;
    bool stopped_ = false;
};

Admission::Admission(db::Database& database, AdmissionLimits limits)
    : slow_work_(limits.slow_threads, limits.slow_waiting), writes_(std::make_shared<Writes>(database, limits)) {}

Admission::~Admission() { stop(); }

void Admission::write(Share share, db::Database::Work work, db::Database::Done done, std::int64_t cost) {
    writes_->write(share, std::move(work), std::move(done), cost);
}

void Admission::stop() {
    slow_work_.stop();
    writes_->stop();
}

}  // namespace service
