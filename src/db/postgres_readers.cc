#include "db/postgres_readers.h"

#include <pthread.h>

#include <utility>

#include "db/postgres_transaction.h"

namespace db::postgres {
namespace {

// Tells whether a work has been given anything yet: until then it may begin anew without noticing.
class WatchedTx final : public Tx {
public:
    explicit WatchedTx(Transaction& inner) : inner_(inner) {}

    Rows run(const Query& query, std::initializer_list<Parameter> parameters) override {
        Rows rows = inner_.run(query, parameters);
        has_given_ = true;
        return rows;
    }
    Rows run_last(const Query& query, std::initializer_list<Parameter> parameters) override {
        Rows rows = inner_.run_last(query, parameters);
        has_given_ = true;
        return rows;
    }
    void run_script(std::string_view sql) override { inner_.run_script(sql); }
    void invalidate_caches() override { inner_.invalidate_caches(); }
    void require_generation(std::uint64_t seen) override { inner_.require_generation(seen); }
    std::int64_t settled_through() override {
        const std::int64_t settled = inner_.settled_through();
        has_given_ = true;
        return settled;
    }
    std::vector<SchemaObject> list_schema() override {
        std::vector<SchemaObject> objects = inner_.list_schema();
        has_given_ = true;
        return objects;
    }

    bool has_given() const { return has_given_; }

private:
    Transaction& inner_;
    bool has_given_ = false;
};

}  // namespace

Readers::Readers(const PostgresOptions& options, Generation& generation, Health& health, Crowd& crowd)
    : options_(options), generation_(generation), health_(health), crowd_(crowd), queue_(options.queue_limit) {
    crowd_.add(queue_);
    for (std::size_t i = 0; i < options.read_connections; ++i) threads_.emplace_back([this] { loop(); });
}

Readers::~Readers() {
    stop();
    crowd_.remove(queue_);
}

void Readers::stop() {
    queue_.stop();
    for (std::thread& thread : threads_)
        if (thread.joinable()) thread.join();
}

void Readers::read(Database::Work work, Database::Done done) {
    Job job{std::move(work), std::move(done), Clock::now() + options_.deadline};
    if (!queue_.add(job)) job.done(unavailable("too many reads are waiting"));
}

void Readers::loop() {
    pthread_setname_np(pthread_self(), "db-reader");
    Line line(options_.address, health_, crowd_, &queue_, Connection::Use::reads);
    while (true) {
        std::vector<Job> jobs = queue_.take(1, [&line] { line.close(); });
        if (jobs.empty()) return;
        run(line, jobs[0]);
        if (jobs[0].is_left) {
            queue_.give_back(jobs);
            queue_.stand_aside(time_aside);
        } else {
            jobs[0].done(std::move(jobs[0].failure));
        }
    }
}

void Readers::run(Line& line, Job& job) {
    while (Clock::now() < job.answer_by) {
        Connection* const connection = line.connect(job.answer_by);
        if (connection != nullptr && attempt(line, *connection, job)) return;
        job.is_left = line.is_left_out();
        if (job.is_left) return;
        if (connection == nullptr) queue_.rest(rest_without_connection);
    }
    job.failure = unavailable(line.reason().empty() ? "waited too long to be read"
                                                    : "waited too long to be read: " + line.reason());
}

// False: the work has gone on after what it said would be the last.
bool Readers::run_once(Connection& connection, Job& job, bool expects_more, bool& has_given) {
    Transaction transaction(connection, Transaction::Mode::read, connection.has_own_schema());
    if (expects_more) transaction.expect_more();
    WatchedTx tx(transaction);
    try {
        job.failure = nullptr;
        job.work(tx);
        transaction.look_at_generation();
    } catch (const Lost&) {
        has_given = tx.has_given();
        throw;
    } catch (const RunAgain&) {
        transaction.roll_back();
        return false;
    } catch (...) {
        job.failure = std::current_exception();
    }
    has_given = true;
    transaction.roll_back();
    if (const auto seen = transaction.generation()) generation_.see(*seen);
    return true;
}

// False: nothing has been given to the work, and another connection may do better.
bool Readers::attempt(Line& line, Connection& connection, Job& job) {
    bool has_given = false;
    try {
        if (!connection.has_own_schema()) connection.look_for_own_schema();
        if (!run_once(connection, job, false, has_given)) run_once(connection, job, true, has_given);
        if (connection.is_stale()) line.close();
        line.worked();
        return true;
    } catch (const Lost& lost) {
        line.lose(lost.sentence);
        if (!has_given) return false;
        // What the work has read stands, unless it was in the middle of it.
        if (!job.failure) job.failure = unavailable("the connection to the database was lost: " + lost.sentence);
        return true;
    } catch (const std::exception& failure) {  // of the driver's own first questions
        line.lose(failure.what());
        return false;
    }
}

}  // namespace db::postgres
