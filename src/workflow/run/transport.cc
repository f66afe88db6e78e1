#include "workflow/run/transport.h"

namespace workflow {

namespace {

Happened to_happened(http::Outcome outcome) {
    if (!outcome.ok()) return NotAnswered{outcome.error().detail};
    auto response = std::move(outcome).response();
    return Answered{response.status, std::move(response.headers), std::move(response.body)};
}

}  // namespace

HttpTransport::HttpTransport(http::ClientOptions options, const std::map<std::string, http::ClientOptions>& of_sources)
    : clients_(std::make_unique<Clients>()) {
    clients_->usual = std::make_unique<http::Client>(std::move(options));
    for (const auto& [source, own] : of_sources) clients_->of_sources[source] = std::make_unique<http::Client>(own);
}

HttpTransport::~HttpTransport() {
    stop();
    if (timer_thread_.joinable()) timer_thread_.join();
}

void HttpTransport::send(Send send, std::function<void(Happened)> done) {
    http::Request request;
    request.method = http::parse_method(send.method);
    request.method_name = std::move(send.method);
    request.headers = std::move(send.headers);
    request.body = std::move(send.body);
    auto timeout = send.timeout ? std::max(*send.timeout, milliseconds(1)) : milliseconds(0);
    {
        // It calls nobody before it returns. Whoever stops us waits meanwhile, so that no client ends on its own
        // thread.
        std::lock_guard lock(mutex_);
        if (clients_)
            return client_for(send.step).send_async(
                send.url, std::move(request), timeout,
                [done = std::move(done)](http::Outcome outcome) { done(to_happened(std::move(outcome))); });
    }
    done(NotAnswered{"the run was stopped"});
}

http::Client& HttpTransport::client_for(const Step* step) {
    if (step && step->source)
        if (const auto* own = find_for_source(clients_->of_sources, *step->source)) return **own;
    return *clients_->usual;
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
    std::unique_ptr<Clients> clients;
    {
        std::lock_guard lock(mutex_);
        stopped_ = true;
        clients = std::move(clients_);
        changed_.notify_all();
    }
    clients.reset();  // not under the lock: it calls what waits for an answer
}

}  // namespace workflow
