#include "http/request_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace http {
namespace {

using Step = RequestReader::Step;

struct Outcome {
    std::vector<Request> requests;
    int continues = 0;
    int refused = 0;  // the status
    std::string detail;
    Request so_far;  // of a refusal
    std::vector<bool> keep_alive;
};

Outcome read_pieces(const std::vector<std::string>& pieces, RequestLimits limits = {}) {
    Outcome outcome;
    RequestReader reader(limits);
    for (const std::string& piece : pieces) {
        std::string_view bytes = piece;
        while (!bytes.empty()) {
            const Step step = reader.read(bytes);
            EXPECT_TRUE(step != Step::need_more || bytes.empty());
            if (step == Step::wants_continue) ++outcome.continues;
            if (step == Step::complete) {
                outcome.keep_alive.push_back(reader.keep_alive());
                outcome.requests.push_back(reader.take());
            }
            if (step == Step::refused) {
                outcome.refused = reader.refusal().status;
                outcome.detail = reader.refusal().detail;
                outcome.so_far = reader.request();
                return outcome;
            }
        }
    }
    return outcome;
}

std::string describe(const Request& request) {
    std::string text = request.method_name + " " + request.target + "\n";
    for (const Header& header : request.headers) text += header.name + "=" + header.value + "\n";
    return text + "\n" + request.body;
}

std::string describe(const Outcome& outcome) {
    std::string text;
    for (const Request& request : outcome.requests) text += describe(request) + "\n--\n";
    return text + "continues " + std::to_string(outcome.continues) + " refused " + std::to_string(outcome.refused);
}

// Whole, in two pieces at every byte, and byte by byte: always the same.
Outcome read_in_every_way(const std::string& bytes, RequestLimits limits = {}) {
    const Outcome whole = read_pieces({bytes}, limits);
    const std::string expected = describe(whole);
    for (std::size_t at = 1; at < bytes.size(); ++at)
        EXPECT_EQ(describe(read_pieces({bytes.substr(0, at), bytes.substr(at)}, limits)), expected)
            << "split at " << at;
    std::vector<std::string> single;
    for (const char c : bytes) single.emplace_back(1, c);
    EXPECT_EQ(describe(read_pieces(single, limits)), expected) << "byte by byte";
    return whole;
}

const std::string post = "POST /a HTTP/1.1\r\nHost: h\r\n";

TEST(RequestReader, ReadsAGetHoweverItIsSplit) {
    const Outcome outcome = read_in_every_way(
        "GET /api/v1/things?x=1 HTTP/1.1\r\nHost: example.com:8080\r\nX-One:  padded \t\r\nx-empty:\r\nX-Utf: "
        "\xc3\xa9\r\n\r\n");
    ASSERT_EQ(outcome.requests.size(), 1u);
    const Request& request = outcome.requests[0];
    EXPECT_EQ(request.method, Method::get);
    EXPECT_EQ(request.method_name, "GET");
    EXPECT_EQ(request.target, "/api/v1/things?x=1");
    EXPECT_EQ(request.headers.size(), 4u);
    EXPECT_EQ(*request.headers.find("x-one"), "padded");
    EXPECT_EQ(*request.headers.find("X-EMPTY"), "");
    EXPECT_EQ(*request.headers.find("X-Utf"), "\xc3\xa9");
    EXPECT_EQ(request.body, "");
    EXPECT_TRUE(outcome.keep_alive[0]);
}

TEST(RequestReader, ReadsABodyOfKnownLengthHoweverItIsSplit) {
    const Outcome outcome = read_in_every_way(post + "Content-Length: 11\r\n\r\nhello\0world" + std::string(1, '\0') +
                                              "GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(outcome.requests.size(), 1u);  // the NUL behind the body is no request
    EXPECT_EQ(outcome.refused, 400);
    const std::string body("hello\0world", 11);
    const Outcome clean =
        read_in_every_way(post + "Content-Length: 11\r\n\r\n" + body + "GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_EQ(clean.requests.size(), 2u);
    EXPECT_EQ(clean.requests[0].body, body);
    EXPECT_EQ(clean.requests[1].target, "/b");
}

TEST(RequestReader, ReadsAChunkedBodyHoweverItIsSplit) {
    const Outcome outcome =
        read_in_every_way(post +
                          "Transfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n00A;name=value;flag\r\n, "
                          "world!\r\n\r\n0\r\nX-Trailer: dropped\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_EQ(outcome.requests.size(), 2u);
    EXPECT_EQ(outcome.requests[0].body, "hello, world!\r\n");
    EXPECT_EQ(outcome.requests[0].headers.find("X-Trailer"), nullptr);
    EXPECT_EQ(outcome.requests[1].target, "/b");
}

TEST(RequestReader, ReadsAnEmptyChunkedBody) {
    const Outcome outcome = read_in_every_way(post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    ASSERT_EQ(outcome.requests.size(), 1u);
    EXPECT_EQ(outcome.requests[0].body, "");
}

TEST(RequestReader, ReadsAPipelinedBurstHoweverItIsSplit) {
    std::string burst;
    for (int i = 0; i < 8; ++i) {
        burst += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
        burst += "PUT /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n" + std::to_string(i);
    }
    const Outcome outcome = read_in_every_way(burst);
    ASSERT_EQ(outcome.requests.size(), 16u);
    for (int i = 0; i < 8; ++i) {
        EXPECT_EQ(outcome.requests[2 * i].target, "/" + std::to_string(i));
        EXPECT_EQ(outcome.requests[2 * i + 1].body, std::to_string(i));
    }
}

TEST(RequestReader, IgnoresOneEmptyLineBeforeARequestAndNotTwo) {
    const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    EXPECT_EQ(read_in_every_way("\r\n" + get + "\r\n" + get).requests.size(), 2u);
    EXPECT_EQ(read_in_every_way("\r\n\r\n" + get).refused, 400);
}

TEST(RequestReader, TakesARequestWithoutLengthForOneWithoutBody) {
    const Outcome outcome = read_in_every_way(post + "\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_EQ(outcome.requests.size(), 2u);
    EXPECT_EQ(outcome.requests[0].method, Method::post);
    EXPECT_EQ(outcome.requests[0].body, "");
}

TEST(RequestReader, KnowsWhetherTheConnectionMayStay) {
    const auto keep_alive = [](const std::string& bytes) {
        const Outcome outcome = read_in_every_way(bytes);
        EXPECT_EQ(outcome.requests.size(), 1u) << bytes;
        return !outcome.keep_alive.empty() && outcome.keep_alive[0];
    };
    EXPECT_TRUE(keep_alive("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_FALSE(keep_alive("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    EXPECT_FALSE(keep_alive("GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n"));
    EXPECT_FALSE(keep_alive("GET / HTTP/1.0\r\n\r\n"));
    EXPECT_TRUE(keep_alive("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(RequestReader, AsksForContinueOnceAndOnlyWhenTheBodyIsWanted) {
    const std::string expect = "Expect: 100-Continue\r\n";
    EXPECT_EQ(read_in_every_way(post + expect + "Content-Length: 2\r\n\r\nhi").continues, 1);
    EXPECT_EQ(read_in_every_way(post + expect + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n").continues, 1);
    EXPECT_EQ(read_in_every_way(post + expect + "Content-Length: 0\r\n\r\n").continues, 0);
    EXPECT_EQ(read_in_every_way(post + expect + "\r\n").continues, 0);
    EXPECT_EQ(read_in_every_way("POST / HTTP/1.0\r\n" + expect + "Content-Length: 2\r\n\r\nhi").continues, 0);
    const Outcome too_large = read_in_every_way(post + expect + "Content-Length: 9\r\n\r\n", {.body_bytes_max = 8});
    EXPECT_EQ(too_large.continues, 0);
    EXPECT_EQ(too_large.refused, 413);
    EXPECT_EQ(read_in_every_way(post + "Expect: a-miracle\r\n\r\n").refused, 417);
    EXPECT_EQ(read_in_every_way(post + expect + "Expect: a-miracle\r\nContent-Length: 2\r\n\r\n").refused, 417);
    EXPECT_EQ(read_in_every_way("POST / HTTP/1.0\r\nExpect: a-miracle\r\n\r\n").requests.size(), 1u);
}

struct Shape {
    const char* name;
    std::string bytes;
    int status;  // 0: a request
};

std::string get(const std::string& headers) { return "GET / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n"; }
std::string chunked(const std::string& body) { return post + "Transfer-Encoding: chunked\r\n\r\n" + body; }
const std::string nul(1, '\0');

// RFC 9112 5.1: blanks around a value are no part of it.
TEST(RequestReader, TakesBlanksBehindTheValuesThatSayWhereABodyEnds) {
    for (const char* blanks : {" ", "\t", " \t  "}) {
        const Outcome sized =
            read_in_every_way(post + "Content-Length: 5" + blanks + "\r\n\r\nhelloGET / HTTP/1.1\r\nHost: h\r\n\r\n");
        ASSERT_EQ(sized.requests.size(), 2u) << sized.detail;
        EXPECT_EQ(sized.requests[0].body, "hello");
        const Outcome chunked = read_in_every_way(post + "Transfer-Encoding: chunked" + blanks +
                                                  "\r\n\r\n5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
        ASSERT_EQ(chunked.requests.size(), 2u) << chunked.detail;
        EXPECT_EQ(chunked.requests[0].body, "hello");
    }
}

// RFC 9110 2.5: who speaks a later minor version understands 1.1.
TEST(RequestReader, TakesALaterMinorVersionFor11) {
    const Outcome outcome = read_in_every_way("GET /a HTTP/1.2\r\nHost: h\r\n\r\nGET /b HTTP/1.9\r\nHost: h\r\n\r\n");
    ASSERT_EQ(outcome.requests.size(), 2u) << outcome.detail;
    EXPECT_EQ(outcome.requests[1].target, "/b");
    EXPECT_TRUE(outcome.keep_alive[0]);
    EXPECT_EQ(read_in_every_way("GET /a HTTP/1.2\r\n\r\n").refused, 400) << "there is no Host";
}

TEST(RequestReader, RefusesWhateverCouldBeReadInTwoWays) {
    const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
    const std::vector<Shape> shapes = {
        // Where does the body end?
        {"length and chunked", post + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
         400},
        {"chunked and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n" + smuggled,
         400},
        {"two lengths that differ", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello" + smuggled, 400},
        {"two lengths that agree", post + "Content-Length: 5\r\ncontent-length: 5\r\n\r\nhello" + smuggled, 400},
        {"a list of lengths", post + "Content-Length: 5, 5\r\n\r\nhello", 400},
        {"a list of one and nothing", post + "Content-Length: 5,\r\n\r\nhello", 400},
        {"a plus", post + "Content-Length: +5\r\n\r\nhello", 400},
        {"a minus", post + "Content-Length: -5\r\n\r\nhello", 400},
        {"a tab inside the length", post + "Content-Length: 5\t5\r\n\r\nhello", 400},
        {"a blank inside the length", post + "Content-Length: 5 5\r\n\r\nhello", 400},
        {"a hexadecimal length", post + "Content-Length: 0x5\r\n\r\nhello", 400},
        {"a length with a fraction", post + "Content-Length: 5.0\r\n\r\nhello", 400},
        {"a quoted length", post + "Content-Length: \"5\"\r\n\r\nhello", 400},
        {"no length at all", post + "Content-Length:\r\n\r\nhello", 400},
        {"a length beyond 64 bits", post + "Content-Length: 18446744073709551621\r\n\r\nhello", 400},
        {"chunked, identity", post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400},
        {"chunked twice in a list", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400},
        {"chunked in a list of one", post + "Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n", 400},
        {"two encodings", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"an encoding of nothing", post + "Transfer-Encoding:\r\n\r\n", 400},
        {"a vertical tab before the encoding",
         post + "Transfer-Encoding: \x0b"
                "chunked\r\n\r\n0\r\n\r\n",
         400},
        {"gzip, chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
        {"identity", post + "Transfer-Encoding: identity\r\n\r\n", 501},
        {"xchunked", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
        {"chunked in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},

        // Where does a line end, and a header's name?
        {"bare line feeds", "GET / HTTP/1.1\nHost: h\n\n", 400},
        {"one bare line feed in the headers", get("A: b\nB: c\r\n"), 400},
        {"a bare line feed for the blank line", "GET / HTTP/1.1\r\nHost: h\r\n\n", 400},
        {"a lone CR in a value", get("A: b\rB: c\r\n"), 400},
        {"CR CR LF", get("A: b\r\r\n"), 400},
        {"a folded header", get("A: b\r\n c\r\n"), 400},
        {"a header folded with a tab", get("A: b\r\n\tc\r\n"), 400},
        {"a length folded away", post + "X: y\r\n Content-Length: 5\r\n\r\nhello", 400},
        {"a blank before the first header", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400},
        {"a blank before the colon", post + "Content-Length : 5\r\n\r\nhello", 400},
        {"a tab before the colon", get("A\t: b\r\n"), 400},
        {"a header without a colon", get("A\r\n"), 400},
        {"a header without a name", get(": b\r\n"), 400},
        {"a header's name in brackets", get("[A]: b\r\n"), 400},
        {"a header's name beyond ASCII", get("\xc3\xa9: b\r\n"), 400},
        {"a header's name with a slash", get("A/B: c\r\n"), 400},
        {"NUL in a value", get("A: b" + nul + "c\r\n"), 400},
        {"NUL in a name", get("A" + nul + ": c\r\n"), 400},
        {"a backspace in a value", get("A: b\bc\r\n"), 400},
        {"DEL in a value",
         get("A: b\x7f"
             "c\r\n"),
         400},

        // Which host?
        {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
        {"two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"a Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
        {"a Host with a blank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"a list of Hosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
        {"a Host with a bad port", "GET / HTTP/1.1\r\nHost: a:8x\r\n\r\n", 400},
        {"an unfinished IPv6 Host", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
        {"an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 0},
        {"an IPv6 Host", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", 0},
        {"no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 0},

        // What is the first line?
        {"HTTP/0.9", "GET /\r\n\r\n", 400},
        {"a line that ends where the version should be", "GET / \r\nHTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"half a version", "GET / HTTP/1\r\n.1\r\nHost: h\r\n\r\n", 505},
        {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"HTTP/3", "GET / HTTP/3\r\nHost: h\r\n\r\n", 505},
        {"HTTP/11", "GET / HTTP/11\r\nHost: h\r\n\r\n", 505},
        {"a version in lower case", "GET / http/1.1\r\nHost: h\r\n\r\n", 400},
        {"a version with rubbish", "GET / HTTP/1.1x\r\nHost: h\r\n\r\n", 400},
        {"a blank behind the version", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400},
        {"two blanks", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"a tab", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"a blank in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"a target beyond ASCII", "GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"a fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"a relative target", "GET a HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"another scheme", "GET ftp://h/a HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"a URL without a host", "GET http:///a HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"an authority", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"a star", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"a star of OPTIONS", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 0},
        {"a URL", "GET HTTP://h:80/a?b HTTP/1.1\r\nHost: h\r\n\r\n", 0},
        {"a method that is no token", "G(T / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"no method", " / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"a method of our own", "BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n", 0},
        {"a method that does not end", std::string(40, 'A'), 400},
        {"a response", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 400},
        {"TLS", "\x16\x03\x01\x02" + nul + "\x01", 400},
        {"SSH", "SSH-2.0-OpenSSH_9.2\r\n", 400},
        {"rubbish", "\xff\xfe\xfd\r\n\r\n", 400},

        // Chunks.
        {"a chunk without a size", chunked("\r\nhello\r\n0\r\n\r\n"), 400},
        {"a chunk's size that is none", chunked("x\r\nhello\r\n0\r\n\r\n"), 400},
        {"a chunk's size with 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400},
        {"a chunk's size with a sign", chunked("+5\r\nhello\r\n0\r\n\r\n"), 400},
        {"a blank before a chunk's size", chunked(" 5\r\nhello\r\n0\r\n\r\n"), 400},
        {"a blank behind a chunk's size", chunked("5 \r\nhello\r\n0\r\n\r\n"), 400},
        {"a chunk's size beyond 64 bits", chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"), 400},
        {"a chunk longer than its size", chunked("4\r\nhello\r\n0\r\n\r\n"), 400},
        {"a chunk's line with a bare line feed", chunked("5\nhello\r\n0\r\n\r\n"), 400},
        {"a chunk that ends in a bare line feed", chunked("5\r\nhello\n0\r\n\r\n"), 400},
        {"a lone CR in a chunk's line", chunked("5\rx\r\nhello\r\n0\r\n\r\n"), 400},
        {"an extension without a name", chunked("5;\r\nhello\r\n0\r\n\r\n"), 400},
        {"an extension that goes on and on", chunked("5;" + std::string(300, 'a') + "\r\nhello\r\n0\r\n\r\n"), 400},
        {"an extension that does not end", chunked("5;" + std::string(300, 'a')), 400},
        {"a size that does not end", chunked(std::string(300, '0')), 400},
        {"a trailer without a colon", chunked("0\r\nX\r\n\r\n"), 400},
        {"a trailer with a length", chunked("0\r\nContent-Length: 5\r\n\r\nhello"), 400},
        {"a trailer with an encoding", chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400},
        {"a trailer with a control character", chunked("0\r\nX: \x01\r\n\r\n"), 400},
        {"a folded trailer", chunked("0\r\nX: y\r\n z\r\n\r\n"), 400},
    };
    for (const Shape& shape : shapes) {
        SCOPED_TRACE(shape.name);
        const Outcome outcome = read_in_every_way(shape.bytes);
        EXPECT_EQ(outcome.refused, shape.status) << outcome.detail;
        EXPECT_EQ(outcome.requests.size(), shape.status == 0 ? 1u : 0u);
        EXPECT_EQ(outcome.detail.empty(), shape.status == 0);
    }
}

TEST(RequestReader, TellsWhatItKnowsOfARefusedRequest) {
    const auto so_far = [](const std::string& bytes) { return read_in_every_way(bytes).so_far; };
    EXPECT_EQ(so_far("PATCH /a/b?c HTTP/1.1\r\nHost: h\r\nbroken\r\n\r\n").target, "/a/b?c");
    EXPECT_EQ(so_far("PATCH /a/b?c HTTP/1.1\r\nHost: h\r\nbroken\r\n\r\n").method, Method::patch);
    EXPECT_EQ(so_far("PATCH /a/b?c HTTP/1.1\r\nHost: \n").target, "/a/b?c");
    EXPECT_EQ(so_far("PATCH /a/b?c HTTP/2.0\r\nHost: h\r\n").target, "/a/b?c");
    EXPECT_EQ(so_far("PATCH /a/b#c HTTP/1.1\r\nHost: h\r\n").method_name, "PATCH");
    EXPECT_EQ(so_far(post + "Transfer-Encoding: chunked\r\n\r\nx\r\n\r\n").target, "/a");
    EXPECT_EQ(*so_far(post + "X: y\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n").headers.find("x"), "y");
    EXPECT_EQ(so_far("\x16\x03\x01").target, "");
}

TEST(RequestReader, RefusesWhatIsTooLargeAtTheByteAndNotBefore) {
    const RequestLimits limits = {
        .target_bytes_max = 20, .header_bytes_max = 100, .header_count_max = 3, .body_bytes_max = 10};
    const auto refused = [&](const std::string& bytes) {
        const Outcome outcome = read_in_every_way(bytes, limits);
        EXPECT_EQ(outcome.requests.size(), outcome.refused == 0 ? 1u : 0u);
        return outcome.refused;
    };
    const auto target = [](std::size_t size) { return "/" + std::string(size - 1, 'a'); };
    const auto of_size = [](std::size_t size) {  // a head of so many bytes
        const std::string start = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
        return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
    };
    EXPECT_EQ(refused("GET " + target(20) + " HTTP/1.1\r\nHost: h\r\n\r\n"), 0);
    EXPECT_EQ(refused("GET " + target(21) + " HTTP/1.1\r\nHost: h\r\n\r\n"), 414);
    EXPECT_EQ(read_in_every_way("GET " + target(21), limits).refused, 414);
    EXPECT_EQ(read_in_every_way("GET " + target(500), limits).refused, 414);

    EXPECT_EQ(refused(of_size(100)), 0);
    EXPECT_EQ(refused(of_size(101)), 431);
    EXPECT_EQ(refused(of_size(1000)), 431);
    EXPECT_EQ(read_in_every_way(of_size(200).substr(0, 101), limits).refused, 431);
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nA: b\r\n\r\n"), 0);
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nA: b\r\nA: b\r\n\r\n"), 431);

    EXPECT_EQ(refused(post + "Content-Length: 10\r\n\r\n0123456789"), 0);
    EXPECT_EQ(refused(post + "Content-Length: 11\r\n\r\n"), 413);
    EXPECT_EQ(refused(post + "Content-Length: 9999999999999\r\n\r\n"), 413);
    EXPECT_EQ(refused(chunked("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n")), 0);
    EXPECT_EQ(refused(chunked("5\r\nhello\r\n6\r\n")), 413);
    EXPECT_EQ(refused(chunked("ffffffffffffffff\r\n")), 413);

    EXPECT_EQ(refused(chunked("0\r\nX: " + std::string(80, 'x') + "\r\n\r\n")), 0);
    EXPECT_EQ(refused(chunked("0\r\nX: " + std::string(500, 'x') + "\r\n\r\n")), 431);
    EXPECT_EQ(refused(chunked("0\r\nX: " + std::string(500, 'x'))), 431);
}

TEST(RequestReader, HoldsNoMoreThanTheLimitsOfAnEndlessHead) {
    RequestReader reader({});
    const std::string more(1 << 20, 'a');
    std::string_view bytes = more;
    EXPECT_EQ(reader.read(bytes), Step::refused);
}

TEST(RequestReader, KnowsWhichPartItIsWaitingFor) {
    RequestReader reader({});
    using Phase = RequestReader::Phase;
    const auto feed = [&](std::string_view bytes) {
        reader.read(bytes);
        return reader.phase();
    };
    EXPECT_EQ(reader.phase(), Phase::between);
    EXPECT_EQ(feed("P"), Phase::headers);
    EXPECT_EQ(feed("OST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r"), Phase::headers);
    EXPECT_EQ(feed("\n"), Phase::body);
    EXPECT_EQ(feed("h"), Phase::body);
    EXPECT_EQ(reader.request().target, "/");
    feed("i");
    EXPECT_EQ(reader.take().body, "hi");
    EXPECT_EQ(reader.phase(), Phase::between);
}

}  // namespace
}  // namespace http
