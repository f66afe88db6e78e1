// A client that opens accounts without pause, each with an Idempotency-Key of its own, and writes down what it was
// told. Whatever is not answered, or with 503, it asks again with the same key, of another server, until it is
// answered: nothing that it has begun stays open. Used by the tests of several servers.

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/servers/installation.h"

// What one key asks for.
struct Asked {
    enum class What {
        partnership_account,
        activeplatform_account,  // nothing of it need be unique: a second effect would be a second account
        account_that_ends,       // within seconds: due work
        workflow_run             // which opens an account and moves its end
    };
    What what;
    std::string name;    // the key's, and that of the account: its uid or its last name
    Request request;     // each time the same
    std::string answer;  // of what was done
    bool is_done = false;
};

// How often, in hundred.
struct Mix {
    int activeplatform = 40;
    int ends = 0;
    int runs = 0;
};

class KeyedClient {
public:
    KeyedClient(std::uint64_t seed, int number, Mix mix, const Callers& callers, const Servers& servers,
                std::atomic<std::int64_t>& acknowledged)
        : random_(seed),
          number_(number),
          mix_(mix),
          callers_(callers),
          servers_(servers),
          acknowledged_(acknowledged) {}

    // Until it is over, and what was begun is answered. Throws when nobody answers for two minutes.
    void work(const std::atomic<bool>& is_over);

    // Asks for the last of what was done once more: each is to be answered as it was.
    void repeat(std::size_t count);

    const std::vector<Asked>& asked() const { return asked_; }
    std::int64_t repeated() const { return repeated_; }  // because an answer was lost, or 503
    const std::vector<std::string>& contradictions() const { return contradictions_; }  // answers that cannot be true

private:
    Asked make_next();
    void settle(Asked&);
    bool accept(Asked&, const RawClient::Answer&);  // false: to be asked again
    void try_another_server(int attempt);
    RawClient::Answer send(const Request&);
    void contradict(const Asked&, const RawClient::Answer&, const std::string& why);
    int roll(int sides) { return static_cast<int>(random_() % static_cast<unsigned>(sides)); }

    std::mt19937_64 random_;
    const int number_;
    const Mix mix_;
    const Callers& callers_;
    const Servers& servers_;
    std::atomic<std::int64_t>& acknowledged_;
    std::optional<RawClient> connection_;
    int server_ = number_ % Servers::count;
    std::vector<Asked> asked_;
    std::vector<std::string> contradictions_;
    std::int64_t repeated_ = 0;
};
