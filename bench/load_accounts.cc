// Opens accounts as fast as the server takes them: load_accounts PORT FIRST COUNT [IDS]. Those numbered FIRST to FIRST
// + COUNT - 1, whose uids and partners bench/accounts.lua knows too. With IDS, a file, through ActivePlatform instead:
// their ids are written there, one a line. Ends with 1 when one of them was not opened.

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <mutex>
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
    const std::string body =
        "{\"account_uid\":\"" + uid_of(static_cast<std::uint64_t>(number)) +
        "\",\"account_type\":\"I\",\"domain\":\"b5test.com\",\"ends_at\":\"2050-02-05T18:00:00.000Z\"}";
    const char* const token = number % 2 == 0 ? "sandbox-partner" : "sandbox-partner-b";
    return std::string("POST /api/v1/partners/accounts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ") + token +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string activeplatform_request_of(std::int64_t number) {
    const std::string n = std::to_string(number);
    const std::string body =
        R"({"data":{"attributes":{"account_type_id":1,"first_name":"Clotilde","middle_name":"","last_name":"Ledner",)"
        R"("email":"contact)" +
        n +
        R"(@example.com","new_owner_first_name":"Alba","new_owner_middle_name":"","new_owner_last_name":"Stehr",)"
        R"("new_owner_email":"owner)" +
        n +
        R"(@example.com","manager_id":188,"account_class_key":"postpaytest","country":"BY","region":"Minsk",)"
        R"("city":"Minsk","street":"Mira","building":"1","office":"2","zip":"220000","phone":"+375290000000",)"
        R"("custom_attributes":{"data":[{"key":"signer_name","value":"Signer"}]}}}})";
    return "POST /api/v3/resellers/1/accounts HTTP/1.1\r\nHost: localhost\r\nX-Api-Token: sandbox-manager\r\n"
           "Accept: application/vnd.api+json\r\nContent-Type: application/vnd.api+json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

// The ids of accounts opened, in no order.
struct Ids {
    std::mutex mutex;
    std::FILE* file = nullptr;  // null: the Partnership API, whose uids are known

    void note(const std::string& body) {
        const std::size_t begin = body.find("\"id\":\"") + 6;
        const std::lock_guard lock(mutex);
        std::fprintf(file, "%s\n", body.substr(begin, body.find('"', begin) - begin).c_str());
    }
};

void load(std::uint16_t port, std::atomic<std::int64_t>& next, std::int64_t end, Ids& ids) {
    RawClient client(port);
    for (std::int64_t begin; (begin = next.fetch_add(pipelined)) < end;) {
        const std::int64_t batch_end = std::min(begin + pipelined, end);
        std::string requests;
        for (std::int64_t number = begin; number < batch_end; ++number)
            requests += ids.file ? activeplatform_request_of(number) : request_of(number);
        client.send(requests);
        for (std::int64_t number = begin; number < batch_end; ++number) {
            const auto answer = client.read_answer();
            if (answer.status != 201) throw std::runtime_error(std::to_string(answer.status) + " " + answer.body);
            if (ids.file) ids.note(answer.body);
        }
    }
}

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 4 && argument_count != 5) {
        std::fprintf(stderr, "load_accounts PORT FIRST COUNT [IDS]\n");
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(std::atoi(arguments[1]));
    std::atomic<std::int64_t> next = std::atoll(arguments[2]);
    const std::int64_t end = next + std::atoll(arguments[3]);
    std::atomic<bool> failed = false;
    Ids ids;
    if (argument_count == 5) ids.file = std::fopen(arguments[4], "w");
    if (argument_count == 5 && !ids.file) {
        std::fprintf(stderr, "load_accounts: cannot write %s\n", arguments[4]);
        return 2;
    }
    std::vector<std::thread> workers;
    for (std::int64_t i = 0; i < threads; ++i)
        workers.emplace_back([&] {
            try {
                load(port, next, end, ids);
            } catch (const std::exception& exception) {
                std::fprintf(stderr, "load_accounts: %s\n", exception.what());
                failed = true;
            }
        });
    for (std::thread& worker : workers) worker.join();
    if (ids.file && std::fclose(ids.file) != 0) failed = true;
    return failed ? 1 : 0;
}
