#include "operations/metrics.h"

#include <array>
#include <limits>
#include <utility>

namespace operations {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr double us_per_second = 1e6;
constexpr std::array<std::string_view, 5> status_classes = {"1xx", "2xx", "3xx", "4xx", "5xx"};

std::size_t class_of(int status) {
    return status >= 100 && status < 600 ? static_cast<std::size_t>(status / 100 - 1) : 4;
}

// Nothing where nothing was recorded: a series for each class of each route would be a thousand empty ones.
void add_histogram(MetricFamily& family, std::vector<ClientMetric::Label> labels, const DurationHistogram& histogram) {
    ClientMetric metric;
    metric.label = std::move(labels);
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < DurationHistogram::bounds_us.size(); ++i) {
        cumulative += histogram.count(i);
        metric.histogram.bucket.push_back(
            {cumulative, static_cast<double>(DurationHistogram::bounds_us[i]) / us_per_second});
    }
    cumulative += histogram.count(DurationHistogram::bounds_us.size());
    metric.histogram.bucket.push_back({cumulative, std::numeric_limits<double>::infinity()});
    metric.histogram.sample_count = cumulative;
    metric.histogram.sample_sum = static_cast<double>(histogram.sum_us()) / us_per_second;
    if (cumulative > 0) family.metric.push_back(std::move(metric));
}

MetricFamily family_of(std::string name, std::string help, MetricType type) {
    MetricFamily family;
    family.name = "partnerd_" + std::move(name);
    family.help = std::move(help);
    family.type = type;
    return family;
}

}  // namespace

struct Metrics::Requests {
    std::string api, method, pattern;
    std::array<DurationHistogram, status_classes.size()> by_class;
};

struct Metrics::Sampled {
    std::string name, help;
    MetricType type;
    std::function<double()> sample;
};

Metrics::Metrics(std::string_view version) : version_(version) {
    routes_.push_back(std::make_unique<Requests>());
    routes_.back()->api = routes_.back()->method = routes_.back()->pattern = "none";
}

Metrics::~Metrics() = default;

void Metrics::add_route(const void* route, std::string_view api, std::string_view method, std::string_view pattern) {
    routes_.push_back(std::make_unique<Requests>());
    Requests& added = *routes_.back();
    added.api = api, added.method = method, added.pattern = pattern;
    by_route_[route] = &added;
}

void Metrics::record_request(const void* route, int status, std::chrono::microseconds duration) {
    const auto found = route ? by_route_.find(route) : by_route_.end();
    Requests& requests = found == by_route_.end() ? *routes_.front() : *found->second;
    requests.by_class[class_of(status)].record(duration);
}

void Metrics::record_commit(std::size_t works, std::chrono::microseconds duration) {
    commits_.record(duration);
    works_.fetch_add(works, std::memory_order_relaxed);
}

void Metrics::add_gauge(std::string name, std::string help, std::function<double()> sample) {
    sampled_.push_back({std::move(name), std::move(help), MetricType::Gauge, std::move(sample)});
}

void Metrics::add_counter(std::string name, std::string help, std::function<double()> sample) {
    sampled_.push_back({std::move(name), std::move(help), MetricType::Counter, std::move(sample)});
}

std::vector<MetricFamily> Metrics::collect() const {
    std::vector<MetricFamily> families;
    auto& info = families.emplace_back(family_of("build_info", "The version that runs; always 1.", MetricType::Gauge));
    info.metric.emplace_back();
    info.metric.back().label = {{"version", version_}};
    info.metric.back().gauge.value = 1;

    auto requests =
        family_of("http_request_duration_seconds",
                  "How long requests took, from the head having been read to the answer.", MetricType::Histogram);
    for (const auto& route : routes_)
        for (std::size_t i = 0; i < status_classes.size(); ++i)
            add_histogram(requests,
                          {{"api", route->api},
                           {"class", std::string(status_classes[i])},
                           {"method", route->method},
                           {"route", route->pattern}},
                          route->by_class[i]);
    families.push_back(std::move(requests));

    auto commits = family_of("db_commit_duration_seconds",
                             "How long the database's commits took, with all works in them.", MetricType::Histogram);
    add_histogram(commits, {}, commits_);
    families.push_back(std::move(commits));
    auto works = family_of("db_works_total", "Works (one for each write) that were committed, many in one commit.",
                           MetricType::Counter);
    works.metric.emplace_back();
    works.metric.back().counter.value = static_cast<double>(works_.load(std::memory_order_relaxed));
    families.push_back(std::move(works));

    for (const Sampled& sampled : sampled_) {
        auto& family = families.emplace_back(family_of(sampled.name, sampled.help, sampled.type));
        family.metric.emplace_back();
        (sampled.type == MetricType::Gauge ? family.metric.back().gauge.value : family.metric.back().counter.value) =
            sampled.sample();
    }
    return families;
}

}  // namespace operations
