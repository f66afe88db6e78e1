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
    explicit HttpTransport(http::ClientOptions);
    ~HttpTransport() override;

    void send(Send, std::function<void(Happened)> done) override;
    void wait(milliseconds delay, std::function<void()> done) override;
    Time now() override { return std::chrono::system_clock::now(); }

    // Cuts off all requests and ends all waiting; what is asked for afterwards ends at once.
    void stop();

private:
    void run_timers();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> timers_;
    std::thread timer_thread_;  // started by the first wait
    bool stopped_ = false;
    std::shared_ptr<http::Client> client_;
};

}  // namespace workflow
