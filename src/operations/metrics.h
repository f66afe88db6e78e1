// Metrics: what the server counts and times while it runs, and what is asked for when somebody looks. Filled by
// server/, shown by endpoints.h. Recording is cheap and takes no lock. Never has a tenant, a uid or anything else of a
// caller's in a label: series would grow without bound, and tell who does what.
//
// Names follow Prometheus' conventions: base units (seconds, bytes), `_total` for what only grows.

#pragma once

#include <prometheus/metric_family.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "operations/duration_histogram.h"

namespace operations {

class Metrics {
public:
    explicit Metrics(std::string_view version);
    ~Metrics();
    Metrics(const Metrics&) = delete;

    // Before the first request: `route` is the address by which record_request() names it. Once for each route of each
    // API.
    void add_route(const void* route, std::string_view api, std::string_view method, std::string_view pattern);

    // null, or a route that was not added: nothing matched.
    void record_request(const void* route, int status, std::chrono::microseconds);

    // One commit of the database with so many works in it, and how many wait after it.
    void record_commit(std::size_t works, std::chrono::microseconds);

    // Asked for at each look, on the thread that looks: must be quick. name without "partnerd_".
    void add_gauge(std::string name, std::string help, std::function<double()> sample);
    void add_counter(std::string name, std::string help, std::function<double()> sample);  // name ends in _total

    std::vector<prometheus::MetricFamily> collect() const;

private:
    struct Requests;
    struct Sampled;

    const std::string version_;
    std::vector<std::unique_ptr<Requests>> routes_;  // the first: no route
    std::unordered_map<const void*, Requests*> by_route_;
    DurationHistogram commits_;
    std::atomic<std::uint64_t> works_ = 0;
    std::vector<Sampled> sampled_;
};

}  // namespace operations
