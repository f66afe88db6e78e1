// Opens accounts as fast as the server takes them: load_accounts PORT FIRST COUNT. Those numbered FIRST to FIRST + COUNT - 1,
// whose uids and partners bench/accounts.lua knows too. Ends with 1 when one of them was not opened.

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include "tests/raw_client.h"

namespace {

constexpr std::int64_t threads = 8;
constexpr std::int64_t pipelined = 16;

std::uint64_t mix(std::uint64_t value) {  // splitmix64
    value = value * 0x9e3779b97f4a7c15 + 0x9e3779b97f4a7c15;
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
    value = (value ^ value >> 27) * 0x94d049bb133111eb;
    return value ^ value >> 31;
}

std::string uid_of(std::uint64_t number) {
    const std::uint64_t words[2] = {mix(number * 2), mix(number * 2 + 1)};
    unsigned char bytes[16];
    std::memcpy(bytes, words, sizeof bytes);
    std::string uid;
    for (int i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) uid += '-';
        uid += "0123456789abcdef"[bytes[i] >> 4];
        uid += "0123456789abcdef"[bytes[i] & 15];
    }
    return uid;
}

std::string request_of(std::int64_t number) {
    const std::string body = "{\"account_uid\":\"" + uid_of(static_cast<std::uint64_t>(number)) +
                             "\",\"account_type\":\"I\",\"domain\":\"b5test.com\",\"ends_at\":\"2050-02-05T18:00:00.000Z\"}";
    const char* const token = number % 2 == 0 ? "sandbox-partner" : "sandbox-partner-b";
    return std::string("POST /api/v1/partners/accounts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ") + token +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

void load(std::uint16_t port, std::atomic<std::int64_t>& next, std::int64_t end) {
    RawClient client(port);
    for (std::int64_t begin; (begin = next.fetch_add(pipelined)) < end;) {
        const std::int64_t batch_end = std::min(begin + pipelined, end);
        std::string requests;
        for (std::int64_t number = begin; number < batch_end; ++number) requests += request_of(number);
        client.send(requests);
        for (std::int64_t number = begin; number < batch_end; ++number)
            if (const auto answer = client.read_answer(); answer.status != 201)
                throw std::runtime_error(std::to_string(answer.status) + " " + answer.body);
    }
}

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 4) {
        std::fprintf(stderr, "load_accounts PORT FIRST COUNT\n");
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(std::atoi(arguments[1]));
    std::atomic<std::int64_t> next = std::atoll(arguments[2]);
    const std::int64_t end = next + std::atoll(arguments[3]);
    std::atomic<bool> failed = false;
    std::vector<std::thread> workers;
    for (std::int64_t i = 0; i < threads; ++i)
        workers.emplace_back([&] {
            try {
                load(port, next, end);
            } catch (const std::exception& exception) {
                std::fprintf(stderr, "load_accounts: %s\n", exception.what());
                failed = true;
            }
        });
    for (std::thread& worker : workers) worker.join();
    return failed ? 1 : 0;
}
