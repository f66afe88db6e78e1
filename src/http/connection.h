// One connection of the server, from accept to close: reads requests, hands them to the Service, writes the answers in
// the order of the requests, keeps its deadlines. Lives on one Loop and is touched by that loop's thread alone.
//
// A turn is what happens between two waits: whatever can be read, served and written now is done in it, with one write
// at its end. Used by http/loop.cc only.

#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/loop.h"
#include "http/request_reader.h"
#include "http/tls_stream.h"

namespace http {

class Session {
public:
    Session(Loop&, SessionId, Socket, std::string remote_address);
    ~Session();

    SessionId id() const { return id_; }
    bool is_closed() const { return closed_; }
    bool is_gone() const { return closed_ && !waiting_to_read_ && !waiting_to_write_; }

    // Each of these is a turn: to be taken through Loop::take_turn.
    void open();
    void turn_away();  // one connection too many: 503; a secure one is closed, whose handshake would be the dear part
    void drain();      // no further request but what has begun to come
    void check_deadline();
    void finish_turn();  // writes; serves what had to wait; waits for more

    // The answer to a request; none: it will never come. Not a turn of its own: finish_turn follows.
    void answer(std::uint64_t sequence, std::optional<Response>);

    void close();  // at once

private:
    // A request whose answer has not been written to output_. Used again and again, for the strings' memory.
    struct Slot {
        bool is_ready = false;
        bool is_head = false;
        bool is_http_1_0 = false;
        bool is_last = false;
        std::size_t body_bytes = 0;
        std::string method_name;
        std::string target;
        Response response;
    };

    // How the connection ends once output_ has been written.
    enum class Ending { none, linger, drop };

    enum class Awaiting { nothing, first_byte, headers, body, next_request, write, close };

    void on_readable();
    void on_writable();
    void read();
    bool read_and_serve();  // false: closed
    std::size_t receive(boost::system::error_code&);
    std::size_t send(std::string_view, boost::system::error_code&);
    void discard();
    void serve(std::string_view bytes);
    void hand_on();
    void refuse(const Request& so_far, int status, std::string_view detail);
    Response refusal(const Request& so_far, int status, std::string_view detail) const;
    void settle();
    void write_answer(Slot&);
    bool write();
    void end_input();
    void begin_linger();
    void reset();
    void wait_to_read();
    void wait_to_write();
    void update_deadline();
    void account();
    bool is_too_much() const;
    void shed();
    Awaiting awaiting() const;

    bool is_paused() const;
    bool is_amid_input() const;
    bool has_nothing_left() const;
    Slot& push_slot();
    std::size_t in_flight() const { return slots_end_ - slots_begin_; }

    Loop& loop_;
    const SessionId id_;
    Socket socket_;
    const std::string remote_address_;
    RequestReader reader_;
    const std::unique_ptr<TlsStream> tls_;  // null: in clear

    std::string unread_;  // received, and waiting until earlier requests have been answered
    std::string output_;  // to be written
    std::size_t written_ = 0;
    std::uint64_t outputs_ = 0;  // how often all of it had been written

    std::vector<Slot> slots_;  // those in flight: [slots_begin_, slots_end_)
    std::size_t slots_begin_ = 0;
    std::size_t slots_end_ = 0;
    std::uint64_t first_sequence_ = 0;  // of slots_[slots_begin_]
    std::size_t body_bytes_in_flight_ = 0;
    std::size_t held_bytes_ = 0;  // as accounted for

    Ending ending_ = Ending::none;
    bool input_ended_ = false;   // the client has sent its last byte
    bool input_closed_ = false;  // no further request will be read
    bool continue_owed_ = false;
    bool more_has_come_ = false;  // behind the request that is being handed to the Service
    bool draining_ = false;
    bool lingering_ = false;
    bool closed_ = false;
    bool waiting_to_read_ = false;
    bool waiting_to_write_ = false;

    Awaiting deadline_for_ = Awaiting::nothing;
    std::uint64_t deadline_sequence_ = 0;
    Clock::time_point deadline_;
};

template <class Turn>
void Loop::take_turn(Session& session, Turn turn) {
    try {
        std::invoke(turn, session);
    } catch (const std::exception& exception) {
        report(std::string("A connection had to be closed: ") + exception.what());
        serving = nullptr;
        session.close();
    }
    tidy(session);
}

}  // namespace http
