// How far something long has come, on standard error: a line that is written over on a terminal; elsewhere one every
// ten seconds. Used by imports, exports and copies.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/program.h"

namespace cli {

class Progress {
public:
    Progress(Surroundings& surroundings, bool is_quiet) : surroundings_(surroundings), is_quiet_(is_quiet) {}
    ~Progress() { end(); }
    Progress(const Progress&) = delete;

    void begin_at(std::int64_t position);

    // share: of the whole, from 0 to 1; absent: nobody knows. more: said behind it.
    void show(std::int64_t position, std::optional<double> share, const std::string& more = "");
    void end();

    double elapsed_s() const;

private:
    using Clock = std::chrono::steady_clock;

    Surroundings& surroundings_;
    const bool is_quiet_;
    const Clock::time_point begun_ = Clock::now();
    Clock::time_point counted_since_ = begun_;
    Clock::time_point shown_at_ = begun_;
    std::int64_t first_position_ = 0;
    bool is_on_line_ = false;
};

}  // namespace cli
