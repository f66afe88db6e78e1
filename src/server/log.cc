#include "server/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <iterator>
#include <string>

#include "core/time.h"
#include "json/read.h"
#include "server/line_writer.h"
#include "server/repeated_sentences.h"

namespace {

std::string_view name_of(LogLevel level) {
    switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    case LogLevel::off: return "off";
    }
    return "";
}

class JsonLine {
public:
    explicit JsonLine(std::string& line) : line_(line) { line_ += '{'; }

    JsonLine& text(std::string_view name, std::string_view value) {
        begin(name);
        ::json::append_json_string(line_, value);
        return *this;
    }
    JsonLine& number(std::string_view name, std::int64_t value) {
        begin(name);
        line_ += fmt::format_int(value).c_str();
        return *this;
    }
    void finish() { line_ += '}'; }

private:
    void begin(std::string_view name) {
        line_ += line_.size() == 1 ? "\"" : ",\"";
        line_.append(name).append("\":");
    }

    std::string& line_;
};

constexpr std::size_t method_length_max = 40;

// Bytes that are no printable ASCII could be mistaken for lines or control a terminal.
std::string printable(std::string_view text) {
    std::string result;
    for (const char character : text.substr(0, method_length_max))
        result += character > ' ' && character < 0x7f ? character : '?';
    return result;
}

std::chrono::sys_time<std::chrono::milliseconds> read_clock() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// "08:49:37.123 warning ", in the machine's own time; coloured on a terminal.
void begin_text_line(std::string& line, LogLevel level, bool coloured) {
    const auto now = read_clock();
    const std::time_t second = std::chrono::system_clock::to_time_t(now);
    std::tm local{};
    localtime_r(&second, &local);
    const int millisecond = static_cast<int>(now.time_since_epoch().count() % 1000);
    const std::string_view colour = level == LogLevel::error     ? "\x1b[31m"
                                    : level == LogLevel::warning ? "\x1b[33m"
                                                                 : "\x1b[32m";
    fmt::format_to(std::back_inserter(line), "{:02}:{:02}:{:02}.{:03} {}{:7}{} ", local.tm_hour, local.tm_min,
                   local.tm_sec, millisecond, coloured ? colour : "", name_of(level), coloured ? "\x1b[0m" : "");
}

void begin_json_line(JsonLine& line, LogLevel level) {
    line.text("time", format_rfc3339(read_clock())).text("level", name_of(level));
}

// Lines are made in the memory of the last one.
std::string& empty_line() {
    static thread_local std::string line;
    line.clear();
    return line;
}

}  // namespace

struct Log::Impl {
    explicit Impl(LogOptions options)
        : options(options), level(options.level), coloured(isatty(STDERR_FILENO) == 1), writer(STDERR_FILENO) {}

    bool says(LogLevel wanted) const { return wanted >= level.load(std::memory_order_relaxed); }

    // What is wrong: once a minute.
    void complain(LogLevel level, std::string_view sentence, std::string_view request_id = {}) {
        if (!says(level)) return;
        if (const auto admitted = repeated.admit(sentence, RepeatedSentences::Clock::now()))
            say(level, *admitted, request_id);
    }

    void say(LogLevel level, std::string_view sentence, std::string_view request_id = {}) {
        if (!says(level)) return;
        std::string& line = empty_line();
        if (options.json) {
            JsonLine json(line);
            begin_json_line(json, level);
            json.text("message", sentence);
            if (!request_id.empty()) json.text("request_id", request_id);
            json.finish();
        } else {
            begin_text_line(line, level, coloured);
            line += sentence;
            if (!request_id.empty()) line.append(" (request ").append(request_id).append(")");
        }
        writer.append(line, LineWriter::When::at_once);
    }

    const LogOptions options;
    std::atomic<LogLevel> level;
    const bool coloured;
    RepeatedSentences repeated;
    LineWriter writer;
};

Log::Log(LogOptions options) : impl_(std::make_unique<Impl>(options)) {}
Log::~Log() = default;

void Log::info(std::string_view sentence) { impl_->say(LogLevel::info, sentence); }
void Log::warning(std::string_view sentence) { impl_->complain(LogLevel::warning, sentence); }
void Log::error(std::string_view sentence) { impl_->complain(LogLevel::error, sentence); }
void Log::failure(std::string_view request_id, std::string_view sentence) {
    impl_->complain(LogLevel::error, sentence, request_id);
}

void Log::set_level(LogLevel level) { impl_->level = level; }
void Log::flush() { impl_->writer.flush(); }
bool Log::logs_access() const { return impl_->says(LogLevel::info); }

void Log::access(const service::AccessRecord& record) {
    if (!logs_access()) return;
    const std::string_view route = record.route;
    const std::string method = printable(record.method);

    std::string& line = empty_line();
    if (impl_->options.json) {
        JsonLine json(line);
        begin_json_line(json, LogLevel::info);
        json.text("message", "request")
            .text("method", method)
            .text("route", route)
            .number("status", record.status)
            .number("duration_us", record.duration.count())
            .number("reseller", record.reseller_id)
            .text("request_id", record.request_id)
            .text("remote", record.client_address);
        if (!record.trace_id.empty()) json.text("trace_id", record.trace_id);
        json.finish();
    } else {
        begin_text_line(line, LogLevel::info, impl_->coloured);
        fmt::format_to(std::back_inserter(line), "{} {} {} {:.3f} ms reseller={} request={}", record.status, method,
                       route, static_cast<double>(record.duration.count()) / 1000, record.reseller_id,
                       record.request_id);
        if (!record.trace_id.empty()) line.append(" trace=").append(record.trace_id);
    }
    impl_->writer.append(line, LineWriter::When::soon);
}
