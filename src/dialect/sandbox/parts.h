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
    double rate = 1;                   // of the requests
    std::optional<std::int64_t> next;  // so many more times; absent: until it is taken back
};

// The faults that are to befall a credential's requests. In memory: a restart takes them all back. Used by many
// threads.
class FaultBook {
public:
    void put(std::int64_t credential_id, const PlannedFault&);
    bool remove(std::int64_t credential_id);
    std::optional<PlannedFault> find(std::int64_t credential_id) const;
    std::map<std::int64_t, PlannedFault> all() const;  // by credential
    void clear();

    // The fault of this very request, if it is to have one.
    std::optional<service::Fault> take(std::int64_t credential_id, std::uint64_t random_bits);

private:
    std::atomic<bool> is_empty_ = true;
    mutable std::mutex mutex_;
    std::map<std::int64_t, PlannedFault> faults_;
};

// GET, PUT, DELETE .../resellers/{resellerId}/credentials/{credentialId}/fault; GET .../resellers/{resellerId}/faults.
std::vector<service::Route> fault_routes(FaultBook&);

// POST .../reset.
std::vector<service::Route> reset_routes(std::function<void(db::Tx&, World&)> seed, FaultBook&);

}  // namespace sandbox
