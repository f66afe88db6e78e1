#include "db/sqlite_writer.h"

#include <pthread.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "db/sqlite_schema.h"

namespace db::sqlite {
namespace {

constexpr Query begin{"begin", "BEGIN IMMEDIATE"};
constexpr Query commit{"commit", "COMMIT"};
constexpr Query rollback{"rollback", "ROLLBACK"};
constexpr Query savepoint{"savepoint", "SAVEPOINT work"};
constexpr Query undo_savepoint{"undo_savepoint", "ROLLBACK TO work"};
constexpr Query release_savepoint{"release_savepoint", "RELEASE work"};

std::exception_ptr unavailable(const char* why) { return std::make_exception_ptr(Unavailable(why)); }

// After a batch that had to run twice, so that works which are always undone late do not make each batch run twice.
constexpr int careful_batches = 100;

// One work inside the batch's transaction. A savepoint begins with its first statement that writes.
class WriteTx final : public Tx {
public:
    WriteTx(Connection& connection, bool with_savepoint) : connection_(connection), with_savepoint_(with_savepoint) {}

    Rows run(const Query& query, std::initializer_list<Parameter> parameters) override {
        require_transaction();
        Connection::Statement& statement = connection_.prepare(query);
        if (!has_written_ && !statement.is_read_only) begin_writing();
        return connection_.run(statement, query, parameters);
    }

    void run_script(std::string_view sql) override {
        require_transaction();
        if (!has_written_) begin_writing();
        connection_.run_script(sql);
    }

    std::vector<SchemaObject> list_schema() override { return sqlite::list_schema(connection_); }
    std::uint32_t application_id() override { return sqlite::application_id(connection_); }

    void invalidate_caches() override { invalidates_ = true; }
    bool invalidates() const { return invalidates_; }

    void keep() {
        if (has_written_ && with_savepoint_) connection_.run(release_savepoint);
    }

    // False: only the whole transaction could be undone.
    bool undo() {
        invalidates_ = false;
        if (!has_written_ || !connection_.in_transaction()) return true;
        if (!with_savepoint_) return false;
        connection_.run(undo_savepoint);
        connection_.run(release_savepoint);
        return true;
    }

private:
    // After some failures SQLite has given the transaction up; a statement would then commit by itself.
    void require_transaction() const {
        if (!connection_.in_transaction()) throw Unavailable("the transaction was lost to an earlier failure");
    }

    void begin_writing() {
        if (with_savepoint_) connection_.run(savepoint);
        has_written_ = true;
    }

    Connection& connection_;
    const bool with_savepoint_;
    bool has_written_ = false;
    bool invalidates_ = false;
};

}  // namespace

Writer::Writer(const SqliteOptions& options, const ConnectionOptions& connection_options, Readers& readers,
               FileWatch& watch, Health& writing, Health& checkpointing)
    : queue_limit_(options.queue_limit),
      batch_limit_(options.batch_limit),
      deadline_(options.deadline),
      idle_(options.idle),
      status_(*options.status),
      tell_(options.tell ? options.tell : [](const std::function<void()>& tell_all) { tell_all(); }),
      connection_options_(connection_options),
      readers_(readers),
      watch_(watch),
      health_(writing),
      archive_(options.archive),
      connection_(std::in_place, connection_options),
      checkpointer_(options, connection_options, readers, checkpointing),
      thread_([this] { write_loop(); }) {}

Writer::~Writer() {
    stop();
    if (connection_) checkpointer_.truncate(*connection_);
}

void Writer::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Writer::write(Database::Work work, Database::Done done) {
    const auto begin_before = Clock::now() + deadline_;
    bool is_first = false;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() < queue_limit_ && !stopping_) {
            is_first = waiting_.empty();
            waiting_.push_back({std::move(work), std::move(done), begin_before, nullptr});
            status_.works_waiting.store(waiting_.size(), std::memory_order_relaxed);
            done = nullptr;
        }
    }
    if (done) return done(unavailable("too many writes are waiting"));
    if (is_first) arrived_.notify_one();
}

void Writer::write_loop() {
    pthread_setname_np(pthread_self(), "db-writer");
    std::vector<Job> batch;
    while (next_batch(batch)) {
        const auto now = Clock::now();
        for (Job& job : batch) job.is_late = job.begin_before < now;
        commit_together(batch);
        if (archive_) archive_->wait_until_kept();
        if (status_.on_commit)
            status_.on_commit(batch.size(), std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - now));
        tell_([&batch] {
            for (Job& job : batch) job.done(std::move(job.failure));
        });
        batch.clear();
        if (connection_) checkpointer_.committed(*connection_);
    }
}

// False: there is nothing left and there will be nothing more.
bool Writer::next_batch(std::vector<Job>& batch) {
    std::unique_lock lock(mutex_);
    const auto has_come = [this] { return stopping_ || !waiting_.empty(); };
    while (wal_may_have_pages_ && !arrived_.wait_for(lock, idle_, has_come)) rest(lock);
    arrived_.wait(lock, has_come);
    // Whoever handed over the first one may have more of them in hand, and this thread its core: let it go on first.
    lock.unlock();
    std::this_thread::yield();
    lock.lock();
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(batch_limit_, waiting_.size()));
    std::move(waiting_.begin(), end, std::back_inserter(batch));
    waiting_.erase(waiting_.begin(), end);
    status_.works_waiting.store(waiting_.size(), std::memory_order_relaxed);
    return !batch.empty();
}

void Writer::rest(std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    wal_may_have_pages_ = !(connection_ && checkpointer_.truncate(*connection_));
    lock.lock();
}

void Writer::commit_together(std::span<Job> batch) {
    wal_may_have_pages_ = true;
    if (!watch_.look()) return abandon(batch, unavailable(FileWatch::refusal));
    try {
        if (!connection_) connection_.emplace(connection_options_);
        run_and_keep(batch);
        status_.commits.fetch_add(1, std::memory_order_relaxed);
        readers_.outdate_snapshots();
        if (invalidates_) generation_.fetch_add(1, std::memory_order_acq_rel);
        require_file(batch);
    } catch (const Broken&) {
        // Not the machine: a constraint that is checked at the end, for one. Whose it is shows when each is alone.
        abandon(batch, std::current_exception());
        if (batch.size() > 1)
            for (Job& job : batch) commit_together({&job, 1});
    } catch (...) {
        abandon(batch, std::current_exception());
    }
    tell_health();
}

// What is committed is the archive's before the WAL can begin anew.
void Writer::run_and_keep(std::span<Job> batch) {
    const auto held = archive_ ? archive_->begin_commit() : std::unique_lock<std::mutex>();
    const std::uint64_t commits_before = connection_->commits();
    if (careful_batches_ > 0 || !run_together(batch, false)) run_together(batch, true);
    if (archive_ && connection_->commits() != commits_before) archive_->committed(connection_->wal_pages());
}

// False: a work that has written has to be undone, and there is no savepoint; nothing has been done.
bool Writer::run_together(std::span<Job> batch, bool with_savepoints) {
    invalidates_ = false;
    connection_->run(begin);
    for (Job& job : batch) {
        job.failure = job.is_late ? unavailable("waited too long to be written") : nullptr;
        if (job.is_late || run_one(job, with_savepoints)) continue;
        connection_->run(rollback);
        if (batch.size() == 1) return true;
        careful_batches_ = careful_batches;
        status_.batches_run_twice.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    connection_->run(commit);
    careful_batches_ = std::max(0, careful_batches_ - 1);
    return true;
}

// False: it has to be undone, and cannot be by itself.
bool Writer::run_one(Job& job, bool with_savepoints) {
    WriteTx tx(*connection_, with_savepoints);
    bool is_done = true;
    try {
        if (job.work(tx) == Outcome::keep)
            tx.keep();
        else
            is_done = tx.undo();
    } catch (...) {
        job.failure = std::current_exception();
        is_done = tx.undo();
    }
    invalidates_ |= tx.invalidates();
    if (!connection_->in_transaction()) throw Unavailable("the transaction was lost to a failure of another write");
    return is_done;
}

// Nothing of the batch was kept, as far as anybody can know: also those that were refused go unanswered, since what
// they saw may have been another work's rows.
void Writer::abandon(std::span<Job> batch, std::exception_ptr failure) noexcept {
    for (Job& job : batch)
        if (!job.failure) job.failure = failure;
    if (connection_ && connection_->roll_back()) return;
    tell_health();
    connection_.reset();
    commits_seen_ = 0;
    if (archive_) archive_->lost_track();
}

// What has gone into a file that nobody will find again must not be acknowledged.
void Writer::require_file(std::span<Job> batch) noexcept {
    if (watch_.look()) return;
    for (Job& job : batch)
        if (!job.failure) job.failure = unavailable(FileWatch::refusal);
}

// Only a commit that wrote something shows that writing works: refusals go on while the disk is full.
void Writer::tell_health() {
    if (!connection_) return;
    if (const auto failure = connection_->take_failure()) health_.failed(failure->code, failure->reason);
    if (std::exchange(commits_seen_, connection_->commits()) != connection_->commits()) health_.worked();
}

}  // namespace db::sqlite
