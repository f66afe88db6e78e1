#include "server/certificates.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace {

constexpr auto interval = std::chrono::seconds(1);

}  // namespace

Result<std::unique_ptr<Certificates>> Certificates::load(const Config& config, Report report, Clock clock) {
    std::unique_ptr<Certificates> certificates(new Certificates(std::move(report), std::move(clock)));
    const Result<void> main = certificates->add(certificates->main_, config.tls_certificate, config.tls_key);
    if (!main.ok()) return main.error();
    const Result<void> operations =
        certificates->add(certificates->operations_, config.operations_tls_certificate, config.operations_tls_key);
    if (!operations.ok()) return operations.error();
    return certificates;
}

Result<void> Certificates::add(std::shared_ptr<http::TlsIdentity>& identity, const std::string& certificate,
                               const std::string& key) {
    if (certificate.empty()) return {};
    const std::time_t now = clock_();
    identity = TRY(http::TlsIdentity::load({.certificate = certificate, .key = key}, now));
    if (const std::string fault = identity->find_date_fault(now); !fault.empty())
        report_.warning(fault + ", and is shown until there is another");
    watched_.push_back({.identity = identity});
    return {};
}

Certificates::~Certificates() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stopped_.notify_one();
    thread_.join();
}

std::time_t Certificates::first_not_after() const {
    std::time_t first = 0;
    for (const auto& identity : {main_, operations_})
        if (identity && (first == 0 || identity->not_after() < first)) first = identity->not_after();
    return first;
}

void Certificates::start() {
    if (!watched_.empty()) thread_ = std::thread([this] { loop(); });
}

void Certificates::look(bool is_asked) {
    const std::lock_guard lock(looking_);
    for (Watched& watched : watched_) look(watched, is_asked);
}

void Certificates::look(Watched& watched, bool is_asked) {
    const auto renewed = watched.identity->renew(clock_());
    const std::string fault = renewed.ok() ? "" : renewed.error().detail;
    const bool is_new = std::exchange(watched.fault, fault) != fault;
    if (is_new) watched.is_said = false;
    if (renewed.ok()) {
        if (renewed.value())
            report_.info(watched.identity->files().certificate + " has been read, and is shown from now on");
        return;
    }
    if (!is_asked && (is_new || watched.is_said)) return;
    watched.is_said = true;
    report_.warning("the certificate stays as it was: " + fault);
}

void Certificates::loop() {
    std::unique_lock lock(mutex_);
    while (!stopped_.wait_for(lock, interval, [this] { return stopping_; })) {
        lock.unlock();
        try {
            look(false);
        } catch (const std::exception& exception) {
            report_.warning(std::string("the certificates cannot be looked at: ") + exception.what());
        }
        lock.lock();
    }
}
