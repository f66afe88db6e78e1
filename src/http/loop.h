// One I/O thread of the server: its event loop, and what the connections that live on it share. All of a Loop but its
// mailbox belongs to its own thread, so nothing in it is locked. Used by http/server.cc and http/connection.cc only.

#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "http/response_writer.h"
#include "http/server.h"
#include "http/tls_stream.h"

namespace http {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using Socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

class Session;
struct Loop;

// Finds a connection that may have gone in the meantime.
struct SessionId {
    std::uint32_t place = 0;
    std::uint64_t serial = 0;  // never used twice on a loop

    bool operator==(const SessionId&) const = default;
};

// Answers on their way to the loop, from any thread. Outlives the loop, because a Reply may: what comes then is
// dropped.
class Mailbox : public std::enable_shared_from_this<Mailbox> {
public:
    struct Letter {
        SessionId session;
        std::uint64_t sequence;            // of the request, on its connection
        std::optional<Response> response;  // none: the Service let go of its Reply
    };

    explicit Mailbox(Loop& loop) : loop_(&loop) {}

    void put(Letter);  // wakes the loop once for all letters that it has not yet seen, or leaves that to an AnswerBatch
    void wake();
    std::vector<Letter> empty();  // on the loop's thread
    void close();

private:
    std::mutex mutex_;
    std::vector<Letter> letters_;
    Loop* loop_;  // null: closed
};

struct Loop {
    Loop(const ServerOptions&, const Service&, std::atomic<std::size_t>& held_bytes,
         std::function<void()> on_connection_gone);
    ~Loop();

    void adopt(Socket, std::string remote_address, bool is_one_too_many);
    Session* find(SessionId);

    // One turn of a session; it may be gone afterwards. An exception costs its connection and nothing else.
    template <class Turn>
    void take_turn(Session&, Turn);

    void open_mail();
    void drain();       // answers are the last of their connections
    void close_idle();  // then: who has asked for nothing is let go
    void close_all();   // once its thread has ended
    void report(std::string_view sentence) const;

    static thread_local Loop* current;  // of the thread that runs it

    const ServerOptions& options;
    const Service& service;
    std::atomic<std::size_t>& held_bytes;  // by the connections of all loops
    const std::function<void()> on_connection_gone;

    asio::io_context context{1};
    const std::shared_ptr<Mailbox> mailbox;
    std::atomic<std::size_t> connection_count{0};  // counted up by whoever hands a connection over

    Session* serving = nullptr;  // the one whose requests are being handed to the Service in this turn
    bool draining = false;
    bool closes_idle = false;
    DateHeader date;
    std::array<char, 64 * 1024> input;  // what a connection reads into; what it cannot use at once, it copies
    std::array<char, TlsStream::sealed_bytes> sealed_input;  // the same of a secure connection, before it is opened

    // The coarse clock of all timeouts. Stands still between ticks, so that it costs nothing to ask.
    const std::chrono::milliseconds tick;
    Clock::time_point now;

private:
    void tidy(Session&);  // frees it if it has gone
    void for_each_session(void (Session::*turn)());
    void sweep_later();
    void sweep();

    std::vector<std::unique_ptr<Session>> sessions_;
    std::vector<std::uint32_t> free_places_;
    std::uint64_t next_serial_ = 1;
    asio::steady_timer sweep_timer_{context};
    bool sweeping_ = false;
};

}  // namespace http
