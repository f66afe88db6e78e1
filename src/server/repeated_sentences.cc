#include "server/repeated_sentences.h"

#include <fmt/format.h>

#include <utility>

std::optional<std::string> RepeatedSentences::admit(std::string_view sentence, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (said_.size() >= sentences_max)
        std::erase_if(said_, [&](const auto& entry) { return now - entry.second.at >= said_again_after; });
    if (said_.size() >= sentences_max) said_.clear();
    const auto [entry, is_new] = said_.try_emplace(std::string(sentence), Said{.at = now});
    if (is_new) return std::string(sentence);
    Said& said = entry->second;
    if (now - said.at < said_again_after) {
        ++said.kept_back;
        return std::nullopt;
    }
    said.at = now;
    const std::uint64_t kept_back = std::exchange(said.kept_back, 0);
    if (kept_back == 0) return std::string(sentence);
    return fmt::format("{} ({} times more since it was said last)", sentence, kept_back);
}
