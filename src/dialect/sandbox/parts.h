// The parts of a sandbox, one file each; sandbox.cc puts them together.

#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "service/dialect.h"
#include "service/fault.h"

namespace sandbox {

// Which resellers' clocks are being moved. Used by many threads at once.
class MovingClocks {
public:
    void begin(std::int64_t reseller_id);
    void end(std::int64_t reseller_id);
    bool contains(std::int64_t reseller_id) const;

private:
    mutable std::mutex mutex_;
    std::map<std::int64_t, int> moves_;
};

// GET, PUT, DELETE .../resellers/{resellerId}/clock; POST .../clock/advance, /freeze, /unfreeze.
std::vector<service::Route> clock_routes(MovingClocks&);

struct PlannedFault {
    service::Fault fault;
    double rate = 1;                   // of the requests, or deliveries
    std::optional<std::int64_t> next;  // so many more times; absent: until it is taken back
};

// The faults that are to befall a credential's requests, or the deliveries to a webhook endpoint. In memory: a restart
// takes them all back. Used by many threads.
class FaultBook {
public:
    void put(std::int64_t id, const PlannedFault&);
    bool remove(std::int64_t id);
    std::optional<PlannedFault> find(std::int64_t id) const;
    std::map<std::int64_t, PlannedFault> all() const;  // by id
    void clear();

    // The fault of this very request or delivery, if it is to have one.
    std::optional<service::Fault> take(std::int64_t id, std::uint64_t random_bits);

private:
    std::atomic<bool> is_empty_ = true;
    mutable std::mutex mutex_;
    std::map<std::int64_t, PlannedFault> faults_;
};

struct Faults {
    FaultBook of_credentials;
    FaultBook of_endpoints;
};

// GET, PUT, DELETE .../resellers/{resellerId}/credentials/{credentialId}/fault and
// .../resellers/{resellerId}/webhook-endpoints/{endpointId}/fault; GET .../resellers/{resellerId}/faults.
std::vector<service::Route> fault_routes(Faults&);

// POST .../reset.
std::vector<service::Route> reset_routes(std::function<void(db::Tx&, World&)> seed, Faults&);

}  // namespace sandbox
