#include "http/server.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "http/connection.h"
#include "http/loop.h"
#include "http/reserve.h"
#include "http/response_writer.h"

namespace http {

namespace {

using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;
using WorkGuard = asio::executor_work_guard<asio::io_context::executor_type>;

constexpr auto accept_pause = std::chrono::milliseconds(100);  // after the machine had no descriptor for us

constexpr std::string_view too_many_connections = "There are too many connections.";

bool is_out_of_descriptors(const error_code& ec) {
    return ec == asio::error::no_descriptors || ec == boost::system::errc::too_many_files_open_in_system;
}

Response plain_refusal() {
    return {.status = 503,
            .content_type = "text/plain; charset=utf-8",
            .body = std::string(too_many_connections) + "\n",
            .headers = {{"Retry-After", "1"}}};
}

// Those beyond connections_max that are still told so.
std::size_t turned_away_max(std::size_t connections_max) { return connections_max / 8 + 16; }

asio::ip::tcp::endpoint parse_endpoint(const ServerOptions& options) {
    error_code ec;
    const auto address = asio::ip::make_address(options.address, ec);
    if (ec) throw std::runtime_error("\"" + options.address + "\" is not an IPv4 or IPv6 address");
    return {address, options.port};
}

std::string to_text(const asio::ip::tcp::endpoint& endpoint) {
    const std::string address = endpoint.address().to_string();
    const std::string port = std::to_string(endpoint.port());
    return endpoint.address().is_v6() ? "[" + address + "]:" + port : address + ":" + port;
}

// An IPv4 client of an IPv6 socket is still known by its IPv4 address.
std::string remote_address_of(const asio::ip::tcp::endpoint& endpoint) {
    const asio::ip::address address = endpoint.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

void take_over(Acceptor& acceptor, int descriptor) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    error_code ec;
    if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        throw std::runtime_error("the socket to listen on cannot be taken over");
    acceptor.assign(address.ss_family == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), descriptor, ec);
    if (!ec) acceptor.non_blocking(true, ec);
    if (ec) throw std::runtime_error("the socket to listen on cannot be taken over: " + ec.message());
}

void open_acceptor(Acceptor& acceptor, const ServerOptions& options) {
    if (options.listening_socket >= 0) return take_over(acceptor, options.listening_socket);
    const asio::ip::tcp::endpoint endpoint = parse_endpoint(options);
    error_code ec;
    acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
    if (!ec) acceptor.non_blocking(true, ec);
    if (ec == asio::error::address_in_use) throw std::runtime_error(to_text(endpoint) + " is in use");
    if (ec) throw std::runtime_error("cannot listen on " + to_text(endpoint) + ": " + ec.message());
}

}  // namespace

struct Server::Impl {
    Impl(ServerOptions, Service);
    ~Impl();

    void start();
    bool drain(std::chrono::milliseconds patience);
    void after(std::chrono::milliseconds delay, std::function<void()> fn);

    const ServerOptions options;
    const Service service;
    std::atomic<std::size_t> held_bytes{0};
    std::vector<std::unique_ptr<Loop>> loops;  // the first one accepts
    Acceptor acceptor;
    std::size_t connection_count() const;
    std::uint16_t port = 0;

private:
    void run(Loop&);
    void run_on(Loop&, std::function<void()> fn);  // and waits for it
    void accept_later();
    void accept();
    void accept_after_a_pause(const error_code&);
    bool turn_away_with_reserve(const error_code&);
    Response refuse_for_want_of_descriptors();
    void report_once(const error_code&);
    void hand_over(Socket, const asio::ip::tcp::endpoint&);
    Loop& least_busy_loop();
    void stop();

    std::vector<WorkGuard> work;
    std::vector<std::thread> threads;
    asio::steady_timer accept_timer;
    bool accept_failed = false;
    ReserveDescriptor reserve;
    std::atomic<std::size_t> next_timer_loop{0};

    std::mutex mutex;  // connection_gone waits under it, so that no news of an end is missed
    std::condition_variable connection_gone;
};

namespace {

std::vector<std::unique_ptr<Loop>> make_loops(const ServerOptions& options, const Service& service,
                                              std::atomic<std::size_t>& held_bytes,
                                              const std::function<void()>& on_connection_gone) {
    const unsigned count = options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
    std::vector<std::unique_ptr<Loop>> loops;
    for (unsigned i = 0; i < count; ++i)
        loops.push_back(std::make_unique<Loop>(options, service, held_bytes, on_connection_gone));
    return loops;
}

}  // namespace

Server::Impl::Impl(ServerOptions options_given, Service service_given)
    : options(std::move(options_given)),
      service(std::move(service_given)),
      loops(make_loops(options, service, held_bytes,
                       [this] {
                           const std::lock_guard lock(mutex);
                           connection_gone.notify_all();
                       })),
      acceptor(loops.front()->context),
      accept_timer(loops.front()->context) {
    open_acceptor(acceptor, options);
    port = acceptor.local_endpoint().port();
}

Server::Impl::~Impl() { stop(); }

void Server::Impl::start() {
    for (const auto& loop : loops) {
        work.push_back(asio::make_work_guard(loop->context));
        threads.emplace_back([this, &loop = *loop] { run(loop); });
    }
    asio::post(loops.front()->context, [this] { accept_later(); });
}

void Server::Impl::run(Loop& loop) {
    Loop::current = &loop;
    for (;;) {
        try {
            loop.context.run();
            break;
        } catch (const std::exception& exception) {
            loop.report(std::string("An I/O thread goes on after: ") + exception.what());
        }
    }
    Loop::current = nullptr;
}

void Server::Impl::run_on(Loop& loop, std::function<void()> fn) {
    std::promise<void> done;
    asio::post(loop.context, [&] {
        fn();
        done.set_value();
    });
    done.get_future().wait();
}

void Server::Impl::accept_later() {
    acceptor.async_wait(Acceptor::wait_read, [this](const error_code& ec) {
        if (!ec) accept();
    });
}

// One acceptor deals the connections out, so that each thread has as many as the others: with an acceptor for each
// thread the kernel's hash decides, and a handful of busy connections may all fall to one.
void Server::Impl::accept() {
    for (int i = 0; i < 64; ++i) {
        asio::ip::tcp::endpoint client;
        error_code ec;
        Socket socket = acceptor.accept(least_busy_loop().context, client, ec);
        if (ec == asio::error::would_block) break;
        if (ec == asio::error::connection_aborted || ec == asio::error::interrupted) continue;
        if (ec && is_out_of_descriptors(ec) && turn_away_with_reserve(ec)) continue;
        if (ec) return accept_after_a_pause(ec);
        accept_failed = false;
        hand_over(std::move(socket), client);
    }
    accept_later();
}

bool Server::Impl::turn_away_with_reserve(const error_code& ec) {
    report_once(ec);
    std::string answer;  // none over a secure connection, for which there is no room
    if (!options.tls)
        append_response(answer, refuse_for_want_of_descriptors(),
                        {.is_head = false, .close = true, .keep_alive = false}, loops.front()->date.now());
    return reserve.answer_one(acceptor.native_handle(), answer);
}

Response Server::Impl::refuse_for_want_of_descriptors() {
    if (!options.refuse) return plain_refusal();
    try {
        Response response = options.refuse({}, 503, too_many_connections);
        response.headers.set("Retry-After", "1");
        return response;
    } catch (const std::exception&) {
        return plain_refusal();
    }
}

void Server::Impl::report_once(const error_code& ec) {
    if (!std::exchange(accept_failed, true)) loops.front()->report("Connections cannot be accepted: " + ec.message());
}

void Server::Impl::accept_after_a_pause(const error_code& ec) {
    report_once(ec);
    accept_timer.expires_after(accept_pause);
    accept_timer.async_wait([this](const error_code& timer_ec) {
        if (!timer_ec && acceptor.is_open()) accept();
    });
}

void Server::Impl::hand_over(Socket socket, const asio::ip::tcp::endpoint& client) {
    const std::size_t others = connection_count();
    if (others >= options.connections_max + turned_away_max(options.connections_max)) return;
    for (const auto& loop : loops) {
        if (&loop->context != &socket.get_executor().context()) continue;
        ++loop->connection_count;
        asio::post(loop->context, [loop = loop.get(), socket = std::move(socket), address = remote_address_of(client),
                                   is_one_too_many = others >= options.connections_max]() mutable {
            loop->adopt(std::move(socket), std::move(address), is_one_too_many);
        });
        return;
    }
}

Loop& Server::Impl::least_busy_loop() {
    return **std::ranges::min_element(loops, {}, [](const auto& loop) { return loop->connection_count.load(); });
}

std::size_t Server::Impl::connection_count() const {
    std::size_t count = 0;
    for (const auto& loop : loops) count += loop->connection_count;
    return count;
}

bool Server::Impl::drain(std::chrono::milliseconds patience) {
    if (threads.empty()) {
        acceptor.close();
        return true;
    }
    const auto deadline = Clock::now() + patience;
    run_on(*loops.front(), [this] {
        error_code ignored;
        accept();  // whoever was let in by the kernel is served
        accept_timer.cancel();
        acceptor.close(ignored);
        loops.front()->drain();
    });
    const auto are_gone_until = [this](Clock::time_point until) {
        std::unique_lock lock(mutex);
        return connection_gone.wait_until(lock, until, [this] { return connection_count() == 0; });
    };
    for (const auto& loop : loops)
        if (loop != loops.front()) run_on(*loop, [&loop = *loop] { loop.drain(); });
    bool all_gone = are_gone_until(std::min(deadline, Clock::now() + options.drain_idle));
    if (!all_gone) {
        for (const auto& loop : loops) run_on(*loop, [&loop = *loop] { loop.close_idle(); });
        all_gone = are_gone_until(deadline);
    }
    stop();
    return all_gone;
}

void Server::Impl::stop() {
    for (const auto& loop : loops) loop->mailbox->close();
    for (const auto& loop : loops) loop->context.stop();
    for (std::thread& thread : threads) thread.join();
    threads.clear();
    for (const auto& loop : loops) loop->close_all();
}

void Server::Impl::after(std::chrono::milliseconds delay, std::function<void()> fn) {
    Loop& loop = *loops[next_timer_loop++ % loops.size()];
    const auto timer = std::make_shared<asio::steady_timer>(loop.context, delay);
    timer->async_wait([timer, fn = std::move(fn)](const error_code& ec) {
        if (!ec) fn();
    });
}

Server::Server(ServerOptions options, Service service)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(service))) {}
Server::~Server() = default;

std::uint16_t Server::port() const { return impl_->port; }
std::size_t Server::connections() const { return impl_->connection_count(); }
void Server::start() { impl_->start(); }
bool Server::drain(std::chrono::milliseconds patience) { return impl_->drain(patience); }
void Server::after(std::chrono::milliseconds delay, std::function<void()> fn) { impl_->after(delay, std::move(fn)); }

}  // namespace http
