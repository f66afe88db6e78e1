// Metrics as text, in the two forms that scrapers ask for: Prometheus' text format 0.0.4 and OpenMetrics 1.0.

#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <string_view>
#include <vector>

namespace operations {

struct Exposition {
    std::string content_type;
    std::string text;
};

// OpenMetrics where the Accept header names it and does not prefer text/plain to it (RFC 9110 12.4.2); else the text
// format, which every scraper reads.
Exposition render_metrics(const std::vector<prometheus::MetricFamily>&, std::string_view accept);

}  // namespace operations
