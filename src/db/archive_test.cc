// A database in an archive is written to, disturbed and brought back to random moments; each time it has to be what a
// map says that it was. What the archive cannot take is a gap that is said, and never a wrong database.

#include "db/archive.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "db/restore.h"
#include "db/sqlite.h"
#include "db/sqlite_file.h"
#include "tests/testing/temporary_folder.h"

namespace db {
namespace {

using Content = std::map<std::int64_t, std::string>;

constexpr Query create{"create", "CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"};
constexpr Query put{"put", "INSERT OR REPLACE INTO entry (id, text) VALUES ($1, $2)"};
constexpr Query remove_one{"remove", "DELETE FROM entry WHERE id = $1"};
constexpr Query all{"all", "SELECT id, text FROM entry ORDER BY id"};

class ArchiveTest : public testing::Test {
protected:
    ~ArchiveTest() override { database_.reset(); }

    ArchiveOptions options() {
        return {.folder = folder_.file("archive"),
                .retry = std::chrono::milliseconds(1),
                .now = [this] { return clock_.load(); },
                .log =
                    [this](std::string_view sentence) {
                        const std::lock_guard lock(mutex_);
                        said_.emplace_back(sentence);
                    }};
    }

    void open(const ArchiveOptions& options) {
        archive_ = std::make_shared<Archive>(options);
        // Small, so that the log begins anew again and again.
        database_ = open_sqlite({.path = folder_.file("p.db"),
                                 .checkpoint_pages = 8,
                                 .wal_limit_pages = 24,
                                 .idle = std::chrono::milliseconds(5),
                                 .archive = archive_});
        archive_->wait_for_snapshot();
    }
    void open() { open(options()); }

    void close() {
        database_.reset();
        archive_.reset();
    }

    // Some changes, in a transaction; known to be so from the clock's next step on.
    void change(int count = 3) {
        clock_ += 10;
        Content after = content_;
        write_and_wait(*database_, [&](Tx& tx) {
            after = content_;
            tx.run(create, {});
            std::mt19937_64 again(random_state_);
            for (int i = 0; i < count; ++i) {
                const auto id = static_cast<std::int64_t>(again() % 200);
                if (again() % 4 == 0) {
                    tx.run(remove_one, {id});
                    after.erase(id);
                } else {
                    const std::string text(again() % 3'000, static_cast<char>('a' + again() % 26));
                    tx.run(put, {id, text});
                    after[id] = text;
                }
            }
        });
        random_state_ = random_();
        content_ = after;
        history_[clock_] = content_;
    }

    Content content_of(const std::string& path) {
        const ReadOnlySqlite opened = open_sqlite_read_only(path);
        EXPECT_EQ(opened.database->check_integrity(), std::vector<std::string>{});
        Content content;
        read_and_wait(*opened.database, [&](Tx& tx) {
            if (tx.run({"is_there", "SELECT 1 FROM sqlite_schema WHERE name = 'entry'"}, {}).empty()) return;
            const Rows rows = tx.run(all, {});
            for (std::size_t i = 0; i < rows.size(); ++i) content[rows[i].integer(0)] = rows[i].text(1);
        });
        return content;
    }

    // What was there then, as far as the test knows.
    Content known_at(std::int64_t at) {
        const auto next = history_.upper_bound(at);
        return next == history_.begin() ? Content() : std::prev(next)->second;
    }

    RestoredSqlite restore(std::optional<std::int64_t> at, Content& content) {
        const std::string into = folder_.file("restored-" + std::to_string(++restored_) + ".db");
        const RestoredSqlite restored = restore_sqlite(folder_.file("archive"), at, into);
        content = content_of(into);
        std::filesystem::remove(into);
        return restored;
    }

    std::int64_t first_snapshot() { return archive::list_snapshots(folder_.file("archive")).front().taken; }

    std::vector<std::string> said() {
        const std::lock_guard lock(mutex_);
        return said_;
    }

    const test::TemporaryFolder folder_;
    std::atomic<std::int64_t> clock_ = 1'000'000;
    std::mutex mutex_;
    std::vector<std::string> said_;
    std::mt19937_64 random_{7};
    std::uint64_t random_state_ = 1;
    Content content_;
    std::map<std::int64_t, Content> history_;
    int restored_ = 0;
    std::shared_ptr<Archive> archive_;
    std::unique_ptr<Database> database_;
};

// With AddressSanitizer a restore takes many times as long. `.ci/run --nightly` asks for more of them.
int restores_wanted() {
    if (const char* wanted = std::getenv("PARTNERD_TEST_RESTORES")) return std::max(1, std::atoi(wanted));
#ifdef __SANITIZE_ADDRESS__
    return 8;
#else
    return 100;
#endif
}

TEST_F(ArchiveTest, HasTheDatabaseAsOfAnyMoment) {
    open();
    const std::int64_t begin = clock_;
    for (int i = 0; i < 400; ++i) change(1 + static_cast<int>(random_() % 12));
    close();
    EXPECT_GT(archive::list_generations(folder_.file("archive")).size(), 3u);
    EXPECT_EQ(said(), std::vector<std::string>{});
    Content found;
    const int restores = restores_wanted();
    for (int i = 0; i < restores; ++i) {
        const auto at = static_cast<std::int64_t>(std::max<std::int64_t>(first_snapshot(), begin) +
                                                  static_cast<std::int64_t>(random_() % 4'000));
        const RestoredSqlite restored = restore(at, found);
        ASSERT_EQ(found, known_at(at)) << "at " << at << ", restored as of " << restored.as_of;
        EXPECT_LE(restored.as_of, at);
    }
    restore(std::nullopt, found);
    EXPECT_EQ(found, content_);
}

// Where a snapshot is taken in the middle of a generation of the log, the whole of it is needed with it.
TEST_F(ArchiveTest, TakesSnapshotsBesideTheWriter) {
    ArchiveOptions often = options();
    often.waits = true;
    often.snapshot_each = std::chrono::milliseconds(200);
    open(often);
    for (int i = 0; i < 300; ++i) change();
    close();
    const auto snapshots = archive::list_snapshots(folder_.file("archive"));
    EXPECT_GT(snapshots.size(), 2u);
    Content found;
    for (const archive::Snapshot& snapshot : snapshots)
        for (const std::int64_t later : {0, 1, 10, 35}) {
            restore(snapshot.taken + later, found);
            EXPECT_EQ(found, known_at(snapshot.taken + later)) << snapshot.taken << " and " << later;
        }
}

TEST_F(ArchiveTest, GoesOnAfterARestartWithASnapshotOfItsOwn) {
    for (int run = 0; run < 4; ++run) {
        open();
        for (int i = 0; i < 30; ++i) change();
        close();
        clock_ += 1'000;
    }
    Content found;
    for (int i = 0; i < 30; ++i) {
        const auto at = first_snapshot() +
                        static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(clock_ - first_snapshot()));
        restore(at, found);
        EXPECT_EQ(found, known_at(at)) << at;
    }
}

// Whoever wrote without the archive left it a gap: what it does not know it does not make up.
TEST_F(ArchiveTest, SaysWhereItKnowsNothing) {
    open();
    for (int i = 0; i < 20; ++i) change();
    close();
    const std::int64_t known_until = clock_;
    const Content known = content_;
    database_ = open_sqlite({.path = folder_.file("p.db")});
    for (int i = 0; i < 20; ++i) change();
    database_.reset();
    const std::int64_t in_the_gap = clock_ - 50;
    clock_ += 100;
    open();
    change();
    close();
    Content found;
    const RestoredSqlite restored = restore(in_the_gap, found);
    EXPECT_EQ(found, known);
    EXPECT_LE(restored.as_of, known_until);
    ASSERT_TRUE(restored.next_kept.has_value());
    EXPECT_GT(*restored.next_kept, in_the_gap);
    restore(std::nullopt, found);
    EXPECT_EQ(found, content_);
}

// A server that ended before the snapshot of its start was complete.
TEST_F(ArchiveTest, SaysWhatCameToNoSnapshot) {
    open();
    for (int i = 0; i < 5; ++i) change();
    close();
    const std::int64_t known_until = clock_;
    const Content known = content_;
    clock_ += 100;
    open();
    for (int i = 0; i < 5; ++i) change();
    close();
    const std::string folder = folder_.file("archive");
    Content found;
    EXPECT_FALSE(restore(known_until, found).lost_since.has_value());
    std::filesystem::remove(archive::snapshot_info_path(folder, archive::list_snapshots(folder).back().taken));
    const RestoredSqlite restored = restore(std::nullopt, found);
    EXPECT_EQ(found, known);
    EXPECT_FALSE(restored.next_kept.has_value());
    ASSERT_TRUE(restored.lost_since.has_value());
    EXPECT_EQ(*restored.lost_since, known_until + 110);
}

// A hole within an epoch: what is applied ends before it, and what lies behind it is named.
TEST_F(ArchiveTest, SaysWhatLiesBehindALogThatIsGone) {
    open();
    for (int i = 0; i < 400; ++i) change(1 + static_cast<int>(random_() % 12));
    close();
    const std::string folder = folder_.file("archive");
    const auto generations = archive::list_generations(folder);
    ASSERT_GT(generations.size(), 3u);
    const std::int64_t last = generations.back();
    Content found;
    EXPECT_FALSE(restore(std::nullopt, found).lost_since.has_value());
    ASSERT_TRUE(std::filesystem::remove(archive::commits_path(folder, last - 1)));
    const RestoredSqlite restored = restore(std::nullopt, found);
    EXPECT_EQ(restored.as_of, archive::find_generation(folder, last - 2)->commits.back().at);
    EXPECT_EQ(found, known_at(restored.as_of));
    EXPECT_FALSE(restored.next_kept.has_value());
    EXPECT_EQ(restored.lost_since, archive::find_generation(folder, last)->commits.front().at);
    EXPECT_FALSE(restore(restored.as_of - 1, found).lost_since.has_value());
}

// A disk that loses power, or a folder that is copied while it is written to.
TEST_F(ArchiveTest, StopsAtTheLastCommitThatIsWhole) {
    archive_ = std::make_shared<Archive>(options());
    database_ = open_sqlite({.path = folder_.file("p.db"), .idle = std::chrono::hours(1), .archive = archive_});
    archive_->wait_for_snapshot();
    for (int i = 0; i < 10; ++i) change();
    close();
    const std::string folder = folder_.file("archive");
    const std::int64_t last = archive::list_generations(folder).back();
    const auto commits = archive::find_generation(folder, last)->commits;
    ASSERT_GE(commits.size(), 10u);
    const std::size_t cut = commits.size() - 3;
    std::filesystem::resize_file(archive::generation_path(folder, last),
                                 static_cast<std::uintmax_t>(commits[cut].bytes - 1));
    Content found;
    const RestoredSqlite restored = restore(std::nullopt, found);
    EXPECT_EQ(restored.as_of, commits[cut - 1].at);
    EXPECT_EQ(restored.lost_since, commits[cut].at);
    EXPECT_EQ(found, known_at(restored.as_of));
    EXPECT_FALSE(restore(commits[cut - 1].at, found).lost_since.has_value());

    std::filesystem::remove(archive::generation_path(folder, last));
    EXPECT_EQ(restore(std::nullopt, found).lost_since, commits.front().at);
}

TEST_F(ArchiveTest, HoldsUpNobodyWhenItsFolderIsGoneAndBeginsAnew) {
    open();
    for (int i = 0; i < 10; ++i) change();
    std::filesystem::rename(folder_.file("archive"), folder_.file("elsewhere"));
    for (int i = 0; i < 200 && archive_->state().failure.empty(); ++i) change(12);
    EXPECT_NE(archive_->state().failure, "");
    for (int i = 0; i < 10; ++i) change();
    std::filesystem::rename(folder_.file("elsewhere"), folder_.file("archive"));
    for (int i = 0; i < 100'000 && !archive_->state().failure.empty(); ++i) change();
    EXPECT_EQ(archive_->state().failure, "");
    change();
    close();
    ASSERT_GE(said().size(), 2u);
    EXPECT_NE(said().front().find("what is committed from now on is not in "), std::string::npos);
    EXPECT_NE(said().back().find("is complete again from now on"), std::string::npos);
    Content found;
    restore(std::nullopt, found);
    EXPECT_EQ(found, content_);
}

// Each attempt would copy the whole file; what is too old makes room for it.
TEST_F(ArchiveTest, TriesASnapshotMoreAndMoreSeldomAndRemovesWhatIsOldBefore) {
    ArchiveOptions slow = options();
    slow.keep = std::chrono::milliseconds(1'000);
    slow.retry = std::chrono::milliseconds(150);
    for (int run = 0; run < 2; ++run) {
        open(slow);
        change();
        close();
        clock_ += 10'000;
    }
    const auto before = archive::list_snapshots(folder_.file("archive"));
    ASSERT_EQ(before.size(), 2u);

    // Nothing but the attempts takes a step of the clock: three of them, at two steps each, meet what stands there.
    archive_ = std::make_shared<Archive>(slow);
    for (std::int64_t taken = clock_; taken < clock_ + 6; ++taken)
        std::filesystem::create_directories(archive::snapshot_path(folder_.file("archive"), taken));
    const auto begun = std::chrono::steady_clock::now();
    database_ = open_sqlite({.path = folder_.file("p.db"), .archive = archive_});
    std::string gap;
    for (; gap.empty(); std::this_thread::yield()) gap = archive_->state().failure;
    const auto left = archive::list_snapshots(folder_.file("archive"));
    archive_->wait_for_snapshot();
    const auto lasted = std::chrono::steady_clock::now() - begun;
    close();
    ASSERT_FALSE(left.empty());
    EXPECT_EQ(left.front().taken, before.back().taken);
    EXPECT_GE(lasted, std::chrono::milliseconds(150 + 300 + 600));
    ASSERT_EQ(said().size(), 2u);
}

TEST_F(ArchiveTest, DeclaresAGapRatherThanFillTheMemory) {
    ArchiveOptions small = options();
    small.waiting_bytes_max = 8 * 1024;
    small.retry = std::chrono::hours(1);
    archive_ = std::make_shared<Archive>(small);
    database_ = open_sqlite({.path = folder_.file("p.db"), .archive = archive_});
    archive_->wait_for_snapshot();
    for (int i = 0; i < 50; ++i) change(20);
    close();
    ASSERT_EQ(said().size(), 1u);
    EXPECT_NE(said().front().find("takes less than is written"), std::string::npos);
}

TEST_F(ArchiveTest, AnswersOnlyWhatItHasWhereThatIsWanted) {
    ArchiveOptions waiting = options();
    waiting.waits = true;
    open(waiting);
    Content found;
    for (int i = 0; i < 10; ++i) {
        change();
        // Not closed, and not asked to write: what was answered is there.
        restore(std::nullopt, found);
        EXPECT_EQ(found, content_);
    }
}

TEST_F(ArchiveTest, KeepsWhatIsWantedAndNoMore) {
    ArchiveOptions short_lived = options();
    short_lived.waits = true;
    short_lived.snapshot_each = std::chrono::milliseconds(300);
    short_lived.keep = std::chrono::milliseconds(1'000);
    open(short_lived);
    for (int i = 0; i < 600; ++i) change(6);
    close();
    const auto snapshots = archive::list_snapshots(folder_.file("archive"));
    ASSERT_GE(snapshots.size(), 2u);
    EXPECT_GT(snapshots.front().taken, 1'000'000 + 1'000);
    EXPECT_GE(archive::list_generations(folder_.file("archive")).front(), snapshots.front().generation);
    Content found;
    for (std::int64_t at = snapshots.front().taken; at < clock_; at += 170) {
        restore(at, found);
        EXPECT_EQ(found, known_at(at)) << at;
    }
}

TEST_F(ArchiveTest, IsOneProcessesAtATime) {
    const Archive first(options());
    try {
        const Archive second(options());
        FAIL() << "there were two";
    } catch (const Unavailable& failure) {
        EXPECT_EQ(std::string(failure.what()), "another process archives into " + folder_.file("archive"));
    }
}

TEST_F(ArchiveTest, MakesWhatLeadsToItsFolderForItsOwnerOnly) {
    archive::make_folder(folder_.file("a/b/c/"));
    archive::make_folder(folder_.file("a/b/c"));
    for (const char* made : {"a", "a/b", "a/b/c"})
        EXPECT_EQ(std::filesystem::status(folder_.file(made)).permissions(), std::filesystem::perms::owner_all) << made;
    std::ofstream(folder_.file("file")) << "x";
    for (const std::string& path : {folder_.file("file"), folder_.file("file/a")}) {
        try {
            archive::make_folder(path);
            ADD_FAILURE() << path << " is a folder";
        } catch (const Unavailable& failure) {
            EXPECT_EQ(std::string(failure.what()).find(folder_.file("file")), 0u);
        }
    }
}

std::string refusal(const std::string& folder, std::optional<std::int64_t> at, const std::string& into) {
    try {
        restore_sqlite(folder, at, into);
    } catch (const std::runtime_error& failure) {
        return failure.what();
    }
    return "";
}

TEST_F(ArchiveTest, MakesNoDatabaseOfWhatIsDamagedOrNotThere) {
    const std::string folder = folder_.file("archive");
    const std::string into = folder_.file("restored.db");
    EXPECT_EQ(refusal(folder, {}, into), folder + " holds no backup");
    open();
    for (int i = 0; i < 5; ++i) change(20);
    close();
    EXPECT_EQ(refusal(folder, 5, into).find(folder + " begins at "), 0u);
    EXPECT_EQ(refusal(folder, {}, folder_.file("p.db")),
              folder_.file("p.db") + " is there already: name a file that is not");
    const std::string last = archive::generation_path(folder, archive::list_generations(folder).back());
    {
        std::fstream damaged(last, std::ios::in | std::ios::out | std::ios::binary);
        damaged.seekp(100);
        damaged << "damage";
    }
    EXPECT_EQ(refusal(folder, {}, into).find(last + " is damaged: "), 0u);
    EXPECT_FALSE(std::filesystem::exists(into));
    EXPECT_FALSE(std::filesystem::exists(into + ".restoring"));
}

// What goes on behind it was written to it once.
TEST_F(ArchiveTest, MakesNoDatabaseWhereALogIsTooShortBeforeOthers) {
    open();
    for (int i = 0; i < 100; ++i) change(12);
    close();
    const std::string folder = folder_.file("archive");
    const auto generations = archive::list_generations(folder);
    ASSERT_GT(generations.size(), 1u);
    const std::string first = archive::generation_path(folder, generations.front());
    std::filesystem::resize_file(first, std::filesystem::file_size(first) - 1);
    EXPECT_EQ(refusal(folder, {}, folder_.file("restored.db")), first + " is too short");
}

// It was taken in the middle of a generation, of which pages had been copied into its file.
TEST_F(ArchiveTest, MakesNoDatabaseOfASnapshotWithoutTheLogThatItNeeds) {
    open();
    for (int i = 0; i < 5; ++i) change();
    close();
    const std::string folder = folder_.file("archive");
    archive::Snapshot snapshot = archive::list_snapshots(folder).back();
    snapshot.bytes = 1;
    archive::write_whole_file(archive::snapshot_info_path(folder, snapshot.taken), archive::render(snapshot));
    const std::string commits = archive::commits_path(folder, snapshot.generation);
    ASSERT_TRUE(std::filesystem::remove(commits));
    const std::string into = folder_.file("restored.db");
    EXPECT_EQ(refusal(folder, {}, into), commits + " is not there: the snapshot needs it");
    EXPECT_FALSE(std::filesystem::exists(into));
}

TEST_F(ArchiveTest, BacksUpBesideAServer) {
    database_ = open_sqlite({.path = folder_.file("p.db")});
    for (int i = 0; i < 50; ++i) change();
    const std::string copy = back_up_sqlite(folder_.file("p.db"), folder_.file("archive"), clock_);
    EXPECT_EQ(content_of(copy), content_);
    const Content then = content_;
    const std::int64_t taken = clock_;
    clock_ += 1'000;
    for (int i = 0; i < 50; ++i) change();
    back_up_sqlite(folder_.file("p.db"), folder_.file("archive"), clock_);
    Content found;
    restore(taken + 500, found);
    EXPECT_EQ(found, then);
    restore(std::nullopt, found);
    EXPECT_EQ(found, content_);
}

TEST_F(ArchiveTest, KeepsNoBackupThatIsNotSound) {
    database_ = open_sqlite({.path = folder_.file("p.db")});
    change();
    const std::string folder = folder_.file("archive");
    const std::string sound = back_up_sqlite(folder_.file("p.db"), folder, clock_);
    std::string looked_at;
    const auto find_problem = [&](const std::string& copy) {
        looked_at = copy;
        EXPECT_EQ(content_of(copy), content_);
        return "a page is torn";
    };
    try {
        back_up_sqlite(folder_.file("p.db"), folder, ++clock_, find_problem);
        FAIL() << "it is kept";
    } catch (const Broken& failure) {
        EXPECT_EQ(std::string(failure.what()),
                  "the copy of " + folder_.file("p.db") + " is not sound, and is not kept: a page is torn");
    }
    EXPECT_EQ(looked_at, archive::snapshot_path(folder, clock_));
    EXPECT_FALSE(std::filesystem::exists(looked_at));
    const auto kept = archive::list_snapshots(folder);
    ASSERT_EQ(kept.size(), 1u);
    EXPECT_EQ(archive::snapshot_path(folder, kept.front().taken), sound);
}

// A backup among its snapshots would cut off what has been committed behind it.
TEST_F(ArchiveTest, KeepsBackupsAndAServersArchiveApart) {
    open();
    for (int i = 0; i < 5; ++i) change();
    try {
        back_up_sqlite(folder_.file("p.db"), folder_.file("archive"), clock_);
        FAIL() << "a backup is in the archive";
    } catch (const Unavailable& failure) {
        EXPECT_EQ(std::string(failure.what()),
                  folder_.file("archive") + " is a server's archive: name another folder for backups");
    }
    for (int i = 0; i < 5; ++i) change();
    close();
    Content found;
    restore(std::nullopt, found);
    EXPECT_EQ(found, content_);

    ArchiveOptions into_backups = options();
    into_backups.folder = folder_.file("backups");
    back_up_sqlite(folder_.file("p.db"), into_backups.folder, clock_);
    for (int i = 0; i < 2; ++i) {  // and looking has made no lock
        try {
            const Archive refused(into_backups);
            FAIL() << "an archive is among backups";
        } catch (const Unavailable& failure) {
            EXPECT_EQ(std::string(failure.what()),
                      into_backups.folder + " is a folder of backups: name another for the archive");
        }
    }
}

}  // namespace
}  // namespace db
