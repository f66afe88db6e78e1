#include "runner/room.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace {

using workflows::Room;

// Lets this reseller's runs begin as the runner does, as long as there is room for any; those of others that want as
// well. How many of each began: "1:3 2:1".
class Runs {
public:
    explicit Runs(Room room) : room_(room) {}

    void queue(std::int64_t reseller_id, int count) {
        queued_[reseller_id] += count;
        room_.want(reseller_id);
    }

    std::string begin() {
        std::map<std::int64_t, int> begun;
        while (const auto allowance = room_.next()) {
            int& queued = queued_[allowance->reseller_id];
            const int count = std::min(queued, static_cast<int>(allowance->runs_max));
            if (count == static_cast<int>(allowance->runs_max)) room_.want(allowance->reseller_id);
            for (int i = 0; i < count; ++i) room_.begun(allowance->reseller_id, ++last_id_);
            queued -= count;
            begun[allowance->reseller_id] += count;
        }
        std::string text;
        for (const auto& [id, count] : begun)
            if (count > 0) text += (text.empty() ? "" : " ") + std::to_string(id) + ":" + std::to_string(count);
        return text;
    }

    void end(std::int64_t reseller_id, int count) {
        for (int i = 0; i < count; ++i) room_.ended(reseller_id);
    }

private:
    Room room_;
    std::map<std::int64_t, int> queued_;
    std::int64_t last_id_ = 0;
};

TEST(Room, IsNeverUsedUpByOne) {
    Runs runs(Room(100, 32));
    runs.queue(1, 1'000);
    EXPECT_EQ(runs.begin(), "1:32");
    runs.queue(2, 5);
    EXPECT_EQ(runs.begin(), "2:5");
    runs.end(1, 2);
    EXPECT_EQ(runs.begin(), "1:2") << "and each one that ends makes room for the next";
}

TEST(Room, HasAPlaceForEachHoweverManyFlood) {
    Runs runs(Room(100, 32));
    for (int id = 1; id <= 4; ++id) {
        runs.queue(id, 1'000);
        (void)runs.begin();
    }
    runs.queue(9, 10);
    EXPECT_EQ(runs.begin(), "9:2") << "a sixteenth of 32";
    runs.end(1, 1);
    EXPECT_EQ(runs.begin(), "") << "two more than there is room for are under way";
    runs.end(9, 2);
    EXPECT_EQ(runs.begin(), "1:1 9:2");
}

TEST(Room, IsSharedByTurns) {
    Runs runs(Room(12, 12));
    for (int id = 1; id <= 3; ++id) runs.queue(id, 100);
    EXPECT_EQ(runs.begin(), "1:4 2:4 3:4");
    runs.end(1, 3);
    EXPECT_EQ(runs.begin(), "1:1 2:1 3:1");
}

TEST(Room, IsThereForNobodyWhereNothingIsToRun) {
    Runs runs(Room(0, 32));
    runs.queue(1, 1);
    EXPECT_EQ(runs.begin(), "");
}

TEST(Room, KnowsThroughWhichRunAllHaveBegun) {
    Room room(10, 10);
    room.want(1);
    ASSERT_TRUE(room.next());
    EXPECT_EQ(room.begun_through(1), 0);
    for (const int id : {5, 6, 7}) room.begun(1, id);
    EXPECT_EQ(room.begun_through(1), 7);
    room.put_back(1, 6);
    EXPECT_EQ(room.begun_through(1), 5) << "it is to be found again";
    room.met(1, 7);
    EXPECT_EQ(room.begun_through(1), 7);
    EXPECT_FALSE(room.next());
    room.ended(1);
    EXPECT_FALSE(room.next());
    room.ended(1);
    ASSERT_TRUE(room.next()) << "once nothing is under way, everything is looked at again";
    EXPECT_EQ(room.begun_through(1), 0);
}

}  // namespace
