// Some seeds, each for some hundred steps. tests/sim/run goes on for longer, or replays one.

#include <gtest/gtest.h>

#include "tests/sim/simulation.h"

namespace {

class SimulationTest : public testing::TestWithParam<int> {};

TEST_P(SimulationTest, NothingIsLostAndNothingHappensTwice) {
    try {
        sim::Simulation simulation(static_cast<std::uint64_t>(GetParam()), nullptr);
        simulation.run(600);
    } catch (const sim::Violation& violation) {
        FAIL() << violation.what();
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SimulationTest, testing::Range(1, 6));

}  // namespace
