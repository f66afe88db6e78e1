#include "http/connection.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <cassert>
#include <exception>
#include <utility>

#include "http/tls_identity.h"

namespace http {

namespace {

using boost::system::error_code;

constexpr std::size_t output_bytes_gathered = 64 * 1024;  // beyond, pipelined answers are written before more is served
constexpr std::size_t target_bytes_kept = 1024;
constexpr std::size_t slots_kept = 8;
constexpr std::size_t held_bytes_small = 16 * 1024;   // what a connection may always hold
constexpr std::size_t output_bytes_kept = 64 * 1024;  // capacity that a connection may keep between answers

// What stands behind a Reply: makes sure that there is exactly one answer.
class Exchange {
public:
    Exchange(std::shared_ptr<Mailbox> mailbox, SessionId connection, std::uint64_t sequence)
        : mailbox_(std::move(mailbox)), connection_(connection), sequence_(sequence) {}
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;
    ~Exchange() { answer(std::nullopt); }

    void answer(std::optional<Response> response) {
        if (answered_.exchange(true)) return;
        Loop* loop = Loop::current;
        const bool is_within_the_call = loop != nullptr && loop->mailbox == mailbox_ && loop->serving != nullptr &&
                                        loop->serving->id() == connection_;
        if (is_within_the_call)
            loop->serving->answer(sequence_, std::move(response));
        else
            mailbox_->put({connection_, sequence_, std::move(response)});
    }

private:
    const std::shared_ptr<Mailbox> mailbox_;
    const SessionId connection_;
    const std::uint64_t sequence_;
    std::atomic<bool> answered_ = false;
};

Response plain_refusal(int status, std::string_view detail) {
    return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::string(detail) + "\n"};
}

error_code error_of(TlsStream::State state) {
    switch (state) {
    case TlsStream::State::open: return {};
    case TlsStream::State::would_block: return asio::error::would_block;
    case TlsStream::State::ended: return asio::error::eof;
    case TlsStream::State::failed: break;
    }
    return asio::error::connection_reset;
}

constexpr std::string_view speak_https =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 30\r\n"
    "Connection: close\r\n\r\nOnly https is answered here.\r\n";

}  // namespace

Session::Session(Loop& loop, SessionId id, Socket socket, std::string remote_address)
    : loop_(loop),
      id_(id),
      socket_(std::move(socket)),
      remote_address_(std::move(remote_address)),
      reader_({.target_bytes_max = loop.options.target_bytes_max,
               .header_bytes_max = loop.options.header_bytes_max,
               .body_bytes_max = loop.options.body_bytes_max}),
      tls_(loop.options.tls ? std::make_unique<TlsStream>(loop.options.tls->context(), socket_.native_handle())
                            : nullptr) {
    error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Session::~Session() { close(); }

void Session::open() {
    read();  // the first request is often here already
}

void Session::turn_away() {
    if (tls_) return close();
    refuse({}, 503, "There are too many connections.");
    finish_turn();
}

void Session::drain() {
    draining_ = true;
    if (is_paused())
        finish_turn();
    else
        read();  // what has come before the end is still served
}

void Session::on_readable() {
    waiting_to_read_ = false;
    if (closed_) return;
    if (lingering_) return discard();
    if (is_paused()) return;  // finish_turn waits again
    read();
}

void Session::on_writable() {
    waiting_to_write_ = false;
    finish_turn();
}

void Session::read() {
    if (read_and_serve()) finish_turn();
}

bool Session::read_and_serve() {
    error_code ec;
    const std::size_t count = receive(ec);
    if (ec == asio::error::eof) {
        input_ended_ = true;
    } else if (ec && ec != asio::error::would_block) {
        close();
        return false;
    }
    if (count != 0) serve({loop_.input.data(), count});
    return true;
}

std::size_t Session::receive(error_code& ec) {
    if (!tls_) return socket_.read_some(asio::buffer(loop_.input), ec);
    const TlsStream::Progress progress = tls_->read(loop_.input, loop_.sealed_input);
    ec = error_of(progress.state);
    if (tls_->wants_to_write()) wait_to_write();
    if (tls_->is_plain_http()) tls_->send_unsealed(speak_https);
    return progress.bytes;
}

std::size_t Session::send(std::string_view bytes, error_code& ec) {
    if (!tls_) return socket_.write_some(asio::buffer(bytes), ec);
    const TlsStream::Progress progress = tls_->write(bytes);
    ec = error_of(progress.state);
    return progress.bytes;
}

// After the last answer: reads on for a while, because closing with unread bytes would reset the connection, and the
// client's system would throw the answer away before the client has read it.
void Session::discard() {
    error_code ec;
    socket_.read_some(asio::buffer(loop_.input), ec);
    if (ec && ec != asio::error::would_block) return close();
    wait_to_read();
}

void Session::serve(std::string_view bytes) {
    assert(unread_.empty());
    loop_.serving = this;
    while (!bytes.empty() && !is_paused() && output_.size() < output_bytes_gathered) {
        switch (reader_.read(bytes)) {
        case RequestReader::Step::need_more: break;
        case RequestReader::Step::wants_continue:
            continue_owed_ = bytes.empty();
            settle();
            break;
        case RequestReader::Step::complete:
            more_has_come_ = !bytes.empty();
            hand_on();
            break;
        case RequestReader::Step::refused:
            refuse(reader_.request(), reader_.refusal().status, reader_.refusal().detail);
            break;
        }
    }
    loop_.serving = nullptr;
    more_has_come_ = false;
    if (!input_closed_) unread_ = bytes;
}

void Session::hand_on() {
    const std::uint64_t sequence = first_sequence_ + in_flight();
    Slot& slot = push_slot();
    slot.is_head = reader_.request().method == Method::head;
    slot.is_http_1_0 = reader_.is_http_1_0();
    slot.is_last = !reader_.keep_alive();
    slot.body_bytes = reader_.request().body.size();
    slot.method_name = reader_.request().method_name;
    slot.target = reader_.request().target;
    body_bytes_in_flight_ += slot.body_bytes;
    input_closed_ = slot.is_last;
    continue_owed_ = false;

    Request request = reader_.take();
    request.remote_address = remote_address_;
    const auto exchange = std::make_shared<Exchange>(loop_.mailbox, id_, sequence);
    try {
        loop_.service(std::move(request), [exchange](Response response) { exchange->answer(std::move(response)); });
    } catch (const std::exception& exception) {
        loop_.report(std::string("A request could not be served: ") + exception.what());
        exchange->answer(std::nullopt);
    }
}

void Session::answer(std::uint64_t sequence, std::optional<Response> response) {
    if (closed_ || ending_ != Ending::none) return;
    assert(sequence >= first_sequence_ && sequence - first_sequence_ < in_flight());
    Slot& slot = slots_[slots_begin_ + (sequence - first_sequence_)];
    const bool is_answer = response && response->status >= 200 && response->status <= 999;
    if (is_answer) {
        slot.response = std::move(*response);
    } else {
        Request so_far;
        so_far.method_name = slot.method_name;
        so_far.method = parse_method(slot.method_name);
        so_far.target = slot.target;
        slot.response = refusal(so_far, 500, "The request could not be answered.");
        slot.is_last = true;
    }
    slot.is_ready = true;
    settle();
}

void Session::refuse(const Request& so_far, int status, std::string_view detail) {
    input_closed_ = true;
    continue_owed_ = false;
    Response response = refusal(so_far, status, detail);
    Slot& slot = push_slot();
    slot.is_head = so_far.method == Method::head;
    slot.is_http_1_0 = false;
    slot.is_last = true;
    slot.body_bytes = 0;
    slot.response = std::move(response);
    slot.is_ready = true;
    settle();
}

Response Session::refusal(const Request& so_far, int status, std::string_view detail) const {
    if (!loop_.options.refuse) return plain_refusal(status, detail);
    try {
        Request request = so_far;
        request.remote_address = remote_address_;
        return loop_.options.refuse(request, status, detail);
    } catch (const std::exception& exception) {
        loop_.report(std::string("A refusal could not be worded: ") + exception.what());
        return plain_refusal(status, detail);
    }
}

Session::Slot& Session::push_slot() {
    if (slots_begin_ == slots_end_) {
        slots_begin_ = slots_end_ = 0;
        if (slots_.size() > slots_kept) slots_.resize(slots_kept);
    }
    if (slots_end_ == slots_.size() && slots_begin_ != 0) {
        std::rotate(slots_.begin(), slots_.begin() + slots_begin_, slots_.end());
        slots_end_ -= std::exchange(slots_begin_, 0);
    }
    if (slots_end_ == slots_.size()) slots_.emplace_back();
    Slot& slot = slots_[slots_end_++];
    slot.is_ready = false;
    return slot;
}

// Moves answers to output_, as far as they are there without a gap.
void Session::settle() {
    while (in_flight() != 0 && slots_[slots_begin_].is_ready && ending_ == Ending::none) {
        Slot& slot = slots_[slots_begin_];
        write_answer(slot);
        body_bytes_in_flight_ -= slot.body_bytes;
        slot.response = {};
        if (slot.target.capacity() > target_bytes_kept) slot.target = {};
        ++slots_begin_;
        ++first_sequence_;
    }
    if (ending_ == Ending::none && in_flight() == 0 && std::exchange(continue_owed_, false))
        output_.append("HTTP/1.1 100 Continue\r\n\r\n");
}

void Session::write_answer(Slot& slot) {
    if (slot.response.connection == Connection::drop) {
        ending_ = Ending::drop;
        input_closed_ = true;
        return;
    }
    const bool close = slot.is_last || slot.response.connection == Connection::close ||
                       (draining_ && in_flight() == 1 && !is_amid_input());
    append_response(output_, slot.response, {.is_head = slot.is_head, .close = close, .keep_alive = slot.is_http_1_0},
                    loop_.date.now());
    if (!close) return;
    ending_ = Ending::linger;
    input_closed_ = true;
}

// False: stalled, or closed.
bool Session::write() {
    while (written_ < output_.size()) {
        if (waiting_to_write_) return false;
        error_code ec;
        written_ += send(std::string_view(output_).substr(written_), ec);
        if (ec == asio::error::would_block) {
            wait_to_write();
            return false;
        }
        if (ec) {
            close();
            return false;
        }
    }
    if (!output_.empty()) ++outputs_;
    output_.clear();
    written_ = 0;
    if (output_.capacity() > output_bytes_kept) output_.shrink_to_fit();
    if (ending_ == Ending::drop)
        close();
    else if (ending_ == Ending::linger && !lingering_)
        begin_linger();
    return !closed_;
}

void Session::finish_turn() {
    if (closed_) return;
    while (write() && !is_paused()) {
        if (!unread_.empty())
            serve(std::exchange(unread_, {}));
        else if (tls_ && tls_->has_more())
            read_and_serve();
        else if (input_ended_)
            end_input();
        else
            break;
    }
    if (closed_) return;
    account();
    if (is_too_much()) shed();
    if (!closed_ && has_nothing_left()) close();
    if (closed_) return;
    wait_to_read();
    update_deadline();
}

void Session::account() {
    const std::size_t held = reader_.held_bytes() + unread_.size() + output_.size() + body_bytes_in_flight_;
    if (held != held_bytes_) loop_.held_bytes += held - std::exchange(held_bytes_, held);
}

bool Session::is_too_much() const {
    return held_bytes_ > held_bytes_small && loop_.held_bytes > loop_.options.held_bytes_max;
}

// All connections together hold too much: whoever still sends is refused, whoever does not read is cut off.
void Session::shed() {
    if (waiting_to_write_) return reset();
    if (input_closed_ || reader_.phase() != RequestReader::Phase::body) return;
    refuse(reader_.request(), 503, "The server has too many large requests at once.");
    write();
}

void Session::end_input() {
    input_closed_ = true;
    if (reader_.phase() != RequestReader::Phase::between)
        refuse(reader_.request(), 400, "The connection ended before the request did.");
}

void Session::begin_linger() {
    unread_.clear();
    reader_.take();  // what had come of a refused request
    if (input_ended_) return close();
    if (tls_) tls_->end();
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    lingering_ = true;
}

void Session::close() {
    if (std::exchange(closed_, true)) return;
    loop_.held_bytes -= std::exchange(held_bytes_, 0);
    if (tls_ && output_.empty() && ending_ != Ending::drop) tls_->end();
    error_code ignored;
    socket_.close(ignored);
}

// Without what is still on its way: a plain close would leave that to the kernel, for a client that takes nothing.
void Session::reset() {
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
}

// Not to read now: earlier requests or answers have to leave first.
bool Session::is_paused() const {
    return input_closed_ || waiting_to_write_ || in_flight() >= loop_.options.pipeline_max ||
           body_bytes_in_flight_ > loop_.options.body_bytes_max;
}

// A part of a further request has come.
bool Session::is_amid_input() const {
    return more_has_come_ || !unread_.empty() || reader_.phase() != RequestReader::Phase::between;
}

bool Session::has_nothing_left() const {
    if (lingering_ || in_flight() != 0 || !output_.empty()) return false;
    return !is_amid_input() && (input_ended_ || (draining_ && loop_.closes_idle));
}

void Session::wait_to_read() {
    if (waiting_to_read_ || input_ended_ || (is_paused() && !lingering_)) return;
    waiting_to_read_ = true;
    socket_.async_wait(Socket::wait_read, [this](const error_code&) { loop_.take_turn(*this, &Session::on_readable); });
}

void Session::wait_to_write() {
    if (std::exchange(waiting_to_write_, true)) return;
    socket_.async_wait(Socket::wait_write,
                       [this](const error_code&) { loop_.take_turn(*this, &Session::on_writable); });
}

Session::Awaiting Session::awaiting() const {
    if (lingering_) return Awaiting::close;
    if (!output_.empty()) return Awaiting::write;
    if (is_paused()) return Awaiting::nothing;
    if (reader_.phase() == RequestReader::Phase::headers) return Awaiting::headers;
    if (reader_.phase() == RequestReader::Phase::body) return Awaiting::body;
    if (in_flight() != 0) return Awaiting::nothing;
    return first_sequence_ == 0 ? Awaiting::first_byte : Awaiting::next_request;
}

// A deadline stays where it is while the connection waits for the same thing: a byte now and then buys no time.
void Session::update_deadline() {
    const Awaiting now_awaiting = awaiting();
    const std::uint64_t sequence = now_awaiting == Awaiting::write ? outputs_ : first_sequence_ + in_flight();
    if (now_awaiting == deadline_for_ && sequence == deadline_sequence_) return;
    deadline_for_ = now_awaiting;
    deadline_sequence_ = sequence;
    const ServerOptions& options = loop_.options;
    const auto timeout = [&]() -> std::chrono::milliseconds {
        switch (now_awaiting) {
        case Awaiting::nothing: return {};
        case Awaiting::first_byte:
        case Awaiting::headers: return options.header_timeout;
        case Awaiting::body: return options.body_timeout;
        case Awaiting::next_request: return options.idle_timeout;
        case Awaiting::write: return options.write_timeout;
        case Awaiting::close: return options.linger_timeout;
        }
        return {};
    }();
    deadline_ = loop_.now + timeout + loop_.tick;  // the loop's clock may be a tick behind
}

void Session::check_deadline() {
    if (closed_ || deadline_for_ == Awaiting::nothing || deadline_ > loop_.now) return;
    switch (deadline_for_) {
    case Awaiting::headers: refuse(reader_.request(), 408, "The request's headers took too long."); break;
    case Awaiting::body: refuse(reader_.request(), 408, "The request's body took too long."); break;
    case Awaiting::write: return reset();
    default: return close();
    }
    finish_turn();
}

}  // namespace http
