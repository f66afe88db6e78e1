#include "http/tls_stream.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace http {

// What OpenSSL sees of the socket: reads what is in memory, writes to the socket itself.
struct TlsStream::Wire {
    int descriptor;
    std::string_view input;

    static Wire& of(BIO* bio) { return *static_cast<Wire*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* into, int size) {
        BIO_clear_retry_flags(bio);
        std::string_view& input = of(bio).input;
        if (input.empty()) {
            BIO_set_retry_read(bio);
            return -1;
        }
        const std::size_t count = std::min(input.size(), static_cast<std::size_t>(std::max(size, 0)));
        std::memcpy(into, input.data(), count);
        input.remove_prefix(count);
        return static_cast<int>(count);
    }

    static int write(BIO* bio, const char* bytes, int size) {
        BIO_clear_retry_flags(bio);
        const ssize_t count = send(of(bio).descriptor, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_retry_write(bio);
        return static_cast<int>(count);
    }

    static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

    static BIO* make(Wire* wire) {
        static BIO_METHOD* const method = [] {
            BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "connection");
            if (made == nullptr) throw std::bad_alloc();
            BIO_meth_set_read(made, read);
            BIO_meth_set_write(made, write);
            BIO_meth_set_ctrl(made, control);
            return made;
        }();
        BIO* const bio = BIO_new(method);
        if (bio == nullptr) throw std::bad_alloc();
        BIO_set_data(bio, wire);
        BIO_set_init(bio, 1);
        return bio;
    }
};

TlsStream::TlsStream(const TlsIdentity::Context& context, int descriptor)
    : wire_(std::make_unique<Wire>(Wire{.descriptor = descriptor, .input = {}})), ssl_(SSL_new(context.get())) {
    if (ssl_ == nullptr) throw std::bad_alloc();
    BIO* const bio = Wire::make(wire_.get());
    SSL_set_bio(ssl_, bio, bio);
    SSL_set_accept_state(ssl_);
}

TlsStream::~TlsStream() { SSL_free(ssl_); }

TlsStream::State TlsStream::state_after(int result) {
    switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_NONE: return State::open;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return State::would_block;
    case SSL_ERROR_ZERO_RETURN: return State::ended;
    default: break;
    }
    has_failed_ = true;
    is_plain_http_ = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
    return State::failed;
}

TlsStream::Progress TlsStream::read(std::span<char> into, std::span<char> scratch) {
    if (has_failed_) return {.state = State::failed};
    Progress progress{.state = State::would_block};
    const bool is_going_on = has_more();
    const std::string held = std::exchange(held_, {});
    wire_->input = held;
    if (!is_going_on) {
        const ssize_t count = recv(wire_->descriptor, scratch.data(), scratch.size(), MSG_DONTWAIT);
        if (count == 0) return {.state = State::ended};  // whether HTTP was through with it, its own framing says
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return progress;
        if (count < 0) return {.state = State::failed};
        wire_->input = {scratch.data(), static_cast<std::size_t>(count)};
    }
    wants_to_write_ = false;
    while (progress.bytes < into.size()) {
        ERR_clear_error();
        const auto room = std::min<std::size_t>(into.size() - progress.bytes, std::numeric_limits<int>::max());
        const int count = SSL_read(ssl_, into.data() + progress.bytes, static_cast<int>(room));
        if (count > 0) {
            progress.bytes += static_cast<std::size_t>(count);
            continue;
        }
        progress.state = state_after(count);
        wants_to_write_ = progress.state == State::would_block && SSL_want_write(ssl_);
        break;
    }
    if (progress.state == State::would_block) held_ = wire_->input;
    wire_->input = {};
    return progress;
}

TlsStream::Progress TlsStream::write(std::string_view bytes) {
    if (has_failed_) return {.state = State::failed};
    ERR_clear_error();
    const auto size = std::min<std::size_t>(bytes.size(), std::numeric_limits<int>::max());
    const int count = SSL_write(ssl_, bytes.data(), static_cast<int>(size));
    if (count > 0) return {.bytes = static_cast<std::size_t>(count), .state = State::open};
    const State state = state_after(count);
    // What would have to be read before something can be written is a handshake, and there is none any more.
    const bool is_stuck = state == State::would_block && !SSL_want_write(ssl_);
    return {.state = is_stuck || state == State::ended ? State::failed : state};
}

void TlsStream::send_unsealed(std::string_view bytes) {
    [[maybe_unused]] const auto sent = send(wire_->descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void TlsStream::end() {
    if (has_failed_ || std::exchange(has_ended_, true) || !SSL_is_init_finished(ssl_)) return;
    ERR_clear_error();
    SSL_shutdown(ssl_);
    ERR_clear_error();
}

}  // namespace http
