// Room: how many runs may be under way at a time, and whose begin next. One reseller never has more than a part of all
// there is room for, and when that is used up, a sixteenth of its part is still there for each: however many flood,
// nobody waits for all of them to end. Those who want more take turns, a sixteenth each. A value without threads; used
// by runner.cc.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

namespace workflows {

class Room {
public:
    Room(std::size_t all_max, std::size_t of_reseller_max)
        : all_max_(all_max),
          of_reseller_max_(std::min(of_reseller_max, all_max)),
          always_(of_reseller_max_ == 0 ? 0 : std::max<std::size_t>(1, of_reseller_max_ / 16)) {}

    // This reseller may have runs that have not begun.
    void want(std::int64_t reseller_id) {
        Line& line = lines_[reseller_id];
        if (line.wants) return;
        line.wants = true;
        wanting_.push_back(reseller_id);
    }

    struct Allowance {
        std::int64_t reseller_id = 0;
        std::size_t runs_max = 0;  // that it may begin now
    };

    // Who wanted does not any more: who may have more than so many wants again. Absent: there is room for none of them.
    std::optional<Allowance> next() {
        for (auto place = wanting_.begin(); place != wanting_.end(); ++place) {
            const std::int64_t reseller_id = *place;
            Line& line = lines_.at(reseller_id);
            const std::size_t most = most_of(line);
            if (most == 0) continue;
            wanting_.erase(place);
            line.wants = false;
            if (line.under_way == 0) lines_.erase(reseller_id);
            return Allowance{reseller_id, most};
        }
        return std::nullopt;
    }

    void begun(std::int64_t reseller_id, std::int64_t run_id) {
        Line& line = lines_[reseller_id];
        ++line.under_way;
        ++under_way_;
        line.begun_through = std::max(line.begun_through, run_id);
    }

    // This one is under way already.
    void met(std::int64_t reseller_id, std::int64_t run_id) {
        Line& line = lines_.at(reseller_id);
        line.begun_through = std::max(line.begun_through, run_id);
    }

    // It has one less. Once it has none, everything of it is looked at again.
    void ended(std::int64_t reseller_id) {
        --under_way_;
        Line& line = lines_.at(reseller_id);
        if (--line.under_way != 0) return;
        line.begun_through = 0;
        want(reseller_id);
    }

    // It has not begun after all, and is to be looked for again once somebody wants.
    void put_back(std::int64_t reseller_id, std::int64_t run_id) {
        --under_way_;
        Line& line = lines_.at(reseller_id);
        line.begun_through = --line.under_way == 0 ? 0 : std::min(line.begun_through, run_id - 1);
        if (line.under_way == 0 && !line.wants) lines_.erase(reseller_id);
    }

    // Ids grow in the order of commits: up to this one, what has not ended is under way. 0: nothing of this reseller
    // is.
    std::int64_t begun_through(std::int64_t reseller_id) const {
        const auto line = lines_.find(reseller_id);
        return line == lines_.end() ? 0 : line->second.begun_through;
    }

private:
    struct Line {
        std::size_t under_way = 0;
        std::int64_t begun_through = 0;
        bool wants = false;
    };

    std::size_t most_of(const Line& line) const {
        const bool is_full = under_way_ >= all_max_;
        const std::size_t most = is_full ? always_ : of_reseller_max_;
        if (line.under_way >= most) return 0;
        const std::size_t own = std::min(most - line.under_way, always_);
        return is_full ? own : std::min(own, all_max_ - under_way_);
    }

    std::size_t all_max_;
    std::size_t of_reseller_max_;
    std::size_t always_;  // there for each reseller, and what a turn gives at most
    std::map<std::int64_t, Line> lines_;
    std::deque<std::int64_t> wanting_;  // in the order of their turns
    std::size_t under_way_ = 0;
};

}  // namespace workflows
