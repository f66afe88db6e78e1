// A state that lasts (a full disk) is said once a minute, not once for each request that meets it. Used by log.cc, by
// many threads at once.

#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

class RepeatedSentences {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr auto said_again_after = std::chrono::minutes(1);

    // Absent: it has been said in the last minute. Else the sentence, with how often it was kept back since.
    std::optional<std::string> admit(std::string_view sentence, Clock::time_point now);

private:
    static constexpr std::size_t sentences_max = 1'000;

    struct Said {
        Clock::time_point at;
        std::uint64_t kept_back = 0;
    };

    std::mutex mutex_;
    std::unordered_map<std::string, Said> said_;
};
