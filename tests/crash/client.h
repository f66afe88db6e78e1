// A partner's client that opens, moves and removes accounts without pause and remembers exactly what it was told. After
// the server has been killed and started again, it asks for everything: what had been acknowledged must be there to the
// byte, and the one request whose answer never came has happened wholly or not at all.

#pragma once

#include <atomic>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/raw_client.h"

// The server said something that cannot be true.
class Lie : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

// What must be found in the database, counted over what was acknowledged.
struct Totals {
    std::int64_t accounts = 0;  // removed ones too
    std::int64_t events = 0;

    Totals& operator+=(const Totals& other) {
        accounts += other.accounts;
        events += other.events;
        return *this;
    }
    bool operator==(const Totals&) const = default;
};

class Client {
public:
    // Counts each write that is acknowledged, beside those of the other clients.
    Client(std::uint64_t seed, std::atomic<std::int64_t>& acknowledged) : random_(seed), acknowledged_(acknowledged) {}

    // Until the connection breaks. Throws Lie.
    void work(std::uint16_t port);

    // Looks at what the last work() touched, and at some of the rest, or at everything. Throws Lie.
    void verify(std::uint16_t port, bool everything);

    Totals totals() const { return totals_; }
    std::size_t in_doubt() const { return in_doubt_; }  // writes whose answer was cut off

private:
    enum class Doubt { none, opening, move, removal };

    struct Known {
        std::string token;
        bool is_open = false;
        std::string body;  // of the last answer that showed the account
        Doubt doubt = Doubt::none;
        std::string doubtful_ends_at;
    };

    using Accounts = std::unordered_map<std::string, Known>;

    void take_step(RawClient&);
    void open(RawClient&, const std::string& uid);
    void open_again(RawClient&);
    void move(RawClient&);
    void remove(RawClient&);
    void look(RawClient&);
    void look_at(RawClient&, const std::string& uid, Known&);
    void resolve(const std::string& uid, Known&, const RawClient::Answer&);
    void acknowledge(Known&);

    RawClient::Answer ask(RawClient&, std::string_view method, const std::string& uid, const Known&,
                          const std::string& body);
    Accounts::value_type* pick();  // of those that are open; null: found none
    std::string new_uid();
    std::string new_date();
    int roll(int sides) { return static_cast<int>(random_() % static_cast<unsigned>(sides)); }

    std::mt19937_64 random_;
    Accounts accounts_;
    std::vector<std::string> uids_;     // in the order of their first opening
    std::vector<std::string> touched_;  // since the last verify()
    Totals totals_;
    std::atomic<std::int64_t>& acknowledged_;
    std::size_t in_doubt_ = 0;
};
