// Random numbers that are the same everywhere for the same seed (SplitMix64).

#pragma once

#include <cstdint>
#include <initializer_list>

namespace sim {

class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t bits() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    // 0 .. count - 1
    std::int64_t below(std::int64_t count) {
        return static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(count));
    }
    std::int64_t between(std::int64_t least, std::int64_t most) { return least + below(most - least + 1); }
    bool chance(int percent) { return below(100) < percent; }

    template <class T>
    T pick(std::initializer_list<T> values) {
        return values.begin()[below(static_cast<std::int64_t>(values.size()))];
    }
    template <class Container>
    const auto& pick_of(const Container& container) {
        return container[static_cast<std::size_t>(below(static_cast<std::int64_t>(container.size())))];
    }

private:
    std::uint64_t state_;
};

}  // namespace sim
