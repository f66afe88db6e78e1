// Transport: how a driven run reaches the world. The real one sends over HTTP and waits by a timer thread; a test's
// answers from memory and waits in no time.

#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "http/client.h"
#include "workflow/run/run.h"

namespace workflow {

class Transport {
public:
    virtual ~Transport() = default;

    // done: once, with Answered or NotAnswered, on any thread.
    virtual void send(Send, std::function<void(Happened)> done) = 0;
    // done: once, not before the delay is over unless the transport is stopped.
    virtual void wait(milliseconds delay, std::function<void()> done) = 0;
    virtual Time now() = 0;
};

class HttpTransport : public Transport {
public:
    // of_sources: how the servers of a source, by its name, are called instead: who has a certificate of its own there.
    // Throws what http::Client throws.
    explicit HttpTransport(http::ClientOptions, const std::map<std::string, http::ClientOptions>& of_sources = {});
    ~HttpTransport() override;

    void send(Send, std::function<void(Happened)> done) override;
    void wait(milliseconds delay, std::function<void()> done) override;
    Time now() override { return std::chrono::system_clock::now(); }

    // Cuts off all requests and ends all waiting; what is asked for afterwards ends at once.
    void stop();

private:
    void run_timers();
    http::Client& client_for(const Step*);  // under the lock

    std::mutex mutex_;
    std::condition_variable changed_;
    std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> timers_;
    std::thread timer_thread_;  // started by the first wait
    bool stopped_ = false;
    struct Clients {
        std::unique_ptr<http::Client> usual;
        std::map<std::string, std::unique_ptr<http::Client>> of_sources;
    };
    std::unique_ptr<Clients> clients_;  // null once stopped
};

}  // namespace workflow
