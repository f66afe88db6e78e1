#include "workflow/run/answer.h"

#include <brotli/decode.h>
#include <iconv.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "workflow/document/exchange.h"
#include "workflow/text/text.h"

namespace workflow {

namespace {

Error broken(std::string_view coding) {
    return {Reason::malformed, "its body is not what its Content-Encoding, " + std::string(coding) + ", says"};
}

Error too_large() {
    return {Reason::limit_exceeded, "its body is larger than " + std::to_string(decoded_bytes_max >> 20) +
                                        " MiB once its Content-Encoding is undone"};
}

// window_bits: 47 takes gzip and zlib by their heads, -15 deflate without one.
Result<std::string> inflate_body(std::string_view body, std::string_view coding, int window_bits) {
    z_stream stream{};
    if (inflateInit2(&stream, window_bits) != Z_OK) throw std::bad_alloc();
    const std::unique_ptr<z_stream, int (*)(z_stream*)> owner(&stream, inflateEnd);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream.avail_in = static_cast<uInt>(body.size());
    std::string out;
    std::vector<char> block(64 * 1024);
    while (true) {
        stream.next_out = reinterpret_cast<Bytef*>(block.data());
        stream.avail_out = static_cast<uInt>(block.size());
        const int result = inflate(&stream, Z_NO_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return broken(coding);
        out.append(block.data(), block.size() - stream.avail_out);
        if (out.size() > decoded_bytes_max) return too_large();
        if (result == Z_STREAM_END) {
            if (stream.avail_in == 0) return out;
            // RFC 1952 2.2: members may follow one another.
            if (window_bits < 0 || inflateReset(&stream) != Z_OK) return broken(coding);
        } else if (stream.avail_out != 0) {
            return broken(coding);  // it ends too early
        }
    }
}

// "deflate" is zlib's format (RFC 9110 8.4.1.2), and what many servers send is not.
Result<std::string> inflate_deflate(std::string_view body) {
    auto wrapped = inflate_body(body, "deflate", 47);
    if (wrapped.ok() || wrapped.error().reason == Reason::limit_exceeded) return wrapped;
    return inflate_body(body, "deflate", -15);
}

Result<std::string> decode_brotli(std::string_view body) {
    const std::unique_ptr<BrotliDecoderState, void (*)(BrotliDecoderState*)> state(
        BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), BrotliDecoderDestroyInstance);
    if (!state) throw std::bad_alloc();
    std::size_t left = body.size();
    const auto* next = reinterpret_cast<const std::uint8_t*>(body.data());
    std::string out;
    std::vector<std::uint8_t> block(64 * 1024);
    while (true) {
        std::size_t room = block.size();
        std::uint8_t* to = block.data();
        const auto result = BrotliDecoderDecompressStream(state.get(), &left, &next, &room, &to, nullptr);
        out.append(reinterpret_cast<const char*>(block.data()), block.size() - room);
        if (out.size() > decoded_bytes_max) return too_large();
        if (result == BROTLI_DECODER_RESULT_SUCCESS && left == 0) return out;
        if (result != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) return broken("br");
    }
}

// In the order in which they were applied.
std::vector<std::string> codings_of(const http::Headers& headers) {
    std::vector<std::string> out;
    for (const auto& header : headers) {
        if (!equal_ignoring_ascii_case(header.name, "Content-Encoding")) continue;
        for (std::string_view rest = header.value; !rest.empty();) {
            const auto piece = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
            auto coding = to_lower_ascii(trim(piece));
            if (!coding.empty() && coding != "identity") out.push_back(std::move(coding));
        }
    }
    return out;
}

std::string charset_of(std::string_view content_type) {
    const auto lower = to_lower_ascii(content_type);
    for (auto at = lower.find("charset"); at != std::string::npos; at = lower.find("charset", at + 1)) {
        auto rest = trim(std::string_view(lower).substr(at + 7));
        if (!rest.starts_with('=')) continue;
        rest = trim(rest.substr(1));
        if (rest.starts_with('"')) return std::string(rest.substr(1, rest.find('"', 1) - 1));
        return std::string(trim(rest.substr(0, rest.find(';'))));
    }
    return {};
}

// nullopt: no such charset is known, or the bytes are none of it. Then they stay as they are.
std::optional<std::string> to_utf8(std::string_view bytes, const std::string& charset) {
    const auto converter = iconv_open("UTF-8", charset.c_str());
    if (converter == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
    std::string out(bytes.size() * 4 + 16, '\0');
    char* from = const_cast<char*>(bytes.data());
    char* to = out.data();
    std::size_t left = bytes.size(), room = out.size();
    const bool is_done = iconv(converter, &from, &left, &to, &room) != static_cast<std::size_t>(-1) && left == 0;
    iconv_close(converter);
    if (!is_done) return std::nullopt;
    out.resize(out.size() - room);
    return out;
}

bool is_text(std::string_view content_type) {
    const auto type = to_lower_ascii(media_type_of(content_type));
    return type.starts_with("text/") || is_json_media_type(content_type) || is_xml_media_type(content_type) ||
           type == "application/x-www-form-urlencoded" || type == "application/javascript";
}

void decode_text(const http::Headers& headers, std::string& body) {
    const auto* type = headers.find("Content-Type");
    const std::string content_type = type ? *type : "application/json";
    if (!is_text(content_type)) return;
    auto charset = charset_of(content_type);
    const std::string_view bytes = body;
    // A mark says more than a header does.
    if (bytes.starts_with("\xEF\xBB\xBF")) {
        body.erase(0, 3);
        return;
    }
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) charset = "utf-16";
    if (charset.empty() || charset == "utf-8" || charset == "utf8" || charset == "us-ascii") return;
    if (charset == "iso-8859-1") charset = "windows-1252";  // as every browser does
    if (auto text = to_utf8(body, charset)) {
        body = std::move(*text);
    } else if (charset == "windows-1252") {
        if (auto latin = to_utf8(body, "iso-8859-1")) body = std::move(*latin);
    }
    if (body.starts_with("\xEF\xBB\xBF")) body.erase(0, 3);
}

}  // namespace

Result<void> decode_answer(const http::Headers& headers, std::string& body) {
    if (body.empty()) return {};
    auto codings = codings_of(headers);
    constexpr std::size_t codings_max = 4;
    if (codings.size() > codings_max) return Error{Reason::malformed, "it has too many content codings"};
    std::string decoded;
    for (const auto& coding : std::vector<std::string>(codings.rbegin(), codings.rend())) {
        const std::string_view of = decoded.empty() ? body : decoded;
        if (coding == "gzip" || coding == "x-gzip")
            decoded = TRY(inflate_body(of, coding, 47));
        else if (coding == "deflate")
            decoded = TRY(inflate_deflate(of));
        else if (coding == "br")
            decoded = TRY(decode_brotli(of));
        else
            return Error{Reason::malformed, "its Content-Encoding, " + shorten(coding, 60) + ", is not known here"};
        if (decoded.empty()) break;
    }
    if (!codings.empty()) body = std::move(decoded);
    decode_text(headers, body);
    return {};
}

}  // namespace workflow
