#include "http/loop.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "http/answer_batch.h"
#include "http/connection.h"

namespace http {

thread_local Loop* Loop::current = nullptr;

void Mailbox::put(Letter letter) {
    const std::lock_guard lock(mutex_);
    if (loop_ == nullptr) return;
    letters_.push_back(std::move(letter));
    if (letters_.size() != 1) return;
    if (AnswerBatch* const batch = AnswerBatch::current)
        batch->to_wake_.push_back(shared_from_this());
    else
        asio::post(loop_->context, [loop = loop_] { loop->open_mail(); });
}

void Mailbox::wake() {
    const std::lock_guard lock(mutex_);
    if (loop_ != nullptr) asio::post(loop_->context, [loop = loop_] { loop->open_mail(); });
}

std::vector<Mailbox::Letter> Mailbox::empty() {
    const std::lock_guard lock(mutex_);
    return std::exchange(letters_, {});
}

void Mailbox::close() {
    std::vector<Letter> unread;  // destroyed outside of the lock
    const std::lock_guard lock(mutex_);
    loop_ = nullptr;
    unread.swap(letters_);
}

thread_local AnswerBatch* AnswerBatch::current = nullptr;

AnswerBatch::AnswerBatch() { current = this; }

AnswerBatch::~AnswerBatch() {
    current = nullptr;
    for (const std::shared_ptr<Mailbox>& mailbox : to_wake_) mailbox->wake();
}

namespace {

std::chrono::milliseconds tick_for(const ServerOptions& options) {
    const auto shortest = std::min({options.header_timeout, options.body_timeout, options.idle_timeout,
                                    options.write_timeout, options.linger_timeout});
    return std::clamp(shortest / 8, std::chrono::milliseconds(2), std::chrono::milliseconds(1000));
}

}  // namespace

Loop::Loop(const ServerOptions& options, const Service& service, std::atomic<std::size_t>& held_bytes,
           std::function<void()> on_connection_gone)
    : options(options),
      service(service),
      held_bytes(held_bytes),
      on_connection_gone(std::move(on_connection_gone)),
      mailbox(std::make_shared<Mailbox>(*this)),
      tick(tick_for(options)),
      now(Clock::now()) {}

Loop::~Loop() { mailbox->close(); }

void Loop::adopt(Socket socket, std::string remote_address, bool is_one_too_many) {
    if (free_places_.empty()) {
        free_places_.push_back(static_cast<std::uint32_t>(sessions_.size()));
        sessions_.emplace_back();
    }
    const std::uint32_t place = free_places_.back();
    free_places_.pop_back();
    const SessionId id{place, next_serial_++};
    sessions_[place] = std::make_unique<Session>(*this, id, std::move(socket), std::move(remote_address));
    sweep_later();
    take_turn(*sessions_[place], [&](Session& session) {
        if (is_one_too_many)
            session.turn_away();
        else
            session.open();
        if (draining && !session.is_closed()) session.drain();
    });
}

Session* Loop::find(SessionId id) {
    Session* session = id.place < sessions_.size() ? sessions_[id.place].get() : nullptr;
    return session != nullptr && session->id() == id ? session : nullptr;
}

void Loop::tidy(Session& session) {
    if (!session.is_gone()) return;
    const std::uint32_t place = session.id().place;
    sessions_[place].reset();
    free_places_.push_back(place);
    --connection_count;
    on_connection_gone();
}

// All answers first, then one write for each connection: replies to pipelined requests travel together.
void Loop::open_mail() {
    std::vector<Mailbox::Letter> letters = mailbox->empty();
    for (Mailbox::Letter& letter : letters)
        if (Session* session = find(letter.session))
            take_turn(*session, [&](Session& turn) { turn.answer(letter.sequence, std::move(letter.response)); });
    for (const Mailbox::Letter& letter : letters)
        if (Session* session = find(letter.session)) take_turn(*session, &Session::finish_turn);
}

void Loop::drain() {
    draining = true;
    for_each_session(&Session::drain);
}

void Loop::close_idle() {
    closes_idle = true;
    for_each_session(&Session::finish_turn);
}

void Loop::close_all() { sessions_.clear(); }

void Loop::report(std::string_view sentence) const {
    if (options.report) options.report(sentence);
}

void Loop::sweep_later() {
    if (std::exchange(sweeping_, true)) return;
    now = Clock::now();
    sweep_timer_.expires_after(tick);
    sweep_timer_.async_wait([this](const boost::system::error_code& ec) {
        if (!ec) sweep();
    });
}

void Loop::sweep() {
    sweeping_ = false;
    now = Clock::now();
    for_each_session(&Session::check_deadline);
    if (free_places_.size() != sessions_.size()) sweep_later();
}

void Loop::for_each_session(void (Session::*turn)()) {
    for (std::size_t place = 0; place < sessions_.size(); ++place)
        if (sessions_[place]) take_turn(*sessions_[place], turn);
}

}  // namespace http
