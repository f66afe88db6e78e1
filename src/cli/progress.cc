#include "cli/progress.h"

#include <algorithm>

#include "cli/words.h"

namespace cli {

void Progress::begin_at(std::int64_t position) {
    first_position_ = position;
    counted_since_ = Clock::now();
}

void Progress::show(std::int64_t position, std::optional<double> share, const std::string& more) {
    const auto now = Clock::now();
    const auto between = surroundings_.err_is_terminal ? std::chrono::milliseconds(200) : std::chrono::seconds(10);
    if (is_quiet_ || now - shown_at_ < between) return;
    shown_at_ = now;
    const double elapsed_s = std::max(std::chrono::duration<double>(now - counted_since_).count(), 0.001);
    const double rate = static_cast<double>(position - first_position_) / elapsed_s;
    std::string line = share ? std::to_string(static_cast<int>(*share * 100)) + " %  " : "";
    line += with_thousands(position) + " rows  " + with_thousands(static_cast<std::int64_t>(rate)) + "/s" + more;
    if (surroundings_.err_is_terminal)
        surroundings_.err << '\r' << line << "\x1b[K" << std::flush;
    else
        surroundings_.err << line << std::endl;
    is_on_line_ = surroundings_.err_is_terminal;
}

void Progress::end() {
    if (is_on_line_) surroundings_.err << "\r\x1b[K" << std::flush;
    is_on_line_ = false;
}

double Progress::elapsed_s() const { return std::chrono::duration<double>(Clock::now() - begun_).count(); }

}  // namespace cli
