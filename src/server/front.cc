#include "server/front.h"

#include <utility>

#include "server/system_world.h"

namespace {

constexpr const char* sentence = "The database cannot be reached yet; try again later.";

// In the place of one that has not been opened.
class AbsentDatabase final : public db::Database {
public:
    void write(Work, Done done) override { done(std::make_exception_ptr(db::Unavailable(sentence))); }
    void read(Work, Done done) override { done(std::make_exception_ptr(db::Unavailable(sentence))); }
    std::uint64_t generation() const override { return 0; }
    std::vector<std::string> check_integrity() override { return {sentence}; }
};

service::ServiceOptions options_of_closed(const service::ServiceOptions& all) {
    service::ServiceOptions options;
    options.dialects = all.dialects;
    options.log_access = all.log_access;
    options.log_failure = all.log_failure;
    options.trusted_proxies = all.trusted_proxies;
    options.scheme = all.scheme;
    return options;
}

}  // namespace

// Its service refuses all, and so neither seals anything nor asks for an id.
struct Front::Closed {
    explicit Closed(const service::ServiceOptions& options) : service(database, world, options_of_closed(options)) {}

    AbsentDatabase database;
    SystemWorld world{SealingKey{}, 0};
    service::Service service;
};

Front::Front() = default;
Front::~Front() = default;

void Front::answer_for_now(const service::ServiceOptions& options) {
    closed_ = std::make_unique<Closed>(options);
    service::Service& service = closed_->service;
    for_now_.emplace(
        Answering{.serve = [&service](const http::Request& request,
                                      const http::Reply& reply) { reply(service.refuse_for_now(request, sentence)); },
                  .refuse = [&service](const http::Request& request, int status,
                                       std::string_view detail) { return service.refuse(request, status, detail); }});
    current_.store(&*for_now_, std::memory_order_release);
}

void Front::open(http::Service serve, Refuse refuse) {
    opened_.emplace(Answering{.serve = std::move(serve), .refuse = std::move(refuse)});
    current_.store(&*opened_, std::memory_order_release);
}
