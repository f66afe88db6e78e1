// A queue that shares: each share (a tenant, mostly) waits in a line of its own, of bounded length, and whose turn it
// is depends on what each has had, not on how much each asks for. Fair queuing by start times: the clock is the work
// that has been given out; each piece has a time at which its share may have it, and the earliest goes first. A share
// with no more than `credit` waiting goes before its time by as much, so that a quiet tenant does not wait for a round
// of all who flood; what it had goes on its account as anybody's does, so that in the long run nobody has more than his
// part. Not for several threads: the owner locks. Used by admission.cc, slow_work.cc and runner/turns.cc.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace service {

using Share = std::int64_t;

template <class Item>
class FairQueue {
public:
    // Beyond of_all_max each share may still have a sixteenth of its line: however many flood, nobody is shut out.
    FairQueue(std::size_t of_share_max, std::size_t of_all_max, std::int64_t credit)
        : of_share_max_(of_share_max), of_all_max_(of_all_max), credit_(credit) {}

    // False: the share's own line is full; item is as it was. cost: how much it takes of what there is, 1 or more.
    [[nodiscard]] bool push(Share share, Item&& item, std::int64_t cost = 1) {
        Line& line = lines_[share];
        const std::size_t most = size_ < of_all_max_ ? of_share_max_ : std::max<std::size_t>(1, of_share_max_ / 16);
        if (line.waiting.size() >= most) return false;
        line.waiting.push_back({std::move(item), cost});
        line.cost += cost;
        ++size_;
        if (line.waiting.size() == 1) {
            line.start = std::max(line.start, now_);
            line.order = next_order_++;
            turns_.insert(turn_of(share, line));
        } else if (line.cost > credit_ && line.cost - cost <= credit_) {
            turns_.erase({line.start - credit_, line.order, share});
            turns_.insert(turn_of(share, line));
        }
        return true;
    }

    // Absent: nothing waits.
    std::optional<Item> pop() {
        if (turns_.empty()) return std::nullopt;
        const Turn turn = *turns_.begin();
        turns_.erase(turns_.begin());
        now_ = std::max(now_, std::get<0>(turn));
        const Share share = std::get<2>(turn);
        Line& line = lines_.at(share);
        std::optional<Item> item(std::move(line.waiting.front().item));
        line.start += line.waiting.front().cost;
        line.cost -= line.waiting.front().cost;
        line.waiting.pop_front();
        --size_;
        if (!line.waiting.empty()) {
            line.order = next_order_++;
            turns_.insert(turn_of(share, line));
        } else if (size_ == 0) {
            forget_all();
        }
        return item;
    }

    // All that waits, which then does not any more.
    std::vector<Item> take_all() {
        std::vector<Item> items;
        while (auto item = pop()) items.push_back(std::move(*item));
        return items;
    }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

private:
    struct Waiting {
        Item item;
        std::int64_t cost;
    };
    struct Line {
        std::deque<Waiting> waiting;
        std::int64_t cost = 0;    // of all that waits
        std::int64_t start = 0;   // when all that it was given has been worked off
        std::uint64_t order = 0;  // among those with the same time
    };
    using Turn = std::tuple<std::int64_t, std::uint64_t, Share>;

    Turn turn_of(Share share, const Line& line) const {
        return {line.cost <= credit_ ? line.start - credit_ : line.start, line.order, share};
    }

    // Nothing waits: nobody owes anybody anything.
    void forget_all() {
        lines_.clear();
        now_ = 0;
    }

    const std::size_t of_share_max_;
    const std::size_t of_all_max_;
    const std::int64_t credit_;
    std::unordered_map<Share, Line> lines_;
    std::set<Turn> turns_;  // of the lines in which somebody waits
    std::int64_t now_ = 0;
    std::uint64_t next_order_ = 0;
    std::size_t size_ = 0;
};

}  // namespace service
