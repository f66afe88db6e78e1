// What the server tells about itself to whoever monitors it: health on the main listener, and health and metrics on the
// operations listener where there is one. Collects from the parts of a running server; serve.cc builds it.

#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "db/archive.h"
#include "db/status.h"
#include "http/server.h"
#include "operations/endpoints.h"
#include "operations/metrics.h"
#include "server/certificates.h"
#include "server/config.h"
#include "server/due_work.h"
#include "server/webhook_sender.h"
#include "service/service.h"

class Monitoring {
public:
    explicit Monitoring(const Config&);

    // For open_database(): the driver keeps it up to date.
    const std::shared_ptr<db::Status>& database_status() const { return database_status_; }

    // Before the first request. Requests of these are counted by route.
    void add_routes(const std::vector<const service::Dialect*>&);
    void record(const service::AccessRecord& record) {
        metrics_.record_request(record.matched, record.status, record.duration);
    }

    // A gap in it is told, and no reason to keep requests away.
    void add_archive_check(std::shared_ptr<db::Archive>);

    http::Service with_health(http::Service service) { return operations::with_health(std::move(service), checks_); }

    // While the rest does not run yet: the operations listener answers for its health alone. Throws as http::Server
    // does when its port is taken.
    void listen(const Certificates&);

    // Once all of it runs; they outlive this. Listens, if it does not yet.
    void start(const http::Server&, const DueWork&, const WebhookSender&, const Certificates&,
               const std::shared_ptr<db::Archive>&);
    std::uint16_t port() const { return listener_ ? listener_->port() : 0; }  // 0: there is no operations listener

    // The server ends: it is not ready any more, and still looked at until stop().
    void set_draining() { is_draining_ = true; }
    void stop() { listener_.reset(); }

private:
    void add_checks();
    void add_database_metrics();
    void add_file_metrics();
    void add_archive_metrics(const std::shared_ptr<db::Archive>&);

    const Config& config_;
    const std::shared_ptr<db::Status> database_status_ = std::make_shared<db::Status>();
    operations::Metrics metrics_;
    std::vector<operations::Check> checks_;
    std::atomic<bool> is_draining_ = false;
    std::atomic<bool> is_complete_ = false;  // all of it runs, and all metrics have been added
    std::unique_ptr<http::Server> listener_;
};
