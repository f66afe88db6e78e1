// Faults that befall a credential's requests, in every API, and the deliveries to a webhook endpoint:
//
//   {"kind": "delay" | "429" | "500" | "503" | "drop", "delay_ms": 0, "rate": 1.0, "next": null | 3, "has_effect":
//   false}
//
// rate: of the requests or deliveries, by chance. next: so many of them, then no more. has_effect: the request is
// carried out (the delivery arrives) and only its answer goes wrong, as when a network fails on the way back.

#include "dialect/admin/request.h"
#include "dialect/sandbox/parts.h"
#include "engine/resellers/credentials.h"
#include "engine/resellers/resellers.h"
#include "engine/webhooks/webhook_endpoints.h"
#include "json/writer.h"

namespace sandbox {

void FaultBook::put(std::int64_t id, const PlannedFault& fault) {
    const std::lock_guard lock(mutex_);
    faults_[id] = fault;
    is_empty_ = false;
}

bool FaultBook::remove(std::int64_t id) {
    const std::lock_guard lock(mutex_);
    const bool was_there = faults_.erase(id) > 0;
    is_empty_ = faults_.empty();
    return was_there;
}

std::optional<PlannedFault> FaultBook::find(std::int64_t id) const {
    const std::lock_guard lock(mutex_);
    const auto found = faults_.find(id);
    if (found == faults_.end()) return std::nullopt;
    return found->second;
}

std::map<std::int64_t, PlannedFault> FaultBook::all() const {
    const std::lock_guard lock(mutex_);
    return faults_;
}

void FaultBook::clear() {
    const std::lock_guard lock(mutex_);
    faults_.clear();
    is_empty_ = true;
}

std::optional<service::Fault> FaultBook::take(std::int64_t id, std::uint64_t random_bits) {
    if (is_empty_.load(std::memory_order_relaxed)) return std::nullopt;
    const std::lock_guard lock(mutex_);
    const auto found = faults_.find(id);
    if (found == faults_.end()) return std::nullopt;
    PlannedFault& planned = found->second;
    const double chance = static_cast<double>(random_bits >> 11) / static_cast<double>(std::uint64_t{1} << 53);
    if (chance >= planned.rate) return std::nullopt;
    const service::Fault fault = planned.fault;
    if (planned.next && --*planned.next == 0) {
        faults_.erase(found);
        is_empty_ = faults_.empty();
    }
    return fault;
}

namespace {

using admin::Body;
using service::Call;
using service::Fault;

constexpr std::int64_t delay_ms_max = 60'000;
constexpr std::int64_t next_max = 1'000'000;

struct KindName {
    Fault::Kind kind;
    std::string_view name;
};
constexpr KindName kind_names[] = {{Fault::Kind::delay, "delay"},
                                   {Fault::Kind::too_many_requests, "429"},
                                   {Fault::Kind::internal_error, "500"},
                                   {Fault::Kind::unavailable, "503"},
                                   {Fault::Kind::drop, "drop"}};

Fault::Kind read_kind(Body& body) {
    const std::string text = body.text("kind");
    for (const KindName& known : kind_names)
        if (known.name == text) return known.kind;
    if (!text.empty()) body.object_to("kind", Rule::unsupported, "It must be delay, 429, 500, 503 or drop.");
    return Fault::Kind::delay;
}

Result<PlannedFault> parse_fault(const Call& call) {
    Body body = TRY(Body::read(call));
    PlannedFault planned{.fault = {.kind = read_kind(body)}};
    const std::int64_t delay_ms = body.find_integer("delay_ms").value_or(0);
    if (delay_ms < 0 || delay_ms > delay_ms_max)
        body.object_to("delay_ms", Rule::out_of_range, "It lies between 0 and 60000.");
    planned.fault.delay = std::chrono::milliseconds(delay_ms);
    planned.rate = body.find_number("rate").value_or(1);
    if (planned.rate < 0 || planned.rate > 1) body.object_to("rate", Rule::out_of_range, "It lies between 0 and 1.");
    planned.next = body.find_integer("next");
    if (planned.next && (*planned.next < 1 || *planned.next > next_max))
        body.object_to("next", Rule::out_of_range, "It lies between 1 and 1000000.");
    planned.fault.has_effect = body.find_boolean("has_effect").value_or(false);
    TRY(body.finish());
    return planned;
}

std::string format_rate(double rate) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, rate).ptr};
}

void write_fault(::json::JsonWriter& json, const PlannedFault& planned) {
    std::string_view kind;
    for (const KindName& known : kind_names)
        if (known.kind == planned.fault.kind) kind = known.name;
    json.text("kind", kind)
        .number("delay_ms", planned.fault.delay.count())
        .raw("rate", format_rate(planned.rate))
        .number("next", planned.next)
        .boolean("has_effect", planned.fault.has_effect);
}

http::Response render_fault(const PlannedFault& planned) {
    ::json::JsonWriter json;
    json.open_object();
    write_fault(json, planned);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

// What faults befall: something of a reseller's, within the caller's reach.
struct Target {
    std::string_view path;
    std::string_view id_name;  // among a reseller's faults
    Result<void> (*find)(db::Tx&, World&, const Caller&, std::int64_t reseller_id, std::int64_t id);
    Error no_fault;
};

const Target of_credentials = {
    .path = "/admin/v1/sandbox/resellers/{resellerId}/credentials/{credentialId}/fault",
    .id_name = "credential_id",
    .find = [](db::Tx& tx, World& world, const Caller& caller, std::int64_t reseller_id,
               std::int64_t id) -> Result<void> {
        TRY(show_credential(tx, world, caller, {.reseller_id = reseller_id, .id = id}));
        return {};
    },
    .no_fault = {Reason::not_found, "Nothing is to go wrong with this credential."},
};

const Target of_endpoints = {
    .path = "/admin/v1/sandbox/resellers/{resellerId}/webhook-endpoints/{endpointId}/fault",
    .id_name = "endpoint_id",
    .find = [](db::Tx& tx, World& world, const Caller& caller, std::int64_t reseller_id,
               std::int64_t id) -> Result<void> {
        TRY(show_webhook_endpoint(tx, world, caller, {.reseller_id = reseller_id, .id = id}));
        return {};
    },
    .no_fault = {Reason::not_found, "Nothing is to go wrong with deliveries to this endpoint."},
};

// What remains to be done once it has been found.
using Act = std::function<Result<http::Response>(const Call&, std::int64_t id)>;

service::Route fault_route(http::Method method, const Target& target, Act act) {
    auto run = [&target, act = std::move(act)](const service::App& app, std::shared_ptr<Call> call,
                                               service::RenderError render_error, http::Reply reply) {
        const auto reseller_id = admin::parse_id(call->path_values[0]);
        const auto id = admin::parse_id(call->path_values[1]);
        if (!reseller_id.ok()) return reply(render_error(*call, reseller_id.error()));
        if (!id.ok()) return reply(render_error(*call, id.error()));
        auto found = std::make_shared<std::optional<Result<void>>>();
        app.database.read(
            [=, &target, &world = app.world](db::Tx& tx) {
                service::require_known(tx, *call);
                found->emplace(target.find(tx, world, call->caller, reseller_id.value(), id.value()));
                return db::Outcome::keep;
            },
            [=, &app](std::exception_ptr failure) {
                if (service::begins_again(app, call, failure, reply)) return;
                if (failure) {
                    app.log_failure(*call, service::describe(failure));
                    return reply(render_error(*call, service::to_error(failure)));
                }
                if (!(*found)->ok()) return reply(render_error(*call, (*found)->error()));
                auto response = act(*call, id.value());
                reply(response.ok() ? std::move(response).value() : render_error(*call, response.error()));
            });
    };
    return {method, target.path, run};
}

using PlannedFaults = std::map<std::int64_t, PlannedFault>;

PlannedFaults list_faults(db::Tx& tx, World& world, const Caller& caller, std::int64_t reseller_id,
                          const Target& target, const FaultBook& faults) {
    PlannedFaults of_reseller = faults.all();
    std::erase_if(of_reseller,
                  [&](const auto& fault) { return !target.find(tx, world, caller, reseller_id, fault.first).ok(); });
    return of_reseller;
}

struct FaultsOfReseller {
    PlannedFaults of_credentials;
    PlannedFaults of_endpoints;
};

// Refuses: not_found.
Result<FaultsOfReseller> list_faults(db::Tx& tx, World& world, const Caller& caller, std::int64_t reseller_id,
                                     const Faults& faults) {
    TRY(show_reseller(tx, world, caller, {reseller_id}));
    return FaultsOfReseller{list_faults(tx, world, caller, reseller_id, of_credentials, faults.of_credentials),
                            list_faults(tx, world, caller, reseller_id, of_endpoints, faults.of_endpoints)};
}

void write_faults(::json::JsonWriter& json, std::string_view name, const Target& target, const PlannedFaults& faults) {
    json.open_array(name);
    for (const auto& [id, planned] : faults) {
        json.open_object().number(target.id_name, id);
        write_fault(json, planned);
        json.close_object();
    }
    json.close_array();
}

http::Response render_faults(const FaultsOfReseller& faults) {
    ::json::JsonWriter json;
    json.open_object();
    write_faults(json, "faults", of_credentials, faults.of_credentials);
    write_faults(json, "webhook_faults", of_endpoints, faults.of_endpoints);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

service::Route list_route(const Faults& faults) {
    auto run = [&faults](const service::App& app, std::shared_ptr<Call> call, service::RenderError render_error,
                         http::Reply reply) {
        const auto reseller_id = admin::parse_id(call->path_values[0]);
        if (!reseller_id.ok()) return reply(render_error(*call, reseller_id.error()));
        auto found = std::make_shared<std::optional<Result<FaultsOfReseller>>>();
        app.database.read(
            [=, &faults, &world = app.world](db::Tx& tx) {
                service::require_known(tx, *call);
                found->emplace(list_faults(tx, world, call->caller, reseller_id.value(), faults));
                return db::Outcome::keep;
            },
            [=, &app](std::exception_ptr failure) {
                if (service::begins_again(app, call, failure, reply)) return;
                if (failure) {
                    app.log_failure(*call, service::describe(failure));
                    return reply(render_error(*call, service::to_error(failure)));
                }
                if (!(*found)->ok()) return reply(render_error(*call, (*found)->error()));
                reply(render_faults((*found)->value()));
            });
    };
    return {http::Method::get, "/admin/v1/sandbox/resellers/{resellerId}/faults", run};
}

std::vector<service::Route> routes_of(const Target& target, FaultBook& faults) {
    using enum http::Method;
    const auto show = [&target, &faults](const Call&, std::int64_t id) -> Result<http::Response> {
        const auto planned = faults.find(id);
        if (!planned) return target.no_fault;
        return render_fault(*planned);
    };
    const auto set = [&faults](const Call& call, std::int64_t id) -> Result<http::Response> {
        const PlannedFault planned = TRY(parse_fault(call));
        faults.put(id, planned);
        return render_fault(planned);
    };
    const auto remove = [&faults](const Call&, std::int64_t id) -> Result<http::Response> {
        faults.remove(id);  // nothing went wrong before, nothing does now
        return http::Response{.status = 204};
    };
    return {
        service::for_reader(fault_route(get, target, show)),
        service::for_operator(fault_route(put, target, set)),
        service::for_operator(fault_route(delete_, target, remove)),
    };
}

}  // namespace

std::vector<service::Route> fault_routes(Faults& faults) {
    std::vector<service::Route> routes = {service::for_reader(list_route(faults))};
    for (auto&& part : {routes_of(of_credentials, faults.of_credentials), routes_of(of_endpoints, faults.of_endpoints)})
        routes.insert(routes.end(), part.begin(), part.end());
    return routes;
}

}  // namespace sandbox
