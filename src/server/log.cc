#include "server/log.h"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "core/time.h"
#include "dialect/json.h"

namespace {

constexpr std::size_t lines_waiting_max = 8'192;

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: return spdlog::level::off;
    }
    return spdlog::level::info;
}

class JsonLine {
public:
    explicit JsonLine(std::string_view level) {
        const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
        line_ = "{\"time\":\"" + format_rfc3339(now) + "\",\"level\":\"";
        line_ += level;
        line_ += '"';
    }
    JsonLine& text(std::string_view name, std::string_view value) {
        line_ += fmt::format(",\"{}\":", name);
        dialect::append_json_string(line_, value);
        return *this;
    }
    JsonLine& number(std::string_view name, std::int64_t value) {
        line_ += fmt::format(",\"{}\":{}", name, value);
        return *this;
    }
    std::string finish() {
        line_ += '}';
        return std::move(line_);
    }

private:
    std::string line_;
};

constexpr std::size_t path_length_max = 200;

// Bytes that are no printable ASCII could be mistaken for lines or control a terminal.
std::string printable(std::string_view text) {
    std::string result;
    for (const char character : text.substr(0, path_length_max))
        result += character > ' ' && character < 0x7f ? character : '?';
    return result;
}

}  // namespace

struct Log::Impl {
    explicit Impl(LogOptions options)
        : json(options.json), pool(std::make_shared<spdlog::details::thread_pool>(lines_waiting_max, 1)) {
        spdlog::sink_ptr sink;
        if (json)
            sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        else
            sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
        logger = std::make_shared<spdlog::async_logger>("partnerd", std::move(sink), pool,
                                                        spdlog::async_overflow_policy::overrun_oldest);
        logger->set_level(to_spdlog(options.level));
        logger->set_pattern(json ? "%v" : "%H:%M:%S.%e %^%-7l%$ %v");
        logger->flush_on(spdlog::level::warn);
    }

    void say(spdlog::level::level_enum level, std::string_view name, std::string_view sentence) {
        if (!logger->should_log(level)) return;
        logger->log(level, json ? JsonLine(name).text("message", sentence).finish() : std::string(sentence));
    }

    const bool json;
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::logger> logger;
};

Log::Log(LogOptions options) : impl_(std::make_unique<Impl>(options)) {}
Log::~Log() { impl_->logger->flush(); }

void Log::info(std::string_view sentence) { impl_->say(spdlog::level::info, "info", sentence); }
void Log::warning(std::string_view sentence) { impl_->say(spdlog::level::warn, "warning", sentence); }
void Log::error(std::string_view sentence) { impl_->say(spdlog::level::err, "error", sentence); }

bool Log::logs_access() const { return impl_->logger->should_log(spdlog::level::info); }

void Log::failure(std::string_view request_id, std::string_view sentence) {
    if (impl_->json)
        impl_->logger->error(JsonLine("error").text("message", sentence).text("request_id", request_id).finish());
    else
        impl_->logger->error(fmt::format("{} (request {})", sentence, request_id));
}

void Log::access(const dialect::AccessRecord& record) {
    if (!logs_access()) return;
    const std::string shown = record.route.empty() ? printable(record.target_path) : std::string(record.route);
    const std::string method = printable(record.method);
    if (!impl_->json)
        return impl_->logger->info(fmt::format("{} {} {} {:.3f} ms reseller={} request={}", record.status, method,
                                               shown, static_cast<double>(record.duration.count()) / 1000,
                                               record.reseller_id, record.request_id));
    impl_->logger->info(JsonLine("info")
                            .text("message", "request")
                            .text("method", method)
                            .text("route", shown)
                            .number("status", record.status)
                            .number("duration_us", record.duration.count())
                            .number("reseller", record.reseller_id)
                            .text("request_id", record.request_id)
                            .text("remote", record.remote_address)
                            .finish());
}
