#include "workflow/run/transport.h"

namespace workflow {

namespace {

Happened to_happened(http::Outcome outcome) {
    if (!outcome.ok()) return NotAnswered{outcome.error().detail};
    auto response = std::move(outcome).response();
    return Answered{response.status, std::move(response.headers), std::move(response.body)};
}

}  // namespace

HttpTransport::HttpTransport(http::ClientOptions options)
    : client_(std::make_shared<http::Client>(std::move(options))) {}

HttpTransport::~HttpTransport() {
    stop();
    if (timer_thread_.joinable()) timer_thread_.join();
}

void HttpTransport::send(Send send, std::function<void(Happened)> done) {
    std::shared_ptr<http::Client> client;
    {
        std::lock_guard lock(mutex_);
        client = client_;
    }
    if (!client) return done(NotAnswered{"the run was stopped"});
    http::Request request;
    request.method = http::parse_method(send.method);
    request.method_name = std::move(send.method);
    request.headers = std::move(send.headers);
    request.body = std::move(send.body);
    auto timeout = send.timeout ? std::max(*send.timeout, milliseconds(1)) : milliseconds(0);
    client->send_async(send.url, std::move(request), timeout,
                       [done = std::move(done)](http::Outcome outcome) { done(to_happened(std::move(outcome))); });
}

void HttpTransport::wait(milliseconds delay, std::function<void()> done) {
    {
        std::lock_guard lock(mutex_);
        if (!stopped_) {
            timers_.emplace(std::chrono::steady_clock::now() + delay, std::move(done));
            if (!timer_thread_.joinable()) timer_thread_ = std::thread([this] { run_timers(); });
            changed_.notify_one();
            return;
        }
    }
    done();
}

void HttpTransport::run_timers() {
    std::unique_lock lock(mutex_);
    while (!stopped_ || !timers_.empty()) {
        if (timers_.empty()) {
            changed_.wait(lock);
            continue;
        }
        auto first = timers_.begin();
        if (!stopped_ && first->first > std::chrono::steady_clock::now()) {
            changed_.wait_until(lock, first->first);
            continue;
        }
        auto done = std::move(first->second);
        timers_.erase(first);
        lock.unlock();
        done();
        lock.lock();
    }
}

void HttpTransport::stop() {
    std::shared_ptr<http::Client> client;
    {
        std::lock_guard lock(mutex_);
        stopped_ = true;
        client = std::move(client_);
        changed_.notify_all();
    }
    client.reset();  // not under the lock: it calls what waits for an answer
}

}  // namespace workflow
