#include "operations/exposition.h"

#include <fmt/format.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <cstdlib>
#include <sstream>

namespace operations {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr std::string_view openmetrics_type = "application/openmetrics-text";

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// The quality that an Accept header gives to exactly this media type; -1: it does not name it.
double quality_of(std::string_view accept, std::string_view wanted) {
    while (!accept.empty()) {
        const auto comma = accept.find(',');
        std::string_view part = accept.substr(0, comma);
        accept = comma == std::string_view::npos ? std::string_view() : accept.substr(comma + 1);
        const auto semicolon = part.find(';');
        if (trim(part.substr(0, semicolon)) != wanted) continue;
        for (std::string_view rest = semicolon == std::string_view::npos ? "" : part.substr(semicolon + 1);
             !rest.empty();) {
            const auto next = rest.find(';');
            const std::string_view parameter = trim(rest.substr(0, next));
            if (parameter.starts_with("q=")) return std::atof(std::string(parameter.substr(2)).c_str());
            rest = next == std::string_view::npos ? std::string_view() : rest.substr(next + 1);
        }
        return 1;
    }
    return -1;
}

std::string escape(std::string_view text) {
    std::string escaped;
    for (const char character : text) {
        if (character == '\\' || character == '"') escaped += '\\';
        if (character == '\n')
            escaped += "\\n";
        else
            escaped += character;
    }
    return escaped;
}

// OpenMetrics wants the bounds of buckets as floating point numbers: "1.0", "+Inf".
std::string bound_text(double bound) {
    if (std::isinf(bound)) return "+Inf";
    std::string text = fmt::format("{}", bound);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

std::string labels_text(const ClientMetric& metric, std::string_view bound = {}) {
    std::string text;
    for (const auto& label : metric.label)
        text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", label.name, escape(label.value));
    if (!bound.empty()) text += fmt::format("{}le=\"{}\"", text.empty() ? "" : ",", bound);
    return text.empty() ? text : "{" + text + "}";
}

void write_openmetrics(std::string& out, const MetricFamily& family) {
    if (family.metric.empty()) return;
    std::string_view name = family.name;
    const bool is_counter = family.type == MetricType::Counter;
    if (is_counter && name.ends_with("_total")) name.remove_suffix(6);
    const char* type = is_counter ? "counter" : family.type == MetricType::Histogram ? "histogram" : "gauge";
    out += fmt::format("# TYPE {} {}\n# HELP {} {}\n", name, type, name, escape(family.help));
    for (const ClientMetric& metric : family.metric) {
        if (family.type == MetricType::Histogram) {
            for (const auto& bucket : metric.histogram.bucket)
                out += fmt::format("{}_bucket{} {}\n", name, labels_text(metric, bound_text(bucket.upper_bound)),
                                   bucket.cumulative_count);
            out += fmt::format("{}_count{} {}\n{}_sum{} {}\n", name, labels_text(metric), metric.histogram.sample_count,
                               name, labels_text(metric), metric.histogram.sample_sum);
        } else if (is_counter) {
            out += fmt::format("{}_total{} {}\n", name, labels_text(metric), metric.counter.value);
        } else {
            out += fmt::format("{}{} {}\n", name, labels_text(metric), metric.gauge.value);
        }
    }
}

}  // namespace

Exposition render_metrics(const std::vector<MetricFamily>& families, std::string_view accept) {
    const double openmetrics = quality_of(accept, openmetrics_type);
    if (openmetrics > 0 && openmetrics >= quality_of(accept, "text/plain")) {
        std::string text;
        for (const MetricFamily& family : families) write_openmetrics(text, family);
        return {std::string(openmetrics_type) + "; version=1.0.0; charset=utf-8", text + "# EOF\n"};
    }
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    return {"text/plain; version=0.0.4; charset=utf-8", out.str()};
}

}  // namespace operations
