#include "http/client.h"

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/thread_role.h"
#include "http/grammar.h"
#include "http/url.h"

namespace http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Kind = NetworkError::Kind;
using Parser = beast::http::response_parser<beast::http::string_body>;

constexpr int interim_answers_max = 16;

auto into(error_code& ec) { return asio::redirect_error(asio::use_awaitable, ec); }

std::string to_text(std::chrono::milliseconds time) {
    if (time.count() % 1000 == 0) return std::to_string(time.count() / 1000) + " s";
    return std::to_string(time.count()) + " ms";
}

// A connection, secure or not, with what its last answer left unread.
struct Link {
    explicit Link(asio::io_context& context) : socket(context) {}

    tcp::socket socket;
    std::optional<asio::ssl::stream<tcp::socket&>> tls;
    Clock::time_point idle_since;

    // The other side has neither closed nor said anything that nobody asked for.
    bool is_quiet() {
        error_code ec;
        char byte;
        socket.non_blocking(true, ec);
        if (ec) return false;
        socket.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, ec);
        return ec == asio::error::would_block;
    }
};

// Connections that wait for the next call to the same place.
class Pool {
public:
    explicit Pool(const ClientOptions& options) : options_(options) {}

    std::unique_ptr<Link> take(const std::string& place) {
        const std::lock_guard lock(mutex_);
        drop_old();
        auto& links = idle_[place];
        while (!links.empty()) {
            std::unique_ptr<Link> link = std::move(links.back());
            links.pop_back();
            if (link->is_quiet()) return link;
        }
        return nullptr;
    }

    void keep(const std::string& place, std::unique_ptr<Link> link) {
        const std::lock_guard lock(mutex_);
        drop_old();
        auto& links = idle_[place];
        link->idle_since = Clock::now();
        if (links.size() < options_.idle_connections_max) links.push_back(std::move(link));
    }

    void clear() {
        const std::lock_guard lock(mutex_);
        idle_.clear();
    }

private:
    void drop_old() {
        const auto limit = Clock::now() - options_.idle_timeout;
        for (auto place = idle_.begin(); place != idle_.end();) {
            std::erase_if(place->second, [&](const auto& link) { return link->idle_since < limit; });
            place = place->second.empty() ? idle_.erase(place) : std::next(place);
        }
    }

    const ClientOptions& options_;
    std::mutex mutex_;
    std::map<std::string, std::vector<std::unique_ptr<Link>>> idle_;
};

bool may_be_repeated(Method method) {
    return method == Method::get || method == Method::head || method == Method::put || method == Method::delete_ ||
           method == Method::options;
}

bool has_body(Method method) { return method == Method::post || method == Method::put || method == Method::patch; }

std::optional<NetworkError> check(const Request& request) {
    if (!is_token(request.method_name)) return NetworkError{Kind::bad_request, "the method is no HTTP method"};
    for (const Header& header : request.headers) {
        if (!is_token(header.name))
            return NetworkError{Kind::bad_request, "\"" + header.name + "\" cannot be a header's name"};
        if (!is_header_value(header.value))
            return NetworkError{Kind::bad_request,
                                "the value of the header " + header.name + " has a control character"};
    }
    return {};
}

// Whoever frames the message says how.
bool is_ours(std::string_view name) {
    return equal_without_case(name, "Content-Length") || equal_without_case(name, "Transfer-Encoding") ||
           equal_without_case(name, "Connection");
}

// RFC 9112 3.2: a proxy is asked for the whole URL; through a tunnel the server itself is asked.
std::string message_of(const Request& request, const Url& url, const Proxy* proxy, const ClientOptions& options) {
    const bool asks_proxy = proxy != nullptr && !url.is_https;
    std::string text =
        request.method_name + " " + (asks_proxy ? "http://" + url.authority() : "") + url.target + " HTTP/1.1\r\n";
    if (asks_proxy && !proxy->authorization.empty() && request.headers.find("Proxy-Authorization") == nullptr)
        text += "Proxy-Authorization: " + proxy->authorization + "\r\n";
    if (request.headers.find("Host") == nullptr) text += "Host: " + url.authority() + "\r\n";
    if (request.headers.find("User-Agent") == nullptr) text += "User-Agent: " + options.user_agent + "\r\n";
    for (const Header& header : request.headers)
        if (!is_ours(header.name)) text += header.name + ": " + header.value + "\r\n";
    if (!request.body.empty() || has_body(request.method))
        text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    return text + "\r\n" + request.body;
}

Response response_of(Parser&& parser) {
    auto message = parser.release();
    Response response;
    response.status = message.result_int();
    for (const auto& field : message)
        response.headers.add({field.name_string().data(), field.name_string().size()},
                             {field.value().data(), field.value().size()});
    if (const std::string* type = response.headers.find("Content-Type")) response.content_type = *type;
    response.body = std::move(message.body());
    return response;
}

NetworkError error_of_read(const error_code& ec, bool has_begun, const Url& url, const ClientOptions& options) {
    using beast::http::error;
    const std::string who = url.host_and_port();
    if (ec == error::body_limit)
        return {Kind::too_large,
                "the answer of " + who + " is larger than " + std::to_string(options.body_bytes_max) + " bytes"};
    if (ec == error::header_limit)
        return {Kind::too_large,
                "the headers of " + who + " are larger than " + std::to_string(options.header_bytes_max) + " bytes"};
    const bool is_end = ec == error::end_of_stream || ec == error::partial_message || ec == asio::error::eof ||
                        ec == asio::error::connection_reset || ec == asio::error::broken_pipe ||
                        ec == asio::ssl::error::stream_truncated;
    if (is_end && !has_begun) return {Kind::protocol, who + " closed the connection without an answer"};
    if (is_end) return {Kind::protocol, who + " closed the connection in the middle of its answer"};
    if (ec.category() == beast::http::make_error_code(error::bad_version).category())
        return {Kind::protocol, who + " did not answer in HTTP: " + ec.message()};
    return {Kind::protocol, "the connection to " + who + " failed: " + ec.message()};
}

}  // namespace

// One call. All of it is touched on its strand only, once it has begun.
struct Call {
    Call(asio::io_context& context) : strand(asio::make_strand(context)), timer(strand), resolver(strand) {}

    Url url;
    const Proxy* proxy = nullptr;  // one of the client's
    Request request;
    std::string message;
    Clock::time_point begin;
    std::chrono::milliseconds timeout;

    asio::strand<asio::io_context::executor_type> strand;
    asio::steady_timer timer;
    tcp::resolver resolver;
    std::unique_ptr<Link> link;
    bool is_connected = false;

    std::function<void(Outcome)> done;
    std::atomic<bool> is_done = false;

    std::string place() const { return (url.is_https ? "https " : "http ") + url.host_and_port(); }
    // Where its connection leads first.
    const std::string& host() const { return proxy != nullptr ? proxy->host : url.host; }
    std::uint16_t port() const { return proxy != nullptr ? proxy->port : url.port; }
    std::string first_stop() const {
        return proxy != nullptr ? "the proxy " + proxy->host_and_port() : url.host_and_port();
    }
};

struct Client::Impl {
    explicit Impl(ClientOptions);
    ~Impl();

    void enter(const std::shared_ptr<Call>&);
    void finish(const std::shared_ptr<Call>&, Outcome);

    awaitable<void> run(std::shared_ptr<Call>);
    awaitable<std::optional<NetworkError>> connect(Call&);
    awaitable<std::optional<NetworkError>> resolve(Call&, std::vector<tcp::endpoint>& endpoints);
    awaitable<std::optional<NetworkError>> tunnel(Call&);
    awaitable<std::optional<NetworkError>> secure(Call&);
    awaitable<Outcome> talk(Call&, bool is_reused, bool& is_stale);
    template <class Stream>
    awaitable<Outcome> talk_on(Call&, Stream&, bool is_reused, bool& is_stale);

    void load_certificate();
    void limit(const std::shared_ptr<Call>&, std::chrono::milliseconds since_begin, std::string sentence);
    NetworkError tls_error(const Call&, const error_code&) const;

    const ClientOptions options;
    asio::ssl::context tls{asio::ssl::context::tls_client};
    std::once_flag system_certificates_loaded;
    Pool pool{options};
    std::mutex mutex;
    std::unordered_map<Call*, std::shared_ptr<Call>> calls;  // those that are not done
    asio::io_context context;
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::vector<std::thread> threads;
};

Client::Impl::Impl(ClientOptions given) : options(std::move(given)) {
    error_code ec;
    tls.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    tls.set_verify_mode(asio::ssl::verify_peer);
    if (!options.ca_file.empty()) tls.load_verify_file(options.ca_file, ec);
    if (ec) throw std::runtime_error("cannot read certificates from " + options.ca_file + ": " + ec.message());
    if (!options.certificate_file.empty()) load_certificate();
    const auto run = [this] {
        if (options.background_name != nullptr) become_background_thread(options.background_name);
        context.run();
    };
    for (unsigned i = 0; i < std::max(1u, options.threads); ++i) threads.emplace_back(run);
}

void Client::Impl::load_certificate() {
    error_code ec;
    // A key that is encrypted is refused: OpenSSL would ask for its passphrase at the terminal.
    tls.set_password_callback([](std::size_t, asio::ssl::context::password_purpose) { return std::string(); }, ec);
    tls.use_certificate_chain_file(options.certificate_file, ec);
    if (ec)
        throw std::runtime_error("cannot read a certificate from " + options.certificate_file + ": " + ec.message());
    const std::string& key = options.key_file.empty() ? options.certificate_file : options.key_file;
    tls.use_private_key_file(key, asio::ssl::context::pem, ec);
    if (ec) throw std::runtime_error("cannot use the key in " + key + ": " + ec.message());
}

Client::Impl::~Impl() {
    context.stop();
    for (std::thread& thread : threads) thread.join();
    std::unordered_map<Call*, std::shared_ptr<Call>> cut_off;
    {
        const std::lock_guard lock(mutex);
        cut_off = calls;
    }
    for (const auto& [key, call] : cut_off) finish(call, NetworkError{Kind::cancelled, "the call was cut off"});
    pool.clear();
}

void Client::Impl::enter(const std::shared_ptr<Call>& call) {
    const std::lock_guard lock(mutex);
    calls[call.get()] = call;
}

void Client::Impl::finish(const std::shared_ptr<Call>& call, Outcome outcome) {
    if (call->is_done.exchange(true)) return;
    {
        const std::lock_guard lock(mutex);
        calls.erase(call.get());
    }
    call->timer.cancel();
    call->done(std::move(outcome));
}

// Ends the call at a time after its begin, whatever it is waiting for; the next limit replaces this one.
void Client::Impl::limit(const std::shared_ptr<Call>& call, std::chrono::milliseconds since_begin,
                         std::string sentence) {
    call->timer.expires_at(call->begin + since_begin);
    call->timer.async_wait([this, call, sentence = std::move(sentence)](const error_code& ec) {
        if (ec) return;
        call->resolver.cancel();
        if (call->link) {
            error_code ignored;
            call->link->socket.close(ignored);
        }
        finish(call, NetworkError{Kind::timeout, sentence});
    });
}

awaitable<void> Client::Impl::run(std::shared_ptr<Call> call) {
    const std::string who = call->url.host_and_port();
    const std::string late = who + " did not answer within " + to_text(call->timeout);
    bool is_stale = false;
    call->link = pool.take(call->place());
    if (call->link) {
        limit(call, call->timeout, late);
        Outcome outcome = co_await talk(*call, true, is_stale);
        if (!is_stale) {
            finish(call, std::move(outcome));
            co_return;
        }
        call->link.reset();
    }
    if (call->is_done) co_return;

    if (options.connect_timeout < call->timeout)
        limit(call, options.connect_timeout,
              "could not connect to " + call->first_stop() + " within " + to_text(options.connect_timeout));
    else
        limit(call, call->timeout, "could not connect to " + call->first_stop() + " within " + to_text(call->timeout));
    std::optional<NetworkError> error = co_await connect(*call);
    if (call->is_done) co_return;
    if (error) {
        finish(call, std::move(*error));
        co_return;
    }
    limit(call, call->timeout, late);
    Outcome outcome = co_await talk(*call, false, is_stale);
    finish(call, std::move(outcome));
}

awaitable<std::optional<NetworkError>> Client::Impl::connect(Call& call) {
    std::vector<tcp::endpoint> endpoints;
    std::optional<NetworkError> error = co_await resolve(call, endpoints);
    if (error) co_return error;
    error_code ec;
    bool is_forbidden = false;
    if (options.may_connect) {
        const bool had_some = !endpoints.empty();
        std::erase_if(endpoints, [&](const tcp::endpoint& endpoint) {
            return !options.may_connect(endpoint.address().to_string(), call.url.is_https);
        });
        is_forbidden = had_some && endpoints.empty();
    }
    if (is_forbidden)
        co_return NetworkError{Kind::connect, "nothing may be sent to the address of " + call.url.host_and_port()};
    for (const tcp::endpoint& endpoint : endpoints) {
        call.link = std::make_unique<Link>(context);
        ec = {};
        co_await call.link->socket.async_connect(endpoint, into(ec));
        if (!ec || call.is_done) break;
    }
    if (ec) co_return NetworkError{Kind::connect, "could not connect to " + call.first_stop() + ": " + ec.message()};
    call.link->socket.set_option(tcp::no_delay(true), ec);
    if (call.url.is_https && call.proxy != nullptr) {
        error = co_await tunnel(call);
        if (error) co_return error;
    }
    if (call.url.is_https) co_return co_await secure(call);
    co_return std::nullopt;
}

awaitable<std::optional<NetworkError>> Client::Impl::resolve(Call& call, std::vector<tcp::endpoint>& endpoints) {
    error_code ec;
    const auto address = asio::ip::make_address(call.host(), ec);
    if (!ec) {
        endpoints.emplace_back(address, call.port());
        co_return std::nullopt;
    }
    ec = {};
    const auto found = co_await call.resolver.async_resolve(call.host(), std::to_string(call.port()),
                                                            tcp::resolver::numeric_service, into(ec));
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
    if (ec) co_return NetworkError{Kind::resolve, "could not resolve " + call.host() + ": " + ec.message()};
    co_return std::nullopt;
}

// RFC 9110 9.3.6: has the proxy pass on bytes between us and the server.
awaitable<std::optional<NetworkError>> Client::Impl::tunnel(Call& call) {
    const std::string place = call.url.host_and_port();
    std::string message = "CONNECT " + place + " HTTP/1.1\r\nHost: " + place + "\r\n";
    message += "User-Agent: " + options.user_agent + "\r\n";
    if (!call.proxy->authorization.empty()) message += "Proxy-Authorization: " + call.proxy->authorization + "\r\n";
    message += "\r\n";
    error_code ec;
    co_await asio::async_write(call.link->socket, asio::buffer(message), into(ec));
    beast::flat_buffer buffer;
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(options.header_bytes_max));
    parser.body_limit(options.body_bytes_max);
    parser.skip(true);
    ec = {};
    co_await beast::http::async_read_header(call.link->socket, buffer, parser, into(ec));
    const std::string through = call.first_stop() + " does not let through to " + place;
    if (ec) co_return NetworkError{Kind::connect, through + ": " + ec.message()};
    const int status = parser.get().result_int();
    if (status / 100 != 2)
        co_return NetworkError{Kind::connect, through + ": it answered " + std::to_string(status) + " " +
                                                  std::string(reason_phrase(status))};
    if (buffer.size() > 0) co_return NetworkError{Kind::protocol, through + ": it answers for the server"};
    co_return std::nullopt;
}

awaitable<std::optional<NetworkError>> Client::Impl::secure(Call& call) {
    std::call_once(system_certificates_loaded, [this] {  // some 10 ms, for those who need them
        error_code ignored;
        tls.set_default_verify_paths(ignored);
    });
    call.link->tls.emplace(call.link->socket, tls);
    SSL* const ssl = call.link->tls->native_handle();
    error_code ec;
    asio::ip::make_address(call.url.host, ec);
    const bool is_name = static_cast<bool>(ec);
    const bool is_set = is_name ? SSL_set_tlsext_host_name(ssl, call.url.host.c_str()) == 1 &&
                                      SSL_set1_host(ssl, call.url.host.c_str()) == 1
                                : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), call.url.host.c_str()) == 1;
    if (!is_set) co_return NetworkError{Kind::tls, "\"" + call.url.host + "\" cannot be the name in a certificate"};
    ec = {};
    co_await call.link->tls->async_handshake(asio::ssl::stream_base::client, into(ec));
    if (ec) co_return tls_error(call, ec);
    co_return std::nullopt;
}

NetworkError Client::Impl::tls_error(const Call& call, const error_code& ec) const {
    const std::string begin = "no secure connection to " + call.url.host_and_port() + ": ";
    const long verified = SSL_get_verify_result(call.link->tls->native_handle());
    if (verified != X509_V_OK) return {Kind::tls, begin + X509_verify_cert_error_string(verified)};
    return {Kind::tls, begin + ec.message()};
}

awaitable<Outcome> Client::Impl::talk(Call& call, bool is_reused, bool& is_stale) {
    if (call.link->tls) co_return co_await talk_on(call, *call.link->tls, is_reused, is_stale);
    co_return co_await talk_on(call, call.link->socket, is_reused, is_stale);
}

template <class Stream>
awaitable<Outcome> Client::Impl::talk_on(Call& call, Stream& stream, bool is_reused, bool& is_stale) {
    error_code write_error;
    co_await asio::async_write(stream, asio::buffer(call.message), into(write_error));

    // Even when not all could be sent: a server that refuses a large body says so and closes.
    beast::flat_buffer buffer;
    std::optional<Parser> parser;
    error_code ec;
    for (int i = 0;; ++i) {
        parser.emplace();
        parser->header_limit(static_cast<std::uint32_t>(options.header_bytes_max));
        parser->body_limit(options.body_bytes_max);
        parser->skip(call.request.method == Method::head);
        ec = {};
        co_await beast::http::async_read(stream, buffer, *parser, into(ec));
        if (ec) {
            is_stale = is_reused && i == 0 && !parser->got_some() &&
                       (options.repeats_all_methods || may_be_repeated(call.request.method));
            co_return error_of_read(ec, parser->got_some(), call.url, options);
        }
        const int status = parser->get().result_int();
        if (status >= 200) break;
        if (status == 101 || i == interim_answers_max)
            co_return NetworkError{Kind::protocol,
                                   call.url.host_and_port() + " answered with " + std::to_string(status)};
    }
    const auto& message = parser->get();
    const auto coding = message.find("Transfer-Encoding");
    if (coding != message.end() && !beast::iequals(coding->value(), "chunked"))
        co_return NetworkError{Kind::protocol, call.url.host_and_port() + " answered in an unknown transfer coding"};
    if (parser->keep_alive() && buffer.size() == 0 && !write_error && !call.is_done)
        pool.keep(call.place(), std::move(call.link));
    co_return response_of(std::move(*parser));
}

Client::Client(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Client::~Client() = default;

void Client::send_async(const std::string& url, Request request, std::chrono::milliseconds timeout,
                        std::function<void(Outcome)> done) {
    if (request.method_name.empty()) request.method_name = to_string(request.method);
    request.method = parse_method(request.method_name);
    const auto call = std::make_shared<Call>(impl_->context);
    const std::optional<Url> parsed = parse_url(url);
    std::optional<NetworkError> error = check(request);
    if (!parsed) error = NetworkError{Kind::bad_request, "\"" + url + "\" is not an http or https URL"};
    call->done = std::move(done);
    impl_->enter(call);
    if (error) {
        asio::post(call->strand, [impl = impl_.get(), call, error = std::move(*error)] { impl->finish(call, error); });
        return;
    }
    call->url = *parsed;
    call->proxy = impl_->options.proxies.find(call->url);
    call->message = message_of(request, call->url, call->proxy, impl_->options);
    call->request = std::move(request);
    call->begin = Clock::now();
    call->timeout = timeout.count() > 0 ? timeout : impl_->options.call_timeout;
    asio::co_spawn(call->strand, impl_->run(call), asio::detached);
}

Outcome Client::send(const std::string& url, Request request, std::chrono::milliseconds timeout) {
    std::promise<Outcome> promise;
    send_async(url, std::move(request), timeout, [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
    return promise.get_future().get();
}

}  // namespace http
