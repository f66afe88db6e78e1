#include "workflow/run/answer.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "workflow/text/text.h"

namespace workflow {
namespace {

// 31: gzip; 15: zlib; -15: deflate without a head.
std::string compress(std::string_view text, int window_bits) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

// "hello hello hello hello" by another program's brotli.
constexpr unsigned char brotli_bytes[] = {0x1b, 0x16, 0x00, 0xf8, 0x8d, 0x94, 0x6e, 0xde, 0x44, 0x55,
                                          0x86, 0x96, 0x6c, 0x20, 0x6f, 0x21, 0x4f, 0x1c, 0xe0, 0x38};

std::string decoded(http::Headers headers, std::string body) {
    const auto result = decode_answer(headers, body);
    return result.ok() ? body : "refused: " + result.error().detail;
}

TEST(Answers, are_read_in_each_content_coding) {
    const std::string text = R"({"a":1})";
    EXPECT_EQ(decoded({{"Content-Encoding", "gzip"}}, compress(text, 31)), text);
    EXPECT_EQ(decoded({{"Content-Encoding", "X-GZIP"}}, compress(text, 31)), text);
    EXPECT_EQ(decoded({{"Content-Encoding", "gzip"}}, compress("ab", 31) + compress("cd", 31)), "abcd");
    EXPECT_EQ(decoded({{"Content-Encoding", "deflate"}}, compress(text, 15)), text);
    EXPECT_EQ(decoded({{"Content-Encoding", "deflate"}}, compress(text, -15)), text);
    EXPECT_EQ(decoded({{"Content-Encoding", "identity"}}, text), text);
    EXPECT_EQ(decoded({{"Content-Encoding", "deflate, gzip"}}, compress(compress(text, 15), 31)), text);
    EXPECT_EQ(
        decoded({{"Content-Encoding", "deflate"}, {"Content-Encoding", "gzip"}}, compress(compress(text, 15), 31)),
        text);
    EXPECT_EQ(decoded({{"Content-Encoding", "br"}},
                      std::string(reinterpret_cast<const char*>(brotli_bytes), sizeof brotli_bytes)),
              "hello hello hello hello");
    EXPECT_EQ(decoded({{"Content-Encoding", "gzip"}}, ""), "");
}

TEST(Answers, are_refused_where_they_are_not_what_they_say) {
    const auto gzip = compress(std::string(10'000, 'x'), 31);
    EXPECT_EQ(decoded({{"Content-Encoding", "gzip"}}, "plain"),
              "refused: its body is not what its Content-Encoding, gzip, says");
    EXPECT_EQ(decoded({{"Content-Encoding", "gzip"}}, gzip.substr(0, gzip.size() - 9)).substr(0, 8), "refused:");
    EXPECT_EQ(decoded({{"Content-Encoding", "br"}}, "plain").substr(0, 8), "refused:");
    EXPECT_EQ(decoded({{"Content-Encoding", "zstd"}}, "x"), "refused: its Content-Encoding, zstd, is not known here");
}

TEST(Answers, do_not_fill_the_memory) {
    const auto bomb = compress(std::string(decoded_bytes_max + 1, '\0'), 31);
    EXPECT_EQ(decoded({{"Content-Encoding", "gzip"}}, bomb).substr(0, 28), "refused: its body is larger ");
}

TEST(Answers, are_text_in_utf8_whatever_they_were) {
    EXPECT_EQ(decoded({{"Content-Type", "text/plain; charset=iso-8859-1"}}, "\xe4"), "ä");
    EXPECT_EQ(decoded({{"Content-Type", "text/plain; charset=\"Windows-1252\""}}, "\x80"), "€");
    EXPECT_EQ(decoded({{"Content-Type", "application/json;charset=UTF-16LE"}}, std::string("1\0", 2)), "1");
    EXPECT_EQ(decoded({{"Content-Type", "application/json"}}, "\xEF\xBB\xBF{}"), "{}");
    EXPECT_EQ(decoded({{"Content-Type", "text/xml"}}, std::string("\xFF\xFE<\0", 4)), "<");
    EXPECT_EQ(decoded({{"Content-Type", "text/plain; charset=nobody-knows"}}, "\xe4"), "\xe4");
    EXPECT_EQ(decoded({{"Content-Type", "application/octet-stream"}}, "\xEF\xBB\xBF"), "\xEF\xBB\xBF");
}

}  // namespace
}  // namespace workflow
