// The readers of a PostgreSQL database: threads with a connection each, and a snapshot for each read. Used by
// postgres.cc.

#pragma once

#include <thread>
#include <vector>

#include "db/postgres.h"
#include "db/postgres_queue.h"
#include "db/postgres_writer.h"

namespace db::postgres {

class Readers {
public:
    Readers(const PostgresOptions&, Generation&, Health&, Crowd&);
    ~Readers();

    void read(Database::Work, Database::Done);
    void stop();

private:
    void loop();
    void run(Line&, Job&);
    bool attempt(Line&, Connection&, Job&);
    bool run_once(Connection&, Job&, bool expects_more, bool& has_given);

    const PostgresOptions& options_;
    Generation& generation_;
    Health& health_;
    Crowd& crowd_;
    Queue queue_;
    std::vector<std::thread> threads_;
};

}  // namespace db::postgres
