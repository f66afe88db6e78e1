// Works inside one transaction of PostgreSQL's. Ahead: writes are sent and looked at later, which is what nearly all
// need; where something is not as expected, the transaction is of no use any more, and is run once more, carefully:
// step by step, each statement and each work with a savepoint, so that either can fail by itself. Used by
// postgres_writer.cc and postgres_readers.cc.

#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/postgres_connection.h"

namespace db::postgres {

inline constexpr Query find_generation{"find_generation", "SELECT number FROM generation WHERE id = 1"};

// Thrown through a work that goes on in vain. No std::exception, as Lost.
struct RunAgain {};

class Transaction final : public Tx {
public:
    enum class Mode {
        ahead,
        careful,
        read,  // on a snapshot; on a connection that is for reads nothing has to be said for it to begin and to end
    };
    // Why it cannot go on.
    enum class Trouble { none, conflict, needs_care, lost };

    // Begins it; `reads_generation` as long as the driver's own tables are there. `place` names the row of
    // server_progress without which nothing may be written; empty: none is needed. `is_claimed`: nor may another
    // server's name stand in the claim. Throws Lost, as all that waits.
    Transaction(Connection&, Mode, bool reads_generation, std::string_view place = {}, bool is_claimed = false);

    Rows run(const Query&, std::initializer_list<Parameter>) override;
    Rows run_last(const Query&, std::initializer_list<Parameter>) override;
    void change(const Query&, std::initializer_list<Parameter>, Expect) override;
    void run_script(std::string_view sql) override;
    void invalidate_caches() override;
    void require_generation(std::uint64_t seen) override;
    std::int64_t settled_through() override;
    std::vector<SchemaObject> list_schema() override;

    // --- of the writer ---

    void begin_work();
    void keep_work();
    void undo_work();  // may be trouble: needs_care
    // Once a work has come to its end: throws Outdated if what it required of the generation has not been looked at
    // before, and does not hold.
    void look_at_generation();

    // All that has been sent ahead is as expected, else there is trouble.
    void settle();
    Trouble trouble() const { return trouble_; }
    const std::string& reason() const { return reason_; }  // of the trouble
    bool is_broken() const { return is_broken_; }          // trying later would not help
    bool invalidates() const { return invalidates_; }
    bool has_lost_place() const { return has_lost_place_; }
    std::optional<std::uint64_t> generation() const { return generation_; }  // once it has been received

    // --- of the readers ---

    // What run_last() has ended, run() does not begin anew: it throws RunAgain. Then the work is to run in a
    // transaction for which this has been called, where run_last() is as run().
    void expect_more() { may_end_ = false; }

    // Sends what belongs to the end and COMMIT. True: it is durable. False: there is trouble, and nothing was kept.
    // Throws Lost, when nobody knows.
    bool commit(std::int64_t marker);
    void roll_back();  // throws Lost; of reads that have gone well the answer is not waited for

private:
    struct Expected {
        Query query;
        Expect expect;
        bool is_generation = false;
    };

    Rows run_carefully(const Query&, std::initializer_list<Parameter>);
    void send(const Query&, std::initializer_list<Parameter>, Expect, bool is_generation = false);
    Answer receive();
    Rows receive_up_to_last();  // what that one gave, or its failure thrown
    void note_generation(const Answer&);
    void compare_generation();
    void require_going_on() const;
    void note_write(const Query&);
    bool begins_by_itself() const { return mode_ == Mode::read && connection_.is_for_reads(); }
    void prepare_for_scripts();
    [[noreturn]] void give_up(Trouble, std::string reason);
    [[noreturn]] void give_up(const Failure&);

    Connection& connection_;
    const Mode mode_;
    std::deque<Expected> expected_;  // in the order in which they were sent
    Trouble trouble_ = Trouble::none;
    std::string reason_;
    bool is_broken_ = true;
    bool work_has_written_ = false;
    bool has_written_ = false;
    bool has_run_script_ = false;
    bool had_written_ = false;  // before the work
    bool had_run_script_ = false;
    bool invalidates_ = false;
    bool work_invalidates_ = false;
    bool reads_generation_;
    const bool needs_place_;
    bool may_end_;
    bool has_ended_ = false;
    bool has_lost_place_ = false;
    std::optional<std::uint64_t> generation_;
    std::optional<std::uint64_t> required_generation_;  // of the work under way, as long as generation_ is on its way
};

}  // namespace db::postgres
