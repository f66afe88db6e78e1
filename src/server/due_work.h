// Runs what falls due, each second, on a thread of its own. A database that cannot write now is tried again.

#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "db/database.h"
#include "engine/world.h"
#include "server/log.h"

class DueWork {
public:
    DueWork(db::Database&, World&, Log&);
    ~DueWork();  // finishes the transaction under way
    DueWork(const DueWork&) = delete;

private:
    void loop();
    void run_once();

    db::Database& database_;
    World& world_;
    Log& log_;
    bool failing_ = false;
    std::mutex mutex_;
    std::condition_variable stopped_;
    bool stopping_ = false;
    std::thread thread_;
};
