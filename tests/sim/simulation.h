// The simulation: one seed drives random commands against a whole server without its sockets, with clocks that leap,
// restarts, and a database that fails in all the ways in which it may. After each step the invariants hold:
//
//   - each row is as the model says: due work is done once, nothing is lost, nothing happens twice
//   - each change has its event: what the events say, from the first to the last, is what the rows are
//   - no account is without its reseller, no uid is borne by two living accounts of one reseller
//   - sub-accounts are held with the account that they belong to, and closed with it; no plan's limit is exceeded. They
//     follow in lots, with restarts and power cuts between them, and are shown as if they had from the first moment
//   - an Idempotency-Key answers the same, after restarts and lost answers too
//
// A command is a row of a table in commands_*.cc. What happens is a function of the seed alone, but for one thing: the
// steps of the disk are those of several threads, so where within a request the power fails may differ.

#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <ostream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "dialect/sandbox/sandbox.h"
#include "model/event.h"
#include "service/service.h"
#include "tests/sim/model.h"
#include "tests/sim/random.h"
#include "tests/testing/faulty_vfs.h"
#include "tests/testing/fresh_database.h"
#include "tests/testing/test_world.h"

namespace sim {

class Simulation;

struct Command {
    const char* name;
    int weight;
    void (*run)(Simulation&);
};

const std::vector<Command>& all_commands();

// What is not as it should be.
class Violation : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

// How the database fails during a step.
enum class Fault {
    none,
    twice,    // each work is run, undone, and run again: as after a serialisation failure
    refused,  // nothing is begun
    undone,   // the commit fails
    lost,     // the commit succeeds, the server dies before it can say so
    power,    // the power fails on the way
};

class FaultyDatabase;

class Simulation {
public:
    // trace: where each step is told; null: nowhere.
    Simulation(std::uint64_t seed, std::ostream* trace);
    ~Simulation();
    Simulation(const Simulation&) = delete;

    // Throws Violation; it names the seed and tells the last steps.
    void run(int steps);
    int done() const { return done_; }

    // For commands.
    Random& random() { return random_; }
    Model& model() { return model_; }
    TestWorld& world() { return world_; }
    const std::vector<Event>& events() const { return events_; }
    std::string& feed_cursor() { return feed_cursor_; }
    std::vector<std::int64_t>& fed() { return fed_; }

    // A request that may change something: `act` does to the model what the request should do to the server, and says
    // how it should be answered. may_be_lost: it is one transaction, so that all or nothing of it is there after a
    // crash. The answer of a request that came through; otherwise nothing.
    std::optional<http::Response> change(http::Request, const std::function<Expected(Model&)>& act,
                                         bool may_be_lost = true);
    // A request that changes nothing.
    http::Response look(http::Request);
    void expect(const Expected&, const http::Response&);
    bool is_heard(const http::Request& request) const { return who_speaks(request).is_heard; }

    void check_invariants();
    void keep_house();
    void follow_parents();  // what is left of that, lot by lot
    void restart();
    void cut_power();

    void check(bool holds, const std::string& otherwise);
    void say(const std::string& line);

private:
    void start();
    void stop();
    void step();
    http::Response send(http::Request);
    struct Speaking {
        std::string secret;
        std::int64_t reseller_id = 0;
        bool is_heard = false;
    };
    Speaking who_speaks(const http::Request&) const;
    Fault choose_fault(bool may_be_lost);
    std::optional<http::Response> change_once(const http::Request&, const std::function<Expected(Model&)>& act, Fault);
    std::optional<http::Response> replay(const http::Request&, const ModelAnswer&, Fault);
    void resolve(Model after);
    void read_events(db::Tx&);
    void fold(const Event&);
    void check_events_against(const Account&);
    void check_profiles();
    void check_subscriptions(db::Tx&);
    void check_subscription(const Account&, const Subscription&);
    void check_shown(db::Tx&, const Account&);
    void check_uids(const std::vector<Account>&);
    void learn_the_beginning();

    const std::uint64_t seed_;
    std::ostream* const trace_;
    Random random_;
    int done_ = 0;
    std::deque<std::string> last_lines_;

    TestWorld world_;
    TemporaryFolder folder_;
    test::FaultyVfs vfs_;
    std::unique_ptr<sandbox::Sandbox> sandbox_;
    std::unique_ptr<FaultyDatabase> database_;
    std::unique_ptr<service::Service> service_;

    Model model_;
    std::set<std::pair<std::string, std::string>> spoilt_keys_;  // nobody can say whether they answer
    std::vector<Event> events_;
    std::map<std::int64_t, std::map<std::string, std::string>> told_;  // by account: what its events say
    std::map<std::int64_t, std::int64_t> told_changes_;                // by account: how many events
    std::string feed_cursor_;
    std::vector<std::int64_t> fed_;
};

}  // namespace sim
