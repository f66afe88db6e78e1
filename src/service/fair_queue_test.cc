#include "service/fair_queue.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace {

using service::FairQueue;

// Whose turns come, in order.
std::string turns(FairQueue<char>& queue, std::size_t count = 1'000) {
    std::string order;
    while (order.size() < count)
        if (const auto item = queue.pop())
            order += *item;
        else
            break;
    return order;
}

void push(FairQueue<char>& queue, char share, int count, std::int64_t cost = 1) {
    for (int i = 0; i < count; ++i) ASSERT_TRUE(queue.push(share, char(share), cost));
}

TEST(FairQueue, KeepsTheOrderOfOneShare) {
    FairQueue<int> queue(10, 100'000, 1);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(queue.push(7, int(i)));
    for (int i = 0; i < 5; ++i) EXPECT_EQ(queue.pop(), i);
    EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(FairQueue, GivesEachShareItsTurn) {
    FairQueue<char> queue(100, 100'000, 0);
    push(queue, 'a', 6);
    push(queue, 'b', 3);
    push(queue, 'c', 1);
    EXPECT_EQ(turns(queue), "abcababaaa");
}

TEST(FairQueue, RefusesWhoseOwnLineIsFullAndNobodyElse) {
    FairQueue<char> queue(3, 100'000, 1);
    push(queue, 'a', 3);
    EXPECT_FALSE(queue.push('a', 'a'));
    EXPECT_TRUE(queue.push('b', 'b'));
    EXPECT_EQ(queue.size(), 4u);
}

TEST(FairQueue, ShutsNobodyOutHoweverManyFlood) {
    FairQueue<char> queue(32, 100, 1);
    int taken = 0;
    for (int share = 0; share < 50; ++share)
        for (int i = 0; i < 32; ++i) taken += queue.push(share, 'x') ? 1 : 0;
    EXPECT_LT(taken, 100 + 32 + 2 * 50);
    EXPECT_TRUE(queue.push(1'000, 'q'));
    EXPECT_EQ(turns(queue, 1), "q") << "a single one does not wait for a round of those who flood";
}

TEST(FairQueue, CountsWhatAPieceCosts) {
    FairQueue<char> queue(100, 100'000, 0);
    push(queue, 'a', 3, 4);
    push(queue, 'b', 8, 1);
    EXPECT_EQ(turns(queue), "abbbbabbbba");
}

TEST(FairQueue, ServesTheQuietBeforeTheRoundOfThoseWhoFlood) {
    FairQueue<char> queue(1'000, 100'000, 4);
    for (const char flood : std::string("abcdefghij")) push(queue, flood, 500);
    turns(queue, 1'000);
    push(queue, 'q', 4);
    EXPECT_EQ(turns(queue, 4), "qqqq");
    turns(queue, 10);  // a round: each has had one more, so the quiet one may have one
    push(queue, 'q', 1);
    EXPECT_EQ(turns(queue, 1), "q");
}

TEST(FairQueue, ServesTheQuietBeforeThoseWhoHaveJustBegunToFlood) {
    FairQueue<char> queue(1'000, 100'000, 4);
    for (const char flood : std::string("abcdefghij")) push(queue, flood, 30);
    push(queue, 'q', 1);
    EXPECT_EQ(turns(queue, 3), "qab");
}

TEST(FairQueue, GivesNobodyMoreThanHisPartForLong) {
    FairQueue<char> queue(10'000, 100'000, 16);
    std::map<char, int> had;
    push(queue, 'a', 9'000);
    push(queue, 'b', 9'000);
    // One that always asks anew, as soon as it has been served, and never has more than one waiting.
    push(queue, 'q', 1);
    for (int i = 0; i < 9'000; ++i) {
        const char item = *queue.pop();
        ++had[item];
        if (item == 'q') push(queue, 'q', 1);
    }
    EXPECT_NEAR(had['q'], 3'000, 20);
    EXPECT_NEAR(had['a'], 3'000, 20);
}

TEST(FairQueue, ForgetsWhatWasOwedOnceNothingWaits) {
    FairQueue<char> queue(100, 100'000, 0);
    push(queue, 'a', 1, 50);
    push(queue, 'b', 1);
    EXPECT_EQ(turns(queue), "ab");
    push(queue, 'a', 2);
    push(queue, 'b', 2);
    EXPECT_EQ(turns(queue), "abab");
}

TEST(FairQueue, HandsOverAllThatWaits) {
    FairQueue<char> queue(100, 100'000, 0);
    push(queue, 'a', 2);
    push(queue, 'b', 1);
    EXPECT_EQ(queue.take_all().size(), 3u);
    EXPECT_TRUE(queue.empty());
}

}  // namespace
