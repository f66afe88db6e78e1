#include "workflow/run/driver.h"

#include <mutex>

namespace workflow {

namespace {

struct Drive : std::enable_shared_from_this<Drive> {
    std::shared_ptr<Run> run;
    Transport& transport;
    std::vector<Observer*> observers;
    const Cancellation& cancellation;
    std::function<void(Finished)> done;

    Drive(std::shared_ptr<Run> a_run, Transport& a_transport, std::vector<Observer*> some_observers,
          const Cancellation& a_cancellation, std::function<void(Finished)> when_done)
        : run(std::move(a_run)),
          transport(a_transport),
          observers(std::move(some_observers)),
          cancellation(a_cancellation),
          done(std::move(when_done)) {}

    void go_on(Happened&& happened) {
        auto todo = cancellation.is_requested() ? run->step(Cancelled{cancellation.why()}, transport.now())
                                                : run->step(std::move(happened), transport.now());
        if (!observers.empty()) {
            for (const auto& event : run->take_events())
                for (auto* observer : observers) observer->on(event);
        }
        if (auto* send = std::get_if<Send>(&todo)) {
            transport.send(std::move(*send),
                           [self = shared_from_this()](Happened answer) { self->go_on(std::move(answer)); });
        } else if (auto* wait = std::get_if<Wait>(&todo)) {
            transport.wait(wait->delay, [self = shared_from_this()] { self->go_on(Waited{}); });
        } else {
            std::exchange(done, nullptr)(std::move(std::get<Finished>(todo)));
        }
    }
};

struct Many : std::enable_shared_from_this<Many> {
    ManyOptions options;
    Transport& transport;
    const Cancellation& cancellation;
    std::function<void(ManyResult)> done;
    std::mutex mutex;
    std::size_t next = 0;
    std::size_t running = 0;
    ManyResult result;
    std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

    Many(ManyOptions some_options, Transport& a_transport, const Cancellation& a_cancellation,
         std::function<void(ManyResult)> when_done)
        : options(std::move(some_options)),
          transport(a_transport),
          cancellation(a_cancellation),
          done(std::move(when_done)) {}

    void start() {
        auto lanes = std::max<std::size_t>(1, std::min(options.parallel, options.count));
        {
            std::lock_guard lock(mutex);
            running = lanes;
        }
        for (std::size_t lane = 0; lane < lanes; ++lane) start_next();
    }

    static std::chrono::microseconds since(std::chrono::steady_clock::time_point then) {
        return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - then);
    }

    void start_next() {
        std::shared_ptr<Run> run;
        {
            std::lock_guard lock(mutex);
            if (next < options.count && !cancellation.is_requested()) run = std::make_shared<Run>(options.make(next++));
        }
        if (!run) return end_lane();
        auto begun = std::chrono::steady_clock::now();
        drive(run, transport, {}, cancellation, [self = shared_from_this(), begun](Finished finished) {
            self->note(finished, since(begun));
            self->start_next();
        });
    }

    void note(const Finished& finished, std::chrono::microseconds duration) {
        std::lock_guard lock(mutex);
        if (finished.outcome == Outcome::passed) {
            ++result.passed;
            result.durations.push_back(duration);
            return;
        }
        ++result.failed;
        if (result.first_reason.empty()) result.first_reason = finished.reason;
    }

    void end_lane() {
        {
            std::lock_guard lock(mutex);
            if (--running > 0) return;
            result.not_started = options.count - next;
            result.elapsed = since(started);
        }
        done(std::move(result));
    }
};

}  // namespace

void Cancellation::request(std::string why) {
    if (requested_) return;
    std::atomic_store(&why_, std::make_shared<const std::string>(std::move(why)));
    requested_ = true;
}

std::string Cancellation::why() const {
    auto why = std::atomic_load(&why_);
    return why ? *why : std::string();
}

void drive(std::shared_ptr<Run> run, Transport& transport, std::vector<Observer*> observers,
           const Cancellation& cancellation, std::function<void(Finished)> done) {
    std::make_shared<Drive>(std::move(run), transport, std::move(observers), cancellation, std::move(done))
        ->go_on(Begun{});
}

void drive_many(ManyOptions options, Transport& transport, const Cancellation& cancellation,
                std::function<void(ManyResult)> done) {
    std::make_shared<Many>(std::move(options), transport, cancellation, std::move(done))->start();
}

}  // namespace workflow
