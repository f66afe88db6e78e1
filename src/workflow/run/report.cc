// The three report formats. All that stands in them has been masked.

#include <fmt/format.h>

#include <algorithm>

#include "workflow/run/record.h"
#include "workflow/text/text.h"

namespace workflow {

namespace {

double seconds(milliseconds duration) { return static_cast<double>(duration.count()) / 1000; }

std::string content_type_of(const http::Headers& headers) {
    const auto* type = headers.find("Content-Type");
    return type ? *type : std::string();
}

std::string details(const StepRecord& step, const Secrets& secrets) {
    std::string out;
    if (step.exchange) {
        const auto& exchange = *step.exchange;
        out += exchange.method + " " + secrets.mask_url(exchange.url) + "\n";
        if (!exchange.request_bytes.empty())
            out += secrets.mask_body(content_type_of(exchange.request_headers), exchange.request_bytes) + "\n";
        if (exchange.status)
            out += fmt::format("answered {} in {} ms\n", exchange.status, step.exchange_elapsed.count()) +
                   secrets.mask_body(content_type_of(exchange.response_headers), exchange.response_bytes) + "\n";
    }
    for (const auto& criterion : step.criteria)
        out += std::string(criterion.holds ? "holds: " : "does not hold: ") +
               secrets.mask(criterion.text + (criterion.why.empty() ? "" : ": " + criterion.why)) + "\n";
    for (const auto& note : step.notes) out += "note: " + secrets.mask(note) + "\n";
    for (const auto& action : step.actions)
        out += action.type + " " + action.name + (action.is_taken ? " taken: " : " not taken: ") +
               secrets.mask(action.why) + "\n";
    if (!step.action.empty()) out += secrets.mask(step.action) + "\n";
    return out;
}

json::array har_headers(const http::Headers& headers, const Secrets& secrets) {
    json::array out;
    for (const auto& header : headers)
        out.push_back({{"name", header.name}, {"value", secrets.mask_header(header.name, header.value)}});
    return out;
}

json::array har_query(std::string_view url, const Secrets& secrets) {
    json::array out;
    auto mark = url.find('?');
    if (mark == std::string_view::npos) return out;
    for (auto rest = url.substr(mark + 1); !rest.empty();) {
        auto piece = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
        auto equal = piece.find('=');
        auto name = percent_decode(piece.substr(0, equal), true);
        auto value = equal == std::string_view::npos ? std::string() : percent_decode(piece.substr(equal + 1), true);
        const bool is_secret = secrets.mask_url("?" + std::string(piece)) != secrets.mask("?" + std::string(piece));
        out.push_back({{"name", name}, {"value", is_secret ? "***" : secrets.mask(value)}});
    }
    return out;
}

json::value har_entry(const StepRecord& step, const Secrets& secrets) {
    const auto& exchange = *step.exchange;
    auto request_type = content_type_of(exchange.request_headers),
         response_type = content_type_of(exchange.response_headers);
    auto response_text = secrets.mask_body(response_type, exchange.response_bytes);
    json::object request{{"method", exchange.method},
                         {"url", secrets.mask_url(exchange.url)},
                         {"httpVersion", "HTTP/1.1"},
                         {"cookies", json::array()},
                         {"headers", har_headers(exchange.request_headers, secrets)},
                         {"queryString", har_query(exchange.url, secrets)},
                         {"headersSize", -1},
                         {"bodySize", exchange.request_bytes.size()}};
    if (!exchange.request_bytes.empty()) {
        auto text = secrets.mask_body(request_type, exchange.request_bytes);
        json::object data{{"mimeType", request_type}, {"text", is_utf8(text) ? text : base64(text)}};
        if (!is_utf8(text)) data["comment"] = "the text is base64";  // postData has no member for that
        request["postData"] = std::move(data);
    }
    json::object content{{"size", exchange.response_bytes.size()}, {"mimeType", response_type}};
    bool is_text = is_utf8(response_text);
    content["text"] = is_text ? response_text : base64(response_text);
    if (!is_text) content["encoding"] = "base64";
    const auto* location = exchange.response_headers.find("Location");
    return {{"startedDateTime", timestamp(step.started)},
            {"time", step.exchange_elapsed.count()},
            {"request", std::move(request)},
            {"response",
             {{"status", exchange.status},
              {"statusText", http::reason_phrase(exchange.status)},
              {"httpVersion", "HTTP/1.1"},
              {"cookies", json::array()},
              {"headers", har_headers(exchange.response_headers, secrets)},
              {"content", std::move(content)},
              {"redirectURL", location ? secrets.mask_url(*location) : ""},
              {"headersSize", -1},
              {"bodySize", exchange.response_bytes.size()}}},
            {"cache", json::object()},
            {"timings", {{"send", 0}, {"wait", step.exchange_elapsed.count()}, {"receive", 0}}},
            {"comment", step.workflow->id + "/" + step.step->id}};
}

std::string_view outcome_name(Outcome outcome) {
    switch (outcome) {
    case Outcome::passed: return "passed";
    case Outcome::failed: return "failed";
    case Outcome::not_run: return "not_run";
    case Outcome::cancelled: return "cancelled";
    }
    return "";
}

}  // namespace

json::value json_step(const StepRecord& step, const Secrets& secrets) {
    json::object out{{"workflow", step.workflow->id},
                     {"step", step.step->id},
                     {"depth", step.depth},
                     {"attempt", step.attempt},
                     {"started_at", timestamp(step.started)},
                     {"elapsed_ms", step.elapsed.count()},
                     {"passed", step.passed}};
    if (!step.reason.empty()) out["reason"] = secrets.mask(step.reason);
    if (step.exchange) {
        const auto& exchange = *step.exchange;
        auto headers = [&](const http::Headers& of) {
            json::object object;
            for (const auto& header : of) object[header.name] = secrets.mask_header(header.name, header.value);
            return object;
        };
        out["request"] = {
            {"method", exchange.method},
            {"url", secrets.mask_url(exchange.url)},
            {"headers", headers(exchange.request_headers)},
            {"body",
             shorten(secrets.mask_body(content_type_of(exchange.request_headers), exchange.request_bytes), 64 * 1024)}};
        if (exchange.status)
            out["response"] = {
                {"status", exchange.status},
                {"headers", headers(exchange.response_headers)},
                {"body", shorten(secrets.mask_body(content_type_of(exchange.response_headers), exchange.response_bytes),
                                 64 * 1024)}};
    }
    json::array criteria;
    for (const auto& criterion : step.criteria) {
        json::object one{{"criterion", secrets.mask(criterion.text)}, {"holds", criterion.holds}};
        if (!criterion.why.empty()) one["why"] = secrets.mask(criterion.why);
        criteria.push_back(std::move(one));
    }
    out["criteria"] = std::move(criteria);
    out["outputs"] = secrets.mask_value(step.outputs);
    json::array notes;
    for (const auto& note : step.notes) notes.emplace_back(secrets.mask(note));
    if (!notes.empty()) out["notes"] = std::move(notes);
    json::array actions;
    for (const auto& action : step.actions)
        actions.push_back({{"name", action.name},
                           {"type", action.type},
                           {"taken", action.is_taken},
                           {"why", secrets.mask(action.why)}});
    if (!actions.empty()) out["actions"] = std::move(actions);
    if (!step.action.empty()) out["action"] = secrets.mask(step.action);
    return out;
}

std::string timestamp(Time at) {
    auto since = std::chrono::floor<milliseconds>(at);
    auto day = std::chrono::floor<std::chrono::days>(since);
    std::chrono::year_month_day date(day);
    std::chrono::hh_mm_ss time(since - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

namespace {

struct JunitSuite {
    std::string text;
    std::size_t tests = 0;
    std::size_t failures = 0;
    double seconds = 0;
};

std::string junit_counts(std::size_t tests, std::size_t failures, double seconds) {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{}\"", tests, failures, seconds);
}

JunitSuite junit_suite(const Record& record, const Secrets& secrets) {
    // One case for each execution of a step; attempts before the last belong to the last.
    struct Case {
        const StepRecord* last;
        std::string output;
        milliseconds elapsed{0};
    };
    std::vector<Case> cases;
    for (const auto& step : record.steps) {
        auto earlier = std::find_if(cases.rbegin(), cases.rend(), [&](const auto& known) {
            return known.last->step == step.step && known.last->depth == step.depth;
        });
        bool is_retry = step.attempt > 1 && earlier != cases.rend();
        Case& one = is_retry ? *earlier : cases.emplace_back();
        one.last = &step;
        one.output += details(step, secrets);
        one.elapsed += step.elapsed;
    }
    std::size_t failures = 0;
    std::string body;
    for (const auto& one : cases) {
        body += fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{}\">\n",
                            xml_escape(one.last->workflow->id), xml_escape(one.last->step->id), seconds(one.elapsed));
        if (!one.last->passed) {
            ++failures;
            body += "      <failure message=\"" + xml_escape(secrets.mask(one.last->reason)) + "\"/>\n";
        }
        body += "      <system-out>" + xml_escape(one.output) + "</system-out>\n    </testcase>\n";
    }
    std::string id = record.workflow ? record.workflow->id : "workflow";
    bool whole_failed = record.finished.outcome != Outcome::passed && failures == 0;
    if (whole_failed) {
        ++failures;
        body += "    <testcase classname=\"" + xml_escape(id) + "\" name=\"" + xml_escape(id) +
                "\">\n      <failure message=\"" + xml_escape(secrets.mask(record.finished.reason)) +
                "\"/>\n    </testcase>\n";
    }
    auto time = seconds(std::chrono::duration_cast<milliseconds>(record.ended - record.started));
    auto text = "  <testsuite name=\"" + xml_escape(id) + "\" " +
                junit_counts(cases.size() + whole_failed, failures, time) + " timestamp=\"" +
                timestamp(record.started) + "\"" +
                (record.workflow ? " file=\"" + xml_escape(record.workflow->document->file) + "\"" : "") + ">\n" +
                body + "  </testsuite>\n";
    return {std::move(text), cases.size() + whole_failed, failures, time};
}

double span_of(const std::vector<Record>& records) {
    if (records.empty()) return 0;
    auto started = std::ranges::min(records, {}, &Record::started).started;
    auto ended = std::ranges::max(records, {}, &Record::ended).ended;
    return seconds(std::chrono::duration_cast<milliseconds>(ended - started));
}

}  // namespace

std::string junit_report(const std::vector<Record>& records, const Secrets& secrets) {
    std::string suites;
    std::size_t tests = 0, failures = 0;
    for (const auto& record : records) {
        auto suite = junit_suite(record, secrets);
        suites += suite.text;
        tests += suite.tests;
        failures += suite.failures;
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites " +
           junit_counts(tests, failures, span_of(records)) + ">\n" + suites + "</testsuites>\n";
}

std::string junit_report(const Record& record, const Secrets& secrets) {
    return junit_report(std::vector<Record>{record}, secrets);
}

std::string har_report(const std::vector<Record>& records, const Secrets& secrets, std::string_view version) {
    std::vector<const StepRecord*> steps;
    for (const auto& record : records)
        for (const auto& step : record.steps)
            if (step.exchange) steps.push_back(&step);
    std::ranges::stable_sort(steps, {}, &StepRecord::started);
    json::array entries;
    for (const auto* step : steps) entries.push_back(har_entry(*step, secrets));
    json::value har{{"log",
                     {{"version", "1.2"},
                      {"creator", {{"name", "partnerd"}, {"version", version}}},
                      {"entries", std::move(entries)}}}};
    return to_pretty_json(har) + "\n";
}

std::string har_report(const Record& record, const Secrets& secrets, std::string_view version) {
    return har_report(std::vector<Record>{record}, secrets, version);
}

namespace {

json::object json_workflow(const Record& record, const Secrets& secrets) {
    json::array steps;
    for (const auto& step : record.steps) steps.push_back(json_step(step, secrets));
    json::object out{{"workflow", record.workflow ? record.workflow->id : ""},
                     {"outcome", outcome_name(record.finished.outcome)},
                     {"reason", secrets.mask(record.finished.reason)},
                     {"started_at", timestamp(record.started)},
                     {"elapsed_ms", std::chrono::duration_cast<milliseconds>(record.ended - record.started).count()},
                     {"outputs", secrets.mask_value(record.finished.outputs)},
                     {"steps", std::move(steps)}};
    return out;
}

}  // namespace

std::string json_report(const std::vector<Record>& records, const Secrets& secrets) {
    json::array workflows;
    bool all_passed = true;
    for (const auto& record : records) {
        auto one = json_workflow(record, secrets);
        if (record.workflow) one["file"] = record.workflow->document->file;
        workflows.push_back(std::move(one));
        all_passed = all_passed && record.finished.outcome == Outcome::passed;
    }
    json::object out{{"outcome", all_passed ? "passed" : "failed"},
                     {"elapsed_ms", static_cast<std::int64_t>(span_of(records) * 1000 + 0.5)},
                     {"workflows", std::move(workflows)}};
    return to_pretty_json(out) + "\n";
}

std::string json_report(const Record& record, const Secrets& secrets) {
    return to_pretty_json(json_workflow(record, secrets)) + "\n";
}

}  // namespace workflow
