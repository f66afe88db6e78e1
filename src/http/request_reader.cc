#include "http/request_reader.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "http/grammar.h"

namespace http {

namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::http::error;
using beast::http::field;

constexpr std::size_t method_bytes_max = 32;
constexpr std::size_t chunk_line_bytes_max = 256;
constexpr std::size_t last_chunk_bytes_min = 5;  // "0\r\n\r\n": Beast 1.81 asserts that it is never offered less twice
constexpr std::size_t body_bytes_reserved_max = 64 * 1024;  // a Content-Length alone reserves no more than this

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

// What may stand inside a line of a head; the rest ends a line or has no business there.
constexpr std::array<bool, 256> ordinary = [] {
    std::array<bool, 256> table{};
    for (int c = 0x20; c < 256; ++c) table[c] = c != 0x7f;
    table['\t'] = true;
    return table;
}();

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// host [":" port] of RFC 3986 3.2.2, its characters rather than its grammar: enough that nobody reads two hosts in it.
bool is_host(std::string_view text) {
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == text.npos || end == 1) return false;
        const auto is_address = [](char c) { return is_alphanumeric(c) || c == ':' || c == '.'; };
        if (!std::ranges::all_of(text.substr(1, end - 1), is_address)) return false;
        text.remove_prefix(end + 1);
        return text.empty() || (text.front() == ':' && std::ranges::all_of(text.substr(1), is_digit));
    }
    const auto colon = text.find(':');
    if (colon != text.npos && !std::ranges::all_of(text.substr(colon + 1), is_digit)) return false;
    const auto is_name = [](char c) {
        return is_alphanumeric(c) || std::string_view("-._~%!$&'()*+,;=").find(c) != std::string_view::npos;
    };
    return std::ranges::all_of(text.substr(0, colon), is_name);
}

bool is_http_url(std::string_view target) {
    const auto scheme_end = target.find("://");
    if (scheme_end == target.npos) return false;
    const std::string_view scheme = target.substr(0, scheme_end);
    if (!equal_without_case(scheme, "http") && !equal_without_case(scheme, "https")) return false;
    const std::string_view rest = target.substr(scheme_end + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
    return !authority.empty() && is_host(authority);
}

bool is_target(Method method, std::string_view target) {
    const auto is_visible = [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '#'; };
    if (!std::ranges::all_of(target, is_visible)) return false;
    return target.starts_with('/') || is_http_url(target) || (target == "*" && method == Method::options);
}

// The first byte from `at` that is not ordinary, or the end. Eight at a time.
std::size_t skip_ordinary(std::string_view text, std::size_t at) {
    constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x80 * ones;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word;
        std::memcpy(&word, text.data() + at, sizeof word);
        const std::uint64_t del = word ^ (0x7f * ones);
        const std::uint64_t below_blank = (word - 0x20 * ones) & ~word, is_del = (del - ones) & ~del;
        if (((below_blank | is_del) & tops) != 0) break;
    }
    while (at < text.size() && ordinary[static_cast<unsigned char>(text[at])]) ++at;
    return at;
}

// A request line of a later HTTP/1: what speaks that understands 1.1 (RFC 9110 2.5).
bool is_later_version(std::string_view line) {
    constexpr std::string_view major = " HTTP/1.";
    if (line.size() < major.size() + 3) return false;
    const char minor = line[line.size() - 3];
    return minor >= '2' && minor <= '9' && line.substr(0, line.size() - 3).ends_with(major);
}

// A well-formed HTTP version ("HTTP/2.0", "HTTP/3") that is not spoken here.
bool is_other_version(std::string_view text) {
    if (!text.starts_with("HTTP/") || text == "HTTP/1.0" || text == "HTTP/1.1") return false;
    text.remove_prefix(5);
    const auto dot = text.find('.');
    return all_digits(text.substr(0, dot)) && (dot == text.npos || all_digits(text.substr(dot + 1)));
}

// chunked last and once is all that this server reads; anything else that ends in something other than chunked, or
// repeats it, leaves the body's end in doubt.
int transfer_encoding_status(std::string_view value) {
    if (equal_without_case(value, "chunked")) return 0;
    std::size_t codings = 0, chunked = 0;
    bool last_is_chunked = false;
    for (std::size_t at = 0; at <= value.size(); ++codings) {
        const auto comma = std::min(value.find(',', at), value.size());
        last_is_chunked = equal_without_case(trimmed(value.substr(at, comma - at)), "chunked");
        chunked += last_is_chunked;
        at = comma + 1;
    }
    if (chunked > 1 || (chunked == 1 && !last_is_chunked)) return 400;
    if (trimmed(value).empty() || codings == chunked) return 400;
    return 501;
}

// Beast's parser, told to fill a Request, with the checks that Beast leaves to its user.
class Parser : public beast::http::basic_parser<true> {
public:
    Parser(const RequestLimits& limits, Request& request) : limits_(limits), request_(request) {
        header_limit(std::numeric_limits<std::uint32_t>::max());  // RequestReader counts
        body_limit(limits.body_bytes_max);
    }

    // Set when a check of ours stopped the parser.
    std::optional<RequestReader::Refusal> refusal;

    bool http_1_0 = false;
    bool expects_continue = false;
    const char* trailers_begin = nullptr;  // set by the last put, when it completes a chunked body

private:
    void stop(error_code& ec, int status, std::string_view detail) {
        refusal = RequestReader::Refusal{status, detail};
        ec = error::bad_field;
    }

    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                         error_code& ec) override {
        request_.method_name = view(method);
        request_.method = http::parse_method(request_.method_name);
        request_.target = view(target);
        http_1_0 = version == 10;
        if (method.size() > method_bytes_max) return stop(ec, 400, "The method is too long.");
        if (target.size() > limits_.target_bytes_max) return stop(ec, 414, "The request target is too long.");
        if (!is_target(request_.method, request_.target))
            stop(ec, 400, "The request target is neither a path nor a URL.");
    }

    void on_response_impl(int, beast::string_view, int, error_code&) override {}

    void on_field_impl(field name, beast::string_view name_text, beast::string_view value, error_code& ec) override {
        if (trailers_begin != nullptr) return;
        if (request_.headers.size() == limits_.header_count_max) return stop(ec, 431, "There are too many headers.");
        request_.headers.add(view(name_text), view(value));
        switch (name) {
        case field::host: return check_host(view(value), ec);
        case field::content_length: return check_content_length(view(value), ec);
        case field::transfer_encoding: return check_transfer_encoding(view(value), ec);
        case field::expect: return check_expect(view(value));
        default: return;
        }
    }

    void check_host(std::string_view value, error_code& ec) {
        if (++hosts_ > 1) return stop(ec, 400, "There is more than one Host header.");
        if (!is_host(value)) stop(ec, 400, "The Host header is malformed.");
    }

    // Beast takes lists of equal numbers and equal repetitions; not every intermediary does.
    void check_content_length(std::string_view value, error_code& ec) {
        if (++content_lengths_ > 1) return stop(ec, 400, "There is more than one Content-Length header.");
        if (!all_digits(value)) stop(ec, 400, "The Content-Length header is malformed.");
    }

    // Beast takes a body of an unknown coding for none at all.
    void check_transfer_encoding(std::string_view value, error_code& ec) {
        if (++transfer_encodings_ > 1) return stop(ec, 400, "There is more than one Transfer-Encoding header.");
        if (http_1_0) return stop(ec, 400, "HTTP/1.0 has no Transfer-Encoding.");
        const int status = transfer_encoding_status(value);
        if (status == 501) return stop(ec, 501, "The only Transfer-Encoding that this server knows is chunked.");
        if (status != 0) stop(ec, 400, "The Transfer-Encoding header is malformed.");
    }

    void check_expect(std::string_view value) {
        expects_continue = equal_without_case(value, "100-continue");
        expects_other_ = expects_other_ || !expects_continue;
    }

    void on_header_impl(error_code& ec) override {
        if (hosts_ == 0 && !http_1_0) return stop(ec, 400, "There is no Host header.");
        if (content_lengths_ + transfer_encodings_ > 1)
            return stop(ec, 400, "Both Content-Length and Transfer-Encoding.");
        if (http_1_0)
            expects_continue = false;
        else if (expects_other_)
            stop(ec, 417, "The only expectation that this server knows is 100-continue.");
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
        if (length) request_.body.reserve(std::min<std::uint64_t>(*length, body_bytes_reserved_max));
    }

    std::size_t on_body_impl(beast::string_view bytes, error_code&) override {
        request_.body.append(bytes.data(), bytes.size());
        return bytes.size();
    }

    void on_chunk_header_impl(std::uint64_t size, beast::string_view extension, error_code& ec) override {
        if (size == 0) trailers_begin = extension.data() + extension.size();
        if (extension.size() > chunk_line_bytes_max) stop(ec, 400, "A chunk's extension is too long.");
    }

    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code& ec) override {
        return on_body_impl(bytes, ec);
    }

    void on_finish_impl(error_code&) override {}

    const RequestLimits& limits_;
    Request& request_;
    int hosts_ = 0;
    int content_lengths_ = 0;
    int transfer_encodings_ = 0;
    bool expects_other_ = false;
};

RequestReader::Refusal refusal_of(const error_code& ec) {
    if (ec == error::body_limit) return {413, "The body is too large."};
    if (ec == error::bad_content_length || ec == error::multiple_content_length)
        return {400, "The Content-Length header is malformed, or contradicted."};
    if (ec == error::bad_transfer_encoding)
        return {400, "Both Content-Length and Transfer-Encoding, or one of them twice."};
    if (ec == error::bad_chunk || ec == error::bad_chunk_extension) return {400, "A chunk of the body is malformed."};
    if (ec == error::bad_field) return {400, "A header's name is malformed."};
    if (ec == error::bad_value) return {400, "A header's value is malformed."};
    return {400, "This is not HTTP."};
}

}  // namespace

struct RequestReader::Impl {
    explicit Impl(RequestLimits limits) : limits(limits) {}

    RequestLimits limits;
    Request request;
    std::optional<Parser> parser;
    Phase phase = Phase::between;
    Refusal refusal;

    std::string pending;  // what has come of a head, a chunk's line or trailers, until the rest of it is here
    bool blank_line_skipped = false;

    // Within the head, from its first byte.
    std::size_t scanned = 0;
    std::size_t line_begin = 0;
    std::size_t request_line_end = 0;  // behind its CR LF; 0: not yet

    Step read(std::string_view& bytes);
    Step read_head(std::string_view& bytes);
    Step read_body(std::string_view& bytes);
    Step scan_head(std::string_view head, std::size_t& end);
    Step scan_line_end(std::string_view head);
    Step check_unfinished_head(std::string_view head);
    Step check_unfinished_chunk_line();
    Step check_trailers(std::string_view input);
    Step parse_request_line(std::string_view line);
    Step parse_fields(std::string_view fields);
    void skip_blank_line(std::string_view& bytes);
    Step refuse(int status, std::string_view detail);
    Step refuse(const error_code& ec);
    void begin_request();
};

using Step = RequestReader::Step;

Step RequestReader::Impl::refuse(int status, std::string_view detail) {
    refusal = {status, detail};
    return Step::refused;
}

Step RequestReader::Impl::refuse(const error_code& ec) {
    refusal = parser->refusal ? *parser->refusal : refusal_of(ec);
    return Step::refused;
}

Step RequestReader::Impl::read(std::string_view& bytes) {
    if (phase == Phase::between) skip_blank_line(bytes);
    if (bytes.empty()) return Step::need_more;
    if (phase == Phase::between) begin_request();
    return phase == Phase::headers ? read_head(bytes) : read_body(bytes);
}

// One empty line before a request is ignored: RFC 9112 2.2 asks for that, for clients that send CR LF behind a body.
void RequestReader::Impl::skip_blank_line(std::string_view& bytes) {
    if (pending.empty() && !blank_line_skipped && bytes.starts_with('\r')) {
        pending = "\r";
        bytes.remove_prefix(1);
    }
    if (pending.empty() || bytes.empty()) return;
    if (bytes.front() != '\n') return;
    bytes.remove_prefix(1);
    pending.clear();
    blank_line_skipped = true;
}

void RequestReader::Impl::begin_request() {
    phase = Phase::headers;
    scanned = line_begin = request_line_end = 0;
    request = Request{};
    request.headers.reserve(8);
    parser.emplace(limits, request);
}

Step RequestReader::Impl::read_head(std::string_view& bytes) {
    const std::size_t before = pending.size();
    if (before != 0) pending.append(bytes.substr(0, limits.header_bytes_max + 1));
    const std::string_view head = before != 0 ? std::string_view(pending) : bytes;

    std::size_t end = 0;
    const Step step = scan_head(head.substr(0, limits.header_bytes_max + 1), end);
    if (step == Step::refused) return step;
    if (step == Step::need_more) {
        if (before == 0) pending.assign(bytes);
        bytes = {};
        return step;
    }
    bytes.remove_prefix(end - before);
    if (parse_fields(head.substr(request_line_end, end - request_line_end)) == Step::refused) return Step::refused;
    pending.clear();
    if (parser->is_done()) return Step::complete;
    phase = Phase::body;
    parser->eager(true);
    return parser->expects_continue ? Step::wants_continue : read_body(bytes);
}

// Walks over the bytes that are new. Finds the head's end (complete), and refuses what Beast forgives: folded headers;
// and, before the whole head is here, whatever no more bytes could mend.
Step RequestReader::Impl::scan_head(std::string_view head, std::size_t& end) {
    for (;;) {
        scanned = skip_ordinary(head, scanned);
        if (request_line_end != 0 && line_begin < head.size() && (head[line_begin] == ' ' || head[line_begin] == '\t'))
            return refuse(400, "A header is folded, or begins with a blank.");
        if (scanned == head.size()) return check_unfinished_head(head);
        if (head[scanned] == '\n') return refuse(400, "A line ends in LF without CR.");
        if (head[scanned] == '\x16' && scanned == 0)
            return refuse(400, "This looks like TLS; this port speaks plain HTTP.");
        if (head[scanned] != '\r') return refuse(400, "There is a control character in the request's head.");
        if (scanned + 1 == head.size()) return check_unfinished_head(head);
        if (head[scanned + 1] != '\n') return refuse(400, "There is a CR that does not end a line.");

        const bool is_blank = scanned == line_begin;
        scanned = line_begin = scanned + 2;
        if (request_line_end == 0) {
            request_line_end = scanned;
            if (parse_request_line(head.substr(0, scanned)) == Step::refused) return Step::refused;
        } else if (is_blank) {
            if (end = scanned; end > limits.header_bytes_max) break;
            return Step::complete;
        }
    }
    return refuse(431, "The headers are too large.");
}

Step RequestReader::Impl::check_unfinished_head(std::string_view head) {
    if (request_line_end == 0) {
        const auto space = head.substr(0, method_bytes_max + 1).find(' ');
        if (space == head.npos && head.size() > method_bytes_max) return refuse(400, "The method is too long.");
        const auto target = space == head.npos ? std::string_view() : head.substr(space + 1);
        if (std::min(target.find(' '), target.size()) > limits.target_bytes_max)
            return refuse(414, "The request target is too long.");
    }
    if (head.size() > limits.header_bytes_max) return refuse(431, "The headers are too large.");
    return Step::need_more;
}

Step RequestReader::Impl::parse_request_line(std::string_view line) {
    error_code ec;
    const std::string as_spoken_here =
        is_later_version(line) ? std::string(line.substr(0, line.size() - 3)) + "1\r\n" : "";
    const std::string_view parsed = as_spoken_here.empty() ? line : std::string_view(as_spoken_here);
    const std::size_t taken = parser->put(boost::asio::buffer(parsed.data(), parsed.size()), ec);
    if (taken == parsed.size() && ec == error::need_more) return Step::complete;
    if (parser->refusal) return refuse(ec);

    // Beast tells nothing of a line that it does not like: find out what the caller meant, for the answer's shape.
    line.remove_suffix(2);
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == line.npos || first == last || !is_token(line.substr(0, first)) || first > method_bytes_max)
        return refuse(400, "The request line is malformed.");
    request.method_name = line.substr(0, first);
    request.method = parse_method(request.method_name);
    request.target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (is_other_version(version)) return refuse(505, "This server speaks HTTP/1.1 and HTTP/1.0.");
    return refuse(400, "The request line is malformed.");
}

Step RequestReader::Impl::parse_fields(std::string_view fields) {
    error_code ec;
    parser->put(boost::asio::buffer(fields.data(), fields.size()), ec);
    if (ec) return refuse(ec);
    return Step::complete;
}

Step RequestReader::Impl::read_body(std::string_view& bytes) {
    if (bytes.empty()) return Step::need_more;
    const std::size_t before = pending.size();
    if (before != 0) pending.append(bytes);
    const std::string_view input = before != 0 ? std::string_view(pending) : bytes;
    if (before != 0 && input.size() < last_chunk_bytes_min) {
        bytes = {};
        return Step::need_more;
    }

    error_code ec;
    const std::size_t taken = parser->put(boost::asio::buffer(input.data(), input.size()), ec);
    if (ec && ec != error::need_more) return refuse(ec);
    if (parser->is_done()) {
        assert(taken >= before);
        const Step step = check_trailers(input.substr(0, taken));
        bytes.remove_prefix(taken - before);
        pending.clear();
        return step;
    }
    if (before != 0)
        pending.erase(0, taken);
    else
        pending.assign(input.substr(taken));
    bytes = {};
    return check_unfinished_chunk_line();
}

// What Beast leaves is a chunk's line without its end, or a last chunk whose trailers are not complete.
Step RequestReader::Impl::check_unfinished_chunk_line() {
    const std::string_view line = std::string_view(pending).substr(pending.starts_with("\r\n") ? 2 : 0);
    if (std::min(line.find('\n'), line.size()) > chunk_line_bytes_max)
        return refuse(400, "A chunk's line is too long.");
    if (line.size() > limits.header_bytes_max + chunk_line_bytes_max) return refuse(431, "The trailers are too large.");
    return Step::need_more;
}

Step RequestReader::Impl::check_trailers(std::string_view input) {
    if (parser->trailers_begin == nullptr) return Step::complete;
    const std::string_view trailers = input.substr(parser->trailers_begin - input.data());
    if (trailers.size() > limits.header_bytes_max) return refuse(431, "The trailers are too large.");
    if (trailers.find("\r\n ") != trailers.npos || trailers.find("\r\n\t") != trailers.npos)
        return refuse(400, "A trailer is folded, or begins with a blank.");
    return Step::complete;
}

RequestReader::RequestReader(RequestLimits limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestReader::~RequestReader() = default;

Step RequestReader::read(std::string_view& bytes) { return impl_->read(bytes); }
RequestReader::Phase RequestReader::phase() const { return impl_->phase; }
std::size_t RequestReader::held_bytes() const { return impl_->pending.size() + impl_->request.body.size(); }
const RequestReader::Refusal& RequestReader::refusal() const { return impl_->refusal; }
const Request& RequestReader::request() const { return impl_->request; }
bool RequestReader::keep_alive() const { return impl_->parser->keep_alive(); }
bool RequestReader::is_http_1_0() const { return impl_->parser->http_1_0; }

Request RequestReader::take() {
    impl_->phase = Phase::between;
    impl_->blank_line_skipped = false;
    return std::move(impl_->request);
}

}  // namespace http
