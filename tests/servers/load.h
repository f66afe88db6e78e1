// Clients at work, each in a thread of its own, and the judgement over what they have been told once they are done.

#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/servers/keyed_client.h"

// Asks the database itself: one text for each row, cells with tabs between them.
using Sql = std::function<std::vector<std::string>(const std::string&)>;

// Waits until that is so; throws after two minutes, saying what did not become so.
void wait_until(const std::string& what, const std::function<bool()>& is_so);

class Load {
public:
    Load(std::uint64_t seed, int clients, Mix, const Installation&, const Servers&);
    ~Load() { end(); }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    std::int64_t acknowledged() const { return acknowledged_.load(); }
    void wait_for(std::int64_t more);  // until so many more are acknowledged; throws what a client has thrown
    void finish();                     // what was begun is answered; throws likewise
    void repeat(std::size_t count);    // KeyedClient::repeat(), by all

    // Until the servers have done what is left to them: runs, and what falls due. What is not done within two minutes
    // is a fault, one sentence each.
    std::vector<std::string> wait_for_the_rest(const Sql&) const;

    // Looks up each of what was asked for, and prints "N acknowledged, N lost, N twice" as its last line. False if
    // there is anything to complain of, the faults that others have found included, or if of what the mix has nothing
    // was acknowledged.
    bool judge(const Sql&, std::vector<std::string> faults) const;

private:
    void end();
    void rethrow();

    const Mix mix_;
    std::atomic<std::int64_t> acknowledged_ = 0;
    std::atomic<bool> is_over_ = false;
    std::deque<KeyedClient> clients_;
    std::vector<std::thread> threads_;
    std::mutex mutex_;
    std::exception_ptr first_failure_;
};
