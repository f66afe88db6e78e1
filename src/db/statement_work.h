// How much statements have done on this thread: for tests that hold how much one request may keep a thread that others
// wait for. Counted by the SQLite driver.

#pragma once

#include <cstdint>

namespace db {

struct StatementWork {
    std::uint64_t steps = 0;  // of SQLite's virtual machine
    std::uint64_t statements = 0;
};

inline StatementWork& statement_work_of_this_thread() {
    static thread_local StatementWork work;
    return work;
}

}  // namespace db
