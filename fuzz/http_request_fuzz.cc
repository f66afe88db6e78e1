// http::RequestReader on any bytes: no crash, no limit exceeded, nothing accepted that could be read in two ways, and
// the same requests whether the bytes come at once, one by one, or in pieces of any size.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "http/request_reader.h"

namespace {

constexpr http::RequestLimits limits = {
    .target_bytes_max = 64, .header_bytes_max = 512, .header_count_max = 16, .body_bytes_max = 256};

void require(bool condition) {
    if (!condition) std::abort();
}

bool has_control(std::string_view text) {
    for (const unsigned char c : text)
        if ((c < 0x20 && c != '\t') || c == 0x7f) return true;
    return false;
}

void check(const http::Request& request) {
    require(!request.method_name.empty() && !request.target.empty());
    require(request.target.size() <= limits.target_bytes_max);
    require(!has_control(request.method_name) && !has_control(request.target));
    require(request.target.find(' ') == std::string::npos);
    require(request.headers.size() <= limits.header_count_max);
    require(request.body.size() <= limits.body_bytes_max);
    require(request.headers.count("Host") <= 1);
    require(request.headers.count("Content-Length") + request.headers.count("Transfer-Encoding") <= 1);
    for (const http::Header& header : request.headers) {
        require(!header.name.empty() && !has_control(header.name) && !has_control(header.value));
        require(header.name.find_first_of(" \t:") == std::string::npos);
    }
    if (const std::string* length = request.headers.find("Content-Length"))
        require(std::strtoull(length->c_str(), nullptr, 10) == request.body.size());
}

struct Outcome {
    std::vector<http::Request> requests;
    int refused = 0;
};

// Pieces of these sizes, again and again.
Outcome read(std::string_view input, const std::vector<std::size_t>& sizes) {
    Outcome outcome;
    http::RequestReader reader(limits);
    for (std::size_t turn = 0; !input.empty(); ++turn) {
        // A copy of exactly this piece, so that AddressSanitizer sees a step beyond it.
        const std::size_t size = std::min(sizes[turn % sizes.size()], input.size());
        const std::vector<char> piece(input.begin(), input.begin() + size);
        input.remove_prefix(size);
        std::string_view bytes(piece.data(), piece.size());
        while (!bytes.empty()) {
            const std::size_t before = bytes.size();
            switch (reader.read(bytes)) {
            case http::RequestReader::Step::need_more: require(bytes.empty()); break;
            case http::RequestReader::Step::wants_continue: require(bytes.size() < before); break;
            case http::RequestReader::Step::complete:
                outcome.requests.push_back(reader.take());
                check(outcome.requests.back());
                break;
            case http::RequestReader::Step::refused:
                outcome.refused = reader.refusal().status;
                require(outcome.refused >= 400 && outcome.refused <= 505 && !reader.refusal().detail.empty());
                return outcome;
            }
        }
    }
    return outcome;
}

bool is_limit(int status) { return status == 413 || status == 414 || status == 431; }

bool equal(const http::Request& a, const http::Request& b) {
    if (a.method_name != b.method_name || a.target != b.target || a.body != b.body) return false;
    if (a.headers.size() != b.headers.size()) return false;
    for (auto x = a.headers.begin(), y = b.headers.begin(); x != a.headers.end(); ++x, ++y)
        if (x->name != y->name || x->value != y->value) return false;
    return true;
}

void require_same(const Outcome& whole, const Outcome& split) {
    // One that is about to be refused may be so earlier or later, never with another request accepted before.
    const std::size_t common = std::min(whole.requests.size(), split.requests.size());
    for (std::size_t i = 0; i < common; ++i) require(equal(whole.requests[i], split.requests[i]));
    require(whole.requests.size() == split.requests.size());
    if (whole.refused == split.refused || is_limit(whole.refused) || is_limit(split.refused)) return;
    // The last few bytes of a malformed chunk may still be waited for.
    require(whole.refused == 0 || split.refused == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const Outcome whole = read(input, {size + 1});
    require_same(whole, read(input, {1}));
    std::uint32_t seed = 2166136261u;
    for (const char c : input) seed = (seed ^ static_cast<unsigned char>(c)) * 16777619u;
    require_same(whole, read(input, {seed % 7 + 1, seed / 7 % 31 + 1, seed / 217 % 113 + 1}));
    return 0;
}
