#include "store/leases.h"

#include <gtest/gtest.h>

#include <array>

#include "store/parts.h"
#include "tests/testing/fresh_database.h"

namespace {

class StoredLeases : public testing::Test {
protected:
    static Instant second(int number) { return from_milliseconds(number * 1'000); }

    // What stands there then, "counting 7 1 10".
    std::string take(std::string_view name, std::int64_t owner, int now) {
        write([&](db::Tx& tx) { store::take_lease(tx, name, owner, second(now), second(now + 10)); });
        return show(name);
    }
    std::string show(std::string_view name) {
        std::string text = "none";
        db::read_and_wait(*database_, [&](db::Tx& tx) {
            if (const auto lease = store::find_lease(tx, name))
                text = lease->name + ' ' + std::to_string(lease->owner) + ' ' + std::to_string(lease->epoch) + ' ' +
                       std::to_string(to_milliseconds(lease->until) / 1'000);
        });
        return text;
    }
    void write(const std::function<void(db::Tx&)>& work) { db::write_and_wait(*database_, work); }

    FreshDatabase database_;
};

TEST_F(StoredLeases, AreTakenWhereNobodyHasThemAndRenewedByTheirOwner) {
    EXPECT_EQ(show("counting"), "none");
    EXPECT_EQ(take("counting", 7, 0), "counting 7 1 10");
    EXPECT_EQ(take("counting", 7, 5), "counting 7 1 15");
    EXPECT_EQ(take("counting", 7, 60), "counting 7 1 70") << "nobody else has had it in between";
}

TEST_F(StoredLeases, AreTakenFromAnotherOnlyOnceTheirTimeHasPassed) {
    EXPECT_EQ(take("counting", 7, 0), "counting 7 1 10");
    EXPECT_EQ(take("counting", 8, 9), "counting 7 1 10");
    EXPECT_EQ(take("counting", 8, 10), "counting 8 2 20");
    EXPECT_EQ(take("counting", 7, 11), "counting 8 2 20");
    EXPECT_EQ(take("upkeep", 7, 11), "upkeep 7 1 21") << "each by itself";
}

TEST_F(StoredLeases, AreFreeWhereTheyEndLaterThanTheyCanHaveBeenTakenFor) {
    EXPECT_EQ(take("counting", 7, 1'000), "counting 7 1 1010");
    EXPECT_EQ(take("counting", 8, 990), "counting 7 1 1010");
    EXPECT_EQ(take("counting", 8, 989), "counting 8 2 999") << "the clock has been set back";
}

TEST_F(StoredLeases, AreGivenBackByTheirOwnerAndNoEpochComesAgain) {
    take("counting", 7, 0);
    write([](db::Tx& tx) { store::give_lease_back(tx, "counting", 8); });
    EXPECT_EQ(show("counting"), "counting 7 1 10");
    write([](db::Tx& tx) { store::give_lease_back(tx, "counting", 7); });
    EXPECT_EQ(show("counting"), "counting 0 1 0");
    EXPECT_EQ(take("counting", 7, 1), "counting 7 2 11");
}

TEST_F(StoredLeases, AreListedByNameAndDeleted) {
    take("server 8", 8, 0);
    take("counting", 7, 0);
    write([](db::Tx& tx) {
        store::delete_lease(tx, "server 8", 7);
        EXPECT_EQ(store::list_leases(tx).size(), 2u);
        EXPECT_EQ(store::list_leases(tx)[0].name, "counting");
        store::delete_lease(tx, "server 8", 8);
        EXPECT_EQ(store::list_leases(tx).size(), 1u);
    });
}

TEST(Parts, AreOfEqualSizeWhateverTheLastBitsOfIds) {
    std::array<int, store::parts_count> sizes{};
    for (std::int64_t id = 1'700'000'000'000 * 4'096; id < 1'700'000'001'600 * 4'096; id += 4'096)
        ++sizes[static_cast<std::size_t>(store::part_of(id))];
    for (const int size : sizes) {
        EXPECT_GT(size, 50);
        EXPECT_LT(size, 200);
    }
}

}  // namespace
