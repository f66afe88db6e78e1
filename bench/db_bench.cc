// What the storage driver alone can do, without HTTP, engine or JSON: a closed loop of creates (a lookup, an account of
// 12 columns under a time-ordered key with an index over random uids, an event) with so many outstanding, and point
// reads by uid on so many threads. Prints one line a measurement; figures compare only within one run on a quiet
// machine.
//
//     db_bench FOLDER SCHEMA ROWS SECONDS [creates OUTSTANDING | reads THREADS | mixed OUTSTANDING]...
//
// Keeps FOLDER/SCHEMA-ROWS.db, since filling it takes a while, and measures on a copy.

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "db/sqlite.h"
#include "tests/testing/faulty_vfs.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr int resellers = 80;

// Where a row goes decides how many pages a commit writes, so there are several.
struct Schema {
    const char* name;
    const char* account_key;
    const char* account_options;
    const char* indexes;
    const char* event_key;
    const char* event_options;
};

constexpr Schema schemas[] = {
    {"tenant", "PRIMARY KEY (reseller_id, id)", ", WITHOUT ROWID",
     "CREATE UNIQUE INDEX by_uid ON account (reseller_id, uid);", "PRIMARY KEY (reseller_id, id)", ", WITHOUT ROWID"},
    {"events", "PRIMARY KEY (reseller_id, id)", ", WITHOUT ROWID",
     "CREATE UNIQUE INDEX by_uid ON account (reseller_id, uid);", "PRIMARY KEY (id, reseller_id)", ", WITHOUT ROWID"},
    {"time", "PRIMARY KEY (id, reseller_id)", ", WITHOUT ROWID",
     "CREATE UNIQUE INDEX by_uid ON account (reseller_id, uid);", "PRIMARY KEY (id, reseller_id)", ", WITHOUT ROWID"},
    {"uid", "PRIMARY KEY (reseller_id, uid)", ", WITHOUT ROWID", "", "PRIMARY KEY (id, reseller_id)",
     ", WITHOUT ROWID"},
    {"rowid", "UNIQUE (reseller_id, uid)", "", "", "CHECK (1)", ""},
    {"rowid2", "UNIQUE (reseller_id, uid), UNIQUE (reseller_id, id)", "", "", "CHECK (1)", ""},
};

std::string script(const Schema& schema) {
    return fmt::format(R"(
        CREATE TABLE account (
            reseller_id TEXT NOT NULL, id TEXT NOT NULL, uid TEXT NOT NULL, type TEXT NOT NULL, domain TEXT NOT NULL,
            name TEXT, email TEXT, status INTEGER NOT NULL, ends_at INTEGER, created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL, token TEXT NOT NULL, {}) STRICT {};
        {}
        CREATE TABLE event (
            reseller_id TEXT NOT NULL, id TEXT NOT NULL, account_id TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL,
            body TEXT NOT NULL, {}) STRICT {};)",
                       schema.account_key, schema.account_options, schema.indexes, schema.event_key,
                       schema.event_options);
}

constexpr db::Query find_account{"find_account", R"(
    SELECT reseller_id, id, uid, type, domain, name, email, status, ends_at, created_at, changed_at, token FROM account
    WHERE reseller_id = $1 AND uid = $2)"};
constexpr db::Query insert_account{"insert_account", R"(
    INSERT INTO account (reseller_id, id, uid, type, domain, name, email, status, ends_at, created_at, changed_at, token)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11))"};
constexpr db::Query insert_event{"insert_event", R"(
    INSERT INTO event (reseller_id, id, account_id, kind, at, body) VALUES ($1, $2, $3, $4, $5, $6))"};

std::uint64_t mix(std::uint64_t value) {  // splitmix64
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

std::string reseller_of(std::uint64_t number) { return fmt::format("reseller-{:02}", mix(number) % resellers); }
std::string uid_of(std::uint64_t number) {
    const std::uint64_t low = mix(~number);
    return fmt::format("{:016x}-{:016x}", mix(number), low);
}

void create(db::Tx& tx, std::uint64_t number) {
    const std::string reseller = reseller_of(number);
    const std::string id = fmt::format("acc_{:022}", number);
    const std::string uid = uid_of(number);
    const std::string email = fmt::format("owner{}@example.com", number);
    const std::int64_t now = 1'700'000'000'000 + static_cast<std::int64_t>(number);
    if (!tx.run(find_account, {reseller, uid}).empty()) std::abort();
    tx.run(insert_account, {reseller, id, uid, "B", "business.example.com", "Wonderland Incorporated", email, 1,
                            now + 1'000'000, now, uid});
    tx.run(insert_event,
           {reseller, fmt::format("evt_{:022}", number), id, "account.opened", now,
            R"({"uid":"x","type":"B","ends_at":"2027-01-23T15:55:58.000Z","domain":"business.example.com"})"});
}

void fill(const std::string& path, const Schema& schema, std::uint64_t rows) {
    const auto database = db::open_sqlite({.path = path});
    db::write_and_wait(*database, [&](db::Tx& tx) { tx.run_script(script(schema)); });
    for (std::uint64_t from = 0; from < rows; from += 5'000)
        db::write_and_wait(*database, [&](db::Tx& tx) {
            for (std::uint64_t number = from; number < std::min(rows, from + 5'000); ++number) create(tx, number);
        });
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string resident() {
    std::ifstream status("/proc/self/status");
    std::string line, found;
    while (std::getline(status, line))
        if (line.starts_with("VmRSS") || line.starts_with("RssAnon")) found += line.substr(line.find(':') + 1) + " ";
    std::erase(found, '\t');
    return found;
}

struct Latencies {
    std::vector<float> us;
    float at(double part) {
        if (us.empty()) return 0;
        const auto nth = us.begin() + static_cast<std::ptrdiff_t>(part * double(us.size() - 1));
        std::nth_element(us.begin(), nth, us.end());
        return *nth;
    }
};

// A closed loop: each create that is done begins the next one, until time is up.
class Creates {
public:
    Creates(db::Database& database, std::atomic<std::uint64_t>& next) : database_(database), next_(next) {}

    void run(int outstanding, double seconds) {
        until_ = Clock::now() + std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6));
        left_ = outstanding;
        for (int i = 0; i < outstanding; ++i) begin();
        std::unique_lock lock(mutex_);
        over_.wait(lock, [this] { return left_ == 0; });
    }

    Latencies latencies;

private:
    void begin() {
        const std::uint64_t number = next_.fetch_add(1);
        const auto began = Clock::now();
        database_.write(
            [number](db::Tx& tx) {
                create(tx, number);
                return db::Outcome::keep;
            },
            [this, began](std::exception_ptr failure) {
                if (failure) std::rethrow_exception(failure);
                const auto now = Clock::now();
                latencies.us.push_back(std::chrono::duration<float, std::micro>(now - began).count());
                if (now < until_) return begin();
                const std::lock_guard lock(mutex_);
                if (--left_ == 0) over_.notify_one();
            });
    }

    db::Database& database_;
    std::atomic<std::uint64_t>& next_;
    Clock::time_point until_;
    std::mutex mutex_;
    std::condition_variable over_;
    int left_ = 0;
};

// Returns how many, and in `us` what each took.
std::size_t read_points(db::Database& database, std::uint64_t rows, unsigned seed, const std::atomic<bool>& stop,
                        Latencies& us) {
    std::mt19937_64 random(seed);
    std::size_t count = 0;
    while (!stop.load(std::memory_order_relaxed)) {
        const std::uint64_t number = random() % rows;
        const std::string reseller = reseller_of(number), uid = uid_of(number);
        const auto began = Clock::now();
        const auto find = [&](db::Tx& tx) {
            if (tx.run(find_account, {reseller, uid}).size() != 1) std::abort();
            return db::Outcome::keep;
        };
        database.read(std::ref(find), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
        us.us.push_back(std::chrono::duration<float, std::micro>(Clock::now() - began).count());
        ++count;
    }
    return count;
}

void measure(const std::string& base, std::uint64_t rows, double seconds, const std::string& what, int amount) {
    const std::string path = base + ".run";
    std::filesystem::copy_file(base, path, std::filesystem::copy_options::overwrite_existing);
    ::sync();  // or the checkpoints would pay for the copy
    test::FaultyVfs vfs("counting", {.syncs_for_real = true});
    const auto database = db::open_sqlite({.path = path, .vfs = std::getenv("DB_BENCH_NO_COUNT") ? "" : vfs.name()});
    std::atomic<std::uint64_t> next = rows;
    std::atomic<bool> stop = false;
    std::atomic<std::size_t> reads = 0;
    const int readers = what == "reads" ? amount : what == "mixed" ? 1 : 0;
    std::vector<Latencies> read_latencies(static_cast<std::size_t>(readers));
    std::vector<std::thread> threads;
    for (int i = 0; i < readers; ++i)
        threads.emplace_back(
            [&, i] { reads += read_points(*database, rows, unsigned(i + 1), stop, read_latencies[std::size_t(i)]); });

    const double cpu_before = cpu_seconds();
    const auto began = Clock::now();
    Creates creates(*database, next);
    if (what != "reads")
        creates.run(amount, seconds);
    else
        std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    const double took = std::chrono::duration<double>(Clock::now() - began).count();
    stop = true;
    for (std::thread& thread : threads) thread.join();
    const double cpu = cpu_seconds() - cpu_before;

    const double created = double(next - rows);
    fmt::print("{} {:>6} {:>4}:", std::filesystem::path(base).stem().string(), what, amount);
    if (created > 0) {
        using enum test::FaultyVfs::Operation;
        fmt::print("  {:>7.0f} creates/s  p50 {:>6.0f}  p99 {:>6.0f}  max {:>7.0f} us", created / took,
                   creates.latencies.at(.5), creates.latencies.at(.99), creates.latencies.at(1));
        fmt::print("  {:.2f} WAL frames/row  {:.2f} pages back/row  {:.3f} syncs/row  WAL file {:.0f} MiB",
                   double(vfs.bytes_written("-wal")) / 4120 / created,
                   double(vfs.bytes_written(".run")) / 4096 / created, double(vfs.count(sync, "")) / created,
                   double(std::filesystem::file_size(path + "-wal")) / 1048576);
    }
    if (readers > 0) {
        Latencies all;
        for (const Latencies& one : read_latencies) all.us.insert(all.us.end(), one.us.begin(), one.us.end());
        fmt::print("  {:>7.0f} reads/s  p50 {:.1f}  p99 {:.1f} us", double(reads) / took, all.at(.5), all.at(.99));
    }
    fmt::print("  {:.1f} us CPU each  RSS, anonymous: {}\n", cpu * 1e6 / (created + double(reads)), resident());
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    const Schema* schema = nullptr;
    for (const Schema& candidate : schemas)
        if (argc > 2 && std::string_view(argv[2]) == candidate.name) schema = &candidate;
    if (argc < 7 || argc % 2 != 1 || schema == nullptr) {
        fmt::print(stderr,
                   "usage: db_bench FOLDER tenant|events|time|uid|rowid|rowid2 ROWS SECONDS "
                   "[creates OUTSTANDING | reads THREADS | mixed OUTSTANDING]...\n");
        return 2;
    }
    const std::uint64_t rows = std::strtoull(argv[3], nullptr, 10);
    const std::string base = fmt::format("{}/{}-{}.db", argv[1], schema->name, rows);
    if (!std::filesystem::exists(base)) {
        fill(base + ".new", *schema, rows);
        std::filesystem::rename(base + ".new", base);
    }
    for (int i = 5; i + 1 < argc; i += 2) measure(base, rows, std::atof(argv[4]), argv[i], std::atoi(argv[i + 1]));
}
