#include "server/line_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <memory>
#include <thread>
#include <vector>

namespace {

using When = LineWriter::When;

class Pipe {
public:
    Pipe() { EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0); }
    ~Pipe() {
        close(ends_[0]);
        close_writing_end();
    }
    int writing_end() const { return ends_[1]; }
    int reading_end() const { return ends_[0]; }
    void close_writing_end() {
        if (ends_[1] >= 0) close(ends_[1]);
        ends_[1] = -1;
    }
    std::string read_some() {
        char bytes[64 * 1024];
        const ssize_t count = read(ends_[0], bytes, sizeof bytes);
        return {bytes, static_cast<std::size_t>(std::max<ssize_t>(0, count))};
    }
    std::string read_to_end() {
        std::string all;
        for (std::string some; !(some = read_some()).empty();) all += some;
        return all;
    }

private:
    int ends_[2];
};

TEST(LineWriter, WritesLinesInTheOrderInWhichTheyCame) {
    Pipe pipe;
    {
        LineWriter writer(pipe.writing_end());
        writer.append("first", When::soon);
        writer.append("second", When::at_once);
        writer.append("third", When::soon);
    }
    pipe.close_writing_end();
    EXPECT_EQ(pipe.read_to_end(), "first\nsecond\nthird\n");
}

TEST(LineWriter, HasWrittenAllWhenItIsFlushed) {
    Pipe pipe;
    LineWriter writer(pipe.writing_end());
    for (int i = 0; i < 100; ++i) writer.append("line", When::soon);
    writer.flush();
    EXPECT_EQ(fcntl(pipe.reading_end(), F_SETFL, O_NONBLOCK), 0);
    EXPECT_EQ(pipe.read_some().size(), 500u);
}

TEST(LineWriter, DoesNotWaitForItsEndToWrite) {
    Pipe pipe;
    LineWriter writer(pipe.writing_end());
    writer.append("soon", When::soon);
    EXPECT_EQ(pipe.read_some(), "soon\n");
}

TEST(LineWriter, KeepsEveryLineOfManyThreadsWhole) {
    Pipe pipe;
    std::string written;
    std::thread reader([&] { written = pipe.read_to_end(); });
    constexpr int threads = 4, lines = 2'000;
    {
        LineWriter writer(pipe.writing_end());
        std::vector<std::thread> writers;
        for (int i = 0; i < threads; ++i)
            writers.emplace_back([&writer, text = std::string(40, static_cast<char>('a' + i))] {
                for (int line = 0; line < lines; ++line) writer.append(text, When::soon);
            });
        for (std::thread& thread : writers) thread.join();
    }
    pipe.close_writing_end();
    reader.join();
    EXPECT_EQ(written.size(), threads * lines * 41u);
    for (std::size_t at = 0; at < written.size(); at += 41)
        ASSERT_EQ(written.substr(at, 41), std::string(40, written[at]) + '\n');
}

TEST(LineWriter, LeavesLinesOutWhenNobodyReadsAndSaysHowMany) {
    Pipe pipe;
    std::string written;
    std::thread reader;
    {
        LineWriter writer(pipe.writing_end());
        const std::string kilobyte(1023, 'x');
        for (int i = 0; i < 20'000; ++i) writer.append(kilobyte, When::soon);  // returns: it waits for no reader
        reader = std::thread([&] { written = pipe.read_to_end(); });
    }
    pipe.close_writing_end();
    reader.join();
    EXPECT_LT(written.size(), 10u * 1024 * 1024);
    EXPECT_NE(written.find(" lines are left out here)\n"), std::string::npos);
}

TEST(LineWriter, GivesUpWhereNobodyCanRead) {
    Pipe pipe;
    const int closed = dup(pipe.writing_end());
    close(closed);
    LineWriter writer(closed);
    writer.append("lost", When::at_once);
}

}  // namespace
