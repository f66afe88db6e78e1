// sim [SEED [STEPS]]: tells each step; ends with 1 where something does not hold. Without a seed: one after the other,
// until something does not hold or somebody ends it.

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "tests/sim/simulation.h"

namespace {

constexpr int steps_default = 600;

bool run(std::uint64_t seed, int steps, std::ostream* trace) {
    try {
        sim::Simulation simulation(seed, trace);
        simulation.run(steps);
        std::printf("seed %llu: %d steps, all is well\n", static_cast<unsigned long long>(seed), steps);
        std::fflush(stdout);
        return true;
    } catch (const sim::Violation& violation) {
        std::cout.flush();
        std::fprintf(stderr, "%s\n", violation.what());
        return false;
    }
}

}  // namespace

int main(int count, char** arguments) {
    const int steps = count > 2 ? std::atoi(arguments[2]) : steps_default;
    if (count > 1) return run(std::strtoull(arguments[1], nullptr, 10), steps, &std::cout) ? 0 : 1;
    for (std::uint64_t seed = 1; run(seed, steps, nullptr); ++seed) {
    }
    return 1;
}
