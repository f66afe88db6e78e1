// Puts lines on a file descriptor without delaying whoever writes them: they gather in memory, and a thread of its own
// writes them in few large pieces. Used by the log, from any thread; never drops a line silently.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

class LineWriter {
public:
    explicit LineWriter(int descriptor);
    ~LineWriter();  // writes what is left
    LineWriter(const LineWriter&) = delete;

    // The line ends without a newline. Soon: within a twentieth of a second; otherwise at once. When the reader of the
    // descriptor does not keep up, lines are left out and counted.
    enum class When { soon, at_once };
    void append(std::string_view line, When);

    // Returns once all that was appended before has been written, or its reader has kept it waiting for a second.
    void flush();

private:
    void write_loop();
    void write_out(std::string_view bytes) const;

    const int descriptor_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::condition_variable written_;
    std::string pending_;
    std::size_t left_out_ = 0;
    bool hurry_ = false;
    bool writing_ = false;
    bool stopping_ = false;
    std::thread thread_;
};
