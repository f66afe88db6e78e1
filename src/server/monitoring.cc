#include "server/monitoring.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/statvfs.h>

#include <filesystem>

namespace {

// Below this a vendor's disk is about to be full: better taken out of service than refused write by write.
constexpr std::uint64_t free_bytes_min = 64 * 1024 * 1024;

std::filesystem::path folder_of(const std::string& file) { return std::filesystem::absolute(file).parent_path(); }

std::uint64_t free_bytes(const std::string& file) {
    struct statvfs found {};
    if (statvfs(folder_of(file).c_str(), &found) != 0) return 0;
    return std::uint64_t{found.f_bavail} * found.f_frsize;
}

double file_bytes(const std::string& file) {
    std::error_code none;
    const auto bytes = std::filesystem::file_size(file, none);
    return none ? 0 : static_cast<double>(bytes);
}

}  // namespace

Monitoring::Monitoring(const Config& config) : config_(config), metrics_(PARTNERD_VERSION) {
    database_status_->on_commit = [this](std::size_t works, std::chrono::microseconds duration) {
        metrics_.record_commit(works, duration);
    };
    add_checks();
    add_database_metrics();
}

void Monitoring::add_routes(const std::vector<const service::Dialect*>& dialects) {
    for (const service::Dialect* dialect : dialects)
        for (const service::Route& route : *dialect->routes)
            metrics_.add_route(&route, dialect->name, http::to_string(route.method), route.path);
}

void Monitoring::add_checks() {
    checks_.push_back(
        {"database", [this] { return fmt::format("{}", fmt::join(database_status_->failures(), "; ")); }});
    // Where PostgreSQL has its disk is its administrator's to know.
    if (!config_.is_on_postgres())
        checks_.push_back({"disk", [this]() -> std::string {
                               const auto bytes = free_bytes(config_.database_path);
                               if (bytes >= free_bytes_min) return {};
                               return fmt::format("only {} MiB are free beside the database", bytes / 1024 / 1024);
                           }});
    checks_.push_back({"serving", [this]() -> std::string {
                           if (is_draining_) return "the server is finishing what has begun";
                           return is_complete_ ? "" : "the database has not been opened yet";
                       }});
}

void Monitoring::add_database_metrics() {
    const db::Status& status = *database_status_;
    const auto sampled = [](const auto& value) { return [&value] { return static_cast<double>(value.load()); }; };
    metrics_.add_gauge("db_queue_works", "Works (one for each write) that wait to be committed.",
                       sampled(status.works_waiting));
    metrics_.add_counter("db_commits_total", "Commits of the database that were durable.", sampled(status.commits));
    metrics_.add_counter("db_batches_run_twice_total",
                         "Commits that had to run again: a work in them was undone, or another server's came between.",
                         sampled(status.batches_run_twice));
    metrics_.add_gauge("db_wal_pages", "Pages in the write-ahead log after the last commit.",
                       sampled(status.wal_pages));
    metrics_.add_counter("db_checkpoints_total", "Checkpoints after which the write-ahead log began anew.",
                         sampled(status.checkpoints));
    metrics_.add_gauge("db_failing", "1 while writing, reading or checkpointing the database fails.",
                       [this] { return database_status_->failures().empty() ? 0.0 : 1.0; });
    if (!config_.is_on_postgres()) add_file_metrics();
}

void Monitoring::add_file_metrics() {
    metrics_.add_gauge("db_wal_bytes", "Bytes of the write-ahead log's file.",
                       [this] { return file_bytes(config_.database_path + "-wal"); });
    metrics_.add_gauge("db_file_bytes", "Bytes of the database's file.",
                       [this] { return file_bytes(config_.database_path); });
    metrics_.add_gauge("disk_free_bytes", "Bytes that are free beside the database.",
                       [this] { return static_cast<double>(free_bytes(config_.database_path)); });
}

void Monitoring::add_archive_check(std::shared_ptr<db::Archive> archive) {
    checks_.push_back({.name = "archive",
                       .why_not =
                           [archive = std::move(archive)] {
                               const std::string failure = archive->state().failure;
                               return failure.empty() ? "" : "what is committed now is not kept: " + failure;
                           },
                       .is_advice = true});
}

void Monitoring::add_archive_metrics(const std::shared_ptr<db::Archive>& archive) {
    metrics_.add_gauge("backup_age_seconds", "Since the archive's last snapshot; 0: there is none, or no archive.",
                       [archive]() -> double {
                           const std::int64_t taken = archive ? archive->state().snapshot_taken : 0;
                           if (taken == 0) return 0;
                           const auto now = std::chrono::system_clock::now().time_since_epoch();
                           return std::chrono::duration<double>(now - std::chrono::milliseconds(taken)).count();
                       });
    metrics_.add_gauge("archive_waiting_bytes", "Committed, and not in the archive yet.", [archive]() -> double {
        return archive ? static_cast<double>(archive->state().waiting_bytes) : 0;
    });
    metrics_.add_gauge("archive_failing", "1 while what is committed is not kept in the archive.",
                       [archive]() -> double { return archive && !archive->state().failure.empty() ? 1 : 0; });
}

void Monitoring::start(const http::Server& server, const DueWork& due_work, const WebhookSender& webhooks,
                       const Certificates& certificates, const std::shared_ptr<db::Archive>& archive) {
    add_archive_metrics(archive);
    metrics_.add_gauge("http_connections", "Connections that are open.",
                       [&server] { return static_cast<double>(server.connections()); });
    metrics_.add_gauge("due_lag_seconds", "Since all that had fallen due was done for the last time.",
                       [&due_work] { return static_cast<double>(due_work.lag().count()) / 1000; });
    metrics_.add_gauge(
        "leases_held", "Leases of shared work that this server holds, of 19; 0 where it has the database for itself.",
        [&due_work, &webhooks] { return static_cast<double>(due_work.leases_held() + webhooks.leases_held()); });
    metrics_.add_gauge("tls_certificate_not_after_seconds",
                       "When the first certificate that is shown expires, in seconds since 1970; 0: none is shown.",
                       [&certificates] { return static_cast<double>(certificates.first_not_after()); });
    is_complete_.store(true, std::memory_order_release);
    listen(certificates);
}

void Monitoring::listen(const Certificates& certificates) {
    if (config_.operations_address.empty() || listener_) return;
    http::Service all = operations::operations_service(metrics_, checks_);
    http::Service answer = [this, all = std::move(all)](http::Request request, http::Reply reply) {
        if (request.path() == "/metrics" && !is_complete_.load(std::memory_order_acquire)) {
            http::Response early{.status = 503, .content_type = "text/plain; charset=utf-8", .body = "Not yet.\n"};
            early.headers.add("Retry-After", "1");
            return reply(std::move(early));
        }
        all(std::move(request), std::move(reply));
    };
    listener_ = std::make_unique<http::Server>(http::ServerOptions{.address = config_.operations_address,
                                                                   .port = config_.operations_port,
                                                                   .threads = 1,
                                                                   .tls = certificates.operations(),
                                                                   .connections_max = 64},
                                               std::move(answer));
    listener_->start();
}
